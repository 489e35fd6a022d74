"""What a practice quiz must have and a graded quiz may leave out: hints, steps, feedback and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from qa_lesson.errors import QuestionFaultError
from qa_lesson.quiz.bank.models import QuizFile
from qa_lesson.quiz.kinds.registry import KINDS, kind_class
from qa_lesson.quiz.kinds.shared.fields import Needed

_Path = tuple[str | int, ...]


def practice_problems(data: Any) -> list[dict[str, Any]]:
    """What a file lacks that is no graded quiz, in the form of pydantic's errors.

    Args:
        data: what YAML made of the file.
    """
    if not isinstance(data, dict) or data.get("graded") is True:
        return []
    problems = [*_problems(QuizFile, data, ())]
    questions = data.get("questions")
    for place, question in enumerate(questions if isinstance(questions, list) else ()):
        if isinstance(question, dict) and question.get("kind") in KINDS:
            kind = kind_class(question["kind"])
            problems += _problems(kind, question, ("questions", place))
            problems += [
                {"type": "value_error", "loc": ("questions", place), "ctx": {"error": QuestionFaultError(*told)}}
                for told in kind.practice_faults(question)
            ]
    return problems


def needs_of(field: FieldInfo) -> Needed | None:
    """The mark of a field that practice quizzes need; None: it has none."""
    return next((mark for mark in field.metadata if isinstance(mark, Needed)), None)


def _problems(model: type[BaseModel], written: Mapping[str, Any], path: _Path) -> Iterator[dict[str, Any]]:
    for name, field in model.model_fields.items():
        place = (*path, name)
        if (needs := needs_of(field)) is not None:
            yield from _lacking(needs, written, name, place)
        inner = next((one for one in get_args(field.annotation) if isinstance(one, type)), None)
        value = written.get(name)
        if isinstance(value, list) and inner is not None and issubclass(inner, BaseModel):
            for position, entry in enumerate(value):
                if isinstance(entry, dict):
                    yield from _problems(inner, entry, (*place, position))


def _lacking(needs: Needed, written: Mapping[str, Any], name: str, place: _Path) -> Iterator[dict[str, Any]]:
    value = written.get(name)
    if name not in written:
        yield {"type": "missing", "loc": place}
    elif isinstance(value, str) and not value.strip():
        yield {"type": "string_too_short", "loc": place, "ctx": {"min_length": 1}}
    elif isinstance(value, str) and needs.pattern and not re.fullmatch(needs.pattern, value.strip()):
        yield {"type": "string_pattern_mismatch", "loc": place, "ctx": {"pattern": needs.pattern}}
    elif isinstance(value, list | dict) and len(value) < needs.least:
        yield {"type": "too_short", "loc": place, "ctx": {"min_length": needs.least, "actual_length": len(value)}}
