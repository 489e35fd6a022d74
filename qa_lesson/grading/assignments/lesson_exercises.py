"""The exercises of a lesson: the task, the cells it shows, the learner's blank and the worked solution."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.storage import shipped_folder

_HEADING = re.compile(r"^#{1,4} .+$", re.MULTILINE)
_DETAILS = re.compile(r"\n*<details><summary>(?P<title>.*?)</summary>(?P<body>.*?)</details>", re.DOTALL)
_SOLUTION = re.compile(r"```python\n(.*?)\n```", re.DOTALL)
_HARDER = re.compile(r"\n\n(?:\*\*)?Harder:.*?(?=\n\n|\Z)", re.DOTALL)
_SENTENCE_ABOUT_SOLUTIONS = re.compile(r"\s*\bThe\s+\[solutions\]\([^)]*\)[^.]*\.")
_LINK_TO_A_LESSON = re.compile(r"\[([^\]]+)\]\([\w./]*\.ipynb(?:#[^)]*)?\)")


@dataclass(frozen=True)
class LessonCell:
    """A cell of a notebook.

    Args:
        kind: "markdown" or "code".
        place: in the lesson, from 0.
    """

    kind: str
    source: str
    place: int


@dataclass(frozen=True)
class LessonExercise:
    """An exercise of a lesson.

    Args:
        name: of its check, such as "metrics.recall".
        shown: the task in Markdown, without solution, and the code cells that it shows, in order.
        blank: the learner's cell without the call of `check`.
        answer: the expression that is checked.
        solution: the worked solution, Python code.
        place: of the learner's cell in the lesson, from 0.
    """

    name: str
    shown: tuple[LessonCell, ...]
    blank: str
    answer: str
    solution: str
    place: int


@dataclass(frozen=True)
class Lesson:
    """A lesson and its exercises, in order.

    Args:
        name: without its number, such as "metrics".
        cells: all of them.
        solution_cells: the code cells of the notebook with its solutions, which import what solutions need; none
            without such a notebook.
    """

    name: str
    title: str
    cells: tuple[LessonCell, ...]
    exercises: tuple[LessonExercise, ...]
    solution_cells: tuple[LessonCell, ...] = ()


def find_lesson(name: str, folder: Path | None = None) -> Path:
    """The notebook of a lesson.

    Args:
        name: a path to a notebook, or "metrics", "05" or "05_metrics".
        folder: of the lessons; those of the checkout if not given. Notebooks are not part of an installed package.

    Raises:
        ConfigError: there is no such file, no folder of lessons, or no lesson of this name.
    """
    if name.endswith(".ipynb"):
        if not Path(name).is_file():
            raise ConfigError("there is no such notebook", received=name, fix="check the path")
        return Path(name)
    place = shipped_folder("notebooks") if folder is None else folder
    lessons = sorted(place.glob("[0-9][0-9]_*.ipynb"))
    if not lessons:
        raise ConfigError(
            "there are no lessons here",
            where=str(place),
            fix="lessons are in the course's repository, not in the installed package: "
            "give --lessons FOLDER, its notebooks folder, or the path of a lesson",
        )
    for path in lessons:
        number, _, rest = path.stem.partition("_")
        if name in (path.stem, number, rest):
            return path
    raise ConfigError("there is no such lesson", received=name, fix=f"choose from {', '.join(p.stem for p in lessons)}")


def lesson_name(path: Path) -> str:
    """The name of the lesson in a notebook, without its number.

    >>> lesson_name(Path("notebooks/05_metrics.ipynb"))
    'metrics'
    """
    return re.sub(r"^\d\d_", "", path.stem)


def read_lesson(path: Path, *, hints: bool = True) -> Lesson:
    """The exercises of a lesson's notebook.

    An exercise is a code cell that ends in ``check("lesson.name", answer)``. Its task begins at the last heading before
    it, or after the exercise before. Exercises to go on with ("Harder") and hints to solution notebooks are left out.

    Args:
        hints: keep the hints, which are collapsed.

    Raises:
        DataError: it is no notebook, has no exercises, or one of them has no solution.
    """
    cells, needs, ids = _read_cells(path)
    beside = path.parent / "solutions" / path.name
    solution_cells = _read_cells(beside)[0] if beside.is_file() else ()
    exercises: list[LessonExercise] = []
    for cell in cells:
        call = _check_call(cell)
        if call is None:
            continue
        first = _first_of_task(cells, cell.place, exercises[-1].place + 1 if exercises else 0)
        task = cells[first : cell.place]
        asked = [name for one in task for name in needs[one.place]]
        if unknown := [name for name in asked if name not in ids]:
            raise DataError(
                f"a task needs a cell that is not in the lesson: {unknown[0]}",
                where=f"{path}, cell {first + 1}",
                fix="correct the cell ids under qa_lesson, needs in its metadata",
            )
        exercises.append(_exercise(cell, call, [cells[ids[name]] for name in asked], task, hints, path))
    if not exercises:
        raise DataError("this notebook has no exercises", where=str(path), fix='one ends in check("lesson.name", ...)')
    title = next((line[2:] for line in cells[0].source.splitlines() if line.startswith("# ")), path.stem)
    imports = tuple(one for one in solution_cells if one.kind == "code")
    return Lesson(lesson_name(path), title, cells, tuple(exercises), imports)


def without_call(source: str) -> str:
    """A cell without the call of `check` at its end, if it has one."""
    call = _check_call(LessonCell("code", source, 0))
    return source if call is None else "\n".join(source.splitlines()[: call.lineno - 1]).rstrip()


def _read_cells(path: Path) -> tuple[tuple[LessonCell, ...], dict[int, list[str]], dict[str, int]]:
    """The cells, the ids of the cells that each of them needs, by its place, and the place of each id."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return (
            tuple(LessonCell(one["cell_type"], "".join(one["source"]), place) for place, one in enumerate(cells)),
            {place: list(one["metadata"].get("qa_lesson", {}).get("needs", ())) for place, one in enumerate(cells)},
            {one.get("id", ""): place for place, one in enumerate(cells)},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            "not a notebook that can be read",
            where=str(path),
            received=str(error),
            fix="open it in Jupyter and save it",
        ) from error


