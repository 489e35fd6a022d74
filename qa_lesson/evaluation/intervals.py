"""How far a score can be trusted: intervals, paired comparison, and how many questions that takes.

The default interval is for *new documents of the same kind*, each with its own questions. Questions on one document
are not independent, because a model that misreads a document misses several of them, so whole documents are the units.
The formulas and their sources are in `qa_lesson.evaluation.standard_errors`, and `benchmarks/coverage.py` measures how
often the intervals hold the true score. Dror et al. 2018 on paired tests in language processing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import ConfigError, DataError, PredictionError
from qa_lesson.evaluation.scoring import Evaluation
from qa_lesson.evaluation.standard_errors import (
    FloatArray,
    clustered_error,
    effective_questions,
    interval_ends,
    interval_p_value,
)
from qa_lesson.schema import Example

Metric = Literal["exact_match", "precision", "recall", "f1"]
Unit = Literal["document", "question"]
"""What an interval imagines new ones of: whole documents with their questions, or questions on these documents."""

MIN_DOCUMENTS = 5
"""Fewer documents cannot show how different documents are, so there is no interval for new ones."""


@dataclass(frozen=True)
class Interval:
    """A score and its interval; all fractions.

    Args:
        estimate: the score itself.
        low, high: bounds of the interval (inclusive).
        confidence: nominal coverage.
        n: questions.
        n_units: how many units there are: documents or questions.
        unit: "document" if the interval is for new documents of the same kind, "question" if it is for new questions
            on the very same documents; None for a formula that looks at the counts alone.
        wider: it is the wider of both, so it is for new documents even where `unit` is "question".
    """

    estimate: float
    low: float
    high: float
    confidence: float
    n: int
    n_units: int
    unit: Unit | None
    wider: bool = False

    @property
    def width(self) -> float:
        """`high` minus `low`."""
        return self.high - self.low

    @property
    def claim(self) -> str:
        """What the interval is for, in words.

        >>> Interval(0.7, 0.6, 0.8, 0.95, 378, 9, "document").claim
        'for new documents of the same kind'
        """
        return _claim("document" if self.wider else self.unit)


@dataclass(frozen=True)
class PairedComparison:
    """Two systems on the same questions; scores and differences are fractions.

    Args:
        difference: left minus right.
        low, high: bounds of its interval (inclusive).
        p_value: two-sided, of the hypothesis that the difference is 0: under ``1 - confidence`` if and only if the
            interval leaves 0 out.
        confidence: nominal coverage of the interval.
        left, right: the two scores.
        n: questions.
        n_units: how many units there are: documents or questions.
        unit, wider: which of the two, see `Interval`.
    """

    difference: float
    low: float
    high: float
    p_value: float
    confidence: float
    left: float
    right: float
    n: int
    n_units: int
    unit: Unit
    wider: bool = False

    @property
    def claim(self) -> str:
        """What the interval is for, in words, as in `Interval.claim`."""
        return _claim("document" if self.wider else self.unit)


def score_interval(
    evaluation: Evaluation,
    metric: Metric = "f1",
    *,
    unit: Unit | Literal["wider"] = "wider",
    confidence: float = 0.95,
) -> Interval:
    """The interval of a score.

    With documents it is for *new documents of the same kind*, drawn as these were. With questions it is for new
    questions on *these very documents*, which is narrower and mostly not what is wanted. The wider of the two is the
    cautious choice, because a handful of documents can look more alike than their questions allow. The interval is
    about the mean over all such questions. The score of another test set of the same size varies more, by a factor of
    about the square root of 2.

    Where all questions have the same score (all right, for example) the interval still has a width. It allows for the
    share of other scores that could have stayed unseen in so many questions.

    Args:
        evaluation: the scored questions.
        metric: which score.
        unit: "document" (the ``document`` of the examples), "question", or "wider": whichever gives the wider one.
            `Interval.unit` says which of the two it was.
        confidence: nominal coverage, a fraction between 0 and 1 (exclusive).

    Raises:
        ConfigError: an unknown metric or unit, or a confidence out of its range.
        DataError: fewer than `MIN_DOCUMENTS` documents (unless `unit` is "question"), or fewer than 2 questions.
    """
    check_metric(metric)
    values = question_scores(evaluation, metric)
    return mean_interval(values, _documents(evaluation), unit=unit, confidence=confidence)


def mean_interval(
    values: npt.ArrayLike,
    documents: Sequence[str],
    *,
    unit: Unit | Literal["wider"] = "wider",
    confidence: float = 0.95,
) -> Interval:
    """`score_interval` of any other measure between 0 and 1, such as the recall of a search.

    Args:
        values: (N,) the measure of each question.
        documents: N, what each question belongs to.
        unit, confidence: as for `score_interval`.

    Raises:
        ConfigError, DataError: as `score_interval`; lists of different lengths, or a value outside 0 to 1.

    >>> mean_interval([1, 0, 1, 1], list("abcd"), unit="question").estimate
    0.75
    """
    _check_name("unit", unit, (*get_args(Unit), "wider"))
    check_fraction("confidence", confidence)
    values = np.asarray(values, np.float64)
    if values.shape != (len(documents),) or not ((values >= 0) & (values <= 1)).all():
        received = f"{values.shape} values from {values.min(initial=0):g} to {values.max(initial=0):g}"
        raise DataError("give one value between 0 and 1 for each document name", received=received)
    found = []
    for one, owners in _owners(documents, unit).items():
        low, high, _ = _ends(values, owners, confidence, difference=False)
        sizes = len(values), int(owners.max()) + 1
        found.append(Interval(float(values.mean()), low, high, confidence, *sizes, one, unit == "wider"))
    return max(found, key=lambda interval: interval.width)


def reported_interval(evaluation: Evaluation, metric: Metric = "f1") -> Interval:
    """`score_interval` for a report about any questions: with too few documents it is about these very documents.

    Whoever prints it must print `Interval.claim` too, because the two kinds claim different things.

    Raises:
        ConfigError, DataError: as `score_interval`.
    """
    few = len({example.document for example in evaluation.examples}) < MIN_DOCUMENTS
    return score_interval(evaluation, metric, unit="question" if few else "wider")


def paired_comparison(
    left: Evaluation,
    right: Evaluation,
    metric: Metric = "f1",
    *,
    unit: Unit | Literal["wider"] = "document",
    confidence: float = 0.95,
) -> PairedComparison:
    """Is `left` better than `right` on the same questions, and by how much?

    The interval is that of the differences, so what makes a question hard for both cancels out. Two separate intervals
    that overlap do not show that the systems are equal. Interval and p-value come from one t distribution and agree.
    Over documents, two equally good systems are declared different about as often as stated, with 5 documents too. (A
    permutation test of 5 documents has no p-value below 1/16.) With "wider" both units must find a difference, which
    happens by chance in only 1 to 4% of comparisons: cautious, at the cost of overlooking more real differences.

    Args:
        left, right: evaluations of the same questions under the same rules, in any order.
        metric: which score.
        unit: "document", "question" or "wider", see `score_interval`.
        confidence: nominal coverage of the interval, a fraction between 0 and 1 (exclusive).

    Raises:
        PredictionError: the questions, their documents or the rules differ.
        ConfigError, DataError: as `score_interval`.
    """
    _check(metric, unit, confidence)
    check_same_questions(left, right)
    ours = question_scores(left, metric)
    theirs = question_scores(right, metric, left.examples)
    means = float((ours - theirs).mean()), float(ours.mean()), float(theirs.mean())
    found = []
    for one, owners in _owners(_documents(left), unit).items():
        low, high, p = _ends(ours - theirs, owners, confidence, difference=True)
        sizes = len(ours), int(owners.max()) + 1
        found.append(
            PairedComparison(means[0], low, high, p, confidence, means[1], means[2], *sizes, one, unit == "wider")
        )
    wider = max(found, key=lambda comparison: comparison.high - comparison.low)
    # both intervals have the same middle, so the wider one leaves 0 out exactly if both do
    return replace(wider, p_value=max(comparison.p_value for comparison in found))


def questions_needed(half_width: float, p: float = 0.5, confidence: float = 0.95) -> int:
    """How many questions make the interval of a right-or-wrong score `half_width` to either side.

    Normal approximation ``z**2 p (1 - p) / half_width**2`` for independent questions; several questions on one
    document count for less, so take more.

    Args:
        half_width: half the width of the interval, a fraction (0.05 for +/- 5 points).
        p: the expected score, a fraction; 0.5 is the worst case.
        confidence: nominal coverage, a fraction.

    Raises:
        ConfigError: a number that is not between 0 and 1 (exclusive).

    >>> questions_needed(0.05), questions_needed(0.05, p=0.83)
    (385, 217)
    """
    for name, value in (("half_width", half_width), ("p", p), ("confidence", confidence)):
        check_fraction(name, value)
    from scipy import stats

    z = float(stats.norm.ppf((1 + confidence) / 2))
    return math.ceil(z**2 * p * (1 - p) / half_width**2)


def binomial_interval(n_right: int, n: int, confidence: float = 0.95) -> Interval:
    """Wilson score interval of a right-or-wrong score such as exact match, from the counts alone.

    It holds for independent questions; see `score_interval` for several on one document.

    Args:
        n_right: questions answered right.
        n: all questions.
        confidence: nominal coverage, a fraction.

    Raises:
        ConfigError: `confidence` is not between 0 and 1 (exclusive).
        DataError: not ``0 <= n_right <= n`` with at least one question.

    >>> interval = binomial_interval(83, 100)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.745, 0.891)
    """
    check_fraction("confidence", confidence)
    if n < 1 or not 0 <= n_right <= n:
        raise DataError(
            "the counts do not fit together", received=f"n_right={n_right}, n={n}", fix="give 0 <= n_right <= n, n >= 1"
        )
    from scipy import stats

    bounds = stats.binomtest(n_right, n).proportion_ci(confidence, method="wilson")
    return Interval(n_right / n, float(bounds.low), float(bounds.high), confidence, n, n, None)


def _claim(target: Unit | None) -> str:
    return {
        "document": "for new documents of the same kind",
        "question": "for new questions on the same documents",
        None: "for independent questions",
    }[target]


def question_scores(evaluation: Evaluation, metric: Metric, examples: Sequence[Example] | None = None) -> FloatArray:
    """(N,) the score of each question, in the order of `examples` (None takes that of the evaluation)."""
    asked = evaluation.examples if examples is None else examples
    return np.array([getattr(evaluation.scores[example.id], metric) for example in asked], np.float64)


def _documents(evaluation: Evaluation) -> list[str]:
    return [example.document for example in evaluation.examples]


def _owners(documents: Sequence[str], unit: Unit | Literal["wider"]) -> dict[Unit, npt.NDArray[np.intp]]:
    """For each unit asked for: (N,) which document or question each question belongs to, numbered from 0."""
    found: dict[Unit, npt.NDArray[np.intp]] = {}
    if unit != "question":
        names, owners = np.unique(np.array(documents), return_inverse=True)
        if len(names) < MIN_DOCUMENTS:
            raise DataError(
                f"an interval for new documents needs at least {MIN_DOCUMENTS} documents",
                received=f"{len(names)} document{'' if len(names) == 1 else 's'} with {len(documents)} questions",
                fix='score more documents, or pass unit="question": an interval for new questions on these very '
                "documents, which says nothing about other documents",
            )
        found["document"] = owners
    if unit != "document":
        if len(documents) < 2:
            raise DataError("an interval needs at least 2 questions", received=f"{len(documents)}", fix="score more")
        found["question"] = np.arange(len(documents))
    return found


def _ends(
    values: FloatArray, owners: npt.NDArray[np.intp], confidence: float, *, difference: bool
) -> tuple[float, float, float]:
    """Both ends of the interval of the mean, and the two-sided p-value of a mean of 0 (of use for differences)."""
    counts = np.bincount(owners)
    found, single = clustered_error(np.bincount(owners, values), counts), clustered_error(values, 1)
    n = effective_questions(counts)
    low, high = interval_ends(found, single, n, confidence, difference=difference)
    return float(low), float(high), float(interval_p_value(found, single, n))


def check_same_questions(left: Evaluation, right: Evaluation) -> None:
    """Refuse to compare two evaluations that are not of the same questions under the same rules.

    Raises:
        PredictionError: the questions, their documents or the rules differ.
    """
    documents = [{example.id: example.document for example in side.examples} for side in (left, right)]
    if differing := sorted(dict(documents[0].items() ^ documents[1].items())):
        raise PredictionError(
            "the two evaluations are not of the same questions",
            received=f"{len(differing)} ids or their documents differ, first: {', '.join(differing[:5])}",
            fix="score both systems on the same examples",
        )
    if left.rules != right.rules:
        raise PredictionError(
            "the two evaluations follow different rules",
            received=f"{left.rules} and {right.rules}",
            fix="pass the same rules= to evaluate_predictions",
        )


def check_metric(metric: str) -> None:
    """Refuse the name of a score that does not exist.

    Raises:
        ConfigError: it is not one of `Metric`.
    """
    _check_name("metric", metric, get_args(Metric))


def _check_name(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ConfigError(f"unknown {name}", received=repr(value), fix=f"use one of {', '.join(allowed)}")


def _check(metric: str, unit: str, confidence: float) -> None:
    check_metric(metric)
    _check_name("unit", unit, (*get_args(Unit), "wider"))
    check_fraction("confidence", confidence)


def check_fraction(name: str, value: float) -> None:
    """Refuse a number that is not between 0 and 1 (exclusive), such as 95 for 0.95.

    Raises:
        ConfigError: the value is out of its range.
    """
    if not 0 < value < 1:
        fix = f"use {value / 100:g}" if 1 < value < 100 else "use a fraction such as 0.95 or 0.05"
        raise ConfigError(f"{name} must be between 0 and 1 (exclusive)", received=f"{name}={value!r}", fix=fix)
