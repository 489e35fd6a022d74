"""Checks of lesson 06: the half-width of an interval, and a paired comparison."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from qa_lesson.exercises import NotYetError, exercise

FloatArray = npt.NDArray[np.float64]
PairedInterval = Callable[[list[FloatArray], list[FloatArray]], Iterable[float]]


@exercise("how_sure_is_a_score.half_width")
def check_half_width(answer: Callable[[float, int], float]) -> None:
    """``half_width(p, n)`` is ``1.96 * sqrt(p * (1 - p) / n)``, a fraction (2 in place of 1.96 will do)."""
    p, n = 0.83, 100
    found = float(answer(p, n))
    spread = math.sqrt(p * (1 - p) / n)
    mistakes = {
        spread: "this is the standard error, good for about two intervals in three: multiply it by 1.96",
        2 * 1.96 * spread: "this is the whole width: the half-width reaches from the score to one end",
        1.96 * p * (1 - p) / n: "the square root is missing",
        1.96 * math.sqrt(p * (1 - p)): "it does not divide by the number of questions",
        1.96
        * math.sqrt(p * (1 - p))
        / n: "n belongs under the square root, so four times as many questions halve the width",
        1.96 * math.sqrt(p / n): "p * (1 - p) belongs under the square root, not p alone",
        196 * spread: "this is in percent: give a fraction",
    }
    for value, message in mistakes.items():
        if math.isclose(found, value, rel_tol=1e-3):
            raise NotYetError(f"half_width({p}, {n}) gave {found:.4f}: {message}")
    for score, questions in ((p, n), (0.5, 400), (0.95, 1000)):
        expected = 1.96 * math.sqrt(score * (1 - score) / questions)
        given = float(answer(score, questions))
        if not math.isclose(given, expected, rel_tol=0.025):
            raise NotYetError(f"half_width({score}, {questions}) gave {given:.4f}, expected about {expected:.4f}")


@exercise("how_sure_is_a_score.paired_interval")
def check_paired_interval(answer: PairedInterval) -> None:
    """``paired_interval(left, right)``: 95% jackknife interval of the mean difference over documents of any sizes."""
    rng = np.random.default_rng(5)
    right = [rng.random(size) * 0.5 for size in (10, 30, 20, 40, 15, 25, 35, 12)]
    low, high = _ends(answer([scores + 0.25 for scores in right], right))
    call = f"with left exactly 0.25 above right on every question it gave {low:.3f} to {high:.3f}"
    if math.isclose(low, -0.25, abs_tol=1e-6) and math.isclose(high, -0.25, abs_tol=1e-6):
        raise NotYetError(f"{call}: take left minus right, not right minus left")
    if high - low > 1e-6:
        raise NotYetError(
            f"{call}, expected 0.250 to 0.250: leave the same document out for both models, so take the differences "
            "first"
        )
    if not math.isclose(low, 0.25, abs_tol=1e-6):
        raise NotYetError(f"{call}, expected 0.250 to 0.250: give fractions, of the mean difference per question")

    # long documents gain, short ones lose, and all questions of a document do the same
    sizes = [10, 60] * 4
    gains = [float(gain) for gain in np.tile([-0.1, 0.2], 4) + rng.normal(0, 0.05, 8)]
    left = [np.full(size, 0.5 + gain) for size, gain in zip(sizes, gains, strict=True)]
    right = [np.full(size, 0.5) for size in sizes]
    low, high = _ends(answer(left, right))
    expected_low, expected_high = _jackknife(np.array(gains) * np.array(sizes), np.array(sizes, np.float64))
    call = f"with 4 short and 4 long documents it gave {low:.3f} to {high:.3f}"
    wanted = f"expected about {expected_low:.3f} to {expected_high:.3f}"
    if abs((low + high) / 2 - float(np.mean(gains))) < 0.02:
        raise NotYetError(
            f"{call}, {wanted}: a document of 10 questions counted as much as one of 60; divide the sum of all "
            "differences by the number of questions"
        )
    ratio = (high - low) / (expected_high - expected_low)
    if ratio < 0.6:
        raise NotYetError(f"{call}, {wanted}: too narrow, as when single questions are left out; leave out documents")
    off_center = abs(low + high - expected_low - expected_high) / 2
    if off_center > 0.02 or not 0.93 < ratio < 1.2:  # wide enough for other published corrections for few documents
        raise NotYetError(
            f"{call}, {wanted}: the standard error is sqrt(n - 1) times the standard deviation (ddof=0) of the means "
            "without each document; take stats.t.ppf(0.975, n - 1) of them, not 1.96, to either side of the mean"
        )


def _jackknife(sums: FloatArray, counts: FloatArray) -> tuple[float, float]:
    from scipy import stats  # loading it takes longer than the other checks

    n = len(sums)
    without = (sums.sum() - sums) / (counts.sum() - counts)
    half = float(stats.t.ppf(0.975, n - 1) * math.sqrt(n - 1) * without.std())
    middle = float(sums.sum() / counts.sum())
    return middle - half, middle + half


def _ends(found: Any) -> tuple[float, float]:
    try:
        low, high = (float(end) for end in found)
    except (TypeError, ValueError):
        raise NotYetError(f"it gave {found!r}: return two numbers, the low and the high end") from None
    if not low <= high:
        raise NotYetError(f"it gave {low:.3f} to {high:.3f}: return the low end first, and no NaN")
    return low, high
