"""The quiz bank: finding the YAML files and reading them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qa_lesson.errors import BankError, QuizFault
from qa_lesson.quiz.bank.models import KEYS, Quiz, QuizFile
from qa_lesson.quiz.bank.practice_fields import needs_of, practice_problems
from qa_lesson.quiz.bank.yaml_text import QuizText
from qa_lesson.quiz.kinds.base import BaseQuestion
from qa_lesson.quiz.kinds.registry import KINDS
from qa_lesson.storage import shipped_folder


def quizzes_dir() -> Path:
    """The folder of the quiz files: inside the installed package, or next to it in a checkout."""
    return shipped_folder("quizzes")


_NUMBER = re.compile(r"^\d\d_")


def quiz_name(stem: str) -> str:
    """The name of the quiz in a file: its stem without the lesson's number, so that a lesson may move.

    >>> quiz_name("05_metrics"), quiz_name("mastery")
    ('metrics', 'mastery')
    """
    return _NUMBER.sub("", stem)


def lesson_stems() -> list[str]:
    """The stems of the lessons that have a quiz, in their order."""
    return [stem for stem in _stems() if _NUMBER.match(stem)]


def quiz_names() -> list[str]:
    """The names of all quizzes: those of the lessons in their order, then the others."""
    return [quiz_name(stem) for stem in _stems()]


def _stems() -> list[str]:
    """The stems of all quizzes, those with a number first."""
    stems = (path.stem for path in quizzes_dir().glob("*.yaml"))
    return sorted(stems, key=lambda stem: (not _NUMBER.match(stem), stem))


def load_quiz(name: str | Path) -> Quiz:
    """Read a quiz.

    Args:
        name: of a quiz of the bank (``"metrics"``; a number before it doesn't matter), or the path of a YAML file.

    Raises:
        BankError: there is no such quiz, or the file cannot be used; `findings` names each question concerned.
    """
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        stems = {quiz_name(stem): stem for stem in _stems()}
        stem = stems.get(quiz_name(str(name)))
        if stem is None:
            if path.suffix == ".json" or path.is_dir():
                fix = "a graded quiz is shown by: from qa_lesson.grading import take_quiz"
                raise BankError("this is no practice quiz", received=repr(str(name)), fix=fix)
            known = ", ".join(stems) or "none yet"
            raise BankError("there is no such quiz", received=repr(str(name)), fix=f"use one of: {known}")
        path = quizzes_dir() / f"{stem}.yaml"
    return parse_quiz(read_content(path), path)


def read_content(path: Path) -> str:
    """The text of a quiz file.

    Raises:
        BankError: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise BankError(f"the file cannot be read: {reason}", where=str(path), fix="check its path") from error


def parse_quiz(content: str, path: Path) -> Quiz:
    """The quiz that a file holds.

    Args:
        content: YAML.
        path: of the file, for its name and for messages.

    Raises:
        BankError: as `load_quiz`.
    """
    text = QuizText.read(content, path.name)
    findings = list(text.findings)
    if not findings:
        try:
            file = QuizFile.model_validate(text.data)
        except ValidationError as error:
            problems = [dict(one) for one in error.errors(include_url=False) if not _is_consequence(one, text)]
            problems += practice_problems(text.data)
            findings = [text.explain(problem, kinds=KINDS, keys=KEYS) for problem in problems]
        else:
            problems = practice_problems(text.data)
            findings = [text.explain(problem, kinds=KINDS, keys=KEYS) for problem in problems]
            if findings:
                raise BankError.from_findings(findings, source=str(path))
            if file.lesson in (None, path.stem):
                name = quiz_name(path.stem) if file.lesson else path.stem
                return Quiz(name=name, **{field: getattr(file, field) for field in QuizFile.model_fields})
            fix = f"name the file {file.lesson}.yaml, or write lesson: {path.stem}"
            findings = [QuizFault(path.name, None, f"the lesson is {file.lesson}", fix, text.line_of(("lesson",)))]
    raise BankError.from_findings(findings, source=str(path))


def _is_consequence(problem: Mapping[str, Any], text: QuizText) -> bool:
    """Whether a list is only short because its entries have faults of their own."""
    if problem["type"] != "too_short":
        return False
    value = text.value_at(problem["loc"])
    return isinstance(value, list) and len(value) >= problem["ctx"]["min_length"]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a quiz file."""
    needed = [name for name, field in BaseQuestion.model_fields.items() if needs_of(field)]
    practice = {"required": ["objectives"], "properties": {"questions": {"items": {"required": needed}}}}
    graded = {"properties": {"graded": {"const": True}}, "required": ["graded"]}
    schema = QuizFile.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "if": graded, "else": practice}
