"""The folder of an nbgrader course: its settings, a README with the commands, and the source of each assignment."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from qa_lesson.errors import ConfigError
from qa_lesson.grading.assignments.lesson_exercises import Lesson
from qa_lesson.grading.assignments.source_notebook import check_points, make_source_notebook
from qa_lesson.storage import storage_error, write_atomically

_CONFIG = """\
# An nbgrader course, begun by qa-lesson. Run nbgrader in this folder; change what you like.
c = get_config()  # noqa: F821  nbgrader gives it

c.CourseDirectory.course_id = "qa_lesson"
c.ClearSolutions.code_stub = {"python": "pass  # your code here"}  # a blank is "not attempted", not an error
c.ExecutePreprocessor.timeout = 600  # seconds for a cell
"""
_README = """\
# An nbgrader course

Written by qa-lesson. Assignments: {names}. Install nbgrader and qa_lesson where you grade, activate that environment
(nbgrader calls other programs in it by name), and run these commands in this folder. For `{name}`:

    nbgrader generate_assignment {name}    # release/{name}/: for learners, without the solutions
    nbgrader autograde {name}              # grades submitted/LEARNER/{name}/{name}.ipynb
    nbgrader generate_feedback {name}      # feedback/LEARNER/{name}/{name}.html
    nbgrader export                        # grades.csv

`source` holds the solutions, so keep it to yourself. Learners need qa_lesson too, and no nbgrader. Grading runs their
code: run it where it can do no harm, in a container without a network.
"""


def read_points(text: str | None, lesson: Lesson) -> dict[str, float]:
    """The points of each exercise.

    Args:
        text: a number for every exercise, or the path of a YAML file that maps names of exercises to points; those
            that are not in it, and all without a text, get 1.

    Raises:
        ConfigError: neither a number nor a file that can be read, or points that can't be given.
    """
    points: dict[str, float] = {}
    if text is not None:
        try:
            points = {one.name: float(text) for one in lesson.exercises}
        except ValueError:
            points = _mapping(Path(text))
    check_points(lesson, points)
    return points


def course_files(folder: Path) -> dict[str, Path]:
    """Where the settings and the README of a course are."""
    return {"settings": folder / "nbgrader_config.py", "readme": folder / "README.md"}


def source_path(folder: Path, assignment: str) -> Path:
    """Where nbgrader wants the source of an assignment.

    Raises:
        ConfigError: nbgrader can't use this name, which becomes a folder.
    """
    if not re.fullmatch(r"[A-Za-z0-9][\w .-]*", assignment, re.ASCII) or "+" in assignment:
        raise ConfigError(
            "an assignment can't have this name", received=repr(assignment), fix="use letters, digits, - and _"
        )
    return folder / "source" / assignment / f"{assignment}.ipynb"


def write_assignment(lesson: Lesson, folder: Path, assignment: str, points: Mapping[str, float]) -> dict[str, Any]:
    """Write the source notebook of a lesson's exercises into a course, and begin the course if it isn't there.

    Args:
        points: by the exercise's name; 1 for those that are not in it.

    Returns:
        The notebook.

    Raises:
        StorageError: the folder can't be written.
    """
    notebook = make_source_notebook(lesson, points)
    path = source_path(folder, assignment)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, path.parent) from error
    write_atomically(path, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
    files = course_files(folder)
    if not files["settings"].exists():
        write_atomically(files["settings"], _CONFIG)
    names = sorted(one.name for one in (folder / "source").iterdir() if one.is_dir())
    write_atomically(files["readme"], _README.format(names=", ".join(names), name=assignment))
    return notebook


def _mapping(path: Path) -> dict[str, float]:
    try:
        points = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError(
            "these points are neither a number nor a YAML file that can be read",
            received=f"{path} ({type(error).__name__})",
            fix="--points 2, or a file with lines such as metrics.recall: 2",
        ) from error
    if not isinstance(points, dict):
        raise ConfigError(
            "a file of points maps exercises to points", where=str(path), fix="write lines such as metrics.recall: 2"
        )
    return points
