"""Files and data sets of questions to checked examples, and back.

Read: SQuAD v1.1 and v2.0 JSON, JSONL and `datasets.Dataset` with one question a record. Every bad record is reported
with its place; the rest is used only when the caller says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_lesson.errors import DataError, Problem, shorten
from qa_lesson.schema import Answer, Example

if TYPE_CHECKING:
    import datasets

_SQUAD_LAYOUT = (
    'expected SQuAD JSON: {"data": [{"title": ..., "paragraphs": [{"context": ..., "qas": [{"id": ..., "question": '
    '..., "answers": [{"text": ..., "answer_start": ...}]}]}]}]}'
)
_RECORD_LAYOUT = (
    'expected records such as {"id": "q1", "question": ..., "context": ..., '
    '"answers": {"text": [...], "answer_start": [...]}}'
)


@dataclass(frozen=True)
class LoadReport:
    """What was read from one source.

    Args:
        source: the file or data set, for messages.
        examples: the good records.
        problems: the bad ones, each with its place and remedy.
        n_records: good and bad together.
    """

    source: str
    examples: tuple[Example, ...]
    problems: tuple[Problem, ...]
    n_records: int


def load_examples(source: str | Path | datasets.Dataset, *, skip_bad: bool = False) -> list[Example]:
    """The examples of a file or data set.

    Args:
        source: a ``.json`` file in SQuAD layout (v1.1 or v2.0) or holding a list of records, a ``.jsonl`` file with
            one record a line, or a `datasets.Dataset` with the columns of ``squad`` or ``squad_v2``.
        skip_bad: leave bad records out instead of raising; `read_examples` tells which.

    Raises:
        DataError: the source cannot be read at all, holds no good record, or (unless `skip_bad`) holds a bad one;
            the message lists them.
    """
    report = read_examples(source)
    if report.problems and not (skip_bad and report.examples):
        raise DataError.from_problems(report.problems, source=report.source, n_records=report.n_records)
    return list(report.examples)


def read_examples(source: str | Path | datasets.Dataset) -> LoadReport:
    """Read a source as `load_examples` does, but return the bad records beside the good ones.

    Raises:
        DataError: the source cannot be read at all: no such file, not JSON, another layout, no records.
    """
    if isinstance(source, str | Path):
        path = Path(source)
        name, records = str(path), list(_file_records(path))
    else:
        name, records = "the data set", list(_dataset_records(source))
    if not records:
        raise DataError("there are no questions in it", where=name, received="0 records", fix=_SQUAD_LAYOUT)
    examples: dict[str, Example] = {}
    problems: list[Problem] = []
    for place, record in records:
        try:
            example = record if isinstance(record, Example) else _example(record)
            if example.id in examples:
                raise DataError(f"the id {example.id!r} was used before", fix="give every question its own id")
            examples[example.id] = example
        except DataError as error:
            received = f" (received {error.received})" if error.received else ""
            problems.append(Problem(place, error.what + received, error.fix or "correct the record"))
    return LoadReport(name, tuple(examples.values()), tuple(problems), len(records))


def _file_records(path: Path) -> Iterator[tuple[str, Any]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(
            f"cannot read the file: {error.strerror}", where=str(path), fix="check the path, and that it is a file"
        ) from error
    except UnicodeDecodeError as error:
        raise DataError(
            "the file is not UTF-8 text",
            where=f"{path}, byte {error.start}",
            received=f"byte 0x{error.object[error.start]:02x}",
            fix="save it as UTF-8",
        ) from error
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        yield from _jsonl_records(text)
        return
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        hint = "" if path.suffix.lower() == ".json" else f"; files that end in {path.suffix!r} are read as JSON"
        lines = text.strip().splitlines()
        if len(lines) > 1 and all(line.strip().startswith("{") for line in lines[:2]):
            hint = "; it looks like one record a line: rename it to .jsonl"
        raise DataError(
            "the file is not JSON", where=str(path), received=str(error), fix=_SQUAD_LAYOUT + hint
        ) from error
    if isinstance(content, list):
        yield from ((f"record {number}", record) for number, record in enumerate(content, 1))
    elif isinstance(content, dict) and isinstance(content.get("data"), list):
        yield from _squad_records(content["data"])
    else:
        keys = f"an object with keys {', '.join(map(repr, list(content)[:6]))}" if isinstance(content, dict) else ""
        raise DataError(
            "the JSON has another layout",
            where=str(path),
            received=keys or type(content).__name__,
            fix=_SQUAD_LAYOUT,
        )


def _jsonl_records(text: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield f"line {number}", json.loads(line)
        except (ValueError, RecursionError) as error:
            yield f"line {number}", DataError(f"the line is not JSON: {error}", fix=_RECORD_LAYOUT)


def _dataset_records(dataset: datasets.Dataset) -> Iterator[tuple[str, Any]]:
    columns = getattr(dataset, "column_names", None)
    if not isinstance(columns, list):
        splits = f" with splits {sorted(columns)}" if isinstance(columns, dict) else ""
        raise DataError(
            "this is no source of examples",
            received=f"{type(dataset).__name__}{splits}",
            fix='pass a path, or one split of a datasets.DatasetDict such as data["train"]',
        )
    absent = [name for name in ("question", "context") if name not in columns]
    if absent:
        raise DataError(
            f"the data set has no column {' or '.join(map(repr, absent))}",
            received=f"columns {columns}",
            fix='rename its columns: dataset.rename_column("passage", "context")',
        )
    yield from ((f"row {number}", row) for number, row in enumerate(dataset))


def _squad_records(articles: list[Any]) -> Iterator[tuple[str, Any]]:
    def parts(owner: Any, key: str, place: str) -> tuple[list[Any], DataError | None]:
        value = owner.get(key) if isinstance(owner, dict) else None
        if isinstance(value, list):
            return value, None
        return [], DataError(f"{key!r} is missing or no list", received=shorten(repr(value)), fix=_SQUAD_LAYOUT)

    for a, article in enumerate(articles, 1):
        place = f"article {a}"
        paragraphs, error = parts(article, "paragraphs", place)
        if error:
            yield place, error
            continue
        title = article.get("title", "")
        place += f" ({shorten(title, 30)})" if isinstance(title, str) and title else ""
        for p, paragraph in enumerate(paragraphs, 1):
            questions, error = parts(paragraph, "qas", place)
            if error:
                yield f"{place}, paragraph {p}", error
                continue
            for q, question in enumerate(questions, 1):
                here = f"{place}, paragraph {p}, question {q}"
                if not isinstance(question, dict):
                    yield here, question
                    continue
                here += f" (id {question['id']!r})" if "id" in question else ""
                yield here, {**question, "context": paragraph.get("context"), "document": title, "_squad": True}


def _example(record: Any) -> Example:
    """One record, in SQuAD's or the flat layout, as a checked example."""
    if isinstance(record, DataError):
        raise record
    if not isinstance(record, Mapping):
        raise DataError("the record is no JSON object", received=shorten(repr(record)), fix=_RECORD_LAYOUT)
    for name in ("id", "question", "context"):
        if record.get(name) is None:
            raise DataError(f"{name!r} is missing", received=f"keys {sorted(map(str, record))}", fix=_RECORD_LAYOUT)
        if not isinstance(record[name], str) and name != "id":
            raise DataError(f"{name!r} is no text", received=shorten(repr(record[name])), fix="give it as a string")
    context = record["context"]
    impossible = record.get("is_impossible", False)
    answers = _answers(record.get("answers", record.get("answer")), context)
    if impossible and answers:
        raise DataError(
            "the question is marked is_impossible and yet has answers",
            received=shorten(answers[0].text),
            fix="remove the mark, or move the answers to plausible_answers",
        )
    if record.get("_squad") and not impossible and not answers:
        raise DataError("the question has no answers", fix='add them, or mark it "is_impossible": true if it has none')
    return Example(
        id=str(record["id"]),
        question=record["question"],
        context=context,
        answers=answers,
        document=str(record.get("document") or record.get("title") or ""),
        kind=record.get("type"),
        difficulty=record.get("difficulty"),
        plausible=_answers(record.get("plausible_answers"), context),
        paraphrases=tuple(record.get("paraphrases") or ()),
    )


