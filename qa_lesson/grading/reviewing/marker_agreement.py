"""How far two markers agree on the answers that both have marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from qa_lesson.evaluation import Interval, binomial_interval
from qa_lesson.evaluation.intervals import check_fraction
from qa_lesson.evaluation.standard_errors import difference_bounds, jackknife_error

FEWEST = 5
"""Answers that an interval of kappa needs."""

_NEARLY_PERFECT = 0.999  # beyond it one answer would stretch the z scale without end


@dataclass(frozen=True)
class MarkersAgreement:
    """How far two markers agree.

    Args:
        n: answers that both have marked; equal answers of several learners count once.
        same: how many of them got the same credit from both.
        share: `same` over `n` with its interval; None without answers.
        kappa: agreement beyond chance, weighted; see `weighted_kappa`. None if it is not defined: too few answers, or
            both give one and the same credit throughout.
    """

    n: int
    same: int
    share: Interval | None
    kappa: Interval | None


def markers_agreement(first: Sequence[float], second: Sequence[float], *, confidence: float = 0.95) -> MarkersAgreement:
    """How far two markers agree on the same answers.

    Args:
        first, second: (N,) the credits that each gave, fractions, in the same order.
        confidence: nominal coverage of the intervals.

    >>> found = markers_agreement([1, 0.5, 0, 1, 0.5, 0], [1, 0.5, 0, 1, 1, 0])
    >>> found.same, found.n, round(found.kappa.estimate, 2)
    (5, 6, 0.89)
    """
    same = int(np.isclose(first, second, rtol=0, atol=1e-9).sum())
    share = binomial_interval(same, len(first), confidence) if first else None
    return MarkersAgreement(len(first), same, share, weighted_kappa(first, second, confidence=confidence))


def weighted_kappa(first: Sequence[float], second: Sequence[float], *, confidence: float = 0.95) -> Interval | None:
    """Cohen's kappa with quadratic weights, and its interval: 1 is perfect, 0 what chance alone would give.

    ``1 - observed / expected``, where both are mean squared differences between the two credits: of the same answer,
    and of any two answers. So being a level apart costs little and being far apart much (Cohen 1968, Fleiss and Cohen
    1973). With right and wrong alone it is the plain kappa.

    The interval leaves out one answer at a time (jackknife), on Fisher's z scale (Lin 1989), unless some kappa is
    nearly 1 or -1. In simulations with 10 to 100 answers, 95% intervals on that scale held the true kappa in 95 to 96%.
    A kappa of exactly 1 has an interval of no width, which proves nothing: then read the interval of the share.

    Args:
        first, second: (N,) credits, fractions, in the same order.
        confidence: nominal coverage.

    Returns:
        None with fewer than 5 answers, or if all credits are equal, also without one of the answers.

    >>> weighted_kappa([1, 1, 1, 1, 1], [1, 1, 1, 1, 1]) is None
    True
    """
    check_fraction("confidence", confidence)
    left, right = np.asarray(first, np.float64), np.asarray(second, np.float64)
    n = len(left)
    if n < FEWEST:
        return None
    size = np.array([n, *[n - 1] * n])
    observed = _sums((left - right) ** 2) / size
    means = _sums(left) / size, _sums(right) / size
    expected = (_sums(left**2) + _sums(right**2)) / size - 2 * means[0] * means[1]
    if (expected < 1e-12).any():
        return None
    kappas = 1 - observed / expected
    if np.abs(kappas).max() < _NEARLY_PERFECT:
        scaled = np.arctanh(kappas)
        spread = jackknife_error(float(scaled[0]), scaled[1:])
        half = float(stats.t.ppf((1 + confidence) / 2, spread.df) * spread.error)
        low, high = np.tanh(scaled[0] - half), np.tanh(scaled[0] + half)
    else:
        low, high = difference_bounds(jackknife_error(float(kappas[0]), kappas[1:]), confidence)
    return Interval(float(kappas[0]), float(low), float(high), confidence, n, n, "question")


def _sums(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(1 + N,) the sum of all values, then of all but one."""
    without: npt.NDArray[np.float64] = values.sum() - np.concatenate([[0.0], values])
    return without
