"""SQuAD JSON, versions 1.1 and 2.0: articles with paragraphs with questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qa_lesson.errors import DataError, shorten
from qa_lesson.loading.flat_records import Placed

SQUAD_LAYOUT = (
    'expected SQuAD JSON: {"data": [{"title": ..., "paragraphs": [{"context": ..., "qas": [{"id": ..., "question": '
    '..., "answers": [{"text": ..., "answer_start": ...}]}]}]}]}'
)


def squad_records(articles: Sequence[Any]) -> Iterator[Placed]:
    """The questions of a file's ``data``, each with its context and title; damaged parts as errors with their place.

    Where an article has no title, the paragraph's ``document_id`` (Haystack) stands in for it.
    """
    for a, article in enumerate(articles, 1):
        place = f"article {a}"
        paragraphs, error = _parts(article, "paragraphs")
        if error:
            yield place, error
            continue
        title = article.get("title")
        place += f" ({shorten(title, 30)})" if isinstance(title, str) and title else ""
        for p, paragraph in enumerate(paragraphs, 1):
            questions, error = _parts(paragraph, "qas")
            if error:
                yield f"{place}, paragraph {p}", error
                continue
            document = title if title not in (None, "") else paragraph.get("document_id")
            for q, question in enumerate(questions, 1):
                here = f"{place}, paragraph {p}, question {q}"
                if not isinstance(question, dict):
                    yield here, question
                    continue
                here += f" (id {question['id']!r})" if "id" in question else ""
                record = {**question, "context": paragraph.get("context"), "document": document}
                yield here, _with_answers(record)


def is_haystack(articles: Sequence[Any]) -> bool:
    """Whether articles in SQuAD's layout come from Haystack's annotation tool, which adds fields of its own."""
    for article in articles:
        paragraphs, _ = _parts(article, "paragraphs")
        for paragraph in paragraphs:
            questions, _ = _parts(paragraph, "qas")
            if isinstance(paragraph, dict) and "document_id" in paragraph:
                return True
            answers = [answer for question in questions for answer in _parts(question, "answers")[0]]
            if any(isinstance(answer, dict) and {"document_id", "answer_category"} & set(answer) for answer in answers):
                return True
    return False


def _with_answers(record: dict[str, Any]) -> dict[str, Any] | DataError:
    """The record, unless it lacks answers and does not say that there are none: in SQuAD that is an oversight."""
    if record.get("question") is not None and not record.get("answers") and not record.get("is_impossible"):
        return DataError("the question has no answers", fix='add them, or mark it "is_impossible": true if it has none')
    return record


def _parts(owner: Any, key: str) -> tuple[list[Any], DataError | None]:
    value = owner.get(key) if isinstance(owner, dict) else None
    if isinstance(value, list):
        return value, None
    return [], DataError(f"{key!r} is missing or no list", received=shorten(repr(value)), fix=SQUAD_LAYOUT)
