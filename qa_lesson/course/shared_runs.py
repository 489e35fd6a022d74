"""The models that several lessons use, trained once and then taken from the cache."""

from __future__ import annotations

from qa_lesson.recordings import CATALOGUE
from qa_lesson.runs import TrainingRun
from qa_lesson.training import finetune


def course_run(*, use_cache: bool = True) -> TrainingRun:
    """The course model: the embedded encoder after one epoch, unanswerable questions included.

    It sees the first set of training questions and every other question of the second one. Under two minutes on two
    CPU cores the first time, then instant. The full recipe, which scores higher, is what lesson 04 trains.

    Args:
        use_cache: False trains it again.
    """
    return _run("course_model", use_cache=use_cache)


def small_run(*, use_cache: bool = True) -> TrainingRun:
    """The small model, which the course model is compared with: a tenth as many questions, two epochs.

    Args:
        use_cache: False trains it again.
    """
    return _run("small_model", use_cache=use_cache)


def express_run(*, use_cache: bool = True) -> TrainingRun:
    """The model of the 8-minute express: a fifth as many questions as the course model, two epochs.

    Args:
        use_cache: False trains it again.
    """
    return _run("express", use_cache=use_cache)


def _run(name: str, *, use_cache: bool) -> TrainingRun:
    recipe = CATALOGUE[name]
    return finetune(recipe.training(), recipe.validation(), recipe.config, use_cache=use_cache)
