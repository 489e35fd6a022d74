"""The model that the lessons share, trained once and then taken from the cache."""

from __future__ import annotations

from qa_lesson.corpus import load_corpus
from qa_lesson.runs import TrainingConfig, TrainingRun
from qa_lesson.training import finetune

COURSE_CONFIG = TrainingConfig(epochs=1)
"""One epoch instead of the full recipe: a lesson must not take more than two minutes, even from an empty cache."""


def course_run(*, use_cache: bool = True) -> TrainingRun:
    """The shared reader: the embedded encoder after one epoch, unanswerable questions included.

    It sees the first set of training questions and every other question of the second one. Under two minutes on two
    CPU cores the first time, then instant. The full recipe, which scores higher, is what lesson 03 trains.

    Args:
        use_cache: False trains it again.
    """
    train = load_corpus("train", unanswerable=True) + load_corpus("extra_train")[::2]
    return finetune(train, load_corpus("validation", unanswerable=True), COURSE_CONFIG, use_cache=use_cache)
