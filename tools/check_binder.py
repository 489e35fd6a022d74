"""Do what Binder does, in a fresh clone and environment, with memory capped at 2 GB; then run every lesson in it.

    python tools/check_binder.py [--no-extra-index]

Installs from binder/, runs binder/postBuild, starts JupyterLab through binder/start and runs the lessons next to it.
Prints time and peak memory of each step and writes them to benchmarks/results/binder.json. Linux, as root, about
an hour.
--no-extra-index leaves the index of CPU wheels out, for machines that get the CPU build anyway.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from memory_cap import MemoryCap

from qa_lesson.storage import write_atomically

ROOT = Path(__file__).parents[1]
LIMIT = 2 * 2**30
RESULT = ROOT / "benchmarks" / "results" / "binder.json"
KEPT_VARIABLES = ("LANG", "TERM", "TMPDIR", "SSL_CERT_FILE", "OPENBLAS_")  # and pip's own, all by their beginnings


def main(arguments: list[str]) -> int:
    """Run every step; 1 if one of them fails or a process was killed for its memory."""
    folder = Path(tempfile.mkdtemp(prefix="binder-"))
    home = folder / "home"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(home)], check=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    environment = {name: value for name, value in os.environ.items() if name.startswith((*KEPT_VARIABLES, "PIP_"))}
    environment |= {"HOME": str(home), "PATH": f"{folder / 'venv' / 'bin'}:/usr/local/bin:/usr/bin:/bin"}
    environment["XDG_CONFIG_HOME"] = str(Path.home() / ".config")  # how pip is set up on this machine
    requirements = (home / "binder" / "requirements.txt").read_text(encoding="utf-8")
    if "--no-extra-index" in arguments:
        requirements = "".join(line for line in requirements.splitlines(True) if "extra-index-url" not in line)
    (folder / "requirements.txt").write_text(requirements, encoding="utf-8")

    cap = MemoryCap("qa-lesson-binder", LIMIT)
    rows: list[dict[str, Any]] = []

    def step(name: str, *command: str) -> bool:
        code, seconds, peak = cap.run(list(command), cwd=home, env=environment)
        rows.append({"step": name, "exit_code": code, "seconds": round(seconds, 1), "peak_mb": round(peak / 2**20)})
        print(
            f"{name:45} {'ok' if code == 0 else f'exit {code}':8} {seconds:7.1f} s {peak / 2**20:6.0f} MB", flush=True
        )
        return code == 0

    server = None
    try:
        good = step(
            "install torch", "python", "-m", "pip", "install", "--quiet", "-r", str(folder / "requirements.txt")
        )
        good = good and step("postBuild", "bash", "binder/postBuild")
        size = sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_symlink())
        print(f"environment, course and cache on the disk: {size / 1e9:.1f} GB")
        port = free_port()
        flags = ["--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token=binder-check"]
        server = cap.start(["bash", "binder/start", "jupyter", "lab", *flags], cwd=home, env=environment)
        print(f"lesson 00 opens: HTTP {answer(port)}; JupyterLab holds {cap.held() / 2**20:.0f} MB")
        for path in (*sorted((home / "notebooks").glob("[0-9]*.ipynb")), home / "notebooks" / "express.ipynb"):
            name = str(path.relative_to(home))
            command = ["bash", "binder/start", "python", "tools/execute_notebooks.py", "--keep", name]
            good = step(name, *command) and good
        record = {
            "limit_mb": LIMIT // 2**20,
            "disk_gb": round(size / 1e9, 2),
            "killed_for_memory": cap.kills(),
            "machine": {"python": platform.python_version(), "system": platform.platform(), "cpus": os.cpu_count()},
            "steps": rows,
        }
        write_atomically(RESULT, json.dumps(record, indent=2) + "\n")
        print(f"killed for memory: {cap.kills()}; written to {RESULT.relative_to(ROOT)}")
        return 0 if good and not cap.kills() else 1
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)
            server.send_signal(signal.SIGTERM)
            server.wait(30)
        cap.close()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port that no one listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answer(port: int) -> int:
    """The HTTP status of the address that a launch opens, once the server is up."""
    address = f"http://127.0.0.1:{port}/lab/tree/notebooks/00_start_here.ipynb?token=binder-check"
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=5) as reply:
                return int(reply.status)
        except OSError:
            time.sleep(0.5)
    raise SystemExit("JupyterLab did not start")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
