"""Start-up: seconds of `import qa_lesson`, of `qa-lesson --help` and of the first answer, each in new processes.

python benchmarks/startup.py [MODEL]

The model is MODEL, or the default run, which is trained if it is not in the cache. The first answer is measured from
the start of Python to the printed answer, on the command line.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from _model import fine_tuned
from _report import Measurement, report_all

EXPECTED_SECONDS = 30
ENVIRONMENT = {**os.environ, "HF_HUB_OFFLINE": "1", "CI": "true"}
CONTEXT = "Bram Keating keeps the light on Skelm, an isle of nine acres, from dusk until sunrise."


def process_seconds(command: Sequence[str | Path], repeats: int) -> float:
    """Median wall time of new processes, after one to fill the file cache."""
    times = []
    for _ in range(repeats + 1):
        started = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


def main() -> None:
    """Measure the three, and Python alone next to them."""
    model = fine_tuned()
    with tempfile.TemporaryDirectory() as name:
        context = Path(name) / "context.txt"
        context.write_text(CONTEXT)
        answer = ["-m", "qa_lesson.cli", "answer", "Who keeps the light?", "--model", model, "--context", context]
        bare = process_seconds(["-c", "pass"], 9)
        rows = [
            Measurement("import qa_lesson", process_seconds(["-c", "import qa_lesson"], 9), 0.15),
            Measurement("qa-lesson --help", process_seconds(["-m", "qa_lesson.cli", "--help"], 9), 0.4),
            Measurement("the first answer: qa-lesson answer", process_seconds(answer, 3), 4),
        ]
    report_all("startup", rows, python_alone_seconds=bare)


if __name__ == "__main__":
    main()
