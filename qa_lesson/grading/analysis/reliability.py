"""How much of the differences between learners' scores would stay on another set of such questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Internal consistency with its interval.

    Args:
        name: KR-20 where every question is worth the same and all or nothing, else Cronbach's alpha; KR-20 is alpha's
            value for such questions.
        value: at most 1; below 0 if questions contradict one another.
        low, high: bounds of the interval (inclusive), by Feldt's F distribution.
        confidence: nominal coverage of the interval, a fraction.
        n_learners, n_questions: that it was computed from.
    """

    name: Literal["KR-20", "Cronbach's alpha"]
    value: float
    low: float
    high: float
    confidence: float
    n_learners: int
    n_questions: int


def reliability(points: FloatArray, *, confidence: float = 0.95) -> Reliability | None:
    """Cronbach's alpha of a quiz, which is KR-20 for questions that are right or wrong.

    Sources: Kuder and Richardson 1937 (formula 20), Cronbach 1951; the interval is that of Feldt 1965, (1 - alpha) /
    (1 - estimate) ~ F(n - 1, (n - 1)(k - 1)) for n learners and k questions. It assumes that learners and questions
    are drawn at random and errors alike, and is a little too narrow if they do not.

    Args:
        points: learners x questions; what each earned, 0 for no answer.
        confidence: of the interval, a fraction between 0 and 1 (exclusive).

    Returns:
        None for fewer than 2 learners or 2 questions, or where all totals are equal.

    >>> reliability(np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 0.0], [1.0, 1.0]])).value
    0.7272727272727273
    """
    from scipy.stats import f

    n, k = points.shape
    if n < 2 or k < 2 or np.ptp(points.sum(axis=1)) < 1e-9:
        return None
    value = k / (k - 1) * (1 - points.var(axis=0, ddof=1).sum() / points.sum(axis=1).var(ddof=1))
    tail, degrees = (1 - confidence) / 2, (n - 1, (n - 1) * (k - 1))
    low, high = (float(1 - (1 - value) * f.ppf(share, *degrees)) for share in (1 - tail, tail))
    name: Literal["KR-20", "Cronbach's alpha"] = "KR-20" if _all_or_nothing(points) else "Cronbach's alpha"
    return Reliability(name, float(value), low, high, confidence, n, k)


def _all_or_nothing(points: FloatArray) -> bool:
    values = np.unique(points)
    return len(values) == 2 and values[0] == 0
