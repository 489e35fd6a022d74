"""Grades as CSV for the gradebooks of Canvas and Moodle.

Only settled grades are written: whoever handed in nothing, or has an answer under review, gets an empty cell (Canvas)
or no row (Moodle), never a 0. Columns are those that the importers read: ``lib/gradebook_importer.rb`` of Canvas and
``grade/import/csv`` of Moodle.
"""

from __future__ import annotations

from qa_lesson.errors import ConfigError, DataError, counted
from qa_lesson.grading.formats.orders import seen_as
from qa_lesson.grading.formats.points import points_text, short_number
from qa_lesson.grading.formats.results import Learner, LearnerResult, Results
from qa_lesson.grading.formats.tables import table_text

_POINTS_ROW = "Points Possible"
CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
"""Who a row of Canvas's gradebook is about."""
MOODLE_COLUMNS = {"email": "Email address", "idnumber": "ID number"}
"""The column that says whose a row of Moodle's gradebook is."""


def canvas_csv(results: Results, assignment: int | None = None) -> str:
    """The gradebook for "Import" in Canvas: a row for everyone on the roster.

    Args:
        results: of a graded quiz. If its roster came out of Canvas, its columns are kept; otherwise ids become SIS
            user ids and e-mail addresses SIS login ids.
        assignment: its number in Canvas, as its address has it; None: Canvas looks for the quiz's title, and offers to
            make a new assignment if there is none.
    """
    title = results.title if assignment is None else f"{results.title} ({assignment})"
    rows: list[tuple[str | float | None, ...]] = [canvas_points(results.possible)]
    rows += [
        (*canvas_person(result.learner), "EX" if result.status == "excused" else _settled_points(results, result))
        for result in results.learners
    ]
    return table_text([*CANVAS_COLUMNS, title], rows)


def moodle_csv(results: Results, by: str = "email") -> str:
    """The table for "Import CSV" in Moodle's gradebook: a row for each settled grade, with its feedback.

    Grade and feedback always go together, because Moodle replaces both. There is only one column that says whose
    grade it is, and it is never empty: Moodle gives the grade of a row without it to the person of the row before.

    Args:
        results: of a graded quiz.
        by: what Moodle knows the learners by, "email" or "idnumber".

    Raises:
        ConfigError: `by` is neither.
        DataError: a learner with a grade has none.
    """
    if by not in MOODLE_COLUMNS:
        raise ConfigError("Moodle maps grades by email or idnumber", received=by, fix="use one of these")
    rows, without = [], []
    for result in results.learners:
        points = _settled_points(results, result)
        if points is None:
            continue
        person = moodle_person(result.learner, by)
        if not person:
            without.append(result.learner.name or result.learner.id)
        rows.append((person, points, feedback_text(results, result)))
    if without:
        raise DataError(
            f"{len(without)} of those with a grade have no {MOODLE_COLUMNS[by].lower()}",
            where="the roster",
            received=", ".join(without[:5]) + (", ..." if len(without) > 5 else ""),
            fix=f"add it to the roster and grade again, or map by {'idnumber' if by == 'email' else 'email'}",
        )
    return table_text([MOODLE_COLUMNS[by], f"{results.title} (Real)", f"{results.title} (Feedback)"], rows)


def feedback_text(results: Results, result: LearnerResult) -> str:
    """A settled grade in words, without any text of the learner's; questions have the numbers that they saw.

    Args:
        results: of the quiz.
        result: of the learner.
    """
    seen = seen_as(results, result)
    names = ("Right", "Partly right", "Not right", "Unanswered", "Points for everyone", "Not counted")
    groups: dict[str, list[str]] = {name: [] for name in names}
    pairs = (pair for pair in zip(results.questions, result.questions, strict=True) if pair[0].id in seen)
    for question, answer in sorted(pairs, key=lambda pair: seen[pair[0].id]):
        number = seen[question.id]
        if question.adjusted:
            groups["Points for everyone" if question.adjusted == "bonus" else "Not counted"].append(f"Q{number}")
        elif answer.status == "unanswered":
            groups["Unanswered"].append(f"Q{number}")
        elif answer.correct:
            groups["Right"].append(f"Q{number}")
        elif answer.points:
            groups["Partly right"].append(f"Q{number} ({points_text(answer.points)})")
        else:
            groups["Not right"].append(f"Q{number}")
    parts = [f"{points_text(result.points or 0.0, result.possible)}."]
    if result.penalty:
        days = counted(result.late_days, "day")
        parts.append(f"{short_number(result.penalty)} taken off for {days} after the deadline.")
    parts += [f"{name}: {', '.join(numbers)}." for name, numbers in groups.items() if numbers]
    return " ".join(parts)


def _settled_points(results: Results, result: LearnerResult) -> float | None:
    """Of as many as the column has: one learner's questions may have fewer points, after a pool's were voided."""
    return result.scaled(results.possible) if result.status == "graded" else None


def canvas_points(possible: float) -> tuple[str | float, ...]:
    """The row with the possible points, which Canvas expects above the learners."""
    return (f"    {_POINTS_ROW}", "", "", "", "", possible)


def canvas_person(learner: Learner) -> tuple[str, str, str, str, str]:
    """A learner in `CANVAS_COLUMNS`."""
    name = learner.name or learner.id
    if _POINTS_ROW in name:  # Canvas takes a row that begins like this for the row of points
        name = learner.id.replace(_POINTS_ROW, "")
    if {"ID", "Section"} <= set(learner.columns) and {"SIS User ID", "SIS Login ID"} & set(learner.columns):
        # exports may have LastName and FirstName in place of Student, and leave out an id
        *ids, section = (learner.columns.get(column, "") for column in CANVAS_COLUMNS[1:])
        return (name, ids[0], ids[1], ids[2], section)
    return (name, "", learner.id if learner.id != learner.email else "", learner.email, learner.section)


def moodle_person(learner: Learner, by: str) -> str:
    """What Moodle knows a learner by; empty if the roster doesn't say.

    Args:
        learner: of the roster.
        by: "email" or "idnumber".
    """
    if by == "email":
        return learner.email
    return learner.columns.get(MOODLE_COLUMNS[by]) or (learner.id if learner.id != learner.email else "")
