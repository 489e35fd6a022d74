"""What Moodle and Canvas show of a question, as HTML, and the numbers and texts that they compare answers with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from qa_lesson.errors import BankError, ConfigError
from qa_lesson.grading.formats.points import points_text
from qa_lesson.quiz.bank.models import Quiz, refuse_personal
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.forms import Essay, OrderedItems
from qa_lesson.quiz.kinds.shared.html_pieces import CodeBlock, Quotation, plain_lines
from qa_lesson.quiz.kinds.shared.rubric import Criterion
from qa_lesson.quiz.pages.markdown import FormulaRenderer, render_markdown
from qa_lesson.quiz.progress.pieces import section_in_words

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def check_quizzes(quizzes: Sequence[Quiz]) -> None:
    """Refuse what cannot be in one file: two quizzes of one name, and characters that no XML file can hold.

    Raises:
        ConfigError: two quizzes have the same name.
        BankError: names the first question with such a character, or a quiz has pools or parameters.
    """
    refuse_personal(quizzes, "the export")
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
                "a character in it cannot be in an XML file",
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


def prompt_html(question: Question, formulas: FormulaRenderer) -> Markup:
    """The question with all that is needed to answer it, but for its options or items."""
    parts = [render_markdown(question.prompt, formulas)]
    match question.material():
        case Quotation(text):
            parts.append(Markup("<blockquote><p>{}</p></blockquote>").format(plain_lines(text)))
        case CodeBlock(code):
            parts.append(code_html(code))
    parts.append(Markup("<p><em>{}</em></p>").format(question.lms_instruction))
    if isinstance(form := question.form(), Essay) and form.rubric_shown:
        shown = [_with_points(criterion.text, criterion.points, "up to ", formulas) for criterion in form.rubric]
        parts.append(Markup("<p>Your answer is judged by:</p>") + _list("ul", shown))
    return Markup("\n").join(parts)


def solution_html(question: Question, formulas: FormulaRenderer) -> Markup:
    """What to learn from the question, whatever was answered: solution, reason, mistakes, place in the course.

    A graded quiz may leave out any of them.
    """
    parts = []
    match question.form():
        case OrderedItems(items):
            reasons = [
                render_markdown(item.text, formulas) + render_markdown(item.feedback, formulas) for item in items
            ]
            parts.append(Markup("<p>In this order:</p>") + _list("ol", reasons))
        case Essay() as form:
            parts.append(Markup("<p>One way to write it:</p>") + essay_solution(form, formulas))
    if steps := [render_markdown(step, formulas) for step in question.steps]:
        parts.append(Markup("<p>Step by step:</p>") + _list("ol", steps))
    if question.quick_check:
        parts.append(Markup("<p>In short:</p>") + render_markdown(question.quick_check, formulas))
    if mistakes := [render_markdown(mistake, formulas) for mistake in question.mistakes]:
        parts.append(Markup("<p>Common mistakes:</p>") + _list("ul", mistakes))
    if question.section:
        parts.append(Markup("<p>Told in {}</p>").format(section_in_words(question.section)))
    return Markup("\n").join(parts)


def essay_solution(form: Essay, formulas: FormulaRenderer) -> Markup:
    """One right answer to an essay."""
    return render_markdown(form.solution, formulas) if form.prose else code_html(form.solution)


def rubric_html(rubric: Sequence[Criterion], formulas: FormulaRenderer) -> Markup:
    """A rubric for markers: each criterion with its levels and their points."""
    entries = [
        render_markdown(criterion.text, formulas)
        + _list("ul", [_with_points(level.text, level.points, "", formulas) for level in criterion.levels])
        for criterion in rubric
    ]
    return _list("ol", entries)


def code_html(code: str) -> Markup:
    """A block of code."""
    return CodeBlock(code).html()


def decimal_text(number: Decimal) -> str:
    """A number with all its digits and without exponent.

    >>> decimal_text(Decimal("0.2")), decimal_text(Decimal("1e-7")), decimal_text(Decimal("120.0"))
    ('0.2', '0.0000001', '120')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _with_points(text: str, points: float, up_to: str, formulas: FormulaRenderer) -> Markup:
    return render_markdown(text, formulas) + Markup("<p><em>{}{}</em></p>").format(up_to, points_text(points))


def _list(tag: str, items: Sequence[Markup]) -> Markup:
    entries = Markup().join(Markup("<li>{}</li>").format(item) for item in items)
    return Markup("<{0}>{1}</{0}>").format(tag, entries)
