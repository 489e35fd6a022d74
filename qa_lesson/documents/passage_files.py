"""Passages: pieces of a document that a model can read, each with its place."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from qa_lesson.errors import DataError, Problem
from qa_lesson.storage import write_atomically


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document.

    Args:
        id: of the passage, the same whenever the same file is read: the document and a number.
        document: the file's path inside the folder that was read, with ``/`` between its parts.
        text: its characters, as they are in the cleaned text of the document.
        start: its first character in that text (inclusive), a code point.
        end: the character after its last (exclusive).
        n_tokens: its length in tokens of the model it was cut for, special tokens not counted.
        headings: the headings above it, the highest first.
        page: where it begins, counted from 1; None if the format has no pages.
    """

    id: str
    document: str
    text: str
    start: int
    end: int
    n_tokens: int
    headings: tuple[str, ...] = ()
    page: int | None = None


_PASSAGE = TypeAdapter(Passage)


def divide_by_heading(passages: Iterable[Passage]) -> list[Passage]:
    """The same passages with every highest heading of a file as a document of its own, named ``file: heading``.

    Some files are collections: of data sheets, newsletters, minutes. If their parts have nothing to do with each other,
    then the part is the unit that data is split by, and not the file. Passages without a heading keep their document.

    >>> (part,) = divide_by_heading([Passage("a.pdf#1", "a.pdf", "It hums.", 0, 8, 3, ("Sheet 2", "Sound"))])
    >>> part.document
    'a.pdf: Sheet 2'
    """
    return [
        replace(passage, document=f"{passage.document}: {passage.headings[0]}") if passage.headings else passage
        for passage in passages
    ]


def write_passages(passages: Iterable[Passage], path: str | Path) -> int:
    """Write passages as JSON Lines, one a line; the number of them.

    Raises:
        StorageError: the file cannot be written; what was there is untouched.
    """
    lines = [json.dumps(asdict(passage), ensure_ascii=False) + "\n" for passage in passages]
    write_atomically(path, "".join(lines))
    return len(lines)


def read_passages(path: str | Path) -> list[Passage]:
    """The passages of a file that `write_passages` wrote.

    Raises:
        DataError: it cannot be read, a line is not a passage, or two have the same id; each with its line.
    """
    fix = "make the file with: qa-lesson passages FOLDER --out passages.jsonl"
    try:
        lines = Path(path).read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise DataError(f"the passages cannot be read: {error.strerror}", where=str(path), fix=fix) from error
    except UnicodeDecodeError as error:
        raise DataError("the passages are not UTF-8 text", where=str(path), received=str(error), fix=fix) from error
    passages: dict[str, Passage] = {}
    problems = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            passage = _PASSAGE.validate_json(line)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, fault["loc"])) or "the line"
            problems.append(Problem(f"line {number}", f"{place}: {fault['msg']}", fix))
            continue
        if passage.id in passages:
            problems.append(Problem(f"line {number}", f"a passage {passage.id} came before", "remove one of them"))
        passages[passage.id] = passage
    if problems:
        raise DataError.from_problems(problems, source=str(path), n_records=len(passages) + len(problems))
    return list(passages.values())
