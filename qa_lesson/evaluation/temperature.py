"""Temperature scaling: one number, fitted on validation questions, that makes a model more or less sure of itself.

A temperature divides every logit (Guo et al. 2017). Stored predictions have the best few spans with their
probabilities, not every logit, so here the temperature acts on those: each kept span is one outcome and all the other
spans together are one more. Each probability is raised to the power 1 / temperature, and all of them are scaled to sum
to 1. That is temperature scaling of a model with n + 1 outcomes. It is not exactly the temperature of the full softmax,
because how the rest of the probability is spread over the other spans is not stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation.calibration import checked_outcomes, expected_calibration_error
from qa_lesson.schema import Prediction

FloatArray = npt.NDArray[np.float64]
_TINY = 1e-9  # keeps the log of a probability of 0 finite
_LOWEST, _HIGHEST = 0.05, 20.0  # temperatures beyond these make every confidence 0, 1 or all the same


@dataclass(frozen=True)
class CalibrationFloor:
    """The calibration error that chance alone gives a perfectly calibrated model; fractions.

    Args:
        mean: expected error.
        high: the error that it stays under in 95 of 100 samples.
    """

    mean: float
    high: float


def fit_temperature(predictions: Sequence[Prediction], outcomes: npt.ArrayLike) -> float:
    """The temperature that gives right and wrong answers the highest likelihood.

    Fit it on validation questions and use it on others. Above 1 it lowers the confidences, below 1 it raises them. It
    never changes which answer comes first.

    Args:
        predictions: N predictions with their `n_best`; at least 2 spans each, more are better.
        outcomes: (N,) 1 for a right answer, 0 for a wrong one.

    Raises:
        DataError: different lengths, outcomes other than 0 and 1, only right or only wrong answers, or predictions
            with fewer than 2 spans.

    >>> from qa_lesson.schema import Span
    >>> spans = (Span("a", 0, 1, 2.0, 0.9), Span("b", 2, 3, 1.0, 0.1))
    >>> sure = [Prediction(str(i), "a", 0, 1, 0.9, 0.0, spans) for i in range(4)]
    >>> temperature = fit_temperature(sure, [1, 1, 1, 0])
    >>> tempered_confidences(sure, temperature).round(2).tolist()
    [0.75, 0.75, 0.75, 0.75]
    """
    from scipy import optimize  # loading it takes longer than scoring most test sets

    logs = _log_probabilities(predictions)
    _, right = checked_outcomes([prediction.probability for prediction in predictions], outcomes)
    if not np.isin(right, (0, 1)).all() or right.all() or not right.any():
        raise DataError(
            "a temperature is fitted to right and wrong answers",
            received=f"{len(right)} outcomes with values from {right.min():g} to {right.max():g}",
            fix="give 1 for a right and 0 for a wrong answer, and at least one of each",
        )

    def loss(log_temperature: float) -> float:
        return _negative_log_likelihood(_tempered(logs, np.exp(log_temperature)), right)

    steps = np.linspace(np.log(_LOWEST), np.log(_HIGHEST), 120)  # a grid first: the loss may have more than one valley
    best = int(np.argmin([loss(step) for step in steps]))
    around = (steps[max(best - 1, 0)], steps[min(best + 1, len(steps) - 1)])
    return float(np.exp(optimize.minimize_scalar(loss, bounds=around, method="bounded").x))


def tempered_confidences(predictions: Sequence[Prediction], temperature: float) -> FloatArray:
    """(N,) the probability of each answer at a temperature; 1.0 gives `Prediction.probability` back.

    Raises:
        ConfigError: the temperature is not a finite number above 0.
        DataError: predictions with fewer than 2 spans.
    """
    if not 0 < temperature < np.inf:
        raise ConfigError(
            "a temperature must be above 0", received=f"temperature={temperature!r}", fix="use fit_temperature"
        )
    return _tempered(_log_probabilities(predictions), temperature)


def calibration_floor(
    confidences: npt.ArrayLike,
    n_bins: int = 10,
    *,
    binning: Literal["equal_width", "equal_mass"] = "equal_width",
    n_simulations: int = 2000,
    seed: int = 0,
) -> CalibrationFloor:
    """The `expected_calibration_error` of a model whose confidences are exactly right, at these confidences.

    Each simulation draws whether an answer is right with the probability that its confidence states, and measures the
    calibration error of that. An error of this size says nothing about the model (Roelofs et al. 2022 on the bias).
    Questions are drawn independently. If a document makes several of them right or wrong together, the true floor is
    higher.

    Args:
        confidences: (N,) fractions.
        n_bins, binning: as in `expected_calibration_error`.
        n_simulations: how many.
        seed: of the simulation.

    Raises:
        DataError, ConfigError: as `expected_calibration_error`; also fewer than 100 simulations.

    >>> few, many = calibration_floor([0.5] * 20), calibration_floor([0.5] * 2000)
    >>> few.mean > 5 * many.mean
    True
    """
    if n_simulations < 100:
        raise ConfigError("n_simulations must be at least 100", received=repr(n_simulations), fix="leave it at 2000")
    stated, _ = checked_outcomes(confidences, confidences)
    draws = np.random.default_rng(seed).random((n_simulations, len(stated))) < stated
    errors = [expected_calibration_error(stated, drawn, n_bins, binning=binning) for drawn in draws]
    return CalibrationFloor(float(np.mean(errors)), float(np.quantile(errors, 0.95)))


def _log_probabilities(predictions: Sequence[Prediction]) -> FloatArray:
    """(N, K) logs of the probability of the answer (first column), the other kept spans, and the rest (last)."""
    if not predictions:
        raise DataError("there are no predictions", fix="pass what QuestionAnswerer.predict returned")
    width = max(len(prediction.n_best) for prediction in predictions) + 2
    logs = np.full((len(predictions), width), -np.inf)
    for row, prediction in zip(logs, predictions, strict=True):
        if len(prediction.n_best) < 2:
            raise DataError(
                f"the prediction for question {prediction.id!r} has no second span to compare with",
                received=f"n_best holds {len(prediction.n_best)} span(s)",
                fix="predict with n_best=20, so a temperature has something to act on",
            )
        answered = (prediction.start, prediction.end)
        others = [span.probability for span in prediction.n_best if (span.start, span.end) != answered]
        rest = max(0.0, 1 - prediction.probability - sum(others))
        masses = np.array([prediction.probability, *others, *[0.0] * (width - 2 - len(others)), rest])
        row[:] = np.log(masses, out=np.full(width, -np.inf), where=masses > 0)
    return logs


def _tempered(logs: FloatArray, temperature: float) -> FloatArray:
    scaled = logs / temperature
    total = np.logaddexp.reduce(scaled, axis=1)
    confidences: FloatArray = np.exp(scaled[:, 0] - total)
    return confidences


def _negative_log_likelihood(confidences: FloatArray, right: FloatArray) -> float:
    stated = np.clip(confidences, _TINY, 1 - _TINY)
    return float(-np.mean(right * np.log(stated) + (1 - right) * np.log1p(-stated)))
