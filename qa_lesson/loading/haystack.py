"""Haystack's evaluation records and labels; what its annotation tool exports is SQuAD JSON with more fields.

Understood are records with a ``question`` (or ``query``), ``documents`` (or ``contexts``, or one ``document``: texts,
or objects with ``content``) and ``answers`` (or ``ground_truth_answers``, or one ``answer``: texts, or objects with
``text``, ``answer`` or ``data`` and an offset in the document).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qa_lesson.errors import DataError, shorten
from qa_lesson.loading.flat_records import QUESTION_NAMES

_PASSAGES = ("documents", "contexts", "document")
_ANSWERS = ("ground_truth_answers", "answers", "answer")
_LAYOUT = (
    'expected Haystack records such as {"question": ..., "documents": [{"content": ...}], "answers": ["..."]}, each '
    "with the one document that holds the answer"
)


def is_haystack_record(raw: Any) -> bool:
    """Whether a record brings its passage as Haystack documents."""
    return (
        isinstance(raw, Mapping)
        and "context" not in raw
        and any(name in raw for name in QUESTION_NAMES)
        and any(isinstance(raw.get(name), list | Mapping) for name in _PASSAGES)
    )


def haystack_record(place: str, raw: Any) -> dict[str, Any]:
    """One evaluation record or label in the flat layout; without an id its place becomes the id.

    With several documents the answer's is the one that holds all its texts; if that is not exactly one, it is an error.

    Raises:
        DataError: another shape, or a document that is not clear.
    """
    if not is_haystack_record(raw):
        raise DataError("the record is no Haystack record", received=shorten(repr(raw)), fix=_LAYOUT)
    if raw.get("is_correct_answer") is False or raw.get("is_correct_document") is False:
        raise DataError(
            "the label says that this answer or document is wrong",
            received="is_correct_answer or is_correct_document is false",
            fix="export the correct labels only",
        )
    given: Any = next((raw[name] for name in _ANSWERS if raw.get(name) is not None), [])
    found = [_answer(item) for item in (given if isinstance(given, list) else [given])]
    answers = [answer for answer in found if answer is not None]
    impossible = bool(raw.get("no_answer") or raw.get("is_impossible"))
    if not answers and not impossible:
        raise DataError("the record has no answers", fix='add them, or say that it has none: "no_answer": true')
    document = _document(raw, [answer["text"] for answer in answers])
    meta = document["meta"] if isinstance(document.get("meta"), Mapping) else {}
    return {
        "id": raw.get("id", place.replace(" ", "-")),
        "question": next(raw[name] for name in QUESTION_NAMES if name in raw),
        "context": document["content"],
        "document": document.get("name") or meta.get("name") or document.get("id"),
        "answers": answers,
        "is_impossible": impossible,
        "type": raw.get("type") if isinstance(raw.get("type"), str) else None,
    }


def _document(raw: Mapping[str, Any], texts: Sequence[str]) -> Mapping[str, Any]:
    """The document that the answers come from."""
    given = next(raw[name] for name in _PASSAGES if raw.get(name) is not None)
    documents = []
    for item in given if isinstance(given, list) else [given]:
        document = {"content": item} if isinstance(item, str) else _unwrapped(item)
        if not isinstance(document, Mapping) or not isinstance(document.get("content"), str):
            raise DataError("a document has no text in 'content'", received=shorten(repr(item)), fix=_LAYOUT)
        documents.append(document)
    if len(documents) == 1:
        return documents[0]
    holding = [document for document in documents if texts and all(text in document["content"] for text in texts)]
    if len(holding) != 1:
        raise DataError(
            f"the record has {len(documents)} documents, and it is not clear which one the answer comes from",
            received=f"the answer is in {len(holding)} of them" if texts else "no answer",
            fix="keep the document that the answer comes from",
        )
    return holding[0]


def _answer(item: Any) -> dict[str, Any] | None:
    """An answer as ``{text, answer_start}``; None for Haystack's way of saying "no answer"."""
    if isinstance(item, str):
        return {"text": item} if item else None
    item = _unwrapped(item)
    if not isinstance(item, Mapping):
        raise DataError("an answer has no text", received=shorten(repr(item)), fix=_LAYOUT)
    key = next((name for name in ("text", "answer", "data") if name in item), None)
    if key is None or not isinstance(item[key], str | None):
        raise DataError("an answer has no text", received=shorten(repr(item)), fix=_LAYOUT)
    offset = item.get("document_offset") or item.get("offsets_in_document")
    if isinstance(offset, list):
        offset = offset[0] if offset else None
    start = offset.get("start") if isinstance(offset, Mapping) else item.get("answer_start")
    return {"text": item[key], "answer_start": start} if item[key] else None


def _unwrapped(item: Any) -> Any:
    """The fields of an object that Haystack 2 has written with its type."""
    return item["init_parameters"] if isinstance(item, Mapping) and "init_parameters" in item else item
