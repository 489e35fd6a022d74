"""What the verdicts of a judge that errs are worth: a language model, a rule, or a threshold on a score.

A judge passes or fails answers that no one else has read. Its pass rate is not the accuracy, because it passes some
wrong answers and fails some right ones. A small sample that people judged too corrects for that, in two ways:

- `corrected_accuracy` divides out the judge's two error rates (Rogan and Gladen 1978), with the interval of Lang and
  Reiczigel 2014.
- `prediction_powered_accuracy` adds the mean difference between people and judge to the pass rate (prediction-powered
  inference, Angelopoulos et al. 2023), with the judge's weight tuned (Angelopoulos, Duchi and Zrnic 2023), so a useless
  judge does no harm.

`order_bias` and `length_bias` measure two habits of language models that judge (Zheng et al. 2023).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import DataError
from qa_lesson.evaluation.agreement import cohen_kappa
from qa_lesson.evaluation.intervals import MIN_DOCUMENTS, Interval, binomial_interval, check_fraction
from qa_lesson.evaluation.standard_errors import difference_bounds, jackknife_error
from qa_lesson.schema import Choice

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class OrderBias:
    """What a judge does when the same two answers are shown in both orders; all fractions.

    Args:
        consistent: share of the pairs with the same winner in both orders, or a tie in both, with its interval.
        first_wins: share of the verdicts, ties left out, that go to the answer shown first; 0.5 means no bias.
            Its interval takes a pair, not a verdict, as the unit. None if every verdict is a tie.
    """

    consistent: Interval
    first_wins: Interval | None


def corrected_accuracy(
    passed: Sequence[bool] | BoolArray,
    judge: Sequence[bool] | BoolArray,
    people: Sequence[bool] | BoolArray,
    *,
    confidence: float = 0.95,
) -> Interval:
    """The share of right answers behind a judge's pass rate, corrected by its error rates on answers people judged.

    ``(pass rate + specificity - 1) / (sensitivity + specificity - 1)``, where sensitivity is the share of right answers
    that the judge passes and specificity the share of wrong ones that it fails. The interval allows for chance in all
    three. It takes answers as independent, and assumes that the judge errs as often on the answers of `passed` as it
    does on the judged ones, *separately* among right and among wrong answers. So the mixture of right and wrong may
    differ between the two samples, but not how hard the answers are to judge.

    Args:
        passed: (N,) the judge's verdicts on the answers in question.
        judge: (n,) its verdicts on the answers that people judged, which are not among those of `passed`.
        people: (n,) what people say of those.
        confidence: nominal coverage of the interval.

    Returns:
        estimate and bounds clipped to [0, 1], which matters if there are few answers.

    Raises:
        DataError: no verdicts, different lengths, people say only yes or only no, or a judge no better than chance.
        ConfigError: `confidence` is not between 0 and 1 (exclusive).

    >>> people = [True] * 50 + [False] * 50
    >>> judge = [True] * 40 + [False] * 10 + [True] * 5 + [False] * 45  # passes 80% of the right, 10% of the wrong
    >>> found = corrected_accuracy([True] * 60 + [False] * 40, judge, people)
    >>> round(found.estimate, 3)  # (0.6 + 0.9 - 1) / (0.8 + 0.9 - 1)
    0.714
    """
    z = _z(confidence)
    verdicts = _verdicts(passed)
    told, truth = _pairs(judge, people)
    if truth.all() or not truth.any():
        raise DataError(
            "a judge's error rates need right and wrong answers",
            received=f"{int(truth.sum())} right, {int((~truth).sum())} wrong",
            fix="let people judge answers of both kinds",
        )
    n, n_right, n_wrong = len(verdicts), int(truth.sum()), int((~truth).sum())
    n_passed, n_right_passed, n_wrong_failed = verdicts.sum(), told[truth].sum(), (~told[~truth]).sum()
    excess = n_right_passed / n_right + n_wrong_failed / n_wrong - 1
    if excess <= 0:
        raise DataError(
            "the judge passes wrong answers at least as often as right ones, so its verdicts say nothing",
            received=f"sensitivity {n_right_passed / n_right:.0%}, specificity {n_wrong_failed / n_wrong:.0%}",
            fix="use another judge, or count only the answers that people judged",
        )
    estimate = (n_passed / n + n_wrong_failed / n_wrong - 1) / excess
    rate = (n_passed + z**2 / 2) / (n + z**2)
    sensitivity, specificity = (n_right_passed + 1) / (n_right + 2), (n_wrong_failed + 1) / (n_wrong + 2)
    middle = (rate + specificity - 1) / (sensitivity + specificity - 1)
    of_sensitivity = sensitivity * (1 - sensitivity) / (n_right + 2)
    of_specificity = specificity * (1 - specificity) / (n_wrong + 2)
    variance = rate * (1 - rate) / (n + z**2) + middle**2 * of_sensitivity + (1 - middle) ** 2 * of_specificity
    shift = 2 * z**2 * (middle * of_sensitivity - (1 - middle) * of_specificity)
    margin = z * np.sqrt(variance) / (sensitivity + specificity - 1)
    low, high = np.clip([middle + shift - margin, middle + shift + margin], 0, 1)
    return Interval(float(np.clip(estimate, 0, 1)), float(low), float(high), confidence, n, n, None)


def prediction_powered_accuracy(
    passed: Sequence[bool] | BoolArray,
    judge: Sequence[bool] | BoolArray,
    people: Sequence[bool] | BoolArray,
    *,
    confidence: float = 0.95,
) -> Interval:
    """The share of right answers, from few that people judged and many that only a judge did.

    ``mean(people) + weight * (mean(passed) - mean(judge))``. With weight 1 it is the pass rate plus the mean difference
    between people and judge. The weight here is the one with the smallest variance, so the interval is in the long run
    no wider than that of the people's verdicts alone. It assumes that the answers of `judge` and `people` are a random
    sample of the same answers as those of `passed`, and it takes answers as independent. It needs no error rates. The
    interval is Wilson's, at the effective number of answers.

    Args:
        passed, judge, people, confidence: as in `corrected_accuracy`.

    Returns:
        `Interval.n` counts the answers of both samples.

    Raises:
        DataError: no verdicts, different lengths, or fewer than 2 answers that people judged.
        ConfigError: `confidence` is not between 0 and 1 (exclusive).

    >>> people = [True] * 30 + [False] * 20
    >>> judge = [True] * 28 + [False] * 2 + [True] * 5 + [False] * 15
    >>> alone = prediction_powered_accuracy([True], judge, people)  # one verdict more adds nothing
    >>> helped = prediction_powered_accuracy([True] * 700 + [False] * 300, judge, people)
    >>> helped.width < 0.8 * alone.width
    True
    """
    from scipy import stats

    _z(confidence)
    verdicts = _verdicts(passed).astype(np.float64)
    told, truth = (values.astype(np.float64) for values in _pairs(judge, people))
    n, n_more = len(truth), len(verdicts)
    if n < 2:
        raise DataError("one judged answer has no variance", received="1 answer", fix="let people judge more answers")
    spread = float(np.var(np.concatenate([told, verdicts])))
    covariance = float(np.cov(truth, told)[0, 1])
    weight = float(np.clip(covariance / spread / (1 + n / n_more), 0, 1)) if spread > 0 else 0.0
    estimate = truth.mean() + weight * (verdicts.mean() - told.mean())
    variance = float(np.var(truth - weight * told, ddof=1)) / n + weight**2 * float(np.var(verdicts)) / n_more
    estimate = float(np.clip(estimate, 0, 1))
    # How many independent right-or-wrong answers would have this variance? At least the judged ones.
    n_effective = max(n, estimate * (1 - estimate) / variance) if variance > 0 else n
    low, high = _wilson(estimate, n_effective, float(stats.t.ppf((1 + confidence) / 2, n - 1)))
    return Interval(estimate, low, high, confidence, n + n_more, n + n_more, None)


def kappa_interval(
    first: Sequence[bool] | BoolArray,
    second: Sequence[bool] | BoolArray,
    documents: Sequence[str] | None = None,
    *,
    confidence: float = 0.95,
) -> Interval:
    """`cohen_kappa` with its interval, by a jackknife that leaves out one document (or one answer) at a time.

    With `documents`, the wider of the two intervals is given. It is clipped to [-1, 1]. A kappa of exactly 1 on few
    answers has an interval of no width, which proves nothing: then read `binomial_interval` of the share on which both
    agree.

    Args:
        first, second: (N,) verdicts of two people, or of a judge and of people.
        documents: (N,) what each answer is about; None leaves out single answers only.
        confidence: nominal coverage.

    Raises:
        DataError: as `cohen_kappa`; also fewer than 5 answers or documents, or a document without which both say the
            same of everything.
        ConfigError: `confidence` is not between 0 and 1 (exclusive).

    >>> found = kappa_interval([True] * 10 + [False] * 10, [True] * 9 + [False] * 10 + [True])
    >>> round(found.estimate, 2), round(found.low, 2), round(found.high, 2)
    (0.8, 0.51, 1.0)
    """
    left, right = _pairs(first, second)
    estimate = cohen_kappa(left, right)
    owners: list[tuple[Literal["question", "document"], npt.NDArray[np.intp]]] = [("question", np.arange(len(left)))]
    if documents is not None:
        if len(documents) != len(left):
            raise DataError(
                "documents and verdicts do not pair up", received=f"{len(documents)} documents, {len(left)} verdicts"
            )
        owners.append(("document", np.unique(np.array(documents), return_inverse=True)[1]))
    found = []
    for unit, owner in owners:
        without = _kappas_without(left, right, owner)
        check_fraction("confidence", confidence)
        if len(without) < MIN_DOCUMENTS:
            raise DataError(
                f"an interval needs at least {MIN_DOCUMENTS} documents or answers",
                received=str(len(without)),
                fix="judge more",
            )
        low, high = difference_bounds(jackknife_error(estimate, without), confidence)
        found.append(Interval(estimate, float(low), float(high), confidence, len(left), len(without), unit))
    return max(found, key=lambda interval: interval.width)


def order_bias(shown: Sequence[Choice], swapped: Sequence[Choice], *, confidence: float = 0.95) -> OrderBias:
    """Whether a judge prefers the answer that it is shown first.

    Args:
        shown: (N,) its choice for each pair of answers.
        swapped: (N,) its choice for the same pairs with the two answers in the other order.
        confidence: nominal coverage of the intervals.

    Raises:
        DataError: no pairs, different lengths, or an unknown choice.
        ConfigError: `confidence` is not between 0 and 1 (exclusive).

    >>> found = order_bias(["first", "first", "tie", "second"], ["second", "first", "tie", "first"])
    >>> found.consistent.estimate, found.first_wins.estimate  # pair 2 has two winners; first wins 4 of 6 verdicts
    (0.75, 0.6666666666666666)
    """
    z = _z(confidence)
    if len(shown) != len(swapped) or not len(shown):
        raise DataError(
            "each pair is shown in both orders",
            received=f"{len(shown)} and {len(swapped)} choices",
            fix="give one choice of each order for every pair",
        )
    if unknown := {*shown, *swapped} - set(get_args(Choice)):
        raise DataError("an unknown choice", received=repr(sorted(unknown)[0]), fix="use first, second or tie")
    other = {"first": "second", "second": "first", "tie": "tie"}
    consistent = sum(other[one] == two for one, two in zip(shown, swapped, strict=True))
    firsts = np.array([(one == "first") + (two == "first") for one, two in zip(shown, swapped, strict=True)])
    decided = np.array([(one != "tie") + (two != "tie") for one, two in zip(shown, swapped, strict=True)])
    n, total = len(shown), int(decided.sum())
    if not total:
        return OrderBias(binomial_interval(consistent, n, confidence), None)
    # The two verdicts on a pair are not independent, so a pair counts once.
    low, high = _wilson(firsts.sum() / total, total / 2, z)
    first_wins = Interval(float(firsts.sum() / total), low, high, confidence, total, n, None)
    return OrderBias(binomial_interval(consistent, n, confidence), first_wins)


def length_bias(
    plain: Sequence[bool] | BoolArray, padded: Sequence[bool] | BoolArray, *, confidence: float = 0.95
) -> Interval:
    """By how much a judge's pass rate rises if the same answers are padded with words that add nothing.

    The interval is Newcombe's 1998 (method 10) for a difference of paired proportions; 0 is no bias.

    Args:
        plain: (N,) passed as they are?
        padded: (N,) the same answers, padded.
        confidence: nominal coverage.

    Raises:
        DataError: no verdicts, or different lengths.
        ConfigError: `confidence` is not between 0 and 1 (exclusive).

    >>> round(length_bias([True] * 5 + [False] * 5, [True] * 7 + [False] * 3).estimate, 2)
    0.2
    """
    before, after = _pairs(plain, padded)
    n = len(before)
    both, gained = int((before & after).sum()), int((~before & after).sum())
    lost, neither = int((before & ~after).sum()), int((~before & ~after).sum())
    one = binomial_interval(both + gained, n, confidence)
    two = binomial_interval(both + lost, n, confidence)
    product = float(both + gained) * (both + lost) * (lost + neither) * (gained + neither)
    crossed = float(both * neither - gained * lost)
    if crossed > 0:
        crossed = max(crossed - n / 2, 0.0)
    phi = crossed / np.sqrt(product) if product else 0.0
    down = np.sqrt(
        (one.estimate - one.low) ** 2
        - 2 * phi * (one.estimate - one.low) * (two.high - two.estimate)
        + (two.high - two.estimate) ** 2
    )
    up = np.sqrt(
        (two.estimate - two.low) ** 2
        - 2 * phi * (two.estimate - two.low) * (one.high - one.estimate)
        + (one.high - one.estimate) ** 2
    )
    difference = (gained - lost) / n
    return Interval(difference, float(difference - down), float(difference + up), confidence, n, n, None)


def _kappas_without(left: BoolArray, right: BoolArray, owners: npt.NDArray[np.intp]) -> FloatArray:
    """(U,) Cohen's kappa of all answers but those of one unit, for each unit."""
    of_unit = np.eye(int(owners.max()) + 1, dtype=bool)[owners].T
    n = len(left) - of_unit.sum(axis=1)
    agreed = (np.sum(left == right) - of_unit @ (left == right).astype(int)) / n
    ours, theirs = ((side.sum() - of_unit @ side.astype(int)) / n for side in (left, right))
    chance = ours * theirs + (1 - ours) * (1 - theirs)
    if (chance == 1).any():
        raise DataError(
            "without one document both say the same of everything, so kappa has no interval",
            fix="judge answers of both kinds on more documents",
        )
    kappas: FloatArray = (agreed - chance) / (1 - chance)
    return kappas


def _wilson(share: float, size: float, z: float) -> tuple[float, float]:
    """Wilson's interval of a share, for a size that need not be a whole number."""
    middle = (share + z**2 / (2 * size)) / (1 + z**2 / size)
    margin = z / (1 + z**2 / size) * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    return float(max(0, middle - margin)), float(min(1, middle + margin))


def _z(confidence: float) -> float:
    check_fraction("confidence", confidence)
    from scipy import stats

    return float(stats.norm.ppf((1 + confidence) / 2))


def _verdicts(passed: Sequence[bool] | BoolArray) -> BoolArray:
    verdicts = np.asarray(passed, dtype=bool)
    if verdicts.ndim != 1 or not len(verdicts):
        raise DataError("there are no verdicts", received=f"shape {verdicts.shape}", fix="give one for every answer")
    return verdicts


def _pairs(judge: Sequence[bool] | BoolArray, people: Sequence[bool] | BoolArray) -> tuple[BoolArray, BoolArray]:
    left, right = _verdicts(judge), _verdicts(people)
    if len(left) != len(right):
        raise DataError(
            "two lists of verdicts must be of the same answers",
            received=f"{len(left)} and {len(right)} verdicts",
            fix="give one of each for every answer, in the same order",
        )
    return left, right
