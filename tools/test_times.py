"""Where the time of `make test` goes: a table of its parts, and the slowest items.

``python tools/test_times.py`` reads what the last runs left in build/times. ``python tools/test_times.py unit browser``
runs these parts of the Makefile first, one after the other, and times each of them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
TIMES = ROOT / "build" / "times"
PARTS = ("lint", "types", "unit", "notebooks", "site", "browser")
"""Of `make test`, in its order."""


@dataclass(frozen=True)
class Item:
    """A test, or all cells of one notebook; `seconds` with its fixtures."""

    name: str
    seconds: float


def run_part(part: str) -> float:
    """Seconds that ``make PART`` takes; ends the program if it fails."""
    started = time.perf_counter()
    status = subprocess.run(["make", part], cwd=ROOT, check=False).returncode
    if status:
        sys.exit(f"make {part} failed, so its time says nothing")
    return time.perf_counter() - started


def read_report(path: Path) -> tuple[float, list[Item]]:
    """Wall-clock seconds of a JUnit report, and its items; the cells of a notebook count as one item."""
    suites = list(ET.parse(path).iter("testsuite"))
    seconds: dict[str, float] = {}
    for case in (case for suite in suites for case in suite.iter("testcase")):
        name = case.get("classname", "")
        if not name.endswith(".ipynb"):
            name = f"{name}::{case.get('name')}"
        seconds[name] = seconds.get(name, 0.0) + float(case.get("time", 0))
    return sum(float(suite.get("time", 0)) for suite in suites), [Item(*one) for one in seconds.items()]


def slowest(items: Iterable[Item], n: int = 10) -> list[Item]:
    """The `n` items that took longest, the longest first."""
    return sorted(items, key=lambda item: -item.seconds)[:n]


def table(times: dict[str, float], items: Sequence[Item]) -> str:
    """Parts and slowest items as two Markdown tables."""
    lines = ["| part | minutes |", "| --- | ---: |"]
    lines += [f"| `make {part}` | {times[part] / 60:.1f} |" for part in PARTS if part in times]
    lines += [f"| together | {sum(times.values()) / 60:.1f} |", "", "| slowest items | seconds |", "| --- | ---: |"]
    lines += [f"| {item.name} | {item.seconds:.0f} |" for item in slowest(items)]
    return "\n".join(lines)


def main() -> None:
    """Run the parts that are named, keep their times, and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"to run and time first: {', '.join(PARTS)}")
    wanted = parser.parse_args().parts
    if unknown := sorted(set(wanted) - set(PARTS)):
        parser.error(f"there is no part {unknown[0]!r}; choose from {', '.join(PARTS)}")
    kept = TIMES / "parts.json"
    times: dict[str, float] = json.loads(kept.read_text()) if kept.is_file() else {}
    TIMES.mkdir(parents=True, exist_ok=True)
    for part in wanted:
        times[part] = run_part(part)
        kept.write_text(json.dumps(times, indent=1))
    items: list[Item] = []
    for report in sorted(TIMES.glob("*.xml")):
        seconds, found = read_report(report)
        times.setdefault(report.stem, seconds)
        items += found
    if not times:
        sys.exit("build/times is empty: name the parts to run, or run make unit first")
    print(table(times, items))


if __name__ == "__main__":
    main()
