"""Questions from files of any size, and answers into one, a record at a time."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from qa_lesson.errors import DataError, Problem
from qa_lesson.loading.flat_records import Placed, checked_example, jsonl_records
from qa_lesson.schema import Example, Prediction

ARROW_FORMATS = {".parquet": "parquet", ".arrow": "arrow"}
"""What `datasets` reads batch by batch, by the end of the file's name."""


def question_stream(path: str | Path, *, on_problem: Callable[[Problem], None] | None = None) -> Iterator[Example]:
    """The questions of a file, read as they are asked for; answers in the file are passed over.

    Args:
        path: JSONL, one record a line with ``id``, ``question`` and ``context``; or Parquet or Arrow with these
            columns. That the ids differ is not checked, because that would take memory for each of them.
        on_problem: called with each record that cannot be used, which is then left out.

    Raises:
        DataError: the file cannot be read, has another format, or (unless `on_problem` is given) holds a record that
            cannot be used.
    """
    for place, record in _records(Path(path)):
        try:
            example = checked_example(_without_answers(record) if isinstance(record, Mapping) else record)
        except DataError as error:
            received = f" (received {error.received})" if error.received else ""
            problem = Problem(place, error.what + received, error.fix or "correct the record")
            if on_problem is None:
                raise DataError.from_problems([problem], source=str(path), n_records=1) from error
            on_problem(problem)
        else:
            yield example


def _without_answers(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: record.get(name) for name in ("id", "question", "context", "document")} | {"answers": []}


def _records(path: Path) -> Iterator[Placed]:
    if path.suffix in ARROW_FORMATS and path.is_file():
        import datasets

        rows = datasets.load_dataset(ARROW_FORMATS[path.suffix], data_files=str(path), split="train", streaming=True)
        yield from ((f"row {number}", row) for number, row in enumerate(rows, 1))
        return
    if path.suffix not in (".jsonl", ".ndjson"):
        raise DataError(
            "this is not a file that can be read record by record",
            where=str(path),
            fix=f"name a file that ends in .jsonl, {' or '.join(ARROW_FORMATS)}",
        )
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                for _, record in jsonl_records(line.rstrip("\n")):
                    yield f"line {number}", record
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            "the file cannot be read", where=str(path), received=str(error), fix="name a JSONL file in UTF-8"
        ) from error


def write_answers(path: Path, predictions: Iterable[Prediction]) -> int:
    """Write each answer as one line of JSON as soon as it comes, and return how many there were.

    A line has ``id``, ``text``, ``start``, ``end``, ``probability``, ``no_answer_score``, and ``n_best`` if there is
    more than one candidate.
    """
    written = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for prediction in predictions:
            file.write(json.dumps(_line(prediction), ensure_ascii=False) + "\n")
            written += 1
    return written


def _line(prediction: Prediction) -> dict[str, Any]:
    names = ("id", "text", "start", "end", "probability", "no_answer_score")
    spans = [dataclasses.asdict(span) for span in prediction.n_best] if len(prediction.n_best) > 1 else []
    return {name: getattr(prediction, name) for name in names} | ({"n_best": spans} if spans else {})
