"""Answering with any folder of a model, exported or not, and what an export changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_lesson.answering import Precision, QuestionAnswerer
from qa_lesson.errors import ConfigError
from qa_lesson.evaluation import evaluate_predictions
from qa_lesson.schema import Example
from qa_lesson.serving.onnx_model import ONNX, OnnxAnswerer
from qa_lesson.serving.openvino_model import OPENVINO, OpenVinoAnswerer


def open_answerer(model: str | Path, *, precision: Precision = "auto", **options: Any) -> QuestionAnswerer:
    """What answers with a model, by the engine that it was exported to, or by PyTorch where it was not.

    Args:
        model: a folder that `export_openvino` or `export_onnx` wrote, or any that `QuestionAnswerer` takes.
        precision: as for `QuestionAnswerer`. ONNX has no other than that of the export.
        options: as for `QuestionAnswerer`.

    Raises:
        ModelError: the model cannot be loaded.
        ConfigError: a library is not installed, or an option doesn't fit.
    """
    if OPENVINO.is_at(model):
        return OpenVinoAnswerer(model, precision=precision, **options)
    if ONNX.is_at(model):
        if precision != "auto":
            raise ConfigError(
                "a model exported to ONNX answers in the precision that it was exported in",
                received=f"precision={precision}",
                fix="leave the precision out",
            )
        return OnnxAnswerer(model, **options)
    return QuestionAnswerer(model, precision=precision, **options)


@dataclass(frozen=True, kw_only=True)
class ChangedAnswers:
    """What another way to compute the same model does to its answers.

    Args:
        n: questions.
        n_changed: those with another answer, which may be another place of the same text.
        f1: fractions, before and after; None if no question has a reference.
    """

    n: int
    n_changed: int
    f1: tuple[float, float] | None


def compare_answers(before: QuestionAnswerer, after: QuestionAnswerer, examples: Sequence[Example]) -> ChangedAnswers:
    """Answer the same questions twice and count what has changed.

    Args:
        before, after: what answers.
        examples: at least one question. Those with a reference are scored.

    Raises:
        DataError, ConfigError: as `QuestionAnswerer.predict`.
    """
    answers = [answerer.predict(examples, n_best=1) for answerer in (before, after)]
    places = [[(one.start, one.end) for one in answer] for answer in answers]
    scored = [example for example in examples if example.is_answerable]
    f1 = None
    if scored:
        texts = [{one.id: one.text for one in answer} for answer in answers]
        first, second = (
            evaluate_predictions(scored, {example.id: one[example.id] for example in scored}).total.f1 for one in texts
        )
        f1 = first, second
    changed = sum(one != other for one, other in zip(*places, strict=True))
    return ChangedAnswers(n=len(examples), n_changed=changed, f1=f1)
