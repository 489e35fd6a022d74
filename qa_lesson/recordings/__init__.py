"""Recorded training runs that ship with the package, and the recipes to make each of them again.

Some runs take longer than a lesson should, so the lessons read their recordings, which hold curves, scores and answers
but no weights. ``recorded(name, retrain=True)`` makes one on your machine, and ``python -m qa_lesson.recordings NAME``
writes it anew. This room may import `training` and what is below it.
"""

from __future__ import annotations

from qa_lesson.recordings.recipes import CATALOGUE, COURSE_SEEDS, HALF_SEEDS, SIZES, Recipe, nested_subset
from qa_lesson.recordings.recording import Recording, record, recorded, train_recipe
from qa_lesson.recordings.rescues import RescueAttempt, compare_attempts

__all__ = [
    "CATALOGUE",
    "COURSE_SEEDS",
    "HALF_SEEDS",
    "SIZES",
    "Recipe",
    "Recording",
    "RescueAttempt",
    "compare_attempts",
    "nested_subset",
    "record",
    "recorded",
    "train_recipe",
]
