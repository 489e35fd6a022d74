"""JupyterLab on loopback for tests and screenshots: settings of its own, and nothing left running afterwards."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 15

# no news and no update check, which would ask the network; cells far from the window are drawn as well
_SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}


@dataclass(frozen=True)
class LabServer:
    """A running JupyterLab.

    Attributes:
        url: of the server, without a slash at its end.
        token: what lets a browser in.
        folder: what the learner sees in the file browser.
        progress: the learner's progress file.
    """

    url: str
    token: str
    folder: Path
    progress: Path

    def address(self, notebook: Path) -> str:
        """Where a notebook under `folder` opens."""
        return f"{self.url}/lab/tree/{notebook.relative_to(self.folder).as_posix()}?reset&token={self.token}"


@contextmanager
def lab_server(state: Path, environment: Mapping[str, str] | None = None) -> Iterator[LabServer]:
    """Start JupyterLab, and end it with all of its kernels, also when this process is interrupted or terminated.

    Args:
        state: an empty folder for the notebooks and for everything that JupyterLab and IPython write.
        environment: more variables for the kernels.

    Raises:
        RuntimeError: it does not start; the message holds what it said.
    """
    folder = state / "notebooks"
    folder.mkdir()
    for plugin, values in _SETTINGS.items():
        file = state / "settings" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    # the variables of a Jupyter around this process would lead away from these folders
    own = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "JPY_"))}
    own.update(
        HF_HUB_OFFLINE="1",
        TOKENIZERS_PARALLELISM="false",
        JUPYTER_PLATFORM_DIRS="1",
        JUPYTER_CONFIG_DIR=str(state / "config"),
        JUPYTER_DATA_DIR=str(state / "data"),
        JUPYTER_RUNTIME_DIR=str(state / "runtime"),
        JUPYTERLAB_SETTINGS_DIR=str(state / "settings"),
        JUPYTERLAB_WORKSPACES_DIR=str(state / "workspaces"),
        IPYTHONDIR=str(state / "ipython"),
        QA_LESSON_PROGRESS=str(state / "progress.sqlite"),
        **(environment or {}),
    )
    token = secrets.token_hex(16)
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0",
        f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}",
        "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    log = state / "server.log"
    with _sigterm_as_interrupt(), log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(command, env=own, stdout=output, stderr=output, start_new_session=True)
        try:
            url = _wait_for(process, state / "runtime", log)
            yield LabServer(url, token, folder, state / "progress.sqlite")
        finally:
            _stop(process)


@contextmanager
def _sigterm_as_interrupt() -> Iterator[None]:
    """SIGTERM ends this process as Ctrl-C does, so that what stands in ``finally`` runs."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _wait_for(process: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    until = time.monotonic() + START_TIMEOUT_S
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.2)
        for file in runtime.glob("jpserver-*.json"):
            try:
                url = f"http://127.0.0.1:{json.loads(file.read_text(encoding='utf-8'))['port']}"
                with urllib.request.urlopen(f"{url}/api", timeout=5):
                    return url
            except (OSError, ValueError):
                continue  # half written, or not listening yet
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and its kernels, which live in sessions of their own."""
    try:
        family = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    process.terminate()  # the server ends its kernels itself
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _, alive = psutil.wait_procs(family, timeout=3)
    for one in alive:
        one.kill()
