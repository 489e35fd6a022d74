"""Where a benchmark's result goes: one JSON file with the versions and the machine, and one line on the screen."""

from __future__ import annotations

import json
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from qa_lesson.hardware import device_type
from qa_lesson.runs import library_versions

RESULTS = Path(__file__).parent / "results"


def seconds(work: Callable[[], Any], *, repeats: int = 5) -> float:
    """Median wall time of `work` in seconds, after one call to warm up."""
    work()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def processor() -> str:
    """The processor's name, as far as the system tells."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def report(name: str, a: tuple[str, float], b: tuple[str, float], **facts: Any) -> None:
    """Print the ratio of two times measured in this run and write ``results/<name>.json``."""
    ratio = b[1] / a[1]
    _write(name, {"seconds": dict([a, b]), "ratio": ratio, **facts})
    print(f"{a[0]}: {a[1]:.3f} s, {b[0]}: {b[1]:.3f} s, ratio {ratio:.1f}")


def report_table(name: str, rows: list[dict[str, Any]]) -> None:
    """Print times and ratios at growing sizes and write ``results/<name>.json``.

    Args:
        name: of the result.
        rows: each with ``what``, ``sizes``, ``seconds`` and ``ratios``.
    """
    _write(name, {"rows": rows})
    for row in rows:
        times = ", ".join(f"{size:,}: {took:.2f} s" for size, took in zip(row["sizes"], row["seconds"], strict=True))
        print(f"{row['what']}: {times}; ratios {', '.join(f'{ratio:.2f}' for ratio in row['ratios'])}")


def _write(name: str, result: dict[str, Any]) -> None:
    record = {
        "name": name,
        **result,
        "machine": {"processor": processor(), "threads": torch.get_num_threads(), "device": device_type()},
        "versions": {"python": platform.python_version(), **library_versions()},
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n")
