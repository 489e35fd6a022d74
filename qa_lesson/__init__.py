"""Fine-tune a question-answering model on your own documents, and know what its scores are worth.

The public names below are loaded on first use, so that ``import qa_lesson`` is quick and loads neither torch nor
transformers.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa_lesson.answering import QuestionAnswerer as QuestionAnswerer
    from qa_lesson.corpus import load_corpus as load_corpus
    from qa_lesson.decoding import decode as decode
    from qa_lesson.errors import QALessonError as QALessonError
    from qa_lesson.evaluation import Evaluation as Evaluation
    from qa_lesson.evaluation import evaluate_predictions as evaluate_predictions
    from qa_lesson.evaluation import read_predictions as read_predictions
    from qa_lesson.loading import load_examples as load_examples
    from qa_lesson.loading import split_by_document as split_by_document
    from qa_lesson.loading import write_squad as write_squad
    from qa_lesson.metrics import exact_match as exact_match
    from qa_lesson.metrics import normalize_answer as normalize_answer
    from qa_lesson.metrics import score_answer as score_answer
    from qa_lesson.metrics import token_overlap as token_overlap
    from qa_lesson.runs import TrainingConfig as TrainingConfig
    from qa_lesson.runs import load_run as load_run
    from qa_lesson.schema import Answer as Answer
    from qa_lesson.schema import Example as Example
    from qa_lesson.schema import Prediction as Prediction
    from qa_lesson.schema import Score as Score
    from qa_lesson.schema import Span as Span
    from qa_lesson.training import finetune as finetune
    from qa_lesson.windows import make_windows as make_windows

__version__ = "0.1.0"

_HOME = {
    "answering": ["QuestionAnswerer"],
    "corpus": ["load_corpus"],
    "decoding": ["decode"],
    "errors": ["QALessonError"],
    "evaluation": ["Evaluation", "evaluate_predictions", "read_predictions"],
    "loading": ["load_examples", "split_by_document", "write_squad"],
    "metrics": ["exact_match", "normalize_answer", "score_answer", "token_overlap"],
    "schema": ["Answer", "Example", "Prediction", "Score", "Span"],
    "runs": ["TrainingConfig", "load_run"],
    "training": ["finetune"],
    "windows": ["make_windows"],
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_MODULE_OF)  # noqa: PLE0605


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
