"""The models of this course in one table: what each learned from, where it is used, and its recorded score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_lesson.errors import ConfigError
from qa_lesson.evaluation import score_interval
from qa_lesson.look.html import StaticView, card, paragraph, table
from qa_lesson.look.templating import percent
from qa_lesson.recordings import Recording, recorded


@dataclass(frozen=True)
class CourseModel:
    """A model that lessons use.

    Args:
        name: what the lessons call it.
        recording: of its training run; see `qa_lesson.recordings.CATALOGUE`.
        lessons: files of the lessons that use it, without extension, in their order.
    """

    name: str
    recording: str
    lessons: tuple[str, ...]


COURSE_MODELS = (
    CourseModel("express model", "express", ("express",)),
    CourseModel(
        "course model",
        "course_model",
        (
            "00_start_here",
            "01_why_fine_tune",
            "02_prepare_data",
            "04_fine_tune",
            "05_metrics",
            "06_how_sure_is_a_score",
            "07_when_to_trust_an_answer",
            "09_leakage",
            "10_answer_variability",
            "11_your_own_documents",
            "12_ship_it",
        ),
    ),
    CourseModel("small model", "small_model", ("06_how_sure_is_a_score",)),
    CourseModel("full recipe", "course_seed_0", ("04_fine_tune", "06_how_sure_is_a_score", "08_overfitting")),
    CourseModel("half of the questions", "half_seed_0", ("08_overfitting",)),
    CourseModel("64 questions", "overfit_64", ("08_overfitting",)),
    CourseModel("overfitted model", "rescue_start", ("08_overfitting", "13_review")),
    CourseModel("rescued model", "rescue_combined", ("08_overfitting", "13_review")),
)
"""All of them but the ones that a lesson trains for one experiment."""


def models_of_this_course(*names: str) -> StaticView:
    """A table of models: training questions, epochs, lessons that use them, and the recorded F1 on the test questions.

    >>> models_of_this_course("course model", "small model")
    <models of this course: course model, small model>

    Args:
        names: which of `COURSE_MODELS`, in this order; none means all.

    Raises:
        ConfigError: there is no such model.
    """
    known = {model.name: model for model in COURSE_MODELS}
    for name in names:
        if name not in known:
            raise ConfigError(
                "the course has no such model", received=repr(name), fix=f"use one of: {', '.join(known)}"
            )
    chosen = [known[name] for name in names] or list(COURSE_MODELS)
    header = ("model", "learned from", "epochs", "used in lessons", "F1 on the test questions")
    rows = [_row(model, recorded(model.recording)) for model in chosen]
    note = "F1 as recorded, with its 95% interval. A run on your machine may differ by a point or two."
    html = card(table(header, rows, row_headers=True) + paragraph(note, muted=True), "The models of this course")
    return StaticView(html=html, text=f"<models of this course: {', '.join(model.name for model in chosen)}>")


def _row(model: CourseModel, run: Recording) -> Sequence[str]:
    evaluation = run.evaluation("test")
    interval = score_interval(evaluation)
    lessons = ", ".join(stem[:2] if stem[:2].isdigit() else stem for stem in model.lessons)
    score = f"{percent(evaluation.total.f1)} [{percent(interval.low)}, {percent(interval.high)}]"
    return model.name, f"{run.n_train:,} questions", str(run.config.epochs), lessons, score