def _answers(value: Any, context: str) -> tuple[Answer, ...]:
    """Answers as a list of {text, answer_start}, as {text: [...], answer_start: [...]}, or as plain texts."""
    if value is None:
        return ()
    if isinstance(value, str):
        value = [{"text": value}] if value else []
    if isinstance(value, Mapping):
        texts, starts = value.get("text"), value.get("answer_start")
        if isinstance(texts, str):
            texts, starts = [texts], [starts]
        if not isinstance(texts, Sequence):
            raise DataError("the answers have no 'text'", received=shorten(repr(value)), fix=_RECORD_LAYOUT)
        starts = [None] * len(texts) if starts is None else starts
        if not isinstance(starts, Sequence) or len(starts) != len(texts):
            raise DataError(
                "the answers have not one answer_start for each text", received=shorten(repr(value)), fix=_RECORD_LAYOUT
            )
        value = [{"text": text, "answer_start": start} for text, start in zip(texts, starts, strict=True)]
    if not isinstance(value, Sequence):
        raise DataError("the answers are no list", received=shorten(repr(value)), fix=_RECORD_LAYOUT)
    return tuple(_answer({"text": item} if isinstance(item, str) else item, context) for item in value)


def _answer(item: Any, context: str) -> Answer:
    if not isinstance(item, Mapping) or not isinstance(item.get("text"), str):
        raise DataError("an answer has no text", received=shorten(repr(item)), fix=_RECORD_LAYOUT)
    text, start = item["text"], item.get("answer_start")
    if start is None:
        count = context.count(text) if text else 0
        if count > 1:
            raise DataError(
                f"answer {shorten(text)} has no answer_start and occurs {count} times in the context",
                fix="say which occurrence is meant by its answer_start",
            )
        start = context.find(text)
    return Answer(text, start)
