"""How far a score can be trusted: bootstrap intervals, paired comparison, and how many questions that takes.

Questions on one document are not independent, because a model that misreads a document misses several of them. So
whole documents are resampled unless the caller asks for questions. Sources: Efron and Tibshirani 1993 (percentile
bootstrap, chapter 13), Davison and Hinkley 1997 (clusters, section 3.8), Dror et al. 2018 (paired tests in NLP).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import ConfigError, DataError, PredictionError
from qa_lesson.evaluation.scoring import Evaluation
from qa_lesson.schema import Example

Metric = Literal["exact_match", "precision", "recall", "f1"]
Resample = Literal["document", "question"]
"""What is drawn with replacement: whole documents with all their questions, or single questions."""

FloatArray = npt.NDArray[np.float64]
_AT_ONCE = 500  # bounds the memory: 500 resamples x 1,190 questions x 8 bytes are 5 MB


@dataclass(frozen=True)
class Interval:
    """A score and its interval; all fractions.

    Args:
        estimate: the score itself.
        low, high: bounds of the interval (inclusive).
        confidence: nominal coverage.
        n: questions.
        n_units: what was resampled: documents or questions.
        resample: which of the two; None for a formula that resamples nothing.
    """

    estimate: float
    low: float
    high: float
    confidence: float
    n: int
    n_units: int
    resample: Resample | None

    @property
    def width(self) -> float:
        """`high` minus `low`."""
        return self.high - self.low


@dataclass(frozen=True)
class PairedComparison:
    """Two systems on the same questions; scores and differences are fractions.

    Args:
        difference: left minus right.
        low, high: bounds of its bootstrap interval (inclusive).
        p_value: two-sided, of the permutation test that the two systems are interchangeable.
        confidence: nominal coverage of the interval.
        left, right: the two scores.
        n: questions.
        n_units: documents or questions that were resampled and swapped.
        resample: which of the two.
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
    resample: Resample


def score_interval(
    evaluation: Evaluation,
    metric: Metric = "f1",
    *,
    resample: Resample = "document",
    confidence: float = 0.95,
    n_resamples: int = 9999,
    seed: int = 0,
) -> Interval:
    """Percentile bootstrap interval of a score.

    With documents, each resample draws as many documents as there are and takes the sum of their scores over the
    number of their questions. It stands for new questions on *new documents of the same sort*; with questions, for
    new questions on the very same documents, which is narrower and mostly not what is wanted.

    Few documents (under about 20) make the interval too narrow and jumpy, because a handful cannot show how
    different documents are: with 5 of them a nominal 95 % covers the truth clearly less often. Then write questions
    on more documents rather than more on the same ones. Where all scores are equal (perfect on a few questions)
    the interval has no width, which proves nothing: take `binomial_interval`, or more questions.

    Args:
        evaluation: the scored questions.
        metric: which score.
        resample: "document" (the ``document`` of the examples), or "question".
        confidence: nominal coverage, a fraction between 0 and 1 (exclusive).
        n_resamples: how many resamples.
        seed: of the resampling; the same seed gives the same interval.

    Raises:
        ConfigError: an unknown metric or unit, or a number out of its range.
        DataError: fewer than 2 units.
    """
    _check(metric, resample, confidence, n_resamples)
    owners = _units(evaluation.examples, resample)
    values = _values(evaluation, metric)
    low, high = _bootstrap(values, owners, confidence, n_resamples, seed)
    n_units = int(owners.max()) + 1
    return Interval(float(values.mean()), low, high, confidence, len(values), n_units, resample)


def wider_interval(
    evaluation: Evaluation,
    metric: Metric = "f1",
    *,
    confidence: float = 0.95,
    n_resamples: int = 9999,
    seed: int = 0,
) -> Interval:
    """The wider of the intervals over documents and over questions: what to report with fewer than about 20 documents.

    With one document (or none named) only questions can be drawn; `Interval.resample` says which of the two it is.

    Raises:
        ConfigError, DataError: as `score_interval`.
    """
    units: list[Resample] = ["question"]
    if len({example.document for example in evaluation.examples}) > 1:
        units.append("document")
    found = [
        score_interval(evaluation, metric, resample=unit, confidence=confidence, n_resamples=n_resamples, seed=seed)
        for unit in units
    ]
    return max(found, key=lambda interval: interval.width)


