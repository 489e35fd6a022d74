"""Doccano's exports of sequence labeling: one text a line, with the spans that were labeled.

The text is the passage. The question comes from the field ``question`` that the text was imported with, in the record
itself or under ``meta``. A span labeled "Answer" (or any label, if the record has only one) is an acceptable answer.
For a question without one, label any word "No answer", because a text without labels may not be annotated yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa_lesson.errors import DataError, shorten
from qa_lesson.loading.flat_records import QUESTION_NAMES
from qa_lesson.loading.library_values import whole_number

_LAYOUT = (
    'expected doccano records such as {"text": ..., "question": ..., "label": [[0, 4, "Answer"]]}: import the texts '
    "with a column question, and export the project as JSONL"
)
_NO_ANSWER = ("no answer", "no_answer", "unanswerable")


def is_doccano(raw: Any) -> bool:
    """Whether a record is a text with doccano's labels."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("text"), str) or "context" in raw:
        return False
    labels = raw.get("label", raw.get("labels"))
    is_labels = isinstance(labels, list) and all(isinstance(item, list) and len(item) == 3 for item in labels)
    return is_labels or isinstance(raw.get("entities"), list)


def doccano_record(place: str, raw: Any) -> dict[str, Any]:
    """One text in the flat layout; without an id its place becomes the id.

    Raises:
        DataError: another shape, no question, no label, or a span whose place is not certain.
    """
    if not is_doccano(raw):
        raise DataError("the record is no doccano record", received=shorten(repr(raw)), fix=_LAYOUT)
    meta = raw["meta"] if isinstance(raw.get("meta"), Mapping) else {}
    fields = {**meta, **raw}
    question = next((fields[name] for name in QUESTION_NAMES if fields.get(name)), None)
    if question is None:
        raise DataError("the text has no question", received=f"keys {sorted(map(str, fields))}", fix=_LAYOUT)
    spans = [_span(item) for item in (raw["entities"] if "entities" in raw else raw.get("label", raw.get("labels")))]
    names = {name.casefold() for _, _, name in spans}
    answers = [span for span in spans if "answer" in span[2].casefold() or len(names) == 1]
    answers = [span for span in answers if span[2].casefold() not in _NO_ANSWER]
    impossible = fields.get("is_impossible") is True or any(name in _NO_ANSWER for name in names)
    if not answers and not impossible:
        raise DataError(
            "no answer is labeled", received=f"labels {sorted(names)}", fix='label the answer, or any word "No answer"'
        )
    texts = fields.get("answers")
    if not isinstance(texts, list) or len(texts) != len(answers):  # none were written, or the labels changed after it
        texts = [None] * len(answers)
    return {
        "id": fields.get("question_id") or fields.get("id") or place.replace(" ", "-"),
        "question": question,
        "context": raw["text"],
        "document": fields.get("document") or fields.get("title"),
        "type": fields.get("type"),
        "answers": [_answer(raw["text"], *span[:2], text) for span, text in zip(answers, texts, strict=True)],
        "is_impossible": impossible,
    }


def _span(item: Any) -> tuple[int, int, str]:
    """Start, end and label."""
    if isinstance(item, Mapping):
        start, end, name = item.get("start_offset"), item.get("end_offset"), item.get("label")
    else:
        start, end, name = item
    start, end = whole_number(start), whole_number(end)
    if not isinstance(start, int) or not isinstance(end, int) or not isinstance(name, str):
        raise DataError("a label has no place or no name", received=shorten(repr(item)), fix=_LAYOUT)
    return start, end, name


def _answer(context: str, start: int, end: int, text: Any) -> dict[str, Any]:
    if not 0 <= start < end <= len(context):
        raise DataError(
            "a label is outside of its text", received=f"{start} to {end} of {len(context)} characters", fix=_LAYOUT
        )
    if isinstance(text, str) and context[start:end] == text:
        return {"text": text, "answer_start": start}
    if any(ord(character) > 0xFFFF for character in context[:end]):
        raise DataError(
            "the text has emoji or other characters that browsers count twice before the end of a label",
            received=f"{start} to {end}",
            fix="remove them from the texts, import these, and label again",
        )
    return {"text": context[start:end], "answer_start": start}
