"""Answering only when the model is sure enough, with a guarantee on what is wrong among the answers.

A threshold that is read off validation questions looks better on them than it is. Two methods allow for that:

- `guaranteed_threshold`: with confidence 1 - delta, at most a fraction alpha *of the answers given* is wrong.
  Thresholds are tested from the strictest down until one fails (fixed-sequence testing, Angelopoulos et al. 2021,
  "Learn then Test"), each with the upper bound of Clopper and Pearson 1934 (as Geifman and El-Yaniv 2017 do).
- `risk_controlled_threshold`: at most a fraction alpha *of all questions* gets a wrong answer, on average over
  validation sets (conformal risk control, Angelopoulos et al. 2022).

Both assume that new questions are exchangeable with the validation questions: drawn from the same source in the same
way. Questions on one document are not drawn one by one, so 210 questions on 5 documents say less than 210 questions on
210 documents. Pass `documents` to allow for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import DataError
from qa_lesson.evaluation.calibration import checked_outcomes
from qa_lesson.evaluation.intervals import MIN_DOCUMENTS, check_fraction

FloatArray = npt.NDArray[np.float64]
_ROUNDING = 1e-12


@dataclass(frozen=True)
class GuaranteedThreshold:
    """A confidence from which to answer, and what the validation questions say about it.

    Args:
        threshold: answer if the confidence is at least this; infinite if no threshold can be guaranteed.
        alpha: the largest fraction of wrong answers that was allowed.
        delta: how likely the guarantee may fail.
        n: validation questions.
        n_answered: those with a confidence of at least `threshold`.
        n_wrong: those answered wrong.
        bound: upper bound of the fraction wrong among the answers, at confidence 1 - delta; 1.0 if none is given.
    """

    threshold: float
    alpha: float
    delta: float
    n: int
    n_answered: int
    n_wrong: int
    bound: float

    @property
    def coverage(self) -> float:
        """The fraction of the validation questions that is answered."""
        return self.n_answered / self.n


def error_upper_bound(n_wrong: float, n: float, delta: float = 0.1) -> float:
    """The largest error rate under which at most `n_wrong` errors in `n` still have a probability of `delta`.

    Clopper and Pearson's one-sided bound. Fractional counts are allowed, for effective sample sizes.

    Raises:
        DataError: not ``0 <= n_wrong <= n``, or n is 0.
        ConfigError: delta is not between 0 and 1 (exclusive).

    >>> round(error_upper_bound(0, 30), 3)  # 0.1 ** (1 / 30) = 1 - 0.074: "no errors in 30" may still be 7%
    0.074
    """
    check_fraction("delta", delta)
    if n <= 0 or not 0 <= n_wrong <= n:
        raise DataError("the counts do not fit together", received=f"n_wrong={n_wrong}, n={n}", fix="0 <= n_wrong <= n")
    return float(_upper_bounds(np.array([n_wrong], np.float64), np.array([n], np.float64), delta)[0])


def guaranteed_threshold(
    confidences: npt.ArrayLike,
    outcomes: npt.ArrayLike,
    alpha: float,
    *,
    delta: float = 0.1,
    first_coverage: float = 0.2,
    documents: Sequence[str] | None = None,
) -> GuaranteedThreshold:
    """The lowest threshold whose answers are wrong in at most `alpha` of cases, with confidence 1 - `delta`.

    The first test is of the surest `first_coverage` of the questions (or of more, if so few could not pass even without
    an error). Then one more answer at a time joins, until a test fails. No correction for the number of tests is
    needed, because testing stops at the first failure. That holds if a lower threshold never has a *lower* error
    rate in the long run. If your model's confidences are worse than that, ask for a smaller delta.

    With `documents`, the counts are divided by the design effect: how much more the errors of the answered questions
    vary between documents than independent questions would (at least 1), with an allowance for how few documents there
    are (Korn and Graubard 1998). It needs at least 5 documents. With few of them the design effect is a rough estimate,
    so the guarantee is approximate.

    Args:
        confidences: (N,) fractions, of validation questions that trained nothing.
        outcomes: (N,) 1 for a right answer, 0 for a wrong one.
        alpha: allowed fraction of wrong answers among those given, between 0 and 1 (exclusive).
        delta: allowed probability that the guarantee fails, over the choice of validation questions.
        first_coverage: the share of the questions in the first test, fixed before you look at the outcomes. A small
            share is stopped by a single error, a large one has no guarantee if only few answers are good enough.
        documents: (N,) what each question is about; None takes the questions as independent.

    Raises:
        DataError: different lengths, no values, outcomes other than 0 and 1, or fewer than 5 documents.
        ConfigError: alpha, delta or first_coverage out of range.

    >>> sure = [1 - i / 100 for i in range(100)]
    >>> found = guaranteed_threshold(sure, [1] * 60 + [0] * 40, alpha=0.1)
    >>> found.threshold, found.n_answered, found.n_wrong, round(found.bound, 3)
    (0.39, 62, 2, 0.084)
    """
    check_fraction("alpha", alpha)
    check_fraction("delta", delta)
    check_fraction("first_coverage", first_coverage)
    confidence, outcome = checked_outcomes(confidences, outcomes)
    if not np.isin(outcome, (0, 1)).all():
        raise DataError("an answer is right or wrong", received="outcomes between 0 and 1", fix="use exact match")
    owners = None if documents is None else _owners(documents, len(outcome))
    order = np.argsort(-confidence, kind="stable")
    n_wrong = np.cumsum(1 - outcome[order])
    n_effective = _effective_sizes(1 - outcome[order], None if owners is None else owners[order], delta)
    answered = np.arange(1, len(outcome) + 1)
    bounds = _upper_bounds(n_wrong * n_effective / answered, n_effective, delta)
    whole = np.diff(confidence[order], append=-1.0) != 0  # equal confidences are answered together
    enough = _upper_bounds(np.zeros(len(outcome)), n_effective, delta) <= alpha  # fewer could not pass without an error
    tested = np.flatnonzero(whole & enough & (answered >= first_coverage * len(outcome)))
    failed = bounds[tested] > alpha + _ROUNDING
    passed = tested[: int(failed.argmax())] if failed.any() else tested
    if not len(passed):
        return GuaranteedThreshold(np.inf, alpha, delta, len(outcome), 0, 0, 1.0)
    last = int(passed[-1])
    found = (float(confidence[order[last]]), alpha, delta, len(outcome), last + 1, int(n_wrong[last]))
    return GuaranteedThreshold(*found, float(bounds[last]))


def risk_controlled_threshold(
    confidences: npt.ArrayLike, outcomes: npt.ArrayLike, alpha: float, *, documents: Sequence[str] | None = None
) -> float:
    """The lowest threshold at which the expected loss of a new question is at most `alpha`; infinite if there is none.

    The loss of a question is 1 - outcome if it is answered and 0 if it is not, so it counts wrong answers among *all*
    questions. It can only fall as the threshold rises, which the method needs; the error rate among the answered ones
    need not. The guarantee is on the average over validation sets, not for yours.

    With `documents`, a document is what is drawn and its mean loss is what counts, so the guarantee is for a question
    on a new document. It is exact but expensive: with D documents no alpha under 1 / (D + 1) can be reached.

    Args:
        confidences: (N,) fractions, of validation questions that trained nothing.
        outcomes: (N,) fractions: exact match, or F1.
        alpha: allowed expected loss, between 0 and 1 (exclusive).
        documents: (N,) what each question is about; None takes the questions as exchangeable.

    Raises:
        DataError: different lengths, no values, or values out of range.
        ConfigError: alpha out of range.

    >>> risk_controlled_threshold([0.9, 0.8, 0.7, 0.6], [1, 1, 1, 0], alpha=0.25)  # (0 + 1) / 5 is allowed, 2 / 5 not
    0.7
    """
    check_fraction("alpha", alpha)
    confidence, outcome = checked_outcomes(confidences, outcomes)
    owners = np.arange(len(outcome)) if documents is None else _owners(documents, len(outcome))
    sizes = np.bincount(owners)
    weights = (1 / sizes)[owners]  # a document counts by its mean
    order = np.argsort(-confidence, kind="stable")
    losses = np.cumsum(((1 - outcome) * weights)[order])
    last = np.flatnonzero(np.diff(confidence[order], append=-1.0) != 0)
    allowed = last[(losses[last] + 1) / (len(sizes) + 1) <= alpha + _ROUNDING]
    if not len(allowed):
        # Answering nothing loses nothing, and even that is (0 + 1) / (units + 1): no threshold is guaranteed.
        return float("inf")
    return float(confidence[order[allowed.max()]])


def _upper_bounds(n_wrong: FloatArray, n: FloatArray, delta: float) -> FloatArray:
    from scipy import stats

    some_right = n_wrong < n - _ROUNDING
    bounds = np.ones(len(n))
    bounds[some_right] = stats.beta.ppf(1 - delta, n_wrong[some_right] + 1, (n - n_wrong)[some_right])
    return bounds


def _effective_sizes(wrong: FloatArray, owners: npt.NDArray[np.intp] | None, delta: float) -> FloatArray:
    """(N,) how many independent questions the first 1, 2 ... N are worth (Korn and Graubard 1998)."""
    n = np.arange(1, len(wrong) + 1, dtype=np.float64)
    if owners is None:
        return n
    from scipy import stats

    member = owners[:, None] == np.unique(owners)
    counts, wrongs = np.cumsum(member, axis=0), np.cumsum(member * wrong[:, None], axis=0)  # (N, documents)
    documents = np.maximum(2, (counts > 0).sum(axis=1))
    rates = wrongs.sum(axis=1) / n
    variances = documents / (documents - 1) * ((wrongs - rates[:, None] * counts) ** 2).sum(axis=1) / n**2
    binomial = rates * (1 - rates) / n
    effects = np.maximum(1.0, np.divide(variances, binomial, out=np.ones(len(n)), where=binomial > 0))
    few_documents = stats.t.ppf(delta, np.maximum(1, n - 1)) / stats.t.ppf(delta, documents - 1)
    sizes: FloatArray = np.maximum(1.0, n / effects * np.minimum(1.0, few_documents**2))
    return np.minimum(n, sizes)


def _owners(documents: Sequence[str], n: int) -> npt.NDArray[np.intp]:
    if len(documents) != n:
        raise DataError(
            "documents and questions do not pair up",
            received=f"{len(documents)} documents, {n} questions",
            fix="give the document of every question, in the same order",
        )
    names, owners = np.unique(np.array(documents), return_inverse=True)
    if len(names) < MIN_DOCUMENTS:
        raise DataError(
            f"a guarantee for new documents needs at least {MIN_DOCUMENTS} documents",
            received=f"{len(names)} document(s)",
            fix="score more documents, or leave documents out for new questions on these ones",
        )
    return owners
