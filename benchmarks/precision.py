"""Training under bfloat16 autocast against float32: time of one epoch, and the F1 after it.

python benchmarks/precision.py
"""

from __future__ import annotations

import os
import tempfile

from _report import report

from qa_lesson.corpus import load_corpus
from qa_lesson.hardware import supports_bf16
from qa_lesson.runs import TrainingConfig
from qa_lesson.training import finetune

EXPECTED_SECONDS = 65


def main() -> None:
    """Train both in fresh caches on 500 questions."""
    train, validation = load_corpus("train")[:500], load_corpus("validation")[:50]
    runs = {}
    for precision in ("bf16", "fp32"):
        with tempfile.TemporaryDirectory() as cache:
            os.environ["QA_LESSON_CACHE"] = cache
            runs[precision] = finetune(train, validation, TrainingConfig(epochs=1, precision=precision))
    report(
        "precision",
        ("bf16", runs["bf16"].train_seconds),
        ("fp32", runs["fp32"].train_seconds),
        what=f"one epoch over {len(train)} questions",
        native_bf16=supports_bf16(),
        validation_f1={precision: run.best.f1 for precision, run in runs.items()},
    )


if __name__ == "__main__":
    main()
