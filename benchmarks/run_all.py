"""Run every benchmark, each in a process of its own, and say how long each one took: `make bench`.

    python benchmarks/run_all.py [NAME ...]

Without names all scripts of this folder run, the longest first. Every script declares ``EXPECTED_SECONDS``, measured
on two idle cores, and all of them together stay under half an hour. A script that fails does not stop the others, and
the exit code is 1.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from _report import RESULTS, machine

FOLDER = Path(__file__).parent
LIMIT_SECONDS = 30 * 60
PATIENCE = 4
"""A script may take this many times the expected seconds, on a slower or busier machine, before it is stopped."""


def scripts() -> dict[str, float]:
    """The expected seconds of every benchmark, the longest first.

    Raises:
        SystemExit: a script declares none.
    """
    found = {}
    for path in FOLDER.glob("[!_]*.py"):
        if path.stem != Path(__file__).stem:
            found[path.stem] = expected_seconds(path)
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def expected_seconds(path: Path) -> float:
    """What a script says in ``EXPECTED_SECONDS``, without running it."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="EXPECTED_SECONDS")], value=ast.Constant(value=value)):
                return float(str(value))
    raise SystemExit(f"{path.name} does not say how long it takes: add EXPECTED_SECONDS = 60 below its imports")


def run(name: str, limit: float) -> tuple[bool, float]:
    """Whether one script succeeded, and its seconds."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "CI": "true"}
    environment.setdefault("TOKENIZERS_PARALLELISM", "false")
    started = time.perf_counter()
    try:
        command = [sys.executable, FOLDER / f"{name}.py"]
        code = subprocess.run(command, check=False, env=environment, timeout=limit).returncode
    except subprocess.TimeoutExpired:
        print(f"{name}: stopped after {limit:.0f} s")
        code = 1
    return code == 0, time.perf_counter() - started


def main(names: list[str]) -> int:
    """Run the scripts named, or all, and keep their times in ``results/run_all.json``."""
    expected = scripts()
    if unknown := sorted(set(names) - set(expected)):
        raise SystemExit(f"there is no benchmark {unknown[0]!r}; choose from {', '.join(sorted(expected))}")
    if sum(expected.values()) > LIMIT_SECONDS:
        raise SystemExit(f"the scripts expect {sum(expected.values()):.0f} s together: make one of them shorter")
    kept = RESULTS / "run_all.json"
    took: dict[str, float] = json.loads(kept.read_text())["seconds"] if kept.is_file() else {}
    took = {name: seconds for name, seconds in took.items() if name in expected}
    failed = []
    for name in names or list(expected):
        print(f"== {name} (about {expected[name]:.0f} s)", flush=True)
        good, seconds = run(name, PATIENCE * expected[name])
        if not good:
            failed.append(name)
            continue
        took[name] = round(seconds, 1)
        record = {"name": "run_all", "seconds": dict(sorted(took.items())), "machine": machine()}
        kept.write_text(json.dumps(record, indent=1) + "\n")
    print(f"{len(took)} of {len(expected)} benchmarks measured, {sum(took.values()) / 60:.1f} minutes together")
    if failed:
        print(f"failed: {', '.join(failed)}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
