"""What is poor about one question, though it could be asked: each lint yields what is wrong and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_lesson.errors import shorten
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.wording import Lint, plain, repeated

_SHORTEST_FEEDBACK = 15
_CODE_SPAN = re.compile(r"(?s)(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")


def question_lints(question: Question) -> Lint:
    """Everything that is poor about `question` taken alone, though its key is right."""
    yield from _markdown(question)
    yield from _feedback(question)
    yield from _hints(question)
    yield from question.lints()


def prose(question: Question) -> Iterator[tuple[str, str]]:
    """Every Markdown text of `question` with its place: what learners may read, before or after answering."""
    yield "prompt", question.prompt
    for name in ("hints", "steps", "mistakes"):
        for position, text in enumerate(getattr(question, name), start=1):
            yield f"{name.removesuffix('s')} {position}", text
    yield "quick_check", question.quick_check
    yield from question.labels()
    for place, text in question.feedbacks():
        yield f"feedback of {place}", text


def _markdown(question: Question) -> Lint:
    for place, text in prose(question):
        fences = len(re.findall(r"(?m)^\s*```", text))
        if fences % 2:
            yield f"{place}: a code fence ``` is not closed", "close it, or what follows is shown as code"
            continue
        words = re.sub(r"(?ms)^\s*```.*?^\s*```", "", text).replace(r"\`", "")
        words = _CODE_SPAN.sub("", words)
        if "`" in words:
            yield f"{place}: a backtick is not closed", "put code between two backticks"
        elif len(re.findall(r"(?<!\\)\$", words)) % 2:
            yield f"{place}: the number of $ is odd", r"put formulas between two $; write a plain dollar sign as \$"


def _feedback(question: Question) -> Lint:
    seen: dict[str, str] = {}
    for place, text in question.feedbacks():
        words = plain(text)
        if not words:  # only a graded quiz may leave it out
            continue
        if len(words) < _SHORTEST_FEEDBACK:
            yield f"the feedback of {place} says little: {text!r}", "say why, and what it would take to be right"
        elif words in seen:
            yield f"{seen[words]} and {place} have the same feedback", "say what is special about each"
        seen.setdefault(words, place)


def _hints(question: Question) -> Lint:
    for position, hint in enumerate(question.hints, start=1):
        for found in question.given_away(hint):
            yield f"hint {position} holds the answer {found}", "hint at the way there, not at the answer"
    if same := repeated(question.hints):
        yield f"two hints are the same: {shorten(same)}", "let each give a little more away"
