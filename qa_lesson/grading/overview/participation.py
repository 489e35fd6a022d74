"""Participation as a table: how much each learner worked through, for a column of a gradebook."""

from __future__ import annotations

from typing import Final

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.grading.formats.tables import Cell, table_text
from qa_lesson.grading.lms.gradebooks import (
    CANVAS_COLUMNS,
    MOODLE_COLUMNS,
    canvas_person,
    canvas_points,
    moodle_person,
)
from qa_lesson.grading.overview.class_progress import WORKED_THROUGH, ClassProgress, LearnerProgress

COLUMNS: Final = (
    "learner", "name", "email", "section", "lessons_percent", "lessons_worked_through", "lessons",
    "questions_answered", "questions", "file", "rule",
)  # fmt: skip
TITLE: Final = "Lessons worked through"
"""Of the column in a gradebook."""
RULE: Final = (
    f"share of the lessons with at least {100 * WORKED_THROUGH:.0f}% of the quiz questions answered, "
    "right or wrong; from a file that the learner exported; empty: no file"
)


def participation_csv(progress: ClassProgress, layout: str = "plain") -> str:
    """A row for each learner of the roster. Without a file the numbers are empty, which is not 0.

    Args:
        progress: of the class.
        layout: "plain" has all figures and the rule; "canvas" and "moodle" are ready to import as one column of 100
            points. Moodle gets no row for a learner without a file.

    Raises:
        ConfigError: an unknown layout.
        DataError: Moodle knows a learner by neither e-mail address nor ID number.
    """
    if layout == "canvas":
        rows = [[*canvas_person(one.learner), _percent(progress, one)] for one in progress.learners]
        return table_text([*CANVAS_COLUMNS, TITLE], [list(canvas_points(100)), *rows])
    if layout == "moodle":
        return _moodle(progress)
    if layout != "plain":
        raise ConfigError("there is no such layout", received=repr(layout), fix="use one of: plain, canvas, moodle")
    return _plain(progress)


def _percent(progress: ClassProgress, one: LearnerProgress) -> float | None:
    """The share of the lessons that a learner worked through, in percent; None without a file."""
    return None if one.export is None else round(100 * progress.n_worked_through(one) / len(progress.quizzes), 2)


def _moodle(progress: ClassProgress) -> str:
    sent = progress.sent
    by = "email" if all(one.learner.email for one in sent) else "idnumber"
    rows: list[list[Cell]] = []
    for one in sent:
        if not (person := moodle_person(one.learner, by)):
            raise DataError(
                f"a learner with a file has no {MOODLE_COLUMNS[by].lower()}",
                where="the roster",
                received=one.learner.name or one.learner.id,
                fix="add the e-mail addresses or ID numbers that Moodle knows the learners by",
            )
        told = f"{progress.n_worked_through(one)} of {len(progress.quizzes)} lessons. {RULE}"
        rows.append([person, _percent(progress, one), told])
    return table_text([MOODLE_COLUMNS[by], f"{TITLE} (Real)", f"{TITLE} (Feedback)"], rows)


def _plain(progress: ClassProgress) -> str:
    n_lessons, n_questions = len(progress.quizzes), sum(len(quiz.questions) for quiz in progress.quizzes)
    rows: list[list[Cell]] = []
    for one in progress.learners:
        who: list[Cell] = [one.learner.id, one.learner.name, one.learner.email, one.learner.section]
        if one.export is None:
            rows.append([*who, None, None, n_lessons, None, n_questions, None, RULE])
            continue
        counts = progress.n_worked_through(one), n_lessons, one.n_answered, n_questions
        rows.append([*who, _percent(progress, one), *counts, one.export.file, RULE])
    return table_text(COLUMNS, rows)
