"""How good a search is: is what was wanted among the first k, and how far down is it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation.intervals import Interval, Unit, mean_interval


def recall_at(
    ranks: Sequence[int | None],
    documents: Sequence[str],
    k: int = 1,
    *,
    unit: Unit | Literal["wider"] = "wider",
    confidence: float = 0.95,
) -> Interval:
    """The share of questions with something wanted among the first `k`, with its interval.

    Args:
        ranks: of each question, the place of the first wanted unit, counted from 1; None if it was not found.
        documents: what each question belongs to.
        k: how many places count.
        unit: what the interval imagines new ones of, see `qa_lesson.evaluation.score_interval`.
        confidence: nominal coverage, a fraction.

    Raises:
        ConfigError: `k` below 1, or as `score_interval`.
        DataError: a rank below 1, lists of different lengths, or too few documents or questions.

    >>> recall_at([1, 3, None, 1, 1, 2], list("aabbcc"), unit="question").estimate
    0.5
    """
    if k < 1:
        raise ConfigError("k must be at least 1", received=f"k={k}")
    return mean_interval([float(rank <= k) for rank in _or_far(ranks)], documents, unit=unit, confidence=confidence)


def mean_reciprocal_rank(
    ranks: Sequence[int | None],
    documents: Sequence[str],
    *,
    unit: Unit | Literal["wider"] = "wider",
    confidence: float = 0.95,
) -> Interval:
    """The mean of 1 / rank (MRR), 0 for what was not found, with its interval; arguments as `recall_at`.

    >>> mean_reciprocal_rank([1, 2, None, 1], list("abcd"), unit="question").estimate
    0.625
    """
    return mean_interval([1 / rank for rank in _or_far(ranks)], documents, unit=unit, confidence=confidence)


def _or_far(ranks: Sequence[int | None]) -> list[float]:
    """`ranks` with infinity for what was not found."""
    for i, rank in enumerate(ranks):
        if rank is not None and rank < 1:
            raise DataError("ranks are counted from 1", where=f"question {i}, counted from 0", received=f"rank {rank}")
    return [float("inf") if rank is None else float(rank) for rank in ranks]
