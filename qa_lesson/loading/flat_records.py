"""One question a record: the flat layout that every other format is brought to, and its checks.

A record is a mapping with ``question``, ``context``, ``answers`` (or ``answer``), ``id`` and optionally ``document``
(or ``title``), ``is_impossible``, ``type``, ``difficulty``, ``plausible_answers`` and ``paraphrases``. Readers give
each record with its place; a record that they cannot make sense of is a `DataError` in its stead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qa_lesson.errors import DataError, shorten
from qa_lesson.loading.library_values import no_text, plain_record, plain_value, whole_number, written_value
from qa_lesson.loading.offsets import explain_offset
from qa_lesson.schema import Answer, Example
from qa_lesson.text.folding import explain_absence

if TYPE_CHECKING:
    import datasets

Placed = tuple[str, Any]
"""Where a record is, and the record: a mapping, an `Example`, anything unfit, or the `DataError` about it."""

RECORD_LAYOUT = (
    'expected records such as {"id": "q1", "question": ..., "context": ..., '
    '"answers": {"text": [...], "answer_start": [...]}}'
)
CONTEXT_NAMES = ("context", "passage", "paragraph", "text")
"""What other tools call the passage; the first is ours."""
QUESTION_NAMES = ("question", "query")


def parse_json(text: str) -> Any:
    """JSON as Python objects; a key given twice in one object is an error, for one of its values would be lost.

    Raises:
        ValueError: not JSON, nested too deeply, or a key given twice.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        content = dict(pairs)
        if len(content) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise ValueError(f"the key {twice!r} occurs twice in one object")
        return content

    try:
        return json.loads(text, object_pairs_hook=unique)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def jsonl_records(text: str) -> Iterator[Placed]:
    """The records of a JSONL text, one a line; blank lines are passed over."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield f"line {number}", parse_json(line)
        except ValueError as error:
            yield f"line {number}", DataError(f"the line is not JSON: {error}", fix=RECORD_LAYOUT)


def dataset_records(dataset: datasets.Dataset) -> Iterator[Placed]:
    """The rows of one split of a `datasets.Dataset`.

    Raises:
        DataError: it is something else, or lacks a column.
    """
    columns = getattr(dataset, "column_names", None)
    if not isinstance(columns, list):
        kind, fix = type(dataset).__name__, 'pass a path, or one split of a datasets.DatasetDict such as data["train"]'
        if isinstance(columns, dict):
            kind += f" with splits {sorted(columns)}"
        raise DataError("this is no source of examples", received=kind, fix=fix)
    absent = [name for name in ("question", "context") if name not in columns]
    if absent:
        raise DataError(
            f"the data set has no column {' or '.join(map(repr, absent))}",
            received=f"columns {columns}",
            fix='rename its columns: dataset.rename_column("passage", "context")',
        )
    yield from ((f"dataset[{index}]", row) for index, row in enumerate(dataset))


def checked_example(record: Any) -> Example:
    """One record as a checked example.

    Answers may come as a list of ``{text, answer_start}``, as ``{text: [...], answer_start: [...]}``, or as plain
    texts. An answer without an offset is looked for in the context and must occur there exactly once. No answers must
    be said: an empty list, or ``is_impossible``.

    Raises:
        DataError: anything missing, of another type, contradictory or not at its place.
    """
    if isinstance(record, Example):
        return record
    if isinstance(record, DataError):
        raise record
    record = plain_record(record)
    if not isinstance(record, Mapping):
        raise DataError("the record is no JSON object", received=shorten(repr(record)), fix=RECORD_LAYOUT)
    for name, others in (("id", ()), ("question", QUESTION_NAMES), ("context", CONTEXT_NAMES)):
        if record.get(name) is None:
            called = next((other for other in others if record.get(other) is not None), None)
            fix = f"rename {called!r} to {name!r}" if called else RECORD_LAYOUT
            raise DataError(f"{name!r} is missing", received=f"keys {sorted(map(str, record))}", fix=fix)
    question, context = _text(record, "question"), _text(record, "context")
    impossible = _flag(record.get("is_impossible"))
    answers = _answers(_given_answers(record, impossible), context)
    if impossible and answers:
        raise DataError(
            "the question is marked is_impossible and yet has answers",
            received=shorten(answers[0].text),
            fix="remove the mark, or move the answers to plausible_answers",
        )
    return Example(
        id=_name(record, "id"),
        question=question,
        context=context,
        answers=answers,
        document=_name(record, "document") or _name(record, "title"),
        kind=_text(record, "type") or None,
        difficulty=_text(record, "difficulty") or None,
        plausible=_answers(record.get("plausible_answers"), context),
        paraphrases=_texts(record.get("paraphrases")),
    )


def locate(text: str, context: str) -> int:
    """Where the only occurrence of `text` in `context` starts.

    Raises:
        DataError: it occurs more than once (the message lists the offsets), or nowhere (the message says how the
            context has it, if it has it in another writing).
    """
    starts: list[int] = []
    start = context.find(text) if text.strip() else -1
    while start >= 0:
        starts.append(start)
        start = context.find(text, start + 1)
    if not text.strip():
        raise DataError(
            "an answer is empty",
            received=repr(text),
            fix="give its text, or no answers at all for an unanswerable question",
        )
    if not starts:
        raise DataError(f"answer {shorten(text)} cannot be placed", fix=explain_absence(text, context))
    if len(starts) > 1:
        more = f" and {len(starts) - 5} more" if len(starts) > 5 else ""
        raise DataError(
            f"answer {shorten(text)} has no answer_start and occurs {len(starts)} times in the context",
            fix=f"say which is meant by its answer_start: {', '.join(map(str, starts[:5]))}{more}",
        )
    return starts[0]


def _text(record: Mapping[str, Any], key: str) -> str:
    """A text that may be absent, free of halves of characters (which no file could be written with)."""
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise no_text(repr(key), value)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise DataError(
            f"{key!r} holds half of a character at {error.start}",
            received=repr(value[error.start]),
            fix="an emoji was cut in two, for instance by cutting a text in JavaScript: write it anew",
        ) from error
    return value


def _name(record: Mapping[str, Any], key: str) -> str:
    """An id or title: a text, or a whole number that becomes one."""
    value = record.get(key)
    if isinstance(value, float) and value.is_integer():  # pandas makes these of whole numbers if a cell is empty
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _text(record, key)


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence) or not all(isinstance(item, str) for item in value):
        raise DataError(
            "'paraphrases' is no list of texts", received=shorten(repr(value)), fix='for instance ["in 1999"]'
        )
    return tuple(value)


def _flag(value: Any) -> bool:
    if value is not None and not isinstance(value, bool):
        raise DataError(
            "'is_impossible' is neither true nor false", received=repr(value), fix="write true or false without quotes"
        )
    return bool(value)


def _given_answers(record: Mapping[str, Any], impossible: bool) -> Any:
    """What the record says about answers, if it says anything."""
    both = [key for key in ("answers", "answer") if record.get(key) not in (None, "", [])]
    if len(both) > 1 and record["answers"] != record["answer"]:
        raise DataError("the record has both 'answers' and 'answer'", fix="keep one of them")
    value = record.get("answers")
    value = record.get("answer") if value is None else value
    if value in (None, "") and not impossible:
        raise DataError(
            "the record has no answers",
            received=f"keys {sorted(map(str, record))}",
            fix='add them, or say that it has none: "is_impossible": true',
        )
    if isinstance(value, str) and record.get("answer_start") is not None:
        return {"text": [value], "answer_start": [record["answer_start"]]}
    return value


def _answers(value: Any, context: str) -> tuple[Answer, ...]:
    value = _unwritten(value, context)
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        value = [value]
    if isinstance(value, Mapping):
        texts, starts = value.get("text"), value.get("answer_start")
        if isinstance(texts, str):
            texts, starts = [texts], [starts]
        if not isinstance(texts, Sequence):
            raise DataError("the answers have no 'text'", received=shorten(repr(value)), fix=RECORD_LAYOUT)
        starts = [None] * len(texts) if starts is None else starts
        if not isinstance(starts, Sequence) or len(starts) != len(texts):
            raise DataError(
                "the answers have not one answer_start for each text", received=shorten(repr(value)), fix=RECORD_LAYOUT
            )
        value = [{"text": text, "answer_start": start} for text, start in zip(texts, starts, strict=True)]
    if not isinstance(value, Sequence):
        raise DataError("the answers are no list", received=shorten(repr(value)), fix=RECORD_LAYOUT)
    return tuple(_answer({"text": item} if isinstance(item, str) else item, context) for item in value)


def _unwritten(value: Any, context: str) -> Any:
    """Answers that a table holds in their written form, such as ``"{'text': ['Bram'], 'answer_start': [0]}"``.

    A text that the context has as it is stays a text.
    """
    lone = value[0] if isinstance(value, list) and len(value) == 1 else value
    if isinstance(lone, Mapping) and set(lone) <= {"text", "answer_start"} and lone.get("answer_start") is None:
        lone = lone.get("text")
    if not isinstance(lone, str) or lone in context:
        return value
    written = written_value(lone)
    is_layout = isinstance(written, Mapping) and "text" in written
    is_list = isinstance(written, list) and all(isinstance(item, str | Mapping) for item in written)
    return written if is_layout or is_list else value


def _answer(item: Any, context: str) -> Answer:
    if not isinstance(item, Mapping) or not isinstance(item.get("text"), str):
        raise DataError("an answer has no text", received=shorten(repr(item)), fix=RECORD_LAYOUT)
    text, start = item["text"], whole_number(plain_value(item.get("answer_start")))
    if start is None:
        start = locate(text, context)
    elif isinstance(start, int) and start >= 0 and text.strip() and not context.startswith(text, start):
        unit = explain_offset(context, text, start)
        if unit:
            found = context[start : start + len(text)]
            raise DataError(
                f"answer {shorten(text)} is not at answer_start {start}, where "
                f"{shorten(found) if found else 'nothing'} stands",
                fix=f"{unit}: use that answer_start, and convert the other offsets of the file the same",
            )
    return Answer(text, start)
