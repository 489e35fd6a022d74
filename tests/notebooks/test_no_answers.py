"""No committed notebook gives an answer of a quiz away: not its key, and nothing of what is told after an answer."""

import functools
import html
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from qa_lesson.quiz.bank.files import load_quiz, quiz_names
from qa_lesson.quiz.kinds.shared.running import fill
from qa_lesson.quiz.pages.markdown import render_inline, render_markdown

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
LESSON = ROOT / "notebooks" / "05_metrics.ipynb"
TOLD_LATER = {"feedback", "right", "otherwise", "hints", "steps", "quick_check", "mistakes"}
"""Fields of a question, its options, its items and its foreseen wrong answers that are shown after an answer alone."""


def plain(text: str) -> str:
    """A text, or HTML, without tags, capitals and line breaks, so that its looks do not hide a sentence."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split()).casefold()


def told_later(fields: dict) -> Iterator[str]:
    for name, value in fields.items():
        if name in TOLD_LATER:
            yield from [value] if isinstance(value, str) else value
        elif name in ("options", "items", "wrong"):
            for one in value:
                yield from told_later(one)


@functools.cache
def secrets() -> dict[str, str]:
    """What no output may hold, by the plain form in which it is looked for, with the question whose it is."""
    found = {}
    for name in quiz_names():
        for question in load_quiz(name).questions:
            later = list(told_later(question.model_dump()))
            if question.kind == "code":
                later.append(fill(question.template, question.answer))
            for text in later:
                for form in (text, render_markdown(text), render_inline(text)):
                    found[plain(form)] = f"{question.id}: {text}"
    return found


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for kind, one in value.items():
            if not kind.startswith("image/"):
                yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def given_away(notebook: nbformat.NotebookNode) -> list[str]:
    """The secrets that stand in the outputs of a notebook."""
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    shown = plain("\n".join(texts(outputs)))
    return [whose for secret, whose in secrets().items() if secret in shown]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_output_gives_an_answer_away(path):
    assert given_away(nbformat.read(path, as_version=4)) == []


QUESTION = next(question for question in load_quiz(LESSON.stem).questions if question.kind == "single")
CODE = next(question for question in load_quiz(LESSON.stem).questions if question.kind == "code")
LEAKS = {
    "why the right option is right": next(option.feedback for option in QUESTION.options if option.correct),
    "why a wrong option is wrong": next(option.feedback for option in QUESTION.options if not option.correct),
    "a hint": QUESTION.hints[-1],
    "a step": QUESTION.steps[0],
    "the quick check": QUESTION.quick_check,
    "a mistake": QUESTION.mistakes[0],
    "the code in its place": fill(CODE.template, CODE.answer),
}


@pytest.mark.parametrize("form", ["as it is written", "as the page shows it", "as a repr"])
@pytest.mark.parametrize("leak", LEAKS)
def test_a_notebook_that_gives_something_away_is_found(leak, form):
    notebook = nbformat.read(LESSON, as_version=4)
    text = LEAKS[leak]
    if form == "as the page shows it":
        text = f"<div class='feedback'>{render_markdown(text)}</div>"
    elif form == "as a repr":
        text = repr({"told": " ".join(text.split())})
    (cell,) = (cell for cell in notebook.cells if cell.source.startswith("show("))
    cell.outputs[0].data["text/html"] += text
    found = given_away(notebook)
    assert found
    assert all(one.startswith((QUESTION.id, CODE.id)) for one in found)
