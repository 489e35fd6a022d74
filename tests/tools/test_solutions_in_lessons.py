"""Each exercise of a lesson has two hints and the worked solution behind a click, equal to the one that CI runs."""

import builtins
import re
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from qa_lesson.grading.assignments.needed_code import Statement, names_needed, statements_of

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from solutions_in_lessons import CALL, fill, solutions_of  # noqa: E402

SOLUTION = re.compile(r"<details><summary>Solution</summary>.*?```python\n(.*?)```", re.DOTALL)
LESSONS = sorted((ROOT / "notebooks" / "solutions").glob("[0-9]*.ipynb"))


def test_a_solution_is_its_reason_and_its_code():
    cells = [new_markdown_cell("## Recall\n\nDivide."), new_code_cell('x = 1 / 2\n\n\ncheck("metrics.recall", x)')]
    solutions = solutions_of(new_notebook(cells=cells))
    assert solutions == {"metrics.recall": "Divide.\n\n```python\nx = 1 / 2\n```"}


def test_it_goes_below_the_exercise_and_replaces_an_older_one():
    text, cell = new_markdown_cell("### Recall\n\nWrite it."), new_code_cell('x = ...\ncheck("metrics.recall", x)')
    lesson = new_notebook(cells=[text, cell])
    for solution in ("old", "new"):
        assert fill(lesson, {"metrics.recall": solution}) == ["metrics.recall"]
    expected = "### Recall\n\nWrite it.\n\n<details><summary>Solution</summary>\n\nnew\n\n</details>"
    assert lesson.cells[0].source == expected


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_exercise_has_two_hints_and_the_solution_of_today(path):
    lesson = nbformat.read(ROOT / "notebooks" / path.name, as_version=4)
    above = ""
    following = [*lesson.cells[1:], new_markdown_cell("")]
    for cell, after in zip(lesson.cells, following, strict=True):
        if cell.cell_type == "markdown":
            above = cell.source
        elif call := CALL.search(cell.source):
            assert "<summary>Hint 1</summary>" in above, f"{call[1]} has no first hint"
            assert "<summary>Hint 2</summary>" in above, f"{call[1]} has no second hint"
            assert "Harder:" in above + after.source, f"{call[1]} has no harder variant"
    before = [cell.source for cell in lesson.cells]
    fill(lesson, solutions_of(nbformat.read(path, as_version=4)))
    assert before == [cell.source for cell in lesson.cells], "run tools/solutions_in_lessons.py"


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_solution_pasted_into_the_lesson_has_every_name_it_needs(path):
    """Its imports included; what earlier solutions define counts as there, because learners paste them in order."""
    lesson = nbformat.read(ROOT / "notebooks" / path.name, as_version=4)
    known = {*dir(builtins), "display"}
    solution: list[Statement] = []
    for cell in lesson.cells:
        if cell.cell_type == "markdown":
            for code in SOLUTION.findall(cell.source):
                solution = statements_of(code, 0)
        else:
            if CALL.search(cell.source):
                missing = names_needed(solution) - known
                assert not missing, f"{', '.join(sorted(missing))}: not in the lesson before:\n{cell.source}"
            for statement in [*statements_of(cell.source, 0), *solution]:
                known |= statement.binds
