"""Exact match and F1 as an `evaluate.Metric`, in fractions; loads from this folder without a network.

``evaluate.load`` copies this file and imports it by itself, so it holds nothing but the metric.
"""

from __future__ import annotations

from typing import Any

import datasets
import evaluate

from qa_lesson.errors import PredictionError
from qa_lesson.metrics import mean_score, score_answers

_DESCRIPTION = """Exact match and token precision, recall and F1 with the best reference, equal to the official SQuAD
scripts but in fractions [0, 1]. Unanswerable questions have no reference texts."""

_INPUTS = """
Args:
    predictions: {"id": str, "prediction_text": str}, one for each reference; "" for no answer.
    references: {"id": str, "answers": {"text": [str], "answer_start": [int]}}.
    rules: "v1.1" or "v2.0" (the default, as everywhere in qa_lesson), the official script to agree with.
Returns:
    exact_match, precision, recall, f1: fractions; n: number of questions; rules: those that were used.
Examples:
    >>> metric = evaluate.load(QA_SCORE_PATH)
    >>> metric.compute(
    ...     predictions=[{"id": "1", "prediction_text": "Paris"}],
    ...     references=[{"id": "1", "answers": {"text": ["in Paris"], "answer_start": [0]}}],
    ... )["recall"]
    0.5
"""


class QAScore(evaluate.Metric):  # type: ignore[misc]
    """The scores of `qa_lesson.metrics` behind the interface of `evaluate`."""

    def _info(self) -> evaluate.MetricInfo:
        text = datasets.Value("string")
        answers = {"text": datasets.Sequence(text), "answer_start": datasets.Sequence(datasets.Value("int32"))}
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation="",
            inputs_description=_INPUTS,
            features=datasets.Features(
                {
                    "predictions": {"id": text, "prediction_text": text},
                    "references": {"id": text, "answers": answers},
                }
            ),
        )

    def _compute(
        self, predictions: list[dict[str, Any]], references: list[dict[str, Any]], rules: str = "v2.0"
    ) -> dict[str, float | int | str]:
        answers = {row["id"]: row["prediction_text"] for row in predictions}
        ids = [row["id"] for row in references]
        if len(answers) < len(predictions) or len(set(ids)) < len(ids) or set(answers) != set(ids):
            raise PredictionError(
                "predictions and references do not pair up one to one by id",
                received=f"{len(predictions)} predictions ({len(answers)} ids), "
                f"{len(references)} references ({len(set(ids))} ids)",
                fix="give every reference exactly one prediction with its id",
            )
        given, texts = [answers[name] for name in ids], [row["answers"]["text"] for row in references]
        scores = score_answers(given, texts, rules=rules)  # type: ignore[arg-type]
        mean = mean_score(scores)
        return {
            "exact_match": mean.exact_match,
            "precision": mean.precision,
            "recall": mean.recall,
            "f1": mean.f1,
            "n": len(scores),
            "rules": rules,
        }
