"""Decisions around an interval: how much to collect, several comparisons, "not worse", and the next test.

Sources: Miller 2024 (arXiv 2411.00640, power with clustered questions), Card et al. 2020 (power in language
processing), Dror et al. 2017 and 2018 (several comparisons and paired tests in language processing), Holm 1979,
Piaggio et al. 2012 (non-inferiority).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation.intervals import (
    Interval,
    Metric,
    check_fraction,
    check_metric,
    check_same_questions,
    paired_comparison,
    question_scores,
)
from qa_lesson.evaluation.scoring import Evaluation

Name = TypeVar("Name", bound=Hashable)
_MOST_DOCUMENTS = 10_000_000
_ASSUMED_BETWEEN = 0.1  # standard deviation of F1 between documents; on the course's own test, one handbook, it is 0
_TYPICAL_WITHIN = 0.41  # that within one document: of recorded("course_seed_0") on the course's test


@dataclass(frozen=True)
class DocumentsNeeded:
    """How many documents a test set needs, and what that was computed from; standard deviations are fractions.

    Args:
        documents: needed, at least 5.
        questions_per_document: assumed for each of them.
        between_documents: standard deviation of the documents' mean scores (or differences), free of the luck of
            their questions.
        within_documents: standard deviation of the questions of one document.
    """

    documents: int
    questions_per_document: float
    between_documents: float
    within_documents: float

    @property
    def questions(self) -> int:
        """All questions together."""
        return math.ceil(self.documents * self.questions_per_document)


def documents_needed(
    pilot: Evaluation,
    other: Evaluation | None = None,
    *,
    half_width: float | None = None,
    difference: float | None = None,
    metric: Metric = "f1",
    questions_per_document: float | None = None,
    power: float = 0.8,
    confidence: float = 0.95,
) -> DocumentsNeeded:
    """How many documents to collect, from a small test that you have already scored.

    With `half_width`: so many that the interval of the score reaches that far to either side. With `difference`: so
    many that a true difference of that size is found (the interval leaves 0 out) with the stated power. More questions
    on each document help only until the documents themselves are the larger part of the variance.

    The answer is as rough as the pilot: 9 documents know the variance between documents only to within a factor of 2
    or 3.

    Args:
        pilot: a scored test, with several questions on each document.
        other: a second system on the same questions. The differences between the two are what varies then, and they
            vary much less than the scores. A `difference` needs it.
        half_width: half the width of the interval, a fraction (0.05 for +/- 5 points).
        difference: the smallest true difference that you do not want to miss, a fraction (0.02 for 2 points).
        metric: which score.
        questions_per_document: planned for each document; None takes as many as the pilot has.
        power: the chance to find the difference, a fraction.
        confidence: nominal coverage of the interval, a fraction.

    Raises:
        ConfigError: not exactly one of `half_width` and `difference`, or a number out of its range.
        DataError: a `difference` without `other`, fewer than 2 documents, or not one document with 2 questions; or
            more than ten million documents would be needed.
        PredictionError: the questions of the two, their documents or the rules differ.
    """
    if (half_width is None) == (difference is None):
        raise ConfigError(
            "give exactly one of half_width and difference",
            received=f"half_width={half_width!r}, difference={difference!r}",
            fix="half_width for the interval of a score, difference to tell two systems apart",
        )
    target = half_width if half_width is not None else difference
    for name, value in (("half_width or difference", target), ("power", power), ("confidence", confidence)):
        check_fraction(name, value)  # type: ignore[arg-type]
    if difference is not None and other is None:
        raise DataError(
            "a difference is planned from two systems",
            received="one evaluation",
            fix="pass the second system's evaluation of the same questions, or an earlier version's",
        )
    between, within, per_document = _between_and_within(pilot, other, metric)
    if questions_per_document is None:
        questions_per_document = per_document
    if not questions_per_document >= 1:
        raise ConfigError("questions_per_document must be at least 1", received=repr(questions_per_document))
    one_document = math.sqrt(between**2 + within**2 / questions_per_document)

    from scipy import stats

    def reaches(n: int) -> bool:
        error, quantile = one_document / math.sqrt(n), stats.t.ppf((1 + confidence) / 2, n - 1)
        if half_width is not None:
            return bool(quantile * error <= half_width)
        away = difference / error if error else math.inf  # type: ignore[operator]
        return bool(math.isinf(away) or stats.nct.sf(quantile, n - 1, away) >= power)

    low, high = 4, 5
    while not reaches(high):
        low, high = high, 2 * high
        if high > _MOST_DOCUMENTS:
            raise DataError("that needs more than ten million documents", received=f"{target}", fix="aim lower")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return DocumentsNeeded(high, questions_per_document, between, within)


def expected_half_width(
    documents: int,
    questions_per_document: float,
    *,
    pilot: Evaluation | None = None,
    metric: Metric = "f1",
    confidence: float = 0.95,
) -> float:
    """How far an interval will reach to either side of the score of a test that is still being written.

    The other direction of `documents_needed`. Without a pilot it takes a standard deviation of 0.41 for the questions
    of one document, which is what the course model's F1 has on the course's test, and assumes one of 0.1 between
    documents, because yours will differ more than those of one handbook. That is enough to choose between writing more
    and stopping.

    Args:
        documents: in the test, at least 2.
        questions_per_document: on average, at least 1.
        pilot: a scored test whose documents and questions show how much yours differ.
        metric: which score of the pilot.
        confidence: nominal coverage of the interval, a fraction.

    Returns:
        Half the width, a fraction: 0.05 for +/- 5 points. Above 0.5 the interval says almost nothing.

    Raises:
        ConfigError: too few documents or questions, or a confidence that is not a fraction.
        DataError: a pilot that `documents_needed` would refuse.

    >>> round(expected_half_width(5, 4), 2), round(expected_half_width(20, 4), 2)
    (0.28, 0.11)
    """
    check_fraction("confidence", confidence)
    if documents < 2 or not questions_per_document >= 1:
        raise ConfigError(
            "an interval needs at least 2 documents with a question each",
            received=f"documents={documents!r}, questions_per_document={questions_per_document!r}",
            fix="plan more documents, better 5 or more",
        )
    between, within = _ASSUMED_BETWEEN, _TYPICAL_WITHIN
    if pilot is not None:
        between, within, _ = _between_and_within(pilot, None, metric)

    from scipy import stats

    error = math.sqrt((between**2 + within**2 / questions_per_document) / documents)
    return float(stats.t.ppf((1 + confidence) / 2, documents - 1)) * error


def is_non_inferior(
    left: Evaluation, right: Evaluation, margin: float, metric: Metric = "f1", *, confidence: float = 0.95
) -> bool:
    """Whether `left` (a smaller or cheaper system) is shown to be at most `margin` worse than `right`.

    It is if the whole interval of `paired_comparison` is above ``-margin``. Fix the margin before you look at scores:
    the most that you would give up for what the smaller model saves. "No significant difference" is not the same,
    because a test that is too small finds no difference either.

    Args:
        left, right: evaluations of the same questions under the same rules.
        margin: a fraction between 0 and 1 (exclusive), 0.02 for 2 points.
        metric: which score.
        confidence: nominal coverage of the two-sided interval. At 0.95 a system that is worse by exactly `margin` is
            accepted in 2.5% of tests.

    Raises:
        ConfigError, DataError, PredictionError: as `paired_comparison`; a margin out of its range.
    """
    check_fraction("margin", margin)
    return paired_comparison(left, right, metric, confidence=confidence).low > -margin


def next_score_interval(interval: Interval, relative_size: float = 1.0) -> Interval:
    """Where the score of a *second* test will be, if the interval comes from the first.

    A confidence interval is about the mean over all questions of the kind. A second test of the same size has luck of
    its own, so its score varies more, by the square root of 2: the first test's 95% interval holds it in 83 to 89% of
    cases, this one in 94 to 96% (`benchmarks/seeds.py`). The distance to either end is multiplied by
    ``sqrt(1 + 1 / relative_size)``, on the logit scale, where no end passes 0 or 1. Cumming and Maillardet 2006 on
    where the next mean falls.

    Args:
        interval: of the first test.
        relative_size: units of the second test over those of the first; 2.0 if it has twice as many documents.

    Returns:
        The same interval with new ends.

    Raises:
        ConfigError: `relative_size` is not above 0.

    >>> wider = next_score_interval(Interval(0.7, 0.65, 0.745, 0.95, 378, 9, "document"))
    >>> round(wider.low, 3), round(wider.high, 3)
    (0.628, 0.762)
    """
    if not relative_size > 0:
        raise ConfigError("relative_size must be above 0", received=repr(relative_size), fix="1.0 for equal sizes")
    factor = math.sqrt(1 + 1 / relative_size)
    if interval.low > 0 and interval.high < 1:
        from scipy import special

        middle, low, high = special.logit([interval.estimate, interval.low, interval.high])
        ends = special.expit([middle - factor * (middle - low), middle + factor * (high - middle)])
    else:
        ends = np.array([interval.estimate - factor * (interval.estimate - interval.low),
                         interval.estimate + factor * (interval.high - interval.estimate)])  # fmt: skip
    return replace(interval, low=max(0.0, float(ends[0])), high=min(1.0, float(ends[1])))


def holm(p_values: Mapping[Name, float]) -> dict[Name, float]:
    """P-values adjusted for being several, so that *any* false alarm among all of them is as rare as one was.

    Each adjusted value can be compared with 0.05 as usual. The smallest one counts times their number, the next one
    times one less, and so on; none becomes smaller than the one before it. Holm 1979; it holds for dependent tests
    too. Put in every comparison that you made, also the ones that you do not report.

    Args:
        p_values: by the name of the comparison.

    Returns:
        The adjusted ones by name in the same order, at most 1.

    Raises:
        ConfigError: a value that is not between 0 and 1 (inclusive).

    >>> holm({"dropout": 0.04, "frozen": 0.01, "short": 0.5})
    {'dropout': 0.08, 'frozen': 0.03, 'short': 0.5}
    """
    for name, value in p_values.items():
        if not 0 <= value <= 1:
            raise ConfigError("a p-value must be between 0 and 1", received=f"{name}: {value!r}")
    adjusted = dict.fromkeys(p_values, 0.0)
    largest = 0.0
    for rank, name in enumerate(sorted(p_values, key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[name]))
        adjusted[name] = largest
    return adjusted


def _between_and_within(pilot: Evaluation, other: Evaluation | None, metric: Metric) -> tuple[float, float, float]:
    """Standard deviation between documents and within them, and the mean number of questions of a document."""
    check_metric(metric)
    values = question_scores(pilot, metric)
    if other is not None:
        check_same_questions(pilot, other)
        values = values - question_scores(other, metric, pilot.examples)
    owners: npt.NDArray[np.intp]
    owners = np.unique(np.array([example.document for example in pilot.examples]), return_inverse=True)[1]
    sizes, n = np.bincount(owners), len(values)
    if len(sizes) < 2 or n == len(sizes):
        raise DataError(
            "the pilot does not show how documents and questions vary",
            received=f"{len(sizes)} documents, {n} questions",
            fix="score at least 2 documents (better 5 or more) with several questions each",
        )
    means = np.bincount(owners, values) / sizes
    within = float(((values - means[owners]) ** 2).sum() / (n - len(sizes)))
    between = float((sizes * (means - values.mean()) ** 2).sum() / (len(sizes) - 1))
    typical = (n - (sizes**2).sum() / n) / (len(sizes) - 1)
    return math.sqrt(max((between - within) / typical, 0.0)), math.sqrt(within), n / len(sizes)
