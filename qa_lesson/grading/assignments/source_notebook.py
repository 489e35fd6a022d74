"""The source notebook of an assignment: per exercise the code it needs, the task, the answer and the graded cell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qa_lesson.errors import ConfigError, DataError, counted
from qa_lesson.grading.assignments.lesson_exercises import Lesson, LessonCell, LessonExercise, without_call
from qa_lesson.grading.assignments.needed_code import Statement, names_needed, needed_statements, statements_of

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
_QUOTED = re.compile(r"`([A-Za-z_]\w*)")
_BEFORE_IMPORTS = 'import warnings\n\nwarnings.filterwarnings("ignore")\n'
_GRADED = """\
# Run this cell to check your answer. It is put back before grading, so a change to it has no effect.
import sys

_own = {{name: sys.modules.pop(name) for name in [*sys.modules] if name.partition(".")[0] == "qa_lesson"}}
from qa_lesson.grading.assignments.graded_cell import grade_answer  # the package anew, as it is installed

_result = grade_answer("{name}", {answer}, _own)
assert _result.status == "correct", _result"""

Cell = dict[str, Any]


def make_source_notebook(lesson: Lesson, points: Mapping[str, float]) -> dict[str, Any]:
    """The nbgrader source notebook of a lesson's exercises, with the solutions.

    Args:
        points: by the exercise's name; 1 for those that are not in it.

    Raises:
        ConfigError: points for an exercise that the lesson doesn't have, or that are no number from 0 up.
        DataError: an exercise needs a name that the lesson doesn't give before it.
    """
    check_points(lesson, points)
    worth = {one.name: float(points.get(one.name, 1)) for one in lesson.exercises}
    body: list[Cell] = []
    imports: set[str] = set()
    code = _LessonCode(lesson)
    for exercise in lesson.exercises:
        slug = re.sub(r"[^A-Za-z0-9]+", "-", exercise.name)
        setup, shown, needed_imports = code.before(exercise)
        imports |= needed_imports
        if setup:
            body.append(_locked("code", "# From the lesson, for the next exercise.\n" + setup, f"setup-{slug}"))
        for number, cell in enumerate(shown, 1):
            body.append(_locked(cell.kind, cell.source, f"task-{slug}-{number}"))
        body.append(_cell("code", answer_cell(exercise), f"answer-{slug}", solution=True))
        graded = _GRADED.format(name=exercise.name, answer=exercise.answer)
        body.append(_cell("code", graded, f"check-{slug}", grade=True, locked=True, points=worth[exercise.name]))
    start = [_locked("markdown", _introduction(lesson, worth), "introduction")]
    if imports:
        start.append(_locked("code", _BEFORE_IMPORTS + "\n" + _import_lines(imports), "imports"))
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return {
        "cells": [*start, *body],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def check_points(lesson: Lesson, points: Mapping[str, float]) -> None:
    """Make sure that points can be given.

    Raises:
        ConfigError: points for an exercise that the lesson doesn't have, or that are no number from 0 up.
    """
    names = [one.name for one in lesson.exercises]
    for name, value in points.items():
        if name not in names:
            raise ConfigError(
                "points for an exercise that the lesson doesn't have", received=name, fix=f"it has {', '.join(names)}"
            )
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
            raise ConfigError("points are a number from 0 up", where=name, received=repr(value), fix="such as 2 or 0.5")


def answer_cell(exercise: LessonExercise) -> str:
    """The learner's cell with the solution between nbgrader's marks.

    What the learner keeps: the head and docstring of a function, or the assignment of a blank.
    """
    function = _only_function(exercise.blank)
    solved = {one.name: one for one in ast.parse(exercise.solution).body if isinstance(one, ast.FunctionDef)}
    if function is None or function.name not in solved:
        return f"{exercise.blank}\n{BEGIN}\n{exercise.solution}\n{END}"
    lines = exercise.solution.splitlines()
    target = solved[function.name]
    body = _without_docstring(target)
    assert target.end_lineno is not None
    helpers = "\n".join(lines[: target.lineno - 1]).strip("\n")
    after = "\n".join(lines[target.end_lineno :]).strip("\n")
    head = exercise.blank.splitlines()[: _without_docstring(function)[0].lineno - 1]
    worked = lines[body[0].lineno - 1 : target.end_lineno]
    parts = [
        *([BEGIN, helpers, END, "", ""] if helpers else []),
        *head,
        f"    {BEGIN}",
        *worked,
        f"    {END}",
        *(["", "", BEGIN, after, END] if after else []),
    ]
    return "\n".join(parts)


class _LessonCode:
    """What of the lesson's code is there already as the assignment goes on."""

    def __init__(self, lesson: Lesson) -> None:
        self.answers = frozenset(one.place for one in lesson.exercises)
        self.statements: list[Statement] = []
        for cell in lesson.cells:
            if cell.kind == "code":
                source = without_call(cell.source)
                self.statements += statements_of(source, cell.place, len(self.statements))
        self.imports: dict[str, str] = {}  # by name: for what only a solution needs
        for cell in lesson.solution_cells:
            for one in statements_of(cell.source, -1):
                if one.is_import:
                    self.imports.update(dict.fromkeys(one.binds, one.source))
        self.owner: dict[str, int] = {}  # by name: the statement that gave it its value last; -1, the learner's

    def before(self, exercise: LessonExercise) -> tuple[str, list[LessonCell], set[str]]:
        """The code that an exercise and its task need and that isn't there yet, the task's cells, and the imports."""
        imports: set[str] = set()
        shown: list[LessonCell] = []
        setup: list[Statement] = []
        earlier = [one for one in self.statements if one.place < exercise.place]
        for cell in exercise.shown:
            if cell.kind == "code":
                own = [one for one in earlier if one.place == cell.place]
                before = [one for one in earlier if one.place < cell.place]
                setup += self._new(names_needed(own), before, imports, exercise)
                self._took([one for one in own if not one.is_import])
            shown.append(cell)
        solution = [*statements_of(exercise.blank, -1), *statements_of(exercise.solution, -1)]
        quoted = {name for cell in exercise.shown if cell.kind == "markdown" for name in _QUOTED.findall(cell.source)}
        setup += self._new(names_needed(solution), earlier, imports, exercise)
        setup += self._new(self._tools(quoted, earlier), earlier, imports, exercise)
        for one in solution:
            self.owner.update(dict.fromkeys(one.binds, -1))
        return "\n".join(_spaced(setup)), shown, imports

    def _new(
        self, names: set[str], earlier: Sequence[Statement], imports: set[str], exercise: LessonExercise
    ) -> list[Statement]:
        needed, missing = needed_statements(names, earlier, self.answers)
        if unknown := sorted(missing - self.imports.keys()):
            raise DataError(
                f"the solution of {exercise.name} needs a name that the lesson doesn't give before it",
                received=unknown[0],
                fix="define it in the solution, or earlier in the lesson",
            )
        imports |= {one.source for one in needed if one.is_import} | {self.imports[name] for name in missing}
        new = [one for one in needed if not one.is_import and any(self.owner.get(n) != one.order for n in one.binds)]
        self._took(new)
        return new

    def _took(self, statements: Sequence[Statement]) -> None:
        for one in statements:
            self.owner.update(dict.fromkeys(one.binds, one.order))

    def _tools(self, names: set[str], earlier: Sequence[Statement]) -> set[str]:
        """Those names in the task that are imports, or functions that need no data: a learner may use them."""
        tools = set()
        for name in names & {name for one in earlier for name in one.binds}:
            needed, missing = needed_statements([name], earlier, self.answers)
            if not missing and all(one.is_import or one.is_definition for one in needed):
                tools.add(name)
        return tools


