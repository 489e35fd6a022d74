"""CSV files for spreadsheets: cells that a spreadsheet would run as a formula are made text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from qa_lesson.errors import DataError, shorten
from qa_lesson.text.delimited import CHANGED_ID_FIX, Delimited, changed_by_spreadsheet
from qa_lesson.text.encoding import decode_text

_DANGEROUS = re.compile(
    r"'*[=+\-@\t\r\n＝＋－＠]"
)  # the wide forms too: some input methods read them as the plain ones
_LATER = re.compile(r"([;\t\r\n]\s*)('*[=+\-@＝＋－＠])")  # where a spreadsheet may begin another cell or row
_LATER_MARKED = re.compile(r"([;\t\r\n]\s*)'('*[=+\-@＝＋－＠])")
_NEGATIVE_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")

Cell = str | float | int | None
"""None is an empty cell, which is not 0."""


def cell_text(value: Cell) -> str:
    """A value as it is written into a cell.

    Text that starts with ``= + - @``, a tab or the end of a line gets a ``'`` in front, as spreadsheets run formulas
    that are in a CSV; negative numbers stay as they are. The same goes for what follows a ``;`` or the end of a line,
    where a spreadsheet that expects semicolons begins another cell. So that reading can take the mark off again, text
    that has such a start behind its own ``'`` gets one more.

    >>> [cell_text(value) for value in ("=1+1", "-0.5", "-1+1", "x;=1+1", "'t Hooft", 0.1 + 0.2, 2.0, None)]
    ["'=1+1", '-0.5', "'-1+1", "x;'=1+1", "'t Hooft", '0.3', '2', '']
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.12g}"  # no digits that come from adding fractions
    text = _LATER.sub(r"\1'\2", str(value))
    return f"'{text}" if _DANGEROUS.match(text) and not _NEGATIVE_NUMBER.fullmatch(text) else text


def plain_cell(text: str) -> str:
    """What `cell_text` made a cell of.

    >>> plain_cell("'=1+1"), plain_cell("'t Hooft")
    ('=1+1', "'t Hooft")
    """
    text = _LATER_MARKED.sub(r"\1\2", text)
    return text[1:] if text.startswith("'") and _DANGEROUS.match(text) else text


def table_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table as the text of a CSV file in the form of RFC 4180: commas, lines that end in CR and LF."""
    buffer = io.StringIO()
    # the writer quotes what ends its own lines: with LF alone, a CR in a cell would start a new row
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(list(map(cell_text, header)))
    writer.writerows([cell_text(value) for value in row] for row in rows)
    return buffer.getvalue()


def read_table(
    path: str | Path, what: str, known: Callable[[Sequence[str]], int] = lambda _: 0
) -> tuple[list[str], list[dict[str, str]]]:
    """The header and the rows of a CSV file, separated by commas, semicolons or tabs; empty lines are left out.

    Args:
        path: the file, in UTF-8, UTF-16 or what else spreadsheet programs write.
        what: what it is, for messages ("the roster").
        known: how many names in a header are known, which helps to find the delimiter.

    Returns:
        The names of the columns, and the rows by these names, white space around cells removed.

    Raises:
        DataError: it cannot be read, has no rows, a column twice, or a row of another length.
    """
    path = Path(path)
    try:
        text, _ = decode_text(path.read_bytes())
    except OSError as error:
        raise DataError(
            f"{what} cannot be read: {error.strerror or error}", where=str(path), fix="check its path"
        ) from error
    except DataError as error:
        raise DataError(
            f"{what} is not text in a known encoding",
            where=str(path),
            received=error.what,
            fix='save it as "CSV UTF-8"',
        ) from error
    table = Delimited.of(text, known)
    try:
        lines = [
            (number, [plain_cell(cell.strip()) for cell in cells])
            for number, cells in table.records()
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise DataError(
            f"{what} is not a CSV table", where=str(path), received=str(error), fix="save it again as CSV"
        ) from error
    if not lines:
        raise DataError(f"{what} is empty", where=str(path), fix="give a CSV file with a header and one row each")
    (_, header), *rows = lines
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise DataError(f"{what} has a column twice", where=str(path), received=twice[0], fix="remove one of them")
    for number, row in rows:
        if len(row) != len(header) and (len(row) < len(header) or any(row[len(header) :])):
            raise DataError(
                f"a row of {what} has {len(row)} cells, the header {len(header)}",
                where=f"{path}, line {number}",
                received=shorten(table.delimiter.join(row)),
                fix='put cells that hold a separator in "quotes"',
            )
    return header, [dict(zip(header, row, strict=False)) for _, row in rows]


def check_unchanged(row: Mapping[str, str], columns: Iterable[str], place: str) -> None:
    """Refuse ids that a spreadsheet program has turned into dates or rounded numbers.

    Args:
        row: cells by column.
        columns: those with ids.
        place: of the row, for the message.

    Raises:
        DataError: a cell is such a date or number; the message names its column.
    """
    for column in columns:
        if kind := changed_by_spreadsheet(row[column]):
            raise DataError(
                f"a spreadsheet program has turned an id into {kind}",
                where=f"{place}, column {column!r}",
                received=repr(row[column]),
                fix=CHANGED_ID_FIX,
            )
