"""A control group with a memory limit, so that "it fits into 2 GB" is tried and not estimated. Linux, as root."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
POLL_SECONDS = 0.1


class MemoryCap:
    """All processes started by `run` and `start` share the limit; going over it kills one, as on Binder.

    Args:
        name: of the control group.
        limit: bytes.
    """

    def __init__(self, name: str, limit: int) -> None:
        self.is_v2 = (GROUPS / "cgroup.controllers").is_file()
        self.folder = (GROUPS if self.is_v2 else GROUPS / "memory") / name
        try:
            self.folder.mkdir(exist_ok=True)
            (self.folder / ("memory.max" if self.is_v2 else "memory.limit_in_bytes")).write_text(str(limit))
        except OSError as error:
            raise SystemExit(f"no memory limit can be set here ({error}); run this as root on Linux") from error

    def start(self, command: list[str], **options: object) -> subprocess.Popen[bytes]:
        """Start a command inside the limit."""
        enter = f'echo $$ > "{self.folder / "cgroup.procs"}" && exec "$@"'
        return subprocess.Popen(["bash", "-c", enter, "bash", *command], **options)  # type: ignore[call-overload, no-any-return]

    def run(self, command: list[str], **options: object) -> tuple[int, float, int]:
        """Run a command inside the limit.

        Returns:
            Exit code, seconds, and the most memory in bytes that all processes of the group held meanwhile, not
            counting files that the system keeps in memory and can drop.
        """
        peak, over = 0, threading.Event()

        def watch() -> None:
            nonlocal peak
            while not over.wait(POLL_SECONDS):
                peak = max(peak, self.held())

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        started = time.perf_counter()
        code = self.start(command, **options).wait()
        over.set()
        watcher.join()
        return code, time.perf_counter() - started, peak

    def held(self) -> int:
        """Memory of the processes now, bytes."""
        name = "anon" if self.is_v2 else "total_rss"
        for line in (self.folder / "memory.stat").read_text().splitlines():
            key, value = line.split()
            if key == name:
                return int(value)
        return 0

    def kills(self) -> int:
        """How many processes were killed for going over the limit."""
        lines = (self.folder / ("memory.events" if self.is_v2 else "memory.oom_control")).read_text().splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)

    def close(self, retry: Callable[[float], None] = time.sleep) -> None:
        """Remove the control group once its processes are gone."""
        for _ in range(50):
            try:
                self.folder.rmdir()
            except OSError:
                retry(0.1)
            else:
                return
