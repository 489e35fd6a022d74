"""The types of the fields of a quiz file, and the model that everything in such a file derives from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator
from pydantic_core import PydanticKnownError

from qa_lesson.errors import QuestionFaultError

Difficulty = Literal["easy", "medium", "hard"]
_LINE: Final = r"^[^\n]+$"
_MAY_BE_EMPTY: Final = r"^[^\n]*$"
_SLUG: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_NOTEBOOK: Final = r"^(?:express|[0-9]{2}_[a-z0-9_]+)$"
_SECTION: Final = r"^(?:express|[0-9]{2}_[a-z0-9_]+)\.ipynb#\S+$"
HOW_TO_WRITE: Mapping[str, str] = {
    _LINE: "write it on one line, and not empty",
    _MAY_BE_EMPTY: "write it on one line",
    _SLUG: "use small letters, digits and single dashes: 04-word-order",
    _NOTEBOOK: "write the stem of the notebook: 05_metrics",
    _SECTION: "write notebook, # and heading with - for its spaces: 05_metrics.ipynb#2.-How-much-of-it-is-right?",
}
"""What to do about a text that does not match a pattern, by pattern."""


@dataclass(frozen=True)
class Needed:
    """Marks a field that may be left out of a graded quiz, and never out of a practice quiz.

    Args:
        least: entries of a list.
        pattern: of a text; empty: any text.
    """

    least: int = 1
    pattern: str = ""


Prose = Annotated[str, Field(min_length=1)]
Line = Annotated[str, Field(pattern=_LINE)]
ToldLine = Annotated[str, Field(pattern=_MAY_BE_EMPTY), Needed()]
Slug = Annotated[str, Field(pattern=_SLUG)]
Notebook = Annotated[str, Field(pattern=_NOTEBOOK)]
Told = Annotated[str, Needed()]
"""Markdown about an answer, for who gave it."""
Section = Annotated[str, Field(pattern=_MAY_BE_EMPTY), Needed(pattern=_SECTION)]
"""Where the lesson tells it: notebook, #, heading with - for its spaces. Graded: any slide or address."""
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


def _number_or_expression(value: Any) -> float | str:
    if isinstance(value, str):
        if not value.strip() or "\n" in value.strip():
            raise PydanticKnownError("string_pattern_mismatch", {"pattern": _LINE})
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticKnownError("float_type")
    if not math.isfinite(value):
        raise PydanticKnownError("finite_number")
    return float(value)


Computed = Annotated[float | str, PlainValidator(_number_or_expression, json_schema_input_type=Number | Line)]
"""A number, or a Python expression over the parameters of the question."""


class FileModel(BaseModel):
    """Something that a quiz file holds: frozen, without unknown keys, texts without white space around them."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )


class Foreseen(FileModel):
    """A foreseen wrong answer; each kind adds the field that holds it."""

    feedback: Told = ""
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
