"""Which units (sentences now, passages of an index later) fit a question best."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


class Scorer(Protocol):
    """Whatever holds N units and scores them for questions: `WordIndex`, `VectorIndex`."""

    def scores(self, questions: Sequence[str]) -> FloatArray:
        """(Q, N) higher is better. Scores compare within a row only."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Units for one question, best first.

    Args:
        units: their numbers, counted from 0 in the order of the index.
        scores: the score of each, falling.
    """

    units: tuple[int, ...]
    scores: tuple[float, ...]

    def rank(self, wanted: Container[int]) -> int | None:
        """The place of the first wanted unit, counted from 1; None if there is none.

        >>> Ranking((4, 2, 7), (0.9, 0.5, 0.1)).rank({2, 7})
        2
        """
        return next((place for place, unit in enumerate(self.units, 1) if unit in wanted), None)


def rank_units(scores: npt.ArrayLike, units: Sequence[int] | None = None, *, k: int | None = None) -> Ranking:
    """Units by falling score. Of equal scores the earlier unit comes first, so the same input gives the same ranking.

    Args:
        scores: (N,) a score for each unit.
        units: the numbers of the N units; None counts from 0.
        k: how many to keep; None keeps all.

    >>> rank_units([0.2, 0.7, 0.7], k=2)
    Ranking(units=(1, 2), scores=(0.7, 0.7))
    """
    values = np.asarray(scores, np.float64)
    order = np.argsort(-values, kind="stable")[:k]
    numbers = np.arange(len(values)) if units is None else np.asarray(units)
    return Ranking(tuple(numbers[order].tolist()), tuple(values[order].tolist()))