def _introduction(lesson: Lesson, worth: Mapping[str, float]) -> str:
    total = sum(worth.values())
    return (
        f"# Exercises: {lesson.title}\n\n"
        f"{counted(len(worth), 'exercise')}, {total:g} points in all. Work through the lesson first; words such as "
        '"above" and "section 2" mean the lesson.\n\n'
        "- Write each answer into the cell below its task, and run it.\n"
        "- The cell after it checks the answer. It says what is wrong, and you may try as often as you like. "
        'A blank is "not attempted".\n'
        "- The names of answers and functions must stay as they are.\n"
        "- Before you hand it in, restart the kernel and run all cells."
    )


def _only_function(source: str) -> ast.FunctionDef | None:
    match ast.parse(source).body:
        case [ast.FunctionDef() as function]:
            return function
    return None


def _without_docstring(function: ast.FunctionDef) -> list[ast.stmt]:
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def _spaced(statements: Sequence[Statement]) -> list[str]:
    """The source of each statement in the lesson's order, with two blank lines around definitions."""
    lines: list[str] = []
    ordered = sorted(statements, key=lambda one: one.order)
    for number, one in enumerate(ordered):
        if number and (one.is_definition or ordered[number - 1].is_definition):
            lines += ["", ""]
        lines.append(one.source)
    return lines


def _import_lines(sources: Iterable[str]) -> str:
    """One line for each module, the course's last."""
    plain = sorted(one for one in sources if one.startswith("import"))
    names: dict[str, list[str]] = {}
    for one in sorted({*sources} - {*plain}):
        module, _, name = one.removeprefix("from ").partition(" import ")
        names.setdefault(module, []).append(name)
    lines = plain + [f"from {module} import {', '.join(sorted(found))}" for module, found in names.items()]
    return "\n".join(sorted(lines, key=lambda line: "qa_lesson" in line))


def _locked(kind: str, source: str, grade_id: str) -> Cell:
    return _cell(kind, source, grade_id, locked=True)


def _cell(
    kind: str,
    source: str,
    grade_id: str,
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
    points: float | None = None,
) -> Cell:
    record: Cell = {
        "grade": grade,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        record["points"] = points
    cell: Cell = {"cell_type": kind, "id": grade_id[:64], "metadata": {"nbgrader": record}, "source": source}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell
