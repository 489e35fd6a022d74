"""What the docs say about nbgrader: the check as an autograded cell, on a solved and on an unsolved exercise."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "grading.md").read_text(encoding="utf-8").split("## nbgrader")[1].split("\n## ")[0]
AUTOGRADED = re.search(r"```python\n(.*?)```", DOCS, re.DOTALL)[1]
METADATA = json.loads(re.search(r"```json\n(.*?)```", DOCS, re.DOTALL)[1])


def exercise_cell(folder, name):
    """The cell of a lesson, or of its solutions, that holds the check of an exercise."""
    notebook = nbformat.read(ROOT / folder / "05_metrics.ipynb", as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.cell_type == "code" and f'check("{name}"' in cell.source]
    return cell.source


def graded_notebook(folder):
    imports = nbformat.read(ROOT / "notebooks/solutions/05_metrics.ipynb", as_version=4).cells[1].source
    new = nbformat.v4.new_code_cell
    cells = [
        new(imports),
        new(exercise_cell(folder, "metrics.recall"), metadata=METADATA["exercise"]),
        new(AUTOGRADED, metadata=METADATA["check"]),
    ]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python"}})


def run(notebook):
    """The errors of the autograded cell, as nbgrader runs it: all cells, whatever fails."""
    NotebookClient(notebook, timeout=120, allow_errors=True).execute()
    assert all(cell.execution_count for cell in notebook.cells)
    return [output for output in notebook.cells[-1].outputs if output.output_type == "error"]


def test_a_solved_exercise_passes():
    assert run(graded_notebook("notebooks/solutions")) == []


def test_an_unsolved_exercise_fails_and_says_why():
    (error,) = run(graded_notebook("notebooks"))
    assert (error.ename, error.evalue) == ("AssertionError", "not attempted")


def test_a_learner_who_redefines_check_gains_nothing():
    namespace = {}
    with pytest.raises(AssertionError):
        exec(f"class check:\n    def __init__(*_): ...\n    status = 'correct'\nrecall = None\n{AUTOGRADED}", namespace)


@pytest.mark.parametrize(
    ("answer", "message"),
    [("lambda prediction, reference: 0.5", "not yet: recall("), ("0.5", "not yet: pass the function itself")],
)
def test_a_wrong_answer_fails_with_the_message_of_the_check(answer, message):
    namespace = {}
    exec("from qa_lesson.exercises import check", namespace)
    with pytest.raises(AssertionError) as caught:
        exec(f"recall = {answer}\n{AUTOGRADED}", namespace)
    assert str(caught.value).startswith(message)


def test_the_metadata_is_what_nbgrader_asks_for():
    """The rules of nbgrader's format 3: all keys, an id for each, points where a cell is graded."""
    notebook = graded_notebook("notebooks/solutions")
    nbformat.validate(notebook)
    exercise, check = (METADATA[name]["nbgrader"] for name in ("exercise", "check"))
    for fields in (exercise, check):
        required = {"schema_version", "grade", "solution", "locked", "task", "grade_id"}
        assert set(fields) == required | ({"points"} if fields["grade"] else set())
        assert fields["schema_version"] == 3
        assert fields["grade_id"]
        assert all(isinstance(fields[name], bool) for name in ("grade", "solution", "locked", "task"))
    assert exercise["grade_id"] != check["grade_id"]
    assert (exercise["solution"], exercise["locked"], exercise["grade"]) == (True, False, False)
    assert (check["solution"], check["locked"], check["grade"]) == (False, True, True)
    assert check["points"] > 0
