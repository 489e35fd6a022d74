"""The order in which a learner meets the questions: drawn from who they are and the bundle, everywhere the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from qa_lesson.grading.formats.results import LearnerResult, Results

Entry = TypeVar("Entry")


def learner_seed(bundle: str, learner: str) -> str:
    """What a learner's orders depend on.

    Args:
        bundle: its id.
        learner: as they typed it; capitals do not matter.
    """
    return f"{bundle}\n{learner.casefold()}"


def shuffled(entries: Sequence[Entry], seed: str, ids: Sequence[str]) -> list[Entry]:
    """`entries` in an order that depends on `seed` and their ids alone, the same on every machine."""
    ranks = [hashlib.sha256(f"{seed}\n{name}".encode()).digest() for name in ids]
    return [entry for _, entry in sorted(zip(ranks, entries, strict=True), key=lambda pair: pair[0])]


def seen_as(results: Results, result: LearnerResult) -> dict[str, int]:
    """The number that each question had for this learner, from 1, by its id; without those that they were not asked.

    Args:
        results: of a graded quiz.
        result: of one of its learners; of someone who handed in nothing the numbers are those of the key.
    """
    not_asked = {answer.question for answer in result.questions if answer.status == "not asked"}
    ids = [question.id for question in results.questions if question.id not in not_asked]
    if result.typed:
        ids = shuffled(ids, learner_seed(result.bundle or results.bundle, result.typed), ids)
    return {name: place for place, name in enumerate(ids, start=1)}
