"""Execute the lessons as a new learner does, and keep what each one costs: `make times`.

    python tools/lesson_times.py [LESSON ...]     (for instance 05_metrics; without names all lessons, in their order)
    python tools/lesson_times.py --heads          (only write the known times into the lessons)

The lessons share one run cache that is empty at first, so the time of a lesson includes what it is the first to train.
Time and peak memory of the kernel go to qa_lesson/course/lesson_times.json, from there into the line of each lesson's
first cell that begins with "**Computer:**", and into docs/performance.md. The notebooks are written back as they are
committed, with the outputs of this run. A lesson that fails stays as it was, and the others go on.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
import psutil
import torch
from execute_notebooks import as_a_new_learner, execute
from nbclient import NotebookClient

from qa_lesson.course import LESSON_TIMES_FILE, LessonTime, lesson_times
from qa_lesson.hardware import processor_name
from qa_lesson.storage import write_atomically

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
LESSONS = {path.stem: path for path in (NOTEBOOKS / "express.ipynb", *sorted(NOTEBOOKS.glob("[0-9]*.ipynb")))}
"""The express first, because people take it before they have trained anything."""

LABEL, BELOW = "**Computer:**", "**Before this lesson:**"


class Peak:
    """The most memory that a kernel has held."""

    def __init__(self) -> None:
        self.mib = 0.0

    def __call__(self, client: NotebookClient) -> None:
        """Look at the kernel; Linux keeps the peak, other systems tell what it holds now."""
        assert client.km is not None
        pid = client.km.provisioner.pid
        status = Path(f"/proc/{pid}/status")
        if status.is_file():
            held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
            self.mib = max(self.mib, int(held.split()[1]) / 2**10)
        else:
            self.mib = max(self.mib, psutil.Process(pid).memory_info().rss / 2**20)


def measure(name: str) -> LessonTime | str:
    """Execute one lesson: what it cost, or what went wrong."""
    peak = Peak()
    with tempfile.TemporaryDirectory() as folder:
        as_a_new_learner(Path(folder))
        started = time.perf_counter()
        problem = execute(LESSONS[name], keep=False, after_cell=peak)
        seconds = time.perf_counter() - started
    print(f"{name}: {problem or 'executed'}, {seconds:.0f} s, {peak.mib:.0f} MiB", flush=True)
    return problem or LessonTime(round(seconds, 1), round(peak.mib))


def with_times(source: str, cost: LessonTime) -> str:
    """A lesson's first cell with the line about its cost, above the line that says what comes before the lesson."""
    lines = [line for line in source.splitlines() if not line.startswith(LABEL)]
    place = next(number for number, line in enumerate(lines) if line.startswith(BELOW))
    return "\n".join([*lines[:place], f"{LABEL} {cost}", *lines[place:]])


def write_heads(costs: dict[str, LessonTime]) -> None:
    """Write the costs into the first cells of the lessons; outputs and counts stay, so none must run again."""
    for name, cost in costs.items():
        notebook = nbformat.read(LESSONS[name], as_version=4)
        notebook.cells[0].source = with_times(notebook.cells[0].source, cost)
        write_atomically(LESSONS[name], nbformat.writes(notebook) + "\n")


def main(arguments: list[str]) -> int:
    """Measure the lessons that are named, or all, and write the file and the heads; 1 if a lesson failed."""
    failed = False
    names = [name for name in arguments if not name.startswith("--")]
    if unknown := sorted(set(names) - set(LESSONS)):
        raise SystemExit(f"there is no lesson {unknown[0]!r}; choose from {', '.join(LESSONS)}")
    if "--heads" not in arguments:
        costs = lesson_times() if LESSON_TIMES_FILE.is_file() else {}
        with tempfile.TemporaryDirectory() as cache:
            os.environ["QA_LESSON_CACHE"] = cache
            for name in names or LESSONS:
                cost = measure(name)
                if isinstance(cost, LessonTime):
                    costs[name] = cost
                else:
                    failed = True
        machine = {"processor": processor_name(), "threads": torch.get_num_threads(), "device": "cpu"}
        record: dict[str, Any] = {"machine": machine, "lessons": {name: vars(costs[name]) for name in sorted(costs)}}
        write_atomically(LESSON_TIMES_FILE, json.dumps(record, indent=1) + "\n")
    write_heads(lesson_times())
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
