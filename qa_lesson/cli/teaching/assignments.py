"""The command that turns a lesson's exercises into an assignment for an autograder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qa_lesson.cli._app import Json, app
from qa_lesson.cli._console import print_json, tell
from qa_lesson.cli._outputs import ASSIGNMENT, COURSE_README, COURSE_SETTINGS, Force, Output, check_outputs
from qa_lesson.errors import counted


@app.command("nbgrader")
def nbgrader_assignment(
    lesson: Annotated[str, typer.Argument(help="A lesson, such as metrics or 05, or the path of its notebook.")],
    output: Annotated[Path, typer.Option("--out", help="The folder of the nbgrader course.", metavar="DIR")],
    points: Annotated[
        str | None,
        typer.Option(help="For every exercise, or a YAML file with a line such as metrics.recall: 2 for each; 1."),
    ] = None,
    hints: Annotated[bool, typer.Option(help="Keep the hints, folded.")] = True,
    name: Annotated[str | None, typer.Option(help="Of the assignment; the lesson's if not given.")] = None,
    lessons: Annotated[
        Path | None,
        typer.Option("--lessons", help="Folder of the lessons; the repository's if not given.", metavar="DIR"),
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Make an nbgrader assignment of a lesson's exercises, with solutions, checks and points.

    The lessons are in the course's repository, not in the installed package. A course folder takes several
    assignments.
    """
    from qa_lesson.grading.assignments.course_folder import course_files, read_points, source_path, write_assignment
    from qa_lesson.grading.assignments.lesson_exercises import find_lesson, lesson_name, read_lesson

    course = course_files(output)
    common = [
        Output("--out", course["settings"], COURSE_SETTINGS),
        Output("--out", course["readme"], COURSE_README),
    ]
    check_outputs(common, [], force)
    path = find_lesson(lesson, lessons)
    assignment = lesson_name(path) if name is None else name
    target = source_path(output, assignment)
    check_outputs([*common, Output("--out", target, ASSIGNMENT)], [path], force)
    read = read_lesson(path, hints=hints)
    worth = read_points(points, read)
    write_assignment(read, output, assignment, worth)
    total = sum(worth.get(one.name, 1) for one in read.exercises)
    if as_json:
        exercises = {one.name: worth.get(one.name, 1) for one in read.exercises}
        print_json({"assignment": assignment, "source": str(target), "points": exercises, "total_points": total})
    else:
        tell(f"{counted(len(read.exercises), 'exercise')}, {total:g} points, written to {target}")
        tell(f"next: cd {output} && nbgrader generate_assignment {assignment}")
