"""What Moodle and Canvas show of a question, as HTML, and the numbers and texts that they compare answers with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from qa_lesson.errors import BankError, ConfigError
from qa_lesson.look.html import escape
from qa_lesson.metrics import normalize_answer
from qa_lesson.quiz.answering.asked import INSTRUCTIONS
from qa_lesson.quiz.answering.marking import comparable_text
from qa_lesson.quiz.answering.running import fill
from qa_lesson.quiz.bank.models import Code, Numeric, Ordering, Question, Quiz, SpanQuestion, Text
from qa_lesson.quiz.pages.markdown import FormulaRenderer, render_markdown
from qa_lesson.quiz.progress.pieces import section_in_words

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def check_quizzes(quizzes: Sequence[Quiz]) -> None:
    """Refuse what cannot stand in one file: two quizzes of one name, and characters that no XML file can hold.

    Raises:
        ConfigError: two quizzes have the same name.
        BankError: names the first question with such a character.
    """
    names = [quiz.name for quiz in quizzes]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError("two quizzes have the same name", received=twice[0], fix="give one of the files another name")
    for quiz in quizzes:
        _check_texts(quiz.name, (quiz.title, *quiz.objectives))
        for question in quiz.questions:
            _check_texts(f"{quiz.name}, {question.id}", question.model_dump())


def _check_texts(where: str, value: Any) -> None:
    for text in _texts(value):
        if found := _NOT_IN_XML.search(text):
            raise BankError(
                "a character in it cannot stand in an XML file",
                where=where,
                received=f"U+{ord(found.group()):04X}",
                fix="remove it from the text",
            )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(tuple(value.values()))
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)


def prompt_html(question: Question, formulas: FormulaRenderer) -> str:
    """The question with all that is needed to answer it, but for its options or items."""
    parts = [render_markdown(question.prompt, formulas)]
    if isinstance(question, SpanQuestion):
        parts.append(f"<blockquote><p>{_lines(question.context)}</p></blockquote>")
    elif isinstance(question, Code):
        parts.append(code_html(question.template))
    instruction = INSTRUCTIONS[question.kind]
    if isinstance(question, Numeric):
        instruction = f"Type a number only; it is counted in: {question.unit}."
    return "\n".join([*parts, f"<p><em>{escape(instruction)}</em></p>"])


def solution_html(question: Question, formulas: FormulaRenderer) -> str:
    """What to learn from the question, whatever was answered: solution, reason, mistakes, place in the course."""
    parts = []
    if isinstance(question, Ordering):
        reasons = [f"{render_markdown(item.text, formulas)}{render_markdown(item.feedback, formulas)}"
                   for item in question.items]  # fmt: skip
        parts.append("<p>In this order:</p>" + _list("ol", reasons))
    elif isinstance(question, Code):
        parts.append("<p>One way to write it:</p>" + code_html(fill(question.template, question.answer)))
    parts.append("<p>Step by step:</p>" + _list("ol", [render_markdown(step, formulas) for step in question.steps]))
    parts.append(f"<p>In short:</p>{render_markdown(question.quick_check, formulas)}")
    mistakes = [render_markdown(mistake, formulas) for mistake in question.mistakes]
    parts.append("<p>Common mistakes:</p>" + _list("ul", mistakes))
    parts.append(f"<p>Told in {escape(section_in_words(question.section))}</p>")
    return "\n".join(parts)


def code_html(code: str) -> str:
    """A block of code."""
    return f"<pre><code>{escape(code.rstrip())}</code></pre>"


def accepted_texts(question: Text | SpanQuestion) -> list[str]:
    """The texts that count as right, for systems that compare letter by letter but for capitals.

    Our own marking forgives more. Of that, a span's forms without articles and punctuation are added.
    """
    if isinstance(question, Text):
        forms = [comparable_text(text, case_sensitive=True) for text in question.accept]
    else:
        forms = [form for answer in question.answers for form in (" ".join(answer.split()), normalize_answer(answer))]
    kept: dict[str, str] = {}
    for form in forms:
        kept.setdefault(_compared(question, form), form)
    return list(kept.values())


def foreseen_texts(question: Text | SpanQuestion) -> list[tuple[str, str]]:
    """The foreseen wrong texts, each with its feedback, without those that an accepted text would catch."""
    seen = {_compared(question, text) for text in accepted_texts(question)}
    kept = []
    for wrong in question.wrong:
        text = comparable_text(wrong.text, case_sensitive=True)
        if _compared(question, text) not in seen:
            seen.add(_compared(question, text))
            kept.append((text, wrong.feedback))
    return kept


def _compared(question: Text | SpanQuestion, text: str) -> str:
    return text if isinstance(question, Text) and question.case_sensitive else text.casefold()


def exact(number: float) -> Decimal:
    """The decimal number that the bank's file says, so that sums with it have no rounding."""
    return Decimal(repr(number))


def margin(question: Numeric, target: float) -> Decimal:
    """How far an answer may be from `target`, in the question's unit."""
    tolerance = question.tolerance
    return exact(tolerance.abs) if tolerance.abs is not None else exact(tolerance.rel or 0.0) * abs(exact(target))


def decimal_text(number: Decimal) -> str:
    """A number with all its digits and without exponent.

    >>> decimal_text(exact(0.2)), decimal_text(exact(1e-7)), decimal_text(exact(120.0))
    ('0.2', '0.0000001', '120')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _lines(text: str) -> str:
    return escape(text.strip()).replace("\n", "<br>")


def _list(tag: str, items: Sequence[str]) -> str:
    return f"<{tag}>" + "".join(f"<li>{item}</li>" for item in items) + f"</{tag}>"
