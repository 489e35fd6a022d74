"""Tables with a header row, separated by commas, semicolons or tabs: one question a row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa_lesson.errors import DataError, shorten
from qa_lesson.loading.flat_records import Placed
from qa_lesson.text.delimited import CHANGED_ID_FIX, Delimited, changed_by_spreadsheet

_COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "question_id", "qid"),
    "question": ("question", "query"),
    "context": ("context", "passage", "paragraph"),
    "answer": ("answer", "answer_text"),
    "answers": ("answers",),
    "answer_start": ("answer_start", "start", "answer_starts"),
    "is_impossible": ("is_impossible", "impossible", "unanswerable"),
    "document": ("document", "title", "document_id"),
    "type": ("type",),
    "difficulty": ("difficulty",),
}
_SEPARATOR = " | "
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False}
_TABLE_LAYOUT = (
    "expected a header row with the columns question, context (or passage) and answer, and optionally id, "
    "answer_start, document, is_impossible; several answers go into a column 'answers', separated by ' | '"
)


def opened_table(text: str) -> Delimited:
    """The table in a text, with the delimiter that fits best."""
    return Delimited.of(text, lambda header: len(_columns(header)))


def is_question_table(table: Delimited) -> bool:
    """Whether the first row names the columns of questions and contexts."""
    return {"question", "context"} <= set(_columns(table.header()))


def table_name(table: Delimited) -> str:
    """What such a table is called in messages."""
    return f"table separated by {_separator_name(table.delimiter)}"


def table_records(table: Delimited) -> list[Placed]:
    """The rows of a table in the flat layout, or errors with their place (row of data, and line of the file).

    Rows without an id get one from their number. Columns with other names are left out of the records.

    Args:
        table: from `opened_table`.

    Raises:
        DataError: a column is missing, or two names could mean the same one.
    """
    header = table.header()
    if not is_question_table(table):
        if {"lead_time", "annotation_id"} <= {name.casefold() for name in header}:
            raise DataError(
                "this is Label Studio's CSV, which drops parts of the annotations",
                received=f"columns {header}",
                fix="export the project as JSON",
            )
        raise DataError(
            "the first row does not name the columns 'question' and 'context'",
            received=shorten(repr(header), 120),
            fix=_TABLE_LAYOUT,
        )
    columns = _columns(header)
    roles = [role for name in header for role, names in _COLUMNS.items() if _plain(name) in names]
    twice = sorted({role for role in roles if roles.count(role) > 1})
    if {"answer", "answers"} <= set(roles):
        twice.append("answer")
    if twice:
        raise DataError(
            f"two columns could be the {twice[0]}",
            received=f"columns {header}",
            fix="rename or remove one of them",
        )
    if not {"answer", "answers", "is_impossible"} & set(roles):
        raise DataError("there is no column for answers", received=f"columns {header}", fix=_TABLE_LAYOUT)
    return list(_rows(table, header, columns))


def _rows(table: Delimited, header: Sequence[str], columns: Mapping[str, int]) -> Iterator[Placed]:
    records = table.records()
    last_line, _ = next(records)
    number = 0
    width = len(header)
    while True:
        place = f"row {number + 1} (line {last_line + 1})"
        try:
            last_line, cells = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            yield place, _quote_error(error)
            return
        if not any(cell.strip() for cell in cells):
            continue
        number += 1
        if len(cells) > width and not any(cells[width:]):  # cells of columns that were emptied
            del cells[width:]
        if len(cells) != width:
            yield (
                place,
                DataError(
                    f"the row has {len(cells)} cells and the header {width}",
                    received=shorten(table.delimiter.join(cells)),
                    fix=f"put texts that hold {_separator_name(table.delimiter)} or line breaks in double quotes",
                ),
            )
            continue
        try:
            record = {role: cells[index] for role, index in columns.items()}
            if kind := changed_by_spreadsheet(record.get("id", "")):
                raise DataError(
                    f"a spreadsheet program has turned the id in column {header[columns['id']]!r} into {kind}",
                    received=repr(record["id"]),
                    fix=CHANGED_ID_FIX,
                )
            yield place, _record(record, number)
        except DataError as error:
            yield place, error


def _quote_error(error: csv.Error) -> DataError:
    """The rows after it cannot be told apart any more, so reading stops there."""
    if "field larger" in str(error):
        return DataError(
            f"a cell has more than {csv.field_size_limit()} characters; from here on nothing could be read",
            fix="look for a double quote that is opened and not closed, or divide the text into passages",
        )
    return DataError(
        f"the quotes do not match ({error}); from here on nothing could be read",
        fix='close every double quote, and write a quote inside a quoted text twice: ""',
    )


def _record(cells: Mapping[str, str], number: int) -> dict[str, Any]:
    impossible = _TRUTH.get(cells.get("is_impossible", "").strip().casefold())
    if impossible is None:
        raise DataError(
            "is_impossible is neither true nor false", received=repr(cells["is_impossible"]), fix="write true or false"
        )
    if "answers" in cells:
        texts = [text.strip() for text in cells["answers"].split(_SEPARATOR)]
        texts = [] if texts == [""] else texts
    else:
        answer = cells.get("answer", "")
        texts = [answer] if answer.strip() else []
    if not texts and not impossible:
        raise DataError(
            "the answer is empty",
            fix="write the answer, or true into a column is_impossible if the context does not answer the question",
        )
    starts = _starts(cells.get("answer_start", ""), len(texts))
    return {
        "id": cells.get("id", "").strip() or f"row-{number}",
        "question": cells["question"].strip(),
        "context": cells["context"],
        "document": cells.get("document", "").strip(),
        "answers": [{"text": text, "answer_start": start} for text, start in zip(texts, starts, strict=True)],
        "is_impossible": impossible,
        "type": cells.get("type", "").strip(),
        "difficulty": cells.get("difficulty", "").strip(),
    }


def _starts(cell: str, n_answers: int) -> Sequence[int | None]:
    """The offsets of a row's answers; None for each where the cell is empty (or -1 without answers)."""
    parts = [part.strip() for part in cell.split("|")] if cell.strip() else []
    if not parts or (not n_answers and parts == ["-1"]):
        return [None] * n_answers
    for part in parts:
        if not re.fullmatch(r"-?\d{1,9}", part, re.ASCII):
            raise DataError(
                "answer_start is not a whole number",
                received=repr(cell),
                fix="write the position of the answer's first character, counted from 0, or leave the cell empty",
            )
    if len(parts) != n_answers:
        raise DataError(
            f"the row has {n_answers} answers and {len(parts)} offsets",
            received=repr(cell),
            fix="give one answer_start for each answer, separated by ' | ', or none",
        )
    return [int(part) for part in parts]


def _columns(header: Sequence[str]) -> dict[str, int]:
    """The place of each column that is known."""
    return {
        role: index for index, name in enumerate(header) for role, names in _COLUMNS.items() if _plain(name) in names
    }


def _plain(name: str) -> str:
    """``Answer text`` and ``answer-text`` are ``answer_text``."""
    return re.sub(r"[\s-]+", "_", name.strip().casefold())


def _separator_name(delimiter: str) -> str:
    return _DELIMITERS.get(delimiter, repr(delimiter))
