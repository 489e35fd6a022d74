"""How well a score agrees with readers: whether it ranks the answers they accept above those they refuse.

A score that is worth its name puts acceptable answers first. The area under the ROC curve says how often it does
(Hanley and McNeil 1982); the accuracy at a threshold, chosen on other answers than it is tested on, says what that is
worth once each answer has to be passed or failed; Cohen's kappa (1960) says how far the readers agree themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import DataError
from qa_lesson.evaluation.intervals import MIN_DOCUMENTS, Interval, Unit, check_fraction
from qa_lesson.evaluation.standard_errors import difference_bounds, jackknife_error, score_bounds
from qa_lesson.schema import JudgedAnswer

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
_Statistic = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class RocCurve:
    """One point a threshold, from "refuse everything" to "accept everything"; all fractions.

    Args:
        thresholds: an answer passes if its score is at least this; the first is infinite.
        refused_passed: share of the refused answers that pass (the false positive rate).
        accepted_passed: share of the accepted answers that pass (the true positive rate).
    """

    thresholds: FloatArray
    refused_passed: FloatArray
    accepted_passed: FloatArray

    @property
    def area(self) -> float:
        """The area under the straight lines between the points, which is `roc_auc`."""
        from sklearn.metrics import auc

        return float(auc(self.refused_passed, self.accepted_passed))


@dataclass(frozen=True)
class Agreement:
    """How well a score agrees with readers; all fractions.

    Args:
        auc: area under the ROC curve with its interval; 0.5 is what chance gives.
        accuracy: share of answers passed or failed as the readers would, thresholds chosen on the other half.
        thresholds: the one chosen on the first half of the documents (tested on the second), and the other way round.
        commoner: share of the commoner judgement, which is the accuracy of a score that knows nothing.
    """

    auc: Interval
    accuracy: Interval
    thresholds: tuple[float, float]
    commoner: float


def roc_auc(scores: Sequence[float] | FloatArray, accepted: Sequence[bool] | BoolArray) -> float:
    """The share of (accepted, refused) pairs in which the accepted answer scores higher; equal scores count half.

    Args:
        scores: (N,) higher means more acceptable.
        accepted: (N,) what the readers say.

    Raises:
        DataError: different lengths, a score that is not finite, or only one kind of judgement.

    >>> roc_auc([0.9, 0.4, 0.4], [True, True, False])
    0.75
    """
    from sklearn.metrics import roc_auc_score

    values, labels = _checked(scores, accepted)
    return float(roc_auc_score(labels, values))


def roc_curve(scores: Sequence[float] | FloatArray, accepted: Sequence[bool] | BoolArray) -> RocCurve:
    """What passes at each threshold, of the accepted and of the refused answers.

    Raises:
        DataError: as `roc_auc`.

    >>> roc_curve([0.9, 0.4, 0.2], [True, True, False]).accepted_passed.tolist()
    [0.0, 0.5, 1.0, 1.0]
    """
    from sklearn.metrics import roc_curve as points_of

    values, labels = _checked(scores, accepted)
    refused_passed, accepted_passed, thresholds = points_of(labels, values, drop_intermediate=False)
    return RocCurve(thresholds, refused_passed, accepted_passed)


def accuracy_threshold(scores: Sequence[float] | FloatArray, accepted: Sequence[bool] | BoolArray) -> float:
    """The threshold with the best accuracy on these answers: pass what scores at least that.

    It lies midway between two scores that occur, or at an end: below the lowest (pass all) or above the highest (pass
    none). Of equally good ones the lowest is taken.
    The accuracy that it has *here* is flattered, since it was chosen here.

    Raises:
        DataError: as `roc_auc`.

    >>> accuracy_threshold([0.9, 0.6, 0.2], [True, True, False])
    0.4
    """
    values, labels = _checked(scores, accepted)
    found = np.unique(values)
    cuts = np.concatenate([[found[0] - 1e-6], (found[:-1] + found[1:]) / 2, [found[-1] + 1e-6]])
    right = ((values >= cuts[:, None]) == labels).sum(axis=1)
    return float(cuts[int(np.argmax(right))])


def cohen_kappa(first: Sequence[bool] | BoolArray, second: Sequence[bool] | BoolArray) -> float:
    """Agreement of two readers beyond chance: 1 is perfect, 0 what their habits alone would give.

    ``(observed - chance) / (1 - chance)``, where chance is how often they would agree if each kept to their own share
    of yes and no and looked at no answer.

    Raises:
        DataError: different lengths, no judgements, or both readers say one and the same thing throughout.

    >>> cohen_kappa([True, True, False, False], [True, True, False, True])
    0.5
    """
    from sklearn.metrics import cohen_kappa_score  # here, because it takes half a second to load

    left, right = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    if left.shape != right.shape or not left.size:
        raise DataError(
            "two readers must have judged the same answers",
            received=f"{left.size} and {right.size} judgements",
            fix="give one judgement of each reader for every answer, in the same order",
        )
    if len({*left.tolist(), *right.tolist()}) == 1:
        raise DataError(
            "kappa is not defined if both annotators say the same of everything",
            received=f"{left.size} times {bool(left[0])}",
            fix="let them judge answers of both kinds",
        )
    return float(cohen_kappa_score(left, right))


def metric_agreement(
    judged: Sequence[JudgedAnswer],
    scores: Sequence[float] | FloatArray,
    *,
    confidence: float = 0.95,
    seed: int = 0,
) -> Agreement:
    """How well `scores` agree with the readers of `judged`.

    For the accuracy the documents are dealt into two halves at random, about equal in answers. The threshold for each
    half is chosen on the other one, so no answer is tested on a threshold that it helped to choose. Both intervals
    leave out one document or one question at a time, whichever is wider (with fewer than 5 documents only questions).
    They take the thresholds as given.

    Args:
        judged: the answers; those on which the readers differ must be left out.
        scores: (N,) of each answer, in the same order.
        confidence: nominal coverage, a fraction.
        seed: of the halves.

    Raises:
        DataError: as `roc_auc`; also an answer without agreed judgement, or fewer than 2 documents, or a half with
            only one kind of judgement.
        ConfigError: `confidence` is not between 0 and 1 (exclusive).
    """
    values, labels = _judgements(judged, scores)
    halves = _halves([answer.example.document for answer in judged], seed)
    thresholds = (
        accuracy_threshold(values[halves], labels[halves]),
        accuracy_threshold(values[~halves], labels[~halves]),
    )
    passed = values >= np.where(halves, thresholds[1], thresholds[0])
    right = (passed == labels).astype(np.float64)
    leave = _Jackknife(judged, confidence)
    return Agreement(
        auc=leave.interval(_auc(values, labels)),
        accuracy=leave.interval(lambda weights: weights @ right / weights.sum(axis=1)),
        thresholds=thresholds,
        commoner=float(max(labels.mean(), 1 - labels.mean())),
    )


def auc_difference(
    judged: Sequence[JudgedAnswer],
    left: Sequence[float] | FloatArray,
    right: Sequence[float] | FloatArray,
    *,
    confidence: float = 0.95,
) -> Interval:
    """By how much the AUC of `left` exceeds that of `right` on the same answers, with a paired interval.

    Both scores lose the same answers, so what makes the answers hard to judge cancels out. Over documents or over
    questions, whichever is wider.

    Raises:
        DataError, ConfigError: as `metric_agreement`.
    """
    ours, labels = _judgements(judged, left)
    theirs, _ = _judgements(judged, right)
    first, second = _auc(ours, labels), _auc(theirs, labels)
    leave = _Jackknife(judged, confidence)
    return leave.interval(lambda weights: first(weights) - second(weights), difference=True)


def _auc(values: FloatArray, labels: BoolArray) -> _Statistic:
    """The AUC as a function of the weight of each answer, (R, N) -> (R,); NaN if one kind is missing.

    All sets of weights at once: scikit-learn's `roc_auc_score` takes one set of weights a call.
    """
    wins = _wins(values, labels)

    def weighted(weights: FloatArray) -> FloatArray:
        accepted, refused = weights[:, labels], weights[:, ~labels]
        pairs = accepted.sum(axis=1) * refused.sum(axis=1)
        won = np.einsum("ra,ra->r", accepted @ wins, refused)
        result: FloatArray = np.divide(won, pairs, out=np.full(len(weights), np.nan), where=pairs > 0)
        return result

    return weighted


def _wins(values: FloatArray, labels: BoolArray) -> FloatArray:
    """(accepted, refused): 1 where the accepted answer scores higher, 0.5 where both score the same."""
    accepted, refused = values[labels][:, None], values[~labels][None, :]
    wins: FloatArray = (accepted > refused) + 0.5 * (accepted == refused)
    return wins


class _Jackknife:
    """Intervals of a statistic of weighted answers, from leaving out one document or one answer at a time.

    The wider of the two. With t quantiles, and for a share on the logit scale, so the ends stay between 0 and 1. (A
    bootstrap of few documents is too narrow.)
    """

    def __init__(self, judged: Sequence[JudgedAnswer], confidence: float) -> None:
        check_fraction("confidence", confidence)
        self.confidence, self.n = confidence, len(judged)
        names: dict[Unit, list[str]] = {
            "document": [answer.example.document for answer in judged],
            "question": [answer.example.id for answer in judged],
        }
        self.owners = {unit: np.unique(np.array(owned), return_inverse=True)[1] for unit, owned in names.items()}

    def interval(self, statistic: _Statistic, *, difference: bool = False) -> Interval:
        estimate = float(statistic(np.ones((1, self.n)))[0])
        found = []
        for unit, owners in self.owners.items():
            n_units = int(owners.max()) + 1
            if unit == "document" and n_units < MIN_DOCUMENTS:
                continue
            without = statistic((owners != np.arange(n_units)[:, None]).astype(np.float64))
            without = without[np.isfinite(without)]  # a unit may hold every answer of one kind
            spread = jackknife_error(estimate, without)
            if not difference and (spread.error == 0 or not 0 < estimate < 1):
                low, high = estimate, estimate
            else:
                low, high = map(float, (difference_bounds if difference else score_bounds)(spread, self.confidence))
            found.append(Interval(estimate, low, high, self.confidence, self.n, n_units, unit))
        return max(found, key=lambda interval: interval.width)


def _halves(documents: Sequence[str], seed: int) -> BoolArray:
    """(N,) which answers are in the first half: whole documents, dealt so that both halves have about equally many."""
    names, counts = np.unique(np.array(documents), return_counts=True)
    if len(names) < 2:
        raise DataError(
            "two halves need at least 2 documents",
            received=f"{len(names)} document(s)",
            fix="judge answers to questions on more documents",
        )
    shuffled = np.random.default_rng(seed).permutation(len(names))
    first: set[str] = set()
    sizes = [0, 0]
    for index in shuffled[np.argsort(-counts[shuffled], kind="stable")]:  # the largest first, each to the smaller half
        smaller = int(sizes[1] < sizes[0])
        sizes[smaller] += int(counts[index])
        if smaller == 0:
            first.add(str(names[index]))
    return np.array([name in first for name in documents])


def _judgements(judged: Sequence[JudgedAnswer], scores: Sequence[float] | FloatArray) -> tuple[FloatArray, BoolArray]:
    open_ones = [answer for answer in judged if answer.accepted is None]
    if open_ones:
        raise DataError(
            f"the readers differ on {len(open_ones)} of {len(judged)} answers",
            received=f"first: {open_ones[0].text!r} to question {open_ones[0].example.id}",
            fix="leave them out: [answer for answer in judged if answer.accepted is not None]",
        )
    return _checked(scores, [bool(answer.accepted) for answer in judged])


def _checked(
    scores: Sequence[float] | FloatArray, accepted: Sequence[bool] | BoolArray
) -> tuple[FloatArray, BoolArray]:
    values, labels = np.asarray(scores, dtype=np.float64), np.asarray(accepted, dtype=bool)
    if values.shape != labels.shape or values.ndim != 1:
        raise DataError(
            "scores and judgements do not pair up",
            received=f"{values.size} scores, {labels.size} judgements",
            fix="give one score for each judged answer, in the same order",
        )
    if np.isnan(values).any():
        raise DataError("a score is not a number", received=f"NaN at position {int(np.isnan(values).argmax())}")
    if np.isinf(values).any():
        place = int(np.isinf(values).argmax())
        raise DataError(
            "a score is infinite", received=f"{values[place]} at position {place}", fix="give a large number instead"
        )
    if labels.all() or not labels.any():
        raise DataError(
            "agreement needs answers of both kinds",
            received=f"{int(labels.sum())} accepted, {int((~labels).sum())} refused",
            fix="judge right and wrong answers",
        )
    return values, labels
