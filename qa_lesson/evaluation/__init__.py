"""What a set of predictions is worth: scores, and how far to trust them.

It joins predictions to questions by id, and computes intervals, paired tests, slices, calibration, thresholds and kinds
of errors. This room may import the metrics, the schema and what is below them; it loads no model.
"""

from __future__ import annotations

from qa_lesson.evaluation.agreement import (
    Agreement,
    RocCurve,
    accuracy_threshold,
    auc_difference,
    cohen_kappa,
    metric_agreement,
    roc_auc,
    roc_curve,
)
from qa_lesson.evaluation.calibration import (
    Bin,
    RiskCoverage,
    calibration_bins,
    confidence_outcomes,
    expected_calibration_error,
    risk_coverage,
)
from qa_lesson.evaluation.intervals import (
    Interval,
    PairedComparison,
    binomial_interval,
    paired_comparison,
    questions_needed,
    score_interval,
    wider_interval,
)
from qa_lesson.evaluation.no_answer import (
    NoAnswerTable,
    ThresholdPoint,
    best_threshold,
    no_answer_table,
    threshold_sweep,
)
from qa_lesson.evaluation.scoring import Evaluation, evaluate_predictions, read_predictions
from qa_lesson.evaluation.slices import Slice, score_slices
from qa_lesson.evaluation.taxonomy import ErrorKind, ErrorRow, classify_error, error_counts, error_rows, surface_type

__all__ = [
    "Agreement",
    "Bin",
    "ErrorKind",
    "ErrorRow",
    "Evaluation",
    "Interval",
    "NoAnswerTable",
    "PairedComparison",
    "RiskCoverage",
    "RocCurve",
    "Slice",
    "ThresholdPoint",
    "accuracy_threshold",
    "auc_difference",
    "best_threshold",
    "binomial_interval",
    "calibration_bins",
    "classify_error",
    "cohen_kappa",
    "confidence_outcomes",
    "error_counts",
    "error_rows",
    "evaluate_predictions",
    "expected_calibration_error",
    "metric_agreement",
    "no_answer_table",
    "paired_comparison",
    "questions_needed",
    "read_predictions",
    "risk_coverage",
    "roc_auc",
    "roc_curve",
    "score_interval",
    "score_slices",
    "surface_type",
    "threshold_sweep",
    "wider_interval",
]
