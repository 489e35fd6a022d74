"""When to give no answer: the 2x2 table of answered against answerable, and the threshold behind it.

A question gets no answer where its `Prediction.no_answer_score` (logits) is above the threshold. Source: the
official ``evaluate-v2.0.py`` of SQuAD 2.0 (Rajpurkar et al. 2018).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from qa_lesson.errors import ConfigError, DataError, PredictionError
from qa_lesson.metrics import score_answer
from qa_lesson.schema import Example, Prediction

_ROUNDING = 1e-12  # two thresholds whose sums differ only in rounding are equally good


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
        """Share of the abstentions that were right; None if nothing was abstained on."""
        abstained = self.abstained_answerable + self.abstained_unanswerable
        return self.abstained_unanswerable / abstained if abstained else None

    @property
    def recall(self) -> float | None:
        """Share of the unanswerable questions that were abstained on; None if there are none."""
        unanswerable = self.answered_unanswerable + self.abstained_unanswerable
        return self.abstained_unanswerable / unanswerable if unanswerable else None


def no_answer_table(examples: Sequence[Example], predictions: Iterable[Prediction], threshold: float) -> NoAnswerTable:
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
    """Exact match and F1 (v2.0 rules) at each no-answer threshold, the way the official ``apply_no_ans_threshold``.

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

    **Optimistic** when the score is then reported on the same questions, the way the official ``best_f1`` is. Choose
    the threshold on validation data and apply it to test data.

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


def _check_threshold(threshold: float) -> None:
    if math.isnan(threshold):
        raise ConfigError("a no-answer threshold must be a number", received=repr(threshold), fix="use 0.0 or inf")