def _check_call(cell: LessonCell) -> ast.Call | None:
    """The call of `check` at the end of a cell, with the name of an exercise and an answer."""
    if cell.kind != "code" or "check(" not in cell.source:
        return None
    try:
        body = ast.parse(cell.source).body
    except SyntaxError:  # magics
        return None
    match body[-1] if body else None:
        case ast.Expr(ast.Call(ast.Name("check"), [ast.Constant(str()), _]) as call):
            return call
    return None


def _first_of_task(cells: Sequence[LessonCell], exercise: int, earliest: int) -> int:
    for place in range(exercise - 1, earliest - 1, -1):
        if cells[place].kind == "markdown" and _HEADING.search(cells[place].source):
            return place
    return earliest


def _exercise(
    cell: LessonCell,
    call: ast.Call,
    needed: Sequence[LessonCell],
    task: Sequence[LessonCell],
    hints: bool,
    path: Path,
) -> LessonExercise:
    assert isinstance(call.args[0], ast.Constant)
    name = str(call.args[0].value)
    texts = "\n".join(one.source for one in task if one.kind == "markdown")
    worked = [_SOLUTION.search(found["body"]) for found in _DETAILS.finditer(texts) if "olution" in found["title"]]
    if not worked or worked[-1] is None:
        raise DataError(
            f"the exercise {name} has no worked solution",
            where=f"{path}, cell {cell.place + 1}",
            fix="put it into a details block with the summary Solution above the exercise, as a block of Python",
        )
    shown = [*needed, *(_for_learners(one, place == 0, hints) for place, one in enumerate(task))]
    return LessonExercise(
        name=name,
        shown=tuple(one for one in shown if one.source),
        blank=without_call(cell.source),
        answer=ast.unparse(call.args[1]),
        solution=worked[-1][1],
        place=cell.place,
    )


def _for_learners(cell: LessonCell, first: bool, hints: bool) -> LessonCell:
    """A cell of the task without what a learner of an assignment must not see or can't use."""
    if cell.kind != "markdown":
        return cell
    text = _DETAILS.sub(lambda found: found[0] if hints and "olution" not in found["title"] else "", cell.source)
    headings = list(_HEADING.finditer(text))
    if first and headings:
        text = text[headings[-1].start() :]  # the text before it is about what came before
    text = _SENTENCE_ABOUT_SOLUTIONS.sub("", _HARDER.sub("", text))
    return LessonCell("markdown", _LINK_TO_A_LESSON.sub(r"\1", text).strip(), cell.place)
