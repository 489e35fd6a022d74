"""Examples to SQuAD JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qa_lesson.schema import Answer, Example
from qa_lesson.storage import write_atomically


def write_squad(examples: Sequence[Example], path: str | Path) -> Path:
    """Write examples as SQuAD v2.0 JSON, atomically; kind, difficulty and paraphrases go along as extra fields.

    Raises:
        StorageError: the file cannot be written; what was there before is untouched.
    """
    articles: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for example in examples:
        questions = articles.setdefault(example.document, {}).setdefault(example.context, [])
        questions.append(_squad_question(example))
    data = [
        {"title": title, "paragraphs": [{"context": context, "qas": qas} for context, qas in paragraphs.items()]}
        for title, paragraphs in articles.items()
    ]
    return write_atomically(path, json.dumps({"version": "v2.0", "data": data}, ensure_ascii=False, indent=1) + "\n")


def _squad_question(example: Example) -> dict[str, Any]:
    def spans(answers: Sequence[Answer]) -> list[dict[str, Any]]:
        return [{"text": answer.text, "answer_start": answer.start} for answer in answers]

    question: dict[str, Any] = {
        "id": example.id,
        "question": example.question,
        "answers": spans(example.answers),
        "is_impossible": not example.is_answerable,
    }
    question |= {"plausible_answers": spans(example.plausible)} if example.plausible else {}
    question |= {"type": example.kind} if example.kind else {}
    question |= {"difficulty": example.difficulty} if example.difficulty else {}
    question |= {"paraphrases": list(example.paraphrases)} if example.paraphrases else {}
    return question
