"""The types of the fields of a quiz file, and the model that everything in such a file derives from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa_lesson.errors import QuestionFaultError

Difficulty = Literal["easy", "medium", "hard"]
Prose = Annotated[str, Field(min_length=1)]
Line = Annotated[str, Field(pattern=r"^[^\n]+$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class FileModel(BaseModel):
    """Something that a quiz file holds: frozen, without unknown keys, texts without white space around them."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )


class Foreseen(FileModel):
    """A foreseen wrong answer; each kind adds the field that holds it."""

    feedback: Prose
    """What was mistaken, and what it would take to be right."""


class WrongText(Foreseen):
    """A foreseen wrong text."""

    text: Prose


def check_distinct(ids: Sequence[str], what: str) -> None:
    """Refuse two equal ids.

    Args:
        ids: of all options, items or questions.
        what: one of them is called, for the message.

    Raises:
        QuestionFaultError: an id appears twice.
    """
    repeated = sorted({name for name in ids if ids.count(name) > 1})
    if repeated:
        raise QuestionFaultError(f"two {what}s have the id {repeated[0]}", f"give each {what} its own")
