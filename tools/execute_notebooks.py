"""Execute notebooks in place and leave them as they are committed.

    python tools/execute_notebooks.py [--keep] notebooks/05_metrics.ipynb [MORE ...]

Each runs in a kernel of its own, offline, without progress bars, as in CI, for a learner who has answered nothing yet,
always the same one, so that quizzes draw the same questions as last time. Of widgets only what can be read without a
kernel is kept. A notebook that fails, or writes to stderr, is left as it was, and the exit code is 1. With --keep all
are left as they were: what remains is the run cache that they filled.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
from kernel_metadata import EXECUTED
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from qa_lesson.look.still import WIDGET_VIEW
from qa_lesson.quiz import Progress
from qa_lesson.storage import write_atomically

CELL_TIMEOUT_S = 1800
LEARNER = "who ran the committed notebooks"  # the seed of what is drawn from pools


def execute(path: Path, keep: bool, after_cell: Callable[[NotebookClient], None] | None = None) -> str:
    """Run one notebook and, unless it is to be kept, write it back; what went wrong, or an empty text.

    Args:
        path: of the notebook.
        keep: leave the file as it is.
        after_cell: called after each cell, while the kernel is still there.
    """
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_S,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        store_widget_state=False,
        record_timing=False,
    )
    if after_cell is not None:
        client.on_cell_executed = lambda **_: after_cell(client)
    try:
        client.execute()
    except CellExecutionError as error:
        return str(error)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            if output.get("name") == "stderr":
                return f"cell {cell.id} writes to stderr: {output.text[:500]}"
        cell.outputs = joined(readable(cell.outputs))
    if keep:
        return ""
    notebook.metadata = nbformat.from_dict(EXECUTED)
    write_atomically(path, nbformat.writes(notebook) + "\n")
    return ""


def new_progress(folder: Path) -> Path:
    """A progress file of `LEARNER` in an empty folder, without an answer."""
    export = Progress.open(folder / "other.sqlite", learner=LEARNER).export_json(folder / "progress.json")
    progress = Progress.open(folder / "progress.sqlite")
    progress.import_json(export)
    return progress.path


def readable(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The outputs without widgets: a kernel must run for those, and JupyterLab would say "model not found".

    A widget has a readable form beside it, or one before it; nothing is left of the latter.
    """
    kept: list[NotebookNode] = []
    for output in outputs:
        data = output.get("data", {})
        was_widget = data.pop(WIDGET_VIEW, None) is not None
        before = kept[-1].get("data", {}).get("text/html", "") if kept else ""
        if not (was_widget and set(data) == {"text/plain"} and 'class="qa-still"' in before):
            kept.append(output)
    return kept


def joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The outputs of a cell, with pieces of one stream that follow each other as one: how they come is chance."""
    result: list[NotebookNode] = []
    for output in outputs:
        if result and output.output_type == "stream" == result[-1].output_type and output.name == result[-1].name:
            result[-1].text += output.text
        else:
            result.append(output)
    return result


def as_a_new_learner(folder: Path) -> None:
    """Set the variables of a run that is the same every time: offline, quiet, with nothing answered yet."""
    os.environ.update(
        CI="true",
        HF_HUB_OFFLINE="1",
        TOKENIZERS_PARALLELISM="false",
        QA_LESSON_PROGRESS=str(new_progress(folder)),
        QA_LESSON_PROJECT=str(folder / "my_project"),
    )


def main(names: list[str]) -> int:
    """Execute the notebooks named, one after the other."""
    keep = "--keep" in names
    names = [name for name in names if name != "--keep"]
    if not names:
        print(__doc__)
        return 2
    failed = 0
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            as_a_new_learner(Path(folder))
            started = time.perf_counter()
            problem = execute(Path(name), keep)
            failed += bool(problem)
            print(f"{name}: {problem or 'executed'} ({time.perf_counter() - started:.0f} s)", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
