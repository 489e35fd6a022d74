"""Plain Python values of what NumPy, pandas, `datasets` and tables hold."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from qa_lesson.errors import DataError, shorten

_NUMPY_ARRAY = re.compile(r"array\((\[.*?\])(?:,\s*dtype=[\w.<>'\"]+)?\)", re.DOTALL)
_LONGEST_WRITTEN = 100_000  # characters of a dictionary in a table's cell; longer ones are texts


def plain_value(value: Any) -> Any:
    """`value` without library types: arrays and tuples as lists, NumPy numbers as Python's, NaN and NA as None.

    >>> import numpy as np
    >>> plain_value({"text": np.array(["Bram"]), "answer_start": np.array([0]), "kind": float("nan")})
    {'text': ['Bram'], 'answer_start': [0], 'kind': None}
    """
    if value is None or type(value) in (str, int, bool):
        return value
    if isinstance(value, float):
        return None if value != value else float(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {key: plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "tolist"):  # arrays, tensors and their scalars
        return plain_value(value.tolist())
    return value


def plain_record(record: Any) -> Any:
    """A record of any kind as a mapping of plain values, if it is one; a pandas row is."""
    if not isinstance(record, Mapping) and type(record).__name__ == "Series" and hasattr(record, "to_dict"):
        record = record.to_dict()
    return plain_value(record) if isinstance(record, Mapping) else record


def table_rows(source: Any) -> Iterator[Mapping[str, Any]] | None:
    """The rows of a pandas data frame or of a dictionary of columns; None if `source` is neither.

    >>> list(table_rows({"id": ["a", "b"], "question": ["Who?", "When?"]}))
    [{'id': 'a', 'question': 'Who?'}, {'id': 'b', 'question': 'When?'}]
    """
    if type(source).__name__ == "DataFrame" and hasattr(source, "to_dict"):
        records: list[dict[str, Any]] = source.to_dict("records")
        return iter(records)
    if not isinstance(source, Mapping) or not source:
        return None
    columns = {name: plain_value(column) for name, column in source.items()}
    if not all(isinstance(column, list) for column in columns.values()):
        return None
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1:
        raise DataError(
            "the columns have different lengths",
            received=", ".join(f"{name}: {len(column)}" for name, column in columns.items()),
            fix="give every column one value a question",
        )
    return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def whole_number(value: Any) -> Any:
    """An offset as a Python integer if that is what it means (``19.0``, ``"46"``); anything else as it is.

    >>> whole_number(19.0), whole_number(" 46 "), whole_number("4x"), whole_number(1.5)
    (19, 46, '4x', 1.5)
    """
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d{1,12}(?:\.0+)?\s*", value, re.ASCII):
        return int(float(value))
    return value


def written_value(text: str) -> Any:
    """The dictionary or list that `text` is the written form of, as `str()` or JSON write it; None if it is a text.

    Tables made with ``frame.to_csv()`` hold answers like this.

    >>> written_value("{'text': array(['Bram'], dtype=object), 'answer_start': array([0])}")
    {'text': ['Bram'], 'answer_start': [0]}
    """
    stripped = text.strip()
    if len(stripped) > _LONGEST_WRITTEN or stripped[:1] + stripped[-1:] not in ("{}", "[]"):
        return None
    try:
        return json.loads(stripped)
    except (ValueError, RecursionError):
        pass
    try:
        return plain_value(ast.literal_eval(_NUMPY_ARRAY.sub(r"\1", stripped)))
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None


def no_text(name: str, value: Any) -> DataError:
    """The error about a value that should be a text."""
    if isinstance(value, bytes | bytearray):
        fix = "bytes are no text yet: decode them with value.decode('utf-8')"
    elif hasattr(value, "read_text"):
        fix = "a path is not the text: pass path.read_text(encoding='utf-8')"
    else:
        fix = "give it as a string"
    return DataError(f"{name} is no text", received=f"{type(value).__name__} {shorten(repr(value))}", fix=fix)
