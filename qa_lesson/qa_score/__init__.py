"""An `evaluate.Metric` that loads offline: ``evaluate.load(QA_SCORE_PATH)``.

It wraps `qa_lesson.metrics` and may import nothing else of the package.
"""

from __future__ import annotations

from pathlib import Path

QA_SCORE_PATH = str(Path(__file__).parent)
"""The folder to pass to `evaluate.load`."""
