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
    mean_interval,
    paired_comparison,
    questions_needed,
    reported_interval,
    score_interval,
)
from qa_lesson.evaluation.judge import (
    OrderBias,
    corrected_accuracy,
    kappa_interval,
    length_bias,
    order_bias,
    prediction_powered_accuracy,
)
from qa_lesson.evaluation.no_answer import (
    NoAnswerTable,
    ThresholdPoint,
    best_threshold,
    no_answer_table,
    threshold_sweep,
)
from qa_lesson.evaluation.planning import (
    DocumentsNeeded,
    documents_needed,
    expected_half_width,
    holm,
    is_non_inferior,
    next_score_interval,
)
from qa_lesson.evaluation.repeated_runs import (
    RecipeComparison,
    VarianceComponents,
    compare_recipes,
    variance_components,
)
from qa_lesson.evaluation.scoring import Evaluation, evaluate_predictions, read_predictions
from qa_lesson.evaluation.selective import (
    GuaranteedThreshold,
    error_upper_bound,
    guaranteed_threshold,
    risk_controlled_threshold,
)
from qa_lesson.evaluation.slices import Slice, score_slices
from qa_lesson.evaluation.taxonomy import ErrorKind, ErrorRow, classify_error, error_counts, error_rows, surface_type
from qa_lesson.evaluation.temperature import (
    CalibrationFloor,
    calibration_floor,
    fit_temperature,
    tempered_confidences,
)

__all__ = [
    "Agreement",
    "Bin",
    "CalibrationFloor",
    "DocumentsNeeded",
    "ErrorKind",
    "ErrorRow",
    "Evaluation",
    "GuaranteedThreshold",
    "Interval",
    "NoAnswerTable",
    "OrderBias",
    "PairedComparison",
    "RecipeComparison",
    "RiskCoverage",
    "RocCurve",
    "Slice",
    "ThresholdPoint",
    "VarianceComponents",
    "accuracy_threshold",
    "auc_difference",
    "best_threshold",
    "binomial_interval",
    "calibration_bins",
    "calibration_floor",
    "classify_error",
    "cohen_kappa",
    "compare_recipes",
    "confidence_outcomes",
    "corrected_accuracy",
    "documents_needed",
    "error_counts",
    "error_rows",
    "error_upper_bound",
    "evaluate_predictions",
    "expected_calibration_error",
    "expected_half_width",
    "fit_temperature",
    "guaranteed_threshold",
    "holm",
    "is_non_inferior",
    "kappa_interval",
    "length_bias",
    "mean_interval",
    "metric_agreement",
    "next_score_interval",
    "no_answer_table",
    "order_bias",
    "paired_comparison",
    "prediction_powered_accuracy",
    "questions_needed",
    "read_predictions",
    "reported_interval",
    "risk_controlled_threshold",
    "risk_coverage",
    "roc_auc",
    "roc_curve",
    "score_interval",
    "score_slices",
    "surface_type",
    "tempered_confidences",
    "threshold_sweep",
    "variance_components",
]
