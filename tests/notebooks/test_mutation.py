"""A broken package must not get past the notebooks: what the lessons build in their cells is compared with it.

The package is copied with its quizzes, one function of the copy is spoilt, and the cells of a lesson run against the
copy as CI runs them. Cells that need the trained model (tag ``needs-model``) are left out: they would take minutes and
are not what is tested here.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
LESSON = ROOT / "notebooks" / "05_metrics.ipynb"
# Each is appended to metrics.py, so that callers inside and outside the module get the spoilt function; beside it
# stands the call whose cell must be the first to fail.
MUTANTS = {
    "F1 is always 0": (
        """
_overlap = token_overlap
def token_overlap(*texts, **options):
    score = _overlap(*texts, **options)
    return Score(score.exact_match, score.precision, score.recall, 0.0)
""",
        "token_overlap(",
    ),
    "only the first reference counts": (
        """
_answers = score_answers
def score_answers(predictions, references, **options):
    return _answers(predictions, [texts if isinstance(texts, str) else texts[:1] for texts in references], **options)
""",
        "evaluate_predictions(",
    ),
    "articles stay": ('_ARTICLES = re.compile("(?!)")', "normalize_answer("),
}


def run_lesson(folder: Path, mutation: str = "") -> subprocess.CompletedProcess[str]:
    """Run the lesson's cells in `folder` against a copy of the package with `mutation` at the end of its metrics."""
    shutil.copytree(ROOT / "qa_lesson", folder / "qa_lesson", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "quizzes", folder / "quizzes")
    with (folder / "qa_lesson" / "metrics.py").open("a", encoding="utf-8") as file:
        file.write(mutation)
    notebook = nbformat.read(LESSON, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if "needs-model" not in cell.metadata.get("tags", [])]
    (folder / "run").mkdir()
    nbformat.write(notebook, folder / "run" / LESSON.name)
    options = ["--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=300", "-p", "no:cacheprovider", "-x", "-q"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", str(folder / "run"), str(folder / "run" / LESSON.name)],
        cwd=folder / "run",
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )


def test_the_lesson_passes_with_a_copy_of_the_package(tmp_path):
    result = run_lesson(tmp_path)
    assert result.returncode == 0, result.stdout[-3000:]
    assert int(re.search(r"(\d+) passed", result.stdout).group(1)) > 20


@pytest.mark.parametrize(("mutation", "call"), MUTANTS.values(), ids=MUTANTS)
def test_the_lesson_fails_with_a_broken_package(tmp_path, mutation, call):
    result = run_lesson(tmp_path, mutation)
    assert result.returncode == 1, result.stdout[-3000:]
    assert "1 failed" in result.stdout
    failed_cell = result.stdout.split("Input:")[1].split("Traceback:")[0]
    assert call in failed_cell, failed_cell
