"""Flashcards made from the quizzes of the lessons: a question on the front, its answer and reasons on the back.

The pools of the placement and mastery tests give no cards, because whoever has learnt their answers by heart learns
nothing from the tests.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_lesson.look.html import escape
from qa_lesson.quiz.answering.asked import shuffled_items
from qa_lesson.quiz.answering.running import fill
from qa_lesson.quiz.bank.files import Quiz, load_quiz, quiz_names
from qa_lesson.quiz.bank.models import Code, Multi, Numeric, Ordering, Question, Single, SpanQuestion, Text
from qa_lesson.quiz.pages.markdown import render_inline, render_markdown
from qa_lesson.quiz.progress.pieces import section_in_words

_NEEDS_OPTIONS = re.compile(r"\b(which|these|following|statements?)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Flashcard:
    """One card.

    Args:
        id: of its question.
        quiz: name of the quiz, which is the stem of the lesson's notebook.
        objective: of the question.
        difficulty: "easy", "medium" or "hard".
        front, back: safe HTML.
    """

    id: str
    quiz: str
    objective: str
    difficulty: str
    front: str
    back: str


def all_flashcards(quizzes: Sequence[Quiz] | None = None) -> list[Flashcard]:
    """A card for every question of the lessons, in their order.

    Args:
        quizzes: None takes the whole bank; pools are left out.

    Raises:
        BankError: a quiz file is not as it should be.
    """
    chosen = [load_quiz(name) for name in quiz_names()] if quizzes is None else quizzes
    return [make_flashcard(question, quiz.name) for quiz in chosen if quiz.draw is None for question in quiz.questions]


def make_flashcard(question: Question, quiz: str) -> Flashcard:
    """The card of a question.

    Args:
        question: of any kind.
        quiz: name of its quiz.
    """
    return Flashcard(
        id=question.id,
        quiz=quiz,
        objective=question.objective,
        difficulty=question.difficulty,
        front=_front(question),
        back=_back(question),
    )


def _front(question: Question) -> str:
    prompt = render_markdown(question.prompt)
    if isinstance(question, Single) and not _NEEDS_OPTIONS.search(question.prompt):
        return prompt  # to recall an answer teaches more than to recognise it
    if isinstance(question, Single | Multi):
        return prompt + _list("ul", [render_inline(option.text) for option in question.options])
    if isinstance(question, Ordering):
        texts = {item.id: render_inline(item.text) for item in question.items}
        return prompt + _list("ul", [texts[item] for item in shuffled_items(question, "flashcard")])
    if isinstance(question, SpanQuestion):
        return f"{prompt}<blockquote>{_lines(question.context)}</blockquote>"
    if isinstance(question, Code):
        return prompt + _code(question.template)
    if isinstance(question, Numeric):
        return f"{prompt}<p>(unit: {escape(question.unit)})</p>"
    return prompt


def _back(question: Question) -> str:
    parts = [_answer(question), f"<p><strong>In short:</strong> {render_inline(question.quick_check)}</p>"]
    parts.append(_list("ol", [render_markdown(step) for step in question.steps]))
    parts.append("<p><strong>Common mistakes:</strong></p>")
    parts.append(_list("ul", [render_inline(mistake) for mistake in question.mistakes]))
    parts.append(f"<p>Told in {escape(section_in_words(question.section))}</p>")
    return "".join(parts)


def _answer(question: Question) -> str:
    """The right answer as a paragraph, a list or a block of code."""
    if isinstance(question, Ordering):
        return _list("ol", [render_inline(item.text) for item in question.items])
    if isinstance(question, Multi):
        return _list("ul", [render_inline(option.text) for option in question.options if option.correct])
    if isinstance(question, Code):
        return _code(fill(question.template, question.answer))
    if isinstance(question, Single):
        answer = next(render_inline(option.text) for option in question.options if option.correct)
    elif isinstance(question, Numeric):
        answer = f"{question.answer:.6g} ({escape(question.unit)})"
    elif isinstance(question, Text):
        answer = _lines(question.accept[0])
    else:
        answer = _lines(question.answers[0])
    return f"<p><strong>{answer}</strong></p>"


def _list(tag: str, items: Sequence[str]) -> str:
    return f"<{tag}>" + "".join(f"<li>{item}</li>" for item in items) + f"</{tag}>"


def _code(text: str) -> str:
    return f"<pre><code>{escape(text.rstrip())}</code></pre>"


def _lines(text: str) -> str:
    """Plain text as HTML that keeps its lines."""
    return escape(text.strip()).replace("\n", "<br>")
