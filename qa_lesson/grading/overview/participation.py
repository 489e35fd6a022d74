"""Participation as a table: how much each learner worked through, for a column of a gradebook."""

from __future__ import annotations

from typing import Final

from qa_lesson.grading.formats.tables import Cell, table_text
from qa_lesson.grading.overview.class_progress import WORKED_THROUGH, ClassProgress

COLUMNS: Final = (
    "learner", "name", "email", "section", "lessons_percent", "lessons_worked_through", "lessons",
    "questions_answered", "questions", "file", "rule",
)  # fmt: skip
RULE: Final = (
    f"lessons_percent: share of the lessons with at least {100 * WORKED_THROUGH:.0f}% of the quiz questions answered, "
    "right or wrong; from a file that the learner exported; empty: no file"
)


def participation_csv(progress: ClassProgress) -> str:
    """A row for each learner of the roster. Without a file the numbers are empty, which is not 0.

    Args:
        progress: of the class.
    """
    n_lessons, n_questions = len(progress.quizzes), sum(len(quiz.questions) for quiz in progress.quizzes)
    rows: list[list[Cell]] = []
    for one in progress.learners:
        who: list[Cell] = [one.learner.id, one.learner.name, one.learner.email, one.learner.section]
        if one.export is None:
            rows.append([*who, None, None, n_lessons, None, n_questions, None, RULE])
            continue
        n = progress.n_worked_through(one)
        percent = round(100 * n / n_lessons, 2)
        rows.append([*who, percent, n, n_lessons, one.n_answered, n_questions, one.export.file, RULE])
    return table_text(COLUMNS, rows)
