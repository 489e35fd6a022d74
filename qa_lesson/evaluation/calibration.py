"""Whether a model knows when it is right: reliability, risk against coverage, and when to give no answer.

A confidence is a fraction that is higher where the model is surer; an outcome is how right the answer was, 0 or 1
for exact match or anything between for F1. Equal confidences are never told apart, so the order of the questions
changes no result.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import ConfigError, DataError, PredictionError
from qa_lesson.evaluation.scoring import Evaluation
from qa_lesson.metrics import score_answer
from qa_lesson.schema import Example, Prediction

FloatArray = npt.NDArray[np.float64]
_ROUNDING = 1e-12  # a risk of 0.2 computed as 1 - 0.8 must still count as 0.2


@dataclass(frozen=True)
class Bin:
    """Questions of like confidence.

    Args:
        low: lowest confidence of the bin (exclusive, but inclusive where it is 0 or the bins are of equal mass).
        high: highest confidence of the bin (inclusive).
        n: questions.
        mean_confidence: what the model expected, a fraction.
        mean_outcome: what came out, a fraction; lower than `mean_confidence` means overconfident.
    """

    low: float
    high: float
    n: int
    mean_confidence: float
    mean_outcome: float


@dataclass(frozen=True, eq=False)
class RiskCoverage:
    """What it costs to answer only where the confidence is at least a threshold; K distinct confidences.

    Args:
        coverage: (K,) rising to 1: share of the questions that are answered.
        risk: (K,) mean of 1 - outcome over those, a fraction.
        thresholds: (K,) falling: the lowest confidence that is answered (inclusive).
    """

    coverage: FloatArray
    risk: FloatArray
    thresholds: FloatArray

    @property
    def area(self) -> float:
        """Area under the risk as a step function of coverage; lower is better (AURC, Geifman and El-Yaniv 2018).

        Without ties it is the mean of `risk`; a model whose confidences are all equal has its plain error rate.
        """
        return float(np.sum(np.diff(self.coverage, prepend=0.0) * self.risk))

    def coverage_at(self, risk: float) -> float:
        """The largest share of questions that can be answered with a risk of at most `risk`; 0.0 where none can.

        Read off the same questions that it is reported on it is optimistic: choose the threshold on other data.

        >>> risk_coverage([0.9, 0.8, 0.7, 0.6], [1, 1, 0, 1]).coverage_at(0.25)
        1.0
        """
        allowed = self.coverage[self.risk <= risk + _ROUNDING]
        return float(allowed.max()) if len(allowed) else 0.0


def confidence_outcomes(
    evaluation: Evaluation, predictions: Iterable[Prediction], metric: Literal["exact_match", "f1"] = "exact_match"
) -> tuple[FloatArray, FloatArray]:
    """(N,) `Prediction.probability` and (N,) score of every question, joined by id, in the order of the examples.

    Raises:
        PredictionError: a question without its prediction, or a prediction that is not the one that was scored.
    """
    records = _by_id(evaluation.examples, predictions)
    for name, record in records.items():
        if evaluation.predictions.get(name) != record.text:
            raise PredictionError(
                f"the prediction for question {name!r} is not the one that was scored",
                received=f"{record.text!r}, but {evaluation.predictions.get(name)!r} was scored",
                fix="pass the same predictions to evaluate_predictions",
            )
    confidences = np.array([records[example.id].probability for example in evaluation.examples], np.float64)
    outcomes = np.array([getattr(evaluation.scores[example.id], metric) for example in evaluation.examples], np.float64)
    return confidences, outcomes


def reliability(
    confidences: npt.ArrayLike,
    outcomes: npt.ArrayLike,
    n_bins: int = 10,
    *,
    binning: Literal["equal_width", "equal_mass"] = "equal_width",
) -> list[Bin]:
    """Mean outcome against mean confidence in bins of confidence, lowest first; empty bins are left out.

    Args:
        confidences: (N,) fractions in [0, 1].
        outcomes: (N,) fractions in [0, 1].
        n_bins: how many bins at most.
        binning: "equal_width" cuts [0, 1] into equal parts, open to the left, as Guo et al. 2017 do; "equal_mass"
            puts about as many questions into each, which serves better where most confidences are high. Its bins
            reach from the lowest to the highest confidence in them, and equal confidences stay together.

    Raises:
        DataError: no values, values out of their range, or different lengths.
        ConfigError: no bins, or an unknown binning.

    >>> reliability([0.95, 0.85, 0.85, 0.15], [1, 1, 0, 0], n_bins=2)[1].mean_outcome
    0.6666666666666666
    """
    confidence, outcome = _checked(confidences, outcomes)
    if n_bins < 1 or binning not in ("equal_width", "equal_mass"):
        raise ConfigError(
            "unknown bins", received=f"n_bins={n_bins!r}, binning={binning!r}", fix='use n_bins=10, "equal_width"'
        )
    if binning == "equal_width":
        inner = np.linspace(0, 1, n_bins + 1)[1:-1]
    else:
        inner = np.unique(np.quantile(confidence, np.arange(1, n_bins) / n_bins, method="inverted_cdf"))
    owners = np.searchsorted(inner, confidence, side="left")
    bins = []
    for index in np.unique(owners).tolist():
        inside = confidence[owners == index]
        if binning == "equal_width":
            low, high = index / n_bins, (index + 1) / n_bins
        else:
            low, high = float(inside.min()), float(inside.max())
        bins.append(Bin(low, high, len(inside), float(inside.mean()), float(outcome[owners == index].mean())))
    return bins


def expected_calibration_error(
    confidences: npt.ArrayLike,
    outcomes: npt.ArrayLike,
    n_bins: int = 10,
    *,
    binning: Literal["equal_width", "equal_mass"] = "equal_width",
) -> float:
    """Mean distance of confidence and outcome over the bins, weighted by their questions (Guo et al. 2017).

    A fraction, 0 is best. It depends on the bins, and with few questions it is above 0 even for a perfectly
    calibrated model, so compare only equal bins and like numbers of questions.

    Raises:
        DataError, ConfigError: as `reliability`.

    >>> round(expected_calibration_error([0.9, 0.9, 0.9, 0.9], [1, 1, 1, 0]), 3)
    0.15
    """
    bins = reliability(confidences, outcomes, n_bins, binning=binning)
    total = sum(part.n * abs(part.mean_confidence - part.mean_outcome) for part in bins)
    return total / sum(part.n for part in bins)


def risk_coverage(confidences: npt.ArrayLike, outcomes: npt.ArrayLike) -> RiskCoverage:
    """The risk at every coverage that a threshold on the confidence can reach (El-Yaniv and Wiener 2010).

    Args:
        confidences: (N,) fractions in [0, 1]; only their order counts.
        outcomes: (N,) fractions in [0, 1].

    Raises:
        DataError: no values, values out of their range, or different lengths.

    >>> risk_coverage([0.9, 0.5, 0.5], [1, 1, 0]).risk.round(3).tolist()
    [0.0, 0.333]
    """
    confidence, outcome = _checked(confidences, outcomes)
    rising, owners, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    answered = np.cumsum(counts[::-1])
    lost = np.cumsum(np.bincount(owners, 1 - outcome)[::-1])
    return RiskCoverage(answered / len(confidence), lost / answered, rising[::-1].copy())


@dataclass(frozen=True)
class NoAnswerTable:
    """Answered or abstained against answerable or unanswerable: counts of questions.

    Args:
        answered_answerable: whether the answer is right is another matter.
        answered_unanswerable: should have abstained.
        abstained_answerable: should have answered.
        abstained_unanswerable: rightly abstained.
    """

    answered_answerable: int
    answered_unanswerable: int
    abstained_answerable: int
    abstained_unanswerable: int

    @property
    def n(self) -> int:
        """All questions."""
        return (
            self.answered_answerable
            + self.answered_unanswerable
            + self.abstained_answerable
            + self.abstained_unanswerable
        )

    @property
    def accuracy(self) -> float:
        """Share of questions that were rightly answered or rightly abstained on."""
        return (self.answered_answerable + self.abstained_unanswerable) / self.n

    @property
    def precision(self) -> float | None:
        """Share of the abstentions that were right; None where nothing was abstained on."""
        abstained = self.abstained_answerable + self.abstained_unanswerable
        return self.abstained_unanswerable / abstained if abstained else None

    @property
    def recall(self) -> float | None:
        """Share of the unanswerable questions that were abstained on; None where there are none."""
        unanswerable = self.answered_unanswerable + self.abstained_unanswerable
        return self.abstained_unanswerable / unanswerable if unanswerable else None


def no_answer_table(
    examples: Sequence[Example], predictions: Iterable[Prediction], threshold: float
) -> NoAnswerTable:
    """The 2x2 counts when every question whose `no_answer_score` is above `threshold` (logits) gets no answer.

    Raises:
        PredictionError: predictions and examples do not belong together.
        DataError: no examples.
        ConfigError: the threshold is not a number.
    """
    _check_threshold(threshold)
    records = _by_id(examples, predictions)
    abstained = np.array([records[example.id].no_answer_score > threshold for example in examples])
    answerable = np.array([example.is_answerable for example in examples])
    return NoAnswerTable(
        int(np.sum(~abstained & answerable)),
        int(np.sum(~abstained & ~answerable)),
        int(np.sum(abstained & answerable)),
        int(np.sum(abstained & ~answerable)),
    )


@dataclass(frozen=True)
class ThresholdPoint:
    """Scores at one no-answer threshold (logits): abstain where `no_answer_score` is above it; fractions."""

    threshold: float
    exact_match: float
    f1: float
    answered: float


def threshold_sweep(
    examples: Sequence[Example], predictions: Iterable[Prediction], thresholds: Iterable[float] | None = None
) -> list[ThresholdPoint]:
    """Exact match and F1 (v2.0 rules) at each no-answer threshold, as ``apply_no_ans_threshold`` of the official script.

    Below the threshold the best span counts (``n_best[0]``, whatever `Prediction.text` says); above it the empty
    answer, which is worth 1 on an unanswerable question and 0 on others.

    Args:
        examples: answerable and unanswerable questions.
        predictions: one for each, with its `n_best`.
        thresholds: in logits, infinite ones allowed; None takes all that make a difference, lowest first: minus
            infinity (answer nothing) and every distinct `no_answer_score`.

    Returns:
        One point a threshold, in their order.

    Raises:
        PredictionError: predictions and examples do not belong together, or one has no spans.
        DataError: no examples.
        ConfigError: a threshold is not a number.
    """
    records = _by_id(examples, predictions)
    ordered = sorted(examples, key=lambda example: records[example.id].no_answer_score)
    answered_scores = []
    for example in ordered:
        if not records[example.id].n_best:
            raise PredictionError(
                f"the prediction for question {example.id!r} has no spans",
                received="n_best=()",
                fix="keep n_best as decode or QuestionAnswerer.predict gave it",
            )
        answered_scores.append(score_answer(records[example.id].n_best[0].text, example.references, rules="v2.0"))
    levels = np.array([records[example.id].no_answer_score for example in ordered])
    if thresholds is None:
        thresholds = [-math.inf, *np.unique(levels).tolist()]
    gained = {  # [k]: summed score when the k questions with the lowest no-answer score are answered
        metric: np.concatenate([[0.0], np.cumsum([getattr(score, metric) for score in answered_scores])])
        for metric in ("exact_match", "f1")
    }
    unanswerable = np.cumsum([0, *(not example.is_answerable for example in ordered)])
    points = []
    for threshold in thresholds:
        _check_threshold(threshold)
        k = int(np.searchsorted(levels, threshold, side="right"))
        abstained = float(unanswerable[-1] - unanswerable[k])
        em, f1 = (float((gained[metric][k] + abstained) / len(ordered)) for metric in ("exact_match", "f1"))
        points.append(ThresholdPoint(threshold, em, f1, k / len(ordered)))
    return points


def best_threshold(
    examples: Sequence[Example], predictions: Iterable[Prediction], metric: Literal["exact_match", "f1"] = "f1"
) -> ThresholdPoint:
    """The no-answer threshold with the best score, the lowest of equals: ``find_best_thresh`` of evaluate-v2.0.py.

    **Optimistic** when the score is then reported on the same questions, as the official ``best_f1`` is: choose the
    threshold on validation data and apply it to test data.

    It differs from the script where that is off: questions with equal scores are answered together, as any real
    threshold would; and answering nothing has threshold minus infinity (the script says 0.0, which suits
    probabilities but not differences of logits).

    Raises:
        PredictionError, DataError: as `threshold_sweep`.
        ConfigError: an unknown metric.
    """
    if metric not in ("exact_match", "f1"):
        raise ConfigError("unknown metric", received=repr(metric), fix='use "exact_match" or "f1"')
    points = threshold_sweep(examples, predictions)
    best = max(getattr(point, metric) for point in points)
    return next(point for point in points if getattr(point, metric) >= best - _ROUNDING)


def _by_id(examples: Sequence[Example], predictions: Iterable[Prediction]) -> dict[str, Prediction]:
    """The predictions of exactly these examples."""
    if not examples:
        raise DataError("there are no questions", received="0 examples", fix="check the data file or split")
    rows = list(predictions)
    records = {prediction.id: prediction for prediction in rows}
    ids = {example.id for example in examples}
    if len(records) < len(rows) or records.keys() != ids:
        differing = sorted(records.keys() ^ ids)
        raise PredictionError(
            "predictions and questions do not belong together",
            received=f"{len(rows)} predictions for {len(ids)} questions; ids on one side only: {differing[:5]}",
            fix="pass exactly one prediction for each question",
        )
    return records


def _checked(confidences: npt.ArrayLike, outcomes: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    confidence, outcome = np.asarray(confidences, np.float64), np.asarray(outcomes, np.float64)
    if confidence.ndim != 1 or confidence.shape != outcome.shape or not len(confidence):
        raise DataError(
            "confidences and outcomes do not pair up",
            received=f"shapes {confidence.shape} and {outcome.shape}",
            fix="give one of each for every question",
        )
    for name, values in (("confidences", confidence), ("outcomes", outcome)):
        wrong = values[~((values >= 0) & (values <= 1))]
        if len(wrong):
            raise DataError(
                f"{len(wrong)} of {len(values)} {name} are not fractions",
                received=f"first: {wrong[0]:g}",
                fix="give values between 0 and 1 (divide percent by 100)",
            )
    return confidence, outcome


def _check_threshold(threshold: float) -> None:
    if math.isnan(threshold):
        raise ConfigError("a no-answer threshold must be a number", received=repr(threshold), fix="use 0.0 or inf")
