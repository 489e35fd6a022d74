"""Whether a model knows when it is right: reliability, and risk against coverage.

A confidence is a fraction that is higher where the model is surer; an outcome is how right the answer was, 0 or 1
for exact match or anything between for F1. Equal confidences are never told apart, so the order of the questions
changes no result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import ConfigError, DataError, PredictionError
from qa_lesson.evaluation.scoring import Evaluation
from qa_lesson.schema import Prediction

FloatArray = npt.NDArray[np.float64]
_ROUNDING = 1e-12  # a risk of 0.2 computed as 1 - 0.8 must still count as 0.2


@dataclass(frozen=True)
class Bin:
    """Questions of like confidence.

    Args:
        low: lowest confidence of the bin (exclusive, but inclusive if it is 0 or the bins are of equal mass).
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
        """The largest share of questions that can be answered with a risk of at most `risk`; 0.0 if none can.

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
    records = {prediction.id: prediction for prediction in predictions}
    for example in evaluation.examples:
        scored, given = evaluation.predictions.get(example.id), records.get(example.id)
        if given is None or given.text != scored:
            raise PredictionError(
                f"the prediction for question {example.id!r} is not the one that was scored",
                received=f"{given.text if given else None!r}, but {scored!r} was scored",
                fix="pass the same prediction records to evaluate_predictions",
            )
    confidences = np.array([records[example.id].probability for example in evaluation.examples], np.float64)
    outcomes = np.array([getattr(evaluation.scores[example.id], metric) for example in evaluation.examples], np.float64)
    return confidences, outcomes


def calibration_bins(
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

    >>> calibration_bins([0.95, 0.85, 0.85, 0.15], [1, 1, 0, 0], n_bins=2)[1].mean_outcome
    0.6666666666666666
    """
    confidence, outcome = checked_outcomes(confidences, outcomes)
    if n_bins < 1 or binning not in ("equal_width", "equal_mass"):
        raise ConfigError(
            "unknown bins", received=f"n_bins={n_bins!r}, binning={binning!r}", fix='use n_bins=10, "equal_width"'
        )
    if binning == "equal_width":
        inner = np.arange(1, n_bins) / n_bins
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
        DataError, ConfigError: as `calibration_bins`.

    >>> round(expected_calibration_error([0.9, 0.9, 0.9, 0.9], [1, 1, 1, 0]), 3)
    0.15
    """
    bins = calibration_bins(confidences, outcomes, n_bins, binning=binning)
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
    confidence, outcome = checked_outcomes(confidences, outcomes)
    rising, owners, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    answered = np.cumsum(counts[::-1])
    lost = np.cumsum(np.bincount(owners, 1 - outcome)[::-1])
    return RiskCoverage(answered / len(confidence), lost / answered, rising[::-1].copy())


def checked_outcomes(confidences: npt.ArrayLike, outcomes: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Both as arrays of fractions, one of each for every question.

    Raises:
        DataError: no values, values out of their range, or different lengths.
    """
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
