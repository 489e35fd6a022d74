"""Everything that a report and a model card say about a model, measured once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.encoder import EMBEDDED, EMBEDDED_HUB_ID
from qa_lesson.evaluation import (
    Bin,
    ErrorRow,
    Evaluation,
    Interval,
    NoAnswerTable,
    RiskCoverage,
    Slice,
    calibration_bins,
    confidence_outcomes,
    error_rows,
    evaluate_predictions,
    expected_calibration_error,
    no_answer_table,
    reported_interval,
    risk_coverage,
    score_slices,
)
from qa_lesson.evaluation.intervals import MIN_DOCUMENTS
from qa_lesson.evaluation.slices import SliceBy
from qa_lesson.runs import RUN_FILE, TrainingRun, load_run
from qa_lesson.schema import Example, Prediction
from qa_lesson.text.segmentation import count_words

if TYPE_CHECKING:
    from qa_lesson.leakage import AuditReport

FEW_QUESTIONS, FEW_DOCUMENTS = 100, 20
"""Below these a report says that its numbers are rough (see lesson 06)."""

_SLICES: dict[str, SliceBy] = {
    "answer type": "kind",
    "difficulty": "difficulty",
    "document": "document",
    "length of the passage": "context_length",
    "length of the answer": "answer_length",
}


@dataclass(frozen=True)
class Assessment:
    """A model, measured on one set of questions; scores are fractions.

    Args:
        model: folder or hub id.
        data: what the questions are, in words or as a file name.
        evaluation: scores of every question.
        predictions: the answers with their probabilities, in the order of the questions.
        exact_match, f1: the scores with their intervals; `Interval.claim` says what these are for.
        slices: scores of the parts, by what they are parts of; only divisions into at least two parts that differ.
        errors: kinds of mistakes, commonest first.
        bins: how often answers of a given confidence match exactly, lowest confidence first.
        calibration_error: mean distance of confidence and exact match over these bins, a fraction.
        selective: error against the share of questions that is answered.
        no_answer: right and wrong refusals, where some question is unanswerable and a threshold was set.
        threshold: the no-answer threshold in logits; None always answers.
        run: the record of the training, if the model has one.
        leakage: the audit of the training data against these questions, if the training data were given.
    """

    model: str
    data: str
    evaluation: Evaluation
    predictions: tuple[Prediction, ...]
    exact_match: Interval
    f1: Interval
    slices: dict[str, list[Slice]]
    errors: list[ErrorRow]
    bins: list[Bin]
    calibration_error: float
    selective: RiskCoverage
    no_answer: NoAnswerTable | None
    threshold: float | None
    run: TrainingRun | None
    leakage: AuditReport | None

    @property
    def n_documents(self) -> int:
        """How many documents the questions are about."""
        return len({example.document for example in self.evaluation.examples})

    @property
    def base_model(self) -> str | None:
        """What the model was trained from: a hub id, or the name of a folder; None if that is not recorded."""
        if self.run is None:
            return None
        base = self.run.config.model
        return EMBEDDED_HUB_ID if base == EMBEDDED else Path(base).name if Path(base).exists() else base

    def caveats(self) -> list[str]:
        """What keeps these numbers from being worth more, each in one or two sentences."""
        found = []
        n = self.evaluation.n
        if n < FEW_QUESTIONS:
            found.append(
                f"Only {n} questions: the intervals are wide, and slices of a few questions say almost nothing."
            )
        if self.n_documents == 1:
            found.append(
                "All questions are about one document (or name none), so nothing is known about other documents."
            )
        elif self.n_documents < MIN_DOCUMENTS:
            found.append(
                f"Only {self.n_documents} documents: too few to show how different documents are. The intervals are "
                "for new questions on these very documents, so nothing is known about other documents."
            )
        elif self.n_documents < FEW_DOCUMENTS:
            found.append(
                f"Only {self.n_documents} documents: the intervals allow for it, and with more documents they would be "
                "narrower."
            )
        if self.leakage is None:
            found.append(
                "The training data were not given, so no one has checked whether these questions leaked into them."
            )
        elif self.leakage.findings:
            found.append(
                f"{len(self.leakage.findings)} leaks from the training data into these questions were found, so the "
                "scores are too high. Remove them from the training data, train again and report again."
            )
        if self.run is None:
            found.append("The model folder has no record of its training, so how it was trained is not known here.")
        if self.threshold is None and any(not example.is_answerable for example in self.evaluation.examples):
            found.append(
                "Some questions have no answer, but the model was made to answer every question (no threshold set)."
            )
        return found


def assess(
    model: str | Path,
    examples: Sequence[Example],
    *,
    data: str = "the given questions",
    threshold: float | None = None,
    train: Sequence[Example] | None = None,
    max_length: int | None = None,
    stride: int | None = None,
) -> Assessment:
    """Answer the questions with a model and measure what a report needs.

    Args:
        model: the folder of a run, another model folder, or a hub id.
        examples: questions that the model was not trained on, and that chose nothing about it.
        data: what they are, for the reader.
        threshold: answer "" where the no-answer score (logits) is above it; None always answers.
        train: the training examples, to audit them for leakage into `examples`.
        max_length, stride: of the windows; None: as in training.

    Raises:
        ModelError: the model cannot be loaded.
        DataError: fewer than 2 questions, which have no interval.
    """
    answerer = QuestionAnswerer(model, max_length=max_length, stride=stride, no_answer_threshold=threshold)
    predictions = answerer.predict(examples)
    evaluation = evaluate_predictions(examples, predictions)
    confidences, outcomes = confidence_outcomes(evaluation, predictions)
    refusals = threshold is not None and not all(example.is_answerable for example in examples)
    leakage = None
    if train is not None:
        from qa_lesson.leakage import audit

        leakage = audit(train, examples)
    return Assessment(
        model=str(model),
        data=data,
        evaluation=evaluation,
        predictions=tuple(predictions),
        exact_match=reported_interval(evaluation, "exact_match"),
        f1=reported_interval(evaluation, "f1"),
        slices=_slices(evaluation),
        errors=error_rows(evaluation),
        bins=calibration_bins(confidences, outcomes, 8, binning="equal_mass"),
        calibration_error=expected_calibration_error(confidences, outcomes, 8, binning="equal_mass"),
        selective=risk_coverage(confidences, outcomes),
        no_answer=no_answer_table(examples, predictions, threshold) if refusals and threshold is not None else None,
        threshold=threshold,
        run=load_run(model) if (Path(model) / RUN_FILE).is_file() else None,
        leakage=leakage,
    )


def _slices(evaluation: Evaluation) -> dict[str, list[Slice]]:
    lengths = sorted(count_words(example.context) for example in evaluation.examples)
    alike = lengths[-1] < 1.5 * lengths[0]  # passages of 85 and 90 words are no slices
    found = {
        name: score_slices(evaluation, by) for name, by in _SLICES.items() if not (by == "context_length" and alike)
    }
    return {name: parts for name, parts in found.items() if len(parts) > 1}
