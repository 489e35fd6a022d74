"""The path that a learner has chosen: the widget to choose it with, and its next step for the dashboard."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets  # type: ignore[import-untyped]
from markupsafe import Markup, escape

from qa_lesson.course.paths import DURATIONS, LearningPath, PathStep, learning_modes, learning_path
from qa_lesson.look.html import Explorer, card, paragraph, table
from qa_lesson.quiz.bank.files import quiz_name
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.learner_rows import Attempt
from qa_lesson.quiz.progress.pieces import lesson_link

_DEFAULT = ("learn", "the whole course")


def choose_path(progress: Progress | None = None) -> Explorer:
    """Two lists, mode and time, the path that they give, and a button that saves the choice for the dashboard.

    If no widget can be shown, all paths are listed.

    Args:
        progress: by default the learner's own.

    Raises:
        StorageError: the progress cannot be read or written.
    """
    progress = progress if progress is not None else Progress.open()
    mode, duration = progress.chosen_path() or _DEFAULT
    wishes = [(f"{name}: {wish}", name) for name, wish in learning_modes().items()]
    wide = ipywidgets.Layout(width="min(560px, 100%)")
    style = {"description_width": "120px"}
    modes = ipywidgets.Dropdown(options=wishes, value=mode, description="I want to", layout=wide, style=style)
    times = ipywidgets.Dropdown(options=list(DURATIONS), value=duration, description="I have", layout=wide, style=style)
    shown = ipywidgets.HTML(path_html(learning_path(mode, duration)))

    button = ipywidgets.Button(description="Follow this path", button_style="primary")
    saved = ipywidgets.HTML()

    def draw(_: object) -> None:
        shown.value = path_html(learning_path(modes.value, times.value))
        saved.value = ""

    def save(_: object) -> None:
        progress.choose_path(modes.value, times.value)
        saved.value = paragraph("Saved. The dashboard shows your next step.")

    modes.observe(draw, "value")
    times.observe(draw, "value")
    button.on_click(save)
    return Explorer("path chooser", [modes, times, shown, button, saved], _all_paths)


def path_html(path: LearningPath) -> Markup:
    """A path as a card: its steps with estimated minutes, the measured computing time, and what to skip."""
    rows = [_row(step) for step in path.steps]
    parts = [table(["step", "what", "minutes"], rows), paragraph(_cost(path))]
    if path.skipped:
        links = Markup(", ").join(lesson_link(step.lesson) for step in path.skipped)
        parts.append(paragraph(Markup("Skip for now: ") + links + "."))
    return card(Markup().join(parts), f"{path.mode}, {path.duration}")


def step_to_take(path: LearningPath, attempts: Sequence[Attempt]) -> PathStep | None:
    """The first step whose lesson's quiz has no answer yet; None if every step has some.

    Args:
        path: the chosen path.
        attempts: the learner's.
    """
    begun = {attempt.quiz for attempt in attempts}
    return next((step for step in path.steps if quiz_name(step.lesson) not in begun), None)


def path_card(progress: Progress, attempts: Sequence[Attempt]) -> Markup:
    """The chosen path with its next step; empty if the learner has chosen none."""
    chosen = progress.chosen_path()
    if chosen is None:
        return Markup()
    path = learning_path(*chosen)
    step = step_to_take(path, attempts)
    if step is None:
        told = paragraph("You have answered questions on every step of your path.")
    else:
        part = f" ({step.part})" if step.part else ""
        told = paragraph(Markup("Next: {}{}, about {} minutes.").format(lesson_link(step.lesson), part, step.minutes))
    return card(told + paragraph(_cost(path), muted=True), f"Your path: {path.mode}, {path.duration}")


def _row(step: PathStep) -> list[str]:
    return [lesson_link(step.lesson), escape(step.part or "all of it"), str(step.minutes)]


def _cost(path: LearningPath) -> str:
    hours, minutes = divmod(path.minutes, 60)
    time = f"{hours} h {minutes} min" if hours else f"{minutes} minutes"
    measured = path.measured_minutes
    if measured is None:
        return f"Estimated: {time}."
    return f"Estimated: {time}. Measured: the computer works for {measured} of these minutes on two CPU cores."


def _all_paths() -> Markup:
    parts = []
    for mode, wish in learning_modes().items():
        paths = [learning_path(mode, duration) for duration in DURATIONS]
        rows = [[path.duration, _steps_in_a_line(path), _cost(path)] for path in paths]
        title = Markup("<details><summary><b>{}</b>: {}</summary>{}</details>")
        parts.append(title.format(mode, wish, table(["time", "path", "cost"], rows, row_headers=True)))
    return card(Markup().join(parts), "Choose a mode")


def _steps_in_a_line(path: LearningPath) -> Markup:
    return Markup(" → ").join(
        lesson_link(step.lesson) + (f" ({step.part})" if step.part else "") for step in path.steps
    )
