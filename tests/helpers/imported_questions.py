"""Importing from text or bytes, and comparing what came back with what was exported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qa_lesson.grading.lms.reading.question_import import ImportedQuiz, import_questions
from qa_lesson.quiz.bank.files import parse_quiz
from qa_lesson.quiz.bank.models import Quiz
from qa_lesson.quiz.pages.markdown import render_markdown


def import_text(folder: Path, content: str | bytes, name: str = "source.txt") -> ImportedQuiz:
    """What is imported from a file with this content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_questions(path)


def quiz_in(imported: ImportedQuiz) -> Quiz:
    """The quiz that was written."""
    return parse_quiz(imported.text, Path("imported.yaml"))


def only(imported: ImportedQuiz) -> dict[str, Any]:
    """The fields of the only question, which was converted."""
    (one,) = imported.questions
    assert one.faults == []
    (fields,) = one.questions
    return fields


def refusal(imported: ImportedQuiz) -> str:
    """Why the only question was not converted."""
    (one,) = imported.questions
    assert one.questions == []
    assert imported.text == ""
    return "; ".join(one.faults)


def reads(markdown: str) -> str:
    """A text as it is shown; line ends and runs of spaces in the Markdown don't matter."""
    return " ".join(str(render_markdown(markdown)).split()).replace("> ", ">").replace(" <", "<")
