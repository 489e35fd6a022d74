"""The standard error of a mean over questions that come in documents, and the interval that it makes.

Questions on one document resemble each other, so a document counts as one draw. The mean over all questions is then a
ratio, the sum of the documents' sums over the sum of their counts, and its error comes from how far each document is
from that ratio. Each document pulls the ratio toward itself, the large ones most, so its distance is too short: the
factor ``1 / (1 - share)`` undoes that (CR2, Bell and McCaffrey 2002). The delete-one-document jackknife (Tukey 1958)
squares the factor and overdoes it a little. Few documents, or sizes that differ, leave the error itself uncertain,
so the quantile is that of a t distribution with Bell and McCaffrey's degrees of freedom, which `clustered_error` gives.
For language models: Miller 2024 (arXiv 2411.00640, clustered errors), Bowyer et al. 2025 (arXiv 2503.01747, too few
questions for the normal approximation). For few clusters in general: Cameron and Miller 2015.

All functions take any number of leading axes, so that `benchmarks/coverage.py` can test them on thousands of draws.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

ASSUMED_CORRELATION = 0.05
"""Of two questions on one document, where the scores show no spread from which it could be estimated."""


class ClusteredError(NamedTuple):
    """A mean over all questions and how uncertain it is; arrays of the leading shape.

    Args:
        estimate: the mean, the sum of all sums over the sum of all counts.
        error: its standard error.
        df: degrees of freedom of the error, at most the number of documents minus 1 (equal sizes).
    """

    estimate: FloatArray
    error: FloatArray
    df: FloatArray


def clustered_error(sums: npt.ArrayLike, counts: npt.ArrayLike) -> ClusteredError:
    """The mean over questions, its standard error and the degrees of freedom.

    Args:
        sums: (..., G) sum of the scores of each document, or the score of each single question.
        counts: (..., G) its number of questions, at least 1; G is at least 2.

    >>> found = clustered_error([2.0, 0.0, 1.0, 1.0], [2, 2, 2, 2])
    >>> [round(float(value), 3) for value in found]
    [0.5, 0.204, 3.0]
    """
    sums, counts = np.broadcast_arrays(np.asarray(sums, np.float64), np.asarray(counts, np.float64))
    total = counts.sum(axis=-1, keepdims=True)
    estimate = sums.sum(axis=-1, keepdims=True) / total
    share = counts / total
    error = np.sqrt(((sums - counts * estimate) ** 2 / (1 - share)).sum(axis=-1)) / total[..., 0]
    pull = share**2 / (1 - share)
    df = 1 / ((share**2).sum(axis=-1) + pull.sum(axis=-1) ** 2 - (pull**2).sum(axis=-1))
    return ClusteredError(estimate[..., 0], error, df)


def score_bounds(found: ClusteredError, confidence: float) -> tuple[FloatArray, FloatArray]:
    """Both ends of the interval of a score between 0 and 1, made on the logit scale.

    There the ends cannot pass 0 or 1, and a score near 1 gets the longer half below it. Where the error or the score
    times its distance from 1 is 0 the ends are not a number: see `no_spread_bounds`.
    """
    from scipy import special, stats  # here and below: loading scipy.stats takes longer than scoring most test sets

    with np.errstate(divide="ignore", invalid="ignore"):
        half = stats.t.ppf((1 + confidence) / 2, found.df) * found.error / (found.estimate * (1 - found.estimate))
        middle = special.logit(found.estimate)
        return special.expit(middle - half), special.expit(middle + half)


def difference_bounds(found: ClusteredError, confidence: float) -> tuple[FloatArray, FloatArray]:
    """Both ends of the interval of a difference of scores: to either side alike, cut off at -1 and 1."""
    from scipy import stats

    half = stats.t.ppf((1 + confidence) / 2, found.df) * found.error
    return np.maximum(found.estimate - half, -1), np.minimum(found.estimate + half, 1)


def difference_p_value(found: ClusteredError) -> FloatArray:
    """Two-sided p-value of a difference of 0: under 1 - confidence if and only if `difference_bounds` leave 0 out."""
    from scipy import stats

    p_value: FloatArray = 2 * stats.t.sf(np.abs(found.estimate) / found.error, found.df)
    return p_value


def effective_questions(counts: npt.ArrayLike) -> float:
    """How many independent questions the documents are worth under `ASSUMED_CORRELATION` (Kish 1965).

    Args:
        counts: (G,) questions of each document.

    >>> round(effective_questions([42] * 9)), effective_questions([1] * 9)
    (124, 9.0)
    """
    sizes = np.asarray(counts, np.float64)
    typical = (sizes**2).sum() / sizes.sum()
    return float(sizes.sum() / (1 + ASSUMED_CORRELATION * (typical - 1)))


def no_spread_bounds(value: float, within: tuple[float, float], n: float, confidence: float) -> tuple[float, float]:
    """Both ends where all n questions scored `value`, which no standard error can tell from certainty.

    A share of questions that never showed up in n draws is at most ``1 - ((1 - confidence) / 2) ** (1 / n)`` (Clopper
    and Pearson 1934). These questions may score anything in `within`.

    Args:
        value: the score, or the difference, of every question.
        within: the lowest and highest possible value.
        n: independent questions, see `effective_questions`.
        confidence: nominal coverage, a fraction.

    >>> [round(end, 3) for end in no_spread_bounds(1.0, (0.0, 1.0), 100, 0.95)]
    [0.964, 1.0]
    """
    unseen = 1 - ((1 - confidence) / 2) ** (1 / n)
    return value - unseen * (value - within[0]), value + unseen * (within[1] - value)


def no_spread_p_value(difference: float, n: float) -> float:
    """Two-sided p-value of a difference of 0 where every question differs by `difference`; fits `no_spread_bounds`."""
    return min(1.0, float(2 * (1 + abs(difference)) ** -n))
