"""A command of the package in several processes, as a launcher starts them, with gloo on the CPU."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]


def launch(processes: int, command: Sequence[str | Path], **variables: str) -> list[subprocess.CompletedProcess[str]]:
    """Run ``python COMMAND`` in so many processes that know of each other; their results in their order."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    meeting = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": str(processes)}
    on_cpu = {"OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}
    shared = {**os.environ, "PYTHONPATH": str(ROOT), **meeting, **on_cpu, **variables}
    started = [
        subprocess.Popen(
            [sys.executable, *map(str, command)],
            env=shared | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(processes)
    ]
    try:
        outputs = [process.communicate(timeout=240) for process in started]
    finally:
        for process in started:
            process.kill()
    return [
        subprocess.CompletedProcess(process.args, process.returncode, *output)
        for process, output in zip(started, outputs, strict=True)
    ]
