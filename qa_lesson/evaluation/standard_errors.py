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

_NO_SPREAD = 1e-12  # a standard error below this is rounding


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


def question_error(total: npt.ArrayLike, squares: npt.ArrayLike, n: npt.ArrayLike) -> ClusteredError:
    """`clustered_error` of n questions that are units of their own, from their sum and their sum of squares.

    >>> [round(float(value), 3) for value in question_error(2.0, 2.0, 5)]
    [0.4, 0.245, 4.0]
    >>> [round(float(value), 3) for value in clustered_error([1.0, 1.0, 0.0, 0.0, 0.0], 1)]
    [0.4, 0.245, 4.0]
    """
    total, squares, n = (np.asarray(value, np.float64) for value in (total, squares, n))
    estimate = total / n
    variance = np.maximum(squares - n * estimate**2, 0) / (1 - 1 / n)
    return ClusteredError(estimate, np.sqrt(variance) / n, n - 1)


def jackknife_error(estimate: float, without: FloatArray) -> ClusteredError:
    """A statistic with the error that leaving out one unit at a time shows (Tukey 1958).

    Args:
        estimate: from all units.
        without: (G,) the statistic without each unit. With fewer than 2 the error is 0.

    >>> [round(float(value), 3) for value in jackknife_error(0.5, np.array([0.4, 0.5, 0.6]))]
    [0.5, 0.115, 2.0]
    """
    n = len(without)
    error = np.sqrt((n - 1) / n * np.sum((without - without.mean()) ** 2)) if n > 1 else 0.0
    return ClusteredError(np.float64(estimate), np.float64(error), np.float64(max(1, n - 1)))  # type: ignore[arg-type]


def interval_ends(
    found: ClusteredError,
    single: ClusteredError,
    n: npt.ArrayLike,
    confidence: float,
    *,
    difference: bool,
) -> tuple[FloatArray, FloatArray]:
    """Both ends of the interval of a score or of a difference, whatever the spread.

    Args:
        found: the mean and its error over the units.
        single: the same over single questions, whose error counts where the units do not differ at all.
        n: independent questions, see `effective_questions`, for where the questions do not differ either.
        confidence: nominal coverage, a fraction.
        difference: it is a difference, between -1 and 1, and no score between 0 and 1.
    """
    found = _with_spread(found, single)
    bounds = (difference_bounds if difference else score_bounds)(found, confidence)
    spare = no_spread_bounds(found.estimate, -1.0 if difference else 0.0, n, confidence)
    flat = found.error < _NO_SPREAD
    return np.where(flat, spare[0], bounds[0]), np.where(flat, spare[1], bounds[1])


def interval_p_value(found: ClusteredError, single: ClusteredError, n: npt.ArrayLike) -> FloatArray:
    """Two-sided p-value of a difference of 0: under 1 - confidence if and only if `interval_ends` leave 0 out."""
    from scipy import stats

    found = _with_spread(found, single)
    flat = found.error < _NO_SPREAD
    p_value = 2 * stats.t.sf(np.abs(found.estimate) / np.where(flat, 1.0, found.error), found.df)
    return np.where(flat, np.minimum(1.0, 2 * (1 + np.abs(found.estimate)) ** -np.asarray(n, np.float64)), p_value)


def score_bounds(found: ClusteredError, confidence: float) -> tuple[FloatArray, FloatArray]:
    """Both ends of the interval of a score between 0 and 1, made on the logit scale.

    There the ends cannot pass 0 or 1, and a score near 1 gets the longer half below it. They are not a number where
    the score is exactly 0 or 1.
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


def effective_questions(counts: npt.ArrayLike) -> FloatArray:
    """How many independent questions the documents are worth under `ASSUMED_CORRELATION` (Kish 1965).

    Args:
        counts: (..., G) questions of each document.

    >>> effective_questions([[42] * 9, [1] * 9]).round()
    array([124.,   9.])
    """
    sizes = np.asarray(counts, np.float64)
    total = sizes.sum(axis=-1)
    found: FloatArray = total / (1 + ASSUMED_CORRELATION * ((sizes**2).sum(axis=-1) / total - 1))
    return found


def no_spread_bounds(
    value: npt.ArrayLike, lowest: float, n: npt.ArrayLike, confidence: float
) -> tuple[FloatArray, FloatArray]:
    """Both ends where all n questions scored `value`, which no standard error can tell from certainty.

    A share of questions that never showed up in n draws is at most ``1 - ((1 - confidence) / 2) ** (1 / n)`` (Clopper
    and Pearson 1934). These questions may score anything between `lowest` and 1.

    Args:
        value: the score, or the difference, of every question.
        lowest: possible value: 0 for a score, -1 for a difference.
        n: independent questions, see `effective_questions`.
        confidence: nominal coverage, a fraction.

    >>> [round(float(end), 3) for end in no_spread_bounds(1.0, 0.0, 100, 0.95)]
    [0.964, 1.0]
    """
    value = np.asarray(value, np.float64)
    unseen = 1 - ((1 - confidence) / 2) ** (1 / np.asarray(n, np.float64))
    return value - unseen * (value - lowest), value + unseen * (1 - value)


def _with_spread(found: ClusteredError, single: ClusteredError) -> ClusteredError:
    return found._replace(error=np.where(found.error < _NO_SPREAD, single.error, found.error))
