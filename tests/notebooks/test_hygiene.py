"""What the committed notebooks must and must not carry."""

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest

from qa_lesson import explorables
from qa_lesson.quiz import load_quiz
from qa_lesson.quiz.bank.files import quiz_name
from qa_lesson.quiz.lint.bank_lints import notebook_headings

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
LESSONS = [path for path in NOTEBOOKS if path.parent.name == "notebooks" and path.name != "glossary.ipynb"]
FORBIDDEN = {
    "a local path": re.compile(r"/(home|root|Users|work|tmp)/[\w.]|[A-Z]:\\\\Users|site-packages"),
    "a memory address": re.compile(r"\bat 0x[0-9a-f]{6,}"),
    "a progress bar": re.compile(r"\d+%\|[█▏▎▍▌▋▊▉ ]"),
    "a warning": re.compile(r"\b(Deprecation|Future|User|Runtime)Warning\b"),
}
PROMISES = re.compile(r"not part of this edition|not written yet|later edition|planned", re.IGNORECASE)
TOOL = re.compile(rf"\b(?:predict|models_of_this_course|{'|'.join(explorables.__all__)})\(")
"""What helps to predict: it shows no result."""
NUMBERS = {3: "Three", 6: "Six", 7: "Seven", 8: "Eight", 9: "Nine", 10: "Ten", 11: "Eleven", 12: "Twelve"}


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def by_name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=by_name)
def test_committed_notebooks_are_executed_top_to_bottom(path):
    """nbval compares nothing in a cell without an execution count: a stripped notebook passes whatever it does."""
    notebook = read(path)
    nbformat.validate(notebook)
    counts = [cell.execution_count for cell in code_cells(notebook) if cell.source.strip()]
    assert counts == list(range(1, len(counts) + 1))
    assert notebook.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=by_name)
def test_outputs_are_clean(path):
    notebook = read(path)
    assert "widgets" not in notebook.metadata, "widget state is committed"
    for cell in code_cells(notebook):
        for output in cell.outputs:
            may_fail = "raises-exception" in cell.metadata.get("tags", [])
            assert output.output_type != "error" or may_fail, f"{cell.id}: a traceback that is not the lesson's point"
            assert output.get("name") != "stderr", f"{cell.id}: {output.get('text', '')[:200]}"
            data = {key: value for key, value in output.get("data", {}).items() if key != "image/png"}
            text = json.dumps([data, output.get("text"), output.get("traceback")], ensure_ascii=False)
            for what, pattern in FORBIDDEN.items():
                found = pattern.search(text)
                assert not found, f"{cell.id}: {what}: {found.group()!r}"


@pytest.mark.parametrize("path", LESSONS, ids=by_name)
def test_anatomy_of_a_lesson(path):
    notebook = read(path)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    title = notebook.cells[0].source.splitlines()[0]
    assert title.startswith("# ")
    assert title.endswith("?")
    for part in ("**Time", "**Before", "afterwards you can", "## Quiz", "## Recap", "## Next"):
        assert part.lower() in text.lower(), f"no {part}"
    assert not any("pip install" in cell.source and cell.source.startswith(("!", "%")) for cell in code_cells(notebook))


@pytest.mark.parametrize("path", LESSONS, ids=by_name)
def test_a_result_is_hidden_until_the_learner_has_predicted_it(path):
    asked = False
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            asked = "**Predict before you run" in cell.source
        elif asked and cell.outputs and not set(cell.metadata.get("tags", [])) & {"checks", "imports"}:
            assert TOOL.search(cell.source) or cell.metadata.get("jupyter", {}).get("outputs_hidden"), (
                f"{cell.id} shows the answer"
            )


@pytest.mark.parametrize("path", LESSONS, ids=by_name)
def test_checks_are_out_of_the_learners_sight(path):
    for cell in code_cells(read(path)):
        nodes = ast.parse(cell.source).body
        tags = cell.metadata.get("tags", [])
        if "checks" in tags:
            assert cell.metadata.jupyter.source_hidden, f"{cell.id}: checks are folded"
            assert not cell.outputs, f"{cell.id}: a check shows nothing"
        else:
            assert not any(isinstance(node, ast.Assert) for node in nodes), f"{cell.id}: move the assertion"
        assert "NBVAL_" not in cell.source, f"{cell.id}: use the tag nbval-check-output"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=by_name)
def test_links_lead_to_headings_that_exist(path):
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    for file, anchor in re.findall(r"\]\(([^)#:]*\.ipynb)?(?:#([^)\s]+))?\)", text):
        target = path.parent / file if file else path
        assert target.is_file(), f"broken link: {file}"
        assert not anchor or anchor in notebook_headings(target), f"{target.name} has no heading for #{anchor}"
    assert not PROMISES.search(text), "a promise of what was not written when the lesson was"


@pytest.mark.parametrize("path", LESSONS, ids=by_name)
def test_every_lesson_asks_its_own_quiz(path):
    cells = read(path).cells
    (place,) = (n for n, cell in enumerate(cells) if cell.source.startswith("## Quiz"))
    words, shown = cells[place].source, cells[place + 1]
    assert shown.source == f'show("{quiz_name(path.stem)}")'
    assert f"{NUMBERS[len(load_quiz(path.stem).questions)]} questions" in words
    assert "minutes" in words
    (output,) = shown.outputs
    assert output.data["text/plain"].startswith(f"<quiz {quiz_name(path.stem)}: ")
    assert "To answer them, open this notebook in JupyterLab" in output.data["text/html"]


@pytest.mark.parametrize("path", LESSONS, ids=by_name)
def test_every_lesson_with_exercises_has_solutions_that_pass(path):
    names = set(re.findall(r'check\("([^"]+)"', "".join(cell.source for cell in code_cells(read(path)))))
    solution = path.parent / "solutions" / path.name
    if not names:
        assert not solution.exists()
        return
    cells = code_cells(read(solution))
    for name in names:
        (cell,) = (cell for cell in cells if f'check("{name}"' in cell.source)
        shown = "".join(output.get("data", {}).get("text/plain", output.get("text", "")) for output in cell.outputs)
        assert shown.strip().endswith("correct"), f"{name}: the solution prints {shown!r}"
        assert "nbval-check-output" in cell.metadata.get("tags", []), f"{name}: CI would not compare the result"