def paired_comparison(
    left: Evaluation,
    right: Evaluation,
    metric: Metric = "f1",
    *,
    resample: Resample = "document",
    confidence: float = 0.95,
    n_resamples: int = 9999,
    seed: int = 0,
) -> PairedComparison:
    """Is `left` better than `right` on the same questions, and by how much?

    The interval resamples the differences, so what makes a question hard for both cancels out; two separate
    intervals that overlap do not show that the systems are equal. The permutation test swaps the two systems within
    each unit (within a document: on all its questions together); it is exact where at most `n_resamples` swaps
    exist, and otherwise never reports less than ``2 / (n_resamples + 1)``. With n documents no p-value can be under
    ``2 / 2**n``.

    Args:
        left, right: evaluations of the same questions under the same rules, in any order.
        metric: which score.
        resample: "document" or "question", see `score_interval`.
        confidence: nominal coverage of the interval, a fraction between 0 and 1 (exclusive).
        n_resamples: how many resamples and how many swaps.
        seed: of both.

    Raises:
        PredictionError: the questions, their documents or the rules differ.
        ConfigError, DataError: as `score_interval`.
    """
    from scipy import stats  # here and below: loading scipy.stats takes longer than scoring most test sets

    _check(metric, resample, confidence, n_resamples)
    _check_same(left, right)
    owners = _units(left.examples, resample)
    ours = _values(left, metric)
    theirs = np.array([getattr(right.scores[example.id], metric) for example in left.examples], dtype=np.float64)
    low, high = _bootstrap(ours - theirs, owners, confidence, n_resamples, seed)
    test = stats.permutation_test(
        (np.bincount(owners, ours), np.bincount(owners, theirs)),
        lambda x, y, axis: (x - y).sum(axis=axis) / len(ours),
        permutation_type="samples",
        vectorized=True,
        n_resamples=n_resamples,
        batch=_AT_ONCE,
        random_state=np.random.default_rng(seed),
    )
    return PairedComparison(
        difference=float(np.mean(ours - theirs)),
        low=low,
        high=high,
        p_value=float(test.pvalue),
        confidence=confidence,
        left=float(ours.mean()),
        right=float(theirs.mean()),
        n=len(ours),
        n_units=int(owners.max()) + 1,
        resample=resample,
    )


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
        _check_fraction(name, value)
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
    _check_fraction("confidence", confidence)
    if n < 1 or not 0 <= n_right <= n:
        raise DataError(
            "the counts do not fit together", received=f"n_right={n_right}, n={n}", fix="give 0 <= n_right <= n, n >= 1"
        )
    from scipy import stats

    bounds = stats.binomtest(n_right, n).proportion_ci(confidence, method="wilson")
    return Interval(n_right / n, float(bounds.low), float(bounds.high), confidence, n, n, None)


def _values(evaluation: Evaluation, metric: Metric) -> FloatArray:
    """(N,) the score of each question, in the order of the examples."""
    return np.array([getattr(evaluation.scores[example.id], metric) for example in evaluation.examples], np.float64)


def _units(examples: tuple[Example, ...], resample: Resample) -> npt.NDArray[np.intp]:
    """(N,) which unit each question belongs to, units numbered from 0."""
    names = [example.document if resample == "document" else example.id for example in examples]
    units, owners = np.unique(np.array(names), return_inverse=True)
    if len(units) < 2:
        other = ' or pass resample="question"' if resample == "document" and len(examples) > 1 else ""
        raise DataError(
            f"an interval needs at least 2 {resample}s",
            received=f"{len(units)} {resample}{'' if len(units) == 1 else 's'} with {len(examples)} questions",
            fix=f"score more {resample}s{other}",
        )
    return owners


def _bootstrap(
    values: FloatArray, owners: npt.NDArray[np.intp], confidence: float, n_resamples: int, seed: int
) -> tuple[float, float]:
    """Percentile interval of the mean of `values` when their units are resampled: a ratio of two sums."""
    from scipy import stats

    result = stats.bootstrap(
        (np.bincount(owners, values), np.bincount(owners).astype(np.float64)),
        lambda sums, counts, axis: sums.sum(axis=axis) / counts.sum(axis=axis),
        paired=True,
        vectorized=True,
        method="percentile",
        confidence_level=confidence,
        n_resamples=n_resamples,
        batch=_AT_ONCE,
        random_state=np.random.default_rng(seed),
    )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


def _check_same(left: Evaluation, right: Evaluation) -> None:
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


def _check(metric: str, resample: str, confidence: float, n_resamples: int) -> None:
    for name, value, allowed in (("metric", metric, get_args(Metric)), ("resample", resample, get_args(Resample))):
        if value not in allowed:
            raise ConfigError(f"unknown {name}", received=repr(value), fix=f"use one of {', '.join(allowed)}")
    _check_fraction("confidence", confidence)
    if isinstance(n_resamples, bool) or not isinstance(n_resamples, int) or n_resamples < 100:
        raise ConfigError("n_resamples must be at least 100", received=repr(n_resamples), fix="leave it at 9999")


def _check_fraction(name: str, value: float) -> None:
    if not 0 < value < 1:
        fix = f"use {value / 100:g}" if 1 < value < 100 else "use a fraction such as 0.95 or 0.05"
        raise ConfigError(f"{name} must be between 0 and 1 (exclusive)", received=f"{name}={value!r}", fix=fix)
