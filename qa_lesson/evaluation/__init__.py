"""What a set of predictions is worth: scores, and how far to trust them."""

from __future__ import annotations

from qa_lesson.evaluation.scoring import Evaluation, evaluate_predictions, read_predictions

__all__ = ["Evaluation", "evaluate_predictions", "read_predictions"]
