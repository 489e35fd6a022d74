"""Where a benchmark's result goes: one JSON file with the versions and the machine, and a few lines on the screen.

A script compares ours with what people use instead (`Comparison`), or measures something against a limit
(`Measurement`). `tools/performance_page.py` makes the tables of docs/performance.md from the files, and every script
says in ``EXPECTED_SECONDS`` how long it takes on two cores.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from qa_lesson.hardware import device_type, processor_name
from qa_lesson.runs import library_versions

RESULTS = Path(__file__).parent / "results"
GPU_RESULTS = RESULTS / "gpu"


@dataclass(frozen=True)
class Comparison:
    """Two ways to do the same work, measured in one process or one after the other on the same machine.

    Args:
        what: the work, and how much of it.
        a: our way, and what it took.
        b: what people use instead, and what it took.
        target: how many times better than `b` we want to be; None if there is no aim.
        unit: of both values.
        more_is_better: True for a throughput, False for a time or memory.
    """

    what: str
    a: tuple[str, float]
    b: tuple[str, float]
    target: float | None = None
    unit: str = "s"
    more_is_better: bool = False

    @property
    def ratio(self) -> float:
        """How many times better `a` is: above 1, ours wins."""
        return self.a[1] / self.b[1] if self.more_is_better else self.b[1] / self.a[1]


@dataclass(frozen=True)
class Measurement:
    """One value, and the limit that it should stay under.

    Args:
        what: was measured.
        value: in `unit`.
        limit: the aim, in `unit`; None if there is no aim.
        unit: of both.
    """

    what: str
    value: float
    limit: float | None = None
    unit: str = "s"


def seconds(work: Callable[[], Any], *, repeats: int = 5) -> float:
    """Median wall time of `work` in seconds, after one call to warm up."""
    work()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def peak_mib(who: int = resource.RUSAGE_SELF) -> float:
    """Most memory that this process (or, with ``resource.RUSAGE_CHILDREN``, one of its children) held, in MiB."""
    return resource.getrusage(who).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def machine() -> dict[str, Any]:
    """What the numbers were measured on, and how many programs wanted its processors in the last five minutes."""
    record: dict[str, Any] = {
        "processor": processor_name(),
        "threads": torch.get_num_threads(),
        "device": device_type(),
    }
    if hasattr(os, "getloadavg"):  # not on Windows
        record["load"] = round(os.getloadavg()[1], 1)
    if device_type() == "cuda":
        record["gpu"] = torch.cuda.get_device_name()
    return record


def versions() -> dict[str, str]:
    """Of Python and the libraries that decide a result."""
    return {"python": platform.python_version(), **library_versions()}


def report(
    name: str, a: tuple[str, float], b: tuple[str, float], *, what: str = "", target: float | None = None, **facts: Any
) -> None:
    """Print and write the one comparison of a script, in seconds; the arguments are those of `Comparison`."""
    report_all(name, [Comparison(what or name, a, b, target)], **facts)


def report_all(name: str, rows: Sequence[Comparison | Measurement], **facts: Any) -> None:
    """Print and write what a script measured.

    Args:
        name: of the result file.
        rows: for the table, in its order.
        facts: anything else that the file should keep.
    """
    comparisons = [row for row in rows if isinstance(row, Comparison)]
    measurements = [row for row in rows if isinstance(row, Measurement)]
    result: dict[str, Any] = {}
    if comparisons:
        result["comparisons"] = [
            {"what": row.what, "a": row.a, "b": row.b, "unit": row.unit, "ratio": row.ratio, "target": row.target}
            for row in comparisons
        ]
    if measurements:
        result["measurements"] = [vars(row) for row in measurements]
    write(name, {**result, **facts})
    for row in rows:
        if isinstance(row, Comparison):
            values = ", ".join(f"{way} {value:.3g} {row.unit}" for way, value in (row.a, row.b))
            aim = f" (aim {row.target:g} x)" if row.target else ""
            print(f"{row.what}: {values}, ratio {row.ratio:.1f}{aim}")
        else:
            aim = f" (aim: under {row.limit:g})" if row.limit else ""
            print(f"{row.what}: {row.value:.3g} {row.unit}{aim}")


def report_table(name: str, rows: list[dict[str, Any]]) -> None:
    """Print times and ratios at growing sizes and write ``results/<name>.json``.

    Args:
        name: of the result.
        rows: each with ``what``, ``sizes``, ``seconds`` and ``ratios``.
    """
    write(name, {"rows": rows})
    for row in rows:
        times = ", ".join(f"{size:,}: {took:.2f} s" for size, took in zip(row["sizes"], row["seconds"], strict=True))
        print(f"{row['what']}: {times}; ratios {', '.join(f'{ratio:.2f}' for ratio in row['ratios'])}")


def write(name: str, result: dict[str, Any]) -> None:
    """Write ``results/<name>.json`` (on a GPU ``results/gpu/<name>.json``) with the machine and the versions."""
    record = {"name": name, **result, "machine": machine(), "versions": versions()}
    folder = GPU_RESULTS if device_type() == "cuda" else RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n")
