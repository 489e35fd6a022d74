"""JSON files that this package wrote, read back as checked records: pydantic compares each value with its type.

A file that was changed or damaged, or that another version wrote, gives one error that names the file, the place in it,
what is there and what to do. It never becomes a record with values of the wrong kind.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from qa_lesson.errors import DataError, QALessonError, shorten

Record = TypeVar("Record")

AS_WRITTEN: Final = ConfigDict(strict=True, extra="forbid")
"""For a record's ``__pydantic_config__``: no value is converted ("3" is not 3), and no unknown name is ignored."""


def read_json(
    path: Path, adapter: TypeAdapter[Record], *, what: str, fix: str, error: type[QALessonError] = DataError
) -> Record:
    """The record in a JSON file (UTF-8, with or without a byte-order mark).

    Args:
        path: the file.
        adapter: of the record's type.
        what: the message if it cannot be read.
        fix: what to do then.
        error: the type of the error.

    Raises:
        QALessonError: of the type `error`: there is no such file, or it is not such a record.
    """
    try:
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        return adapter.validate_json(content)
    except OSError as problem:
        raise error(what, where=str(path), received=str(problem), fix=fix) from problem
    except ValidationError as problem:
        raise error(what, where=str(path), received=first_fault(problem), fix=fix) from problem


def first_fault(error: ValidationError) -> str:
    """The first thing that is wrong: its place, what is there and what should be.

    >>> try:
    ...     TypeAdapter(dict[str, int]).validate_json('{"a": 1, "b": "x"}', strict=True)
    ... except ValidationError as error:
    ...     print(first_fault(error))
    b is 'x': Input should be a valid integer
    """
    fault = error.errors(include_url=False)[0]
    place = ".".join(map(str, fault["loc"]))
    found = "" if fault["type"] == "missing" else f" is {shorten(str(fault['input']))}"
    return f"{place}{found}: {fault['msg']}" if place else str(fault["msg"])
