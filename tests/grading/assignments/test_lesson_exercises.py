"""Every lesson becomes an assignment: valid, complete, no solution in sight, and its solutions earn the points."""

import contextlib
import importlib
import io
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.exercises import _CHECKS, MODULES
from qa_lesson.grading.assignments.lesson_exercises import find_lesson, read_lesson
from qa_lesson.grading.assignments.source_notebook import BEGIN, END, make_source_notebook

LESSONS = sorted(MODULES)


def assignment(name, **options):
    return nbformat.from_dict(make_source_notebook(read_lesson(find_lesson(name), **options), {}))


@pytest.mark.parametrize("name", LESSONS)
def test_every_lesson_is_a_valid_assignment_with_every_exercise(name):
    notebook = assignment(name)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        MetadataValidator().validate_cell(cell)
    ids = [cell.metadata.nbgrader.grade_id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    graded = re.findall(r'grade_answer\("([\w.]+)"', "\n".join(cell.source for cell in notebook.cells))
    importlib.import_module(f"qa_lesson.exercises.{MODULES[name]}")
    assert sorted(graded) == sorted(one for one in _CHECKS if one.startswith(f"{name}."))
    assert all(cell.metadata.nbgrader.locked or cell.metadata.nbgrader.solution for cell in notebook.cells), (
        "learners write into answers only"
    )


@pytest.mark.parametrize("name", LESSONS)
def test_the_tasks_hold_no_solution_and_no_link_into_the_course(name):
    text = "\n".join(cell.source for cell in assignment(name).cells if cell.cell_type == "markdown")
    assert "olution</summary>" not in text
    assert "```python" not in text
    assert ".ipynb" not in text
    assert "### " in text


@pytest.mark.parametrize("name", LESSONS)
def test_the_solutions_earn_every_point_on_the_cells_that_were_found(name, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    namespace = {"__name__": "__main__"}
    for cell in assignment(name).cells:
        if cell.cell_type == "code":
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(cell.source, cell.id, "exec"), namespace)


def test_hints_are_folded_or_left_out():
    kept, without = (
        "\n".join(cell.source for cell in assignment("metrics", hints=hints).cells) for hints in (True, False)
    )
    assert kept.count("<summary>Hint") == 6
    assert "<summary>" not in without
    assert without.count(BEGIN) == without.count(END) == 3


def test_only_what_an_exercise_needs_comes_before_it():
    cells = {cell.id: cell.source for cell in assignment("metrics").cells}
    assert cells["setup-metrics-recall"].count("def normalize(") == 1  # the last of three
    assert "import re\n" in cells["imports"]
    assert "QuestionAnswerer" not in cells["imports"]
    assert "never answers" in cells["task-metrics-never-answers-1"]  # what the task refers to as "the counts above"


def notebook_of(folder, *cells):
    record = {
        "cells": [
            {"cell_type": kind, "id": f"c{n}", "metadata": metadata, "source": source}
            for n, (kind, source, metadata) in enumerate(cells)
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = folder / "07_mine.ipynb"
    path.write_text(json.dumps(record))
    return path


TASK = "# Mine\n\n<details><summary>Solution</summary>\n\n```python\nx = f(1)\n```\n\n</details>"
BLANK = 'x = ...\ncheck("mine.x", x)'


def test_a_lesson_of_ones_own_with_data_that_is_filled_step_by_step(tmp_path):
    path = notebook_of(
        tmp_path,
        ("code", "import os, math\nprices = {}\nprices['a'] = 2; other = 5\nfor k in 'bc':\n    print(k)", {}),
        ("code", "%matplotlib inline", {}),
        ("code", "def f(n):\n    return n * prices['a'] * math.pi\nprices = {'a': 3}", {}),
        ("markdown", TASK, {}),
        ("code", BLANK, {}),
    )
    cells = {cell["id"]: cell["source"] for cell in make_source_notebook(read_lesson(path), {"mine.x": 3})["cells"]}
    assert cells["imports"].endswith("\n\nimport math")
    assert cells["setup-mine-x"].endswith("return n * prices['a'] * math.pi\n\n\nprices = {'a': 3}")
    assert "other" not in cells["setup-mine-x"]
    assert cells["answer-mine-x"] == f"x = ...\n{BEGIN}\nx = f(1)\n{END}"


def test_an_unknown_name_a_missing_solution_and_a_missing_cell_are_named(tmp_path):
    path = notebook_of(tmp_path, ("markdown", TASK, {}), ("code", BLANK, {}))
    with pytest.raises(DataError, match=r"mine\.x needs a name that the lesson doesn't give before it\n  received: f"):
        make_source_notebook(read_lesson(path), {})
    path = notebook_of(tmp_path, ("markdown", "# Mine", {}), ("code", BLANK, {}))
    with pytest.raises(DataError, match=r"mine\.x has no worked solution"):
        read_lesson(path)
    path = notebook_of(tmp_path, ("markdown", TASK, {"qa_lesson": {"needs": ["gone"]}}), ("code", BLANK, {}))
    with pytest.raises(DataError, match="a cell that is not in the lesson: gone"):
        read_lesson(path)


def test_where_lessons_are_looked_for(tmp_path):
    assert find_lesson("05").name == find_lesson("metrics").name == find_lesson("05_metrics").name == "05_metrics.ipynb"
    with pytest.raises(ConfigError, match=r"no such lesson\n  received: nonsense\n  to do: choose from 00_start_here"):
        find_lesson("nonsense")
    with pytest.raises(ConfigError, match="in the course's repository, not in the installed package"):
        find_lesson("metrics", tmp_path)
    with pytest.raises(ConfigError, match="no such notebook"):
        find_lesson(str(tmp_path / "a.ipynb"))
    (tmp_path / "b.ipynb").write_text("hello")
    with pytest.raises(DataError, match="not a notebook"):
        read_lesson(tmp_path / "b.ipynb")
    with pytest.raises(DataError, match="no exercises"):
        read_lesson(Path(find_lesson("00")))
