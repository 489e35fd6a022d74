"""One order from several: what the words miss the meaning may find, and the other way round."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import ConfigError
from qa_lesson.retrieval.rankings import FloatArray


def fuse_scores(scores: npt.ArrayLike, weights: Sequence[float] | None = None) -> FloatArray:
    """The sum of standardized scores: of each row, how many standard deviations a unit is above the row's mean.

    Fit for few units. With a whole index, where most units have nothing to do with the question, `fuse_ranks` is the
    steadier choice.

    Args:
        scores: (P, N) a row for each of P methods, a column for each unit.
        weights: of each row; None counts all alike.

    Returns:
        (N,) higher is better. A row without differences adds nothing.

    Raises:
        ConfigError: not one weight for each row.

    >>> fuse_scores([[0.0, 12.0, 0.0], [0.5, 0.4, 0.3]]).argmax()
    np.int64(1)
    """
    rows = np.atleast_2d(np.asarray(scores, np.float64))
    factors = np.ones(len(rows)) if weights is None else np.asarray(weights, np.float64)
    if factors.shape != (len(rows),):
        raise ConfigError("give one weight for each row", received=f"{len(factors)} weights, {len(rows)} rows")
    spread = rows.std(axis=1, keepdims=True)
    standard = np.divide(rows - rows.mean(axis=1, keepdims=True), spread, out=np.zeros_like(rows), where=spread > 0)
    fused: FloatArray = factors @ standard
    return fused


def fuse_ranks(scores: npt.ArrayLike, *, offset: float = 60) -> FloatArray:
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): each row gives a unit ``1 / (offset + rank)``.

    Args:
        scores: (P, N) a row for each of P methods, a column for each unit.
        offset: the larger, the less the first places stand out; 60 is the authors' choice.

    Returns:
        (N,) higher is better. Units with equal scores share the best of their places.

    >>> fuse_ranks([[3.0, 2.0, 1.0], [1.0, 2.0, 3.0]], offset=0).round(2).tolist()
    [1.33, 1.0, 1.33]
    """
    from scipy import stats

    rows = np.atleast_2d(np.asarray(scores, np.float64))
    ranks = stats.rankdata(-rows, method="min", axis=1)  # (P, N)
    fused: FloatArray = (1 / (offset + ranks)).sum(axis=0)
    return fused
