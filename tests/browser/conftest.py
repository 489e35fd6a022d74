"""A learner's browser before a JupyterLab of its own; whatever leaves the machine or complains fails the test."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from kernel_metadata import KERNEL
from lab_browser import LabPage, chromium, find_chromium
from lab_server import LabServer, lab_server
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

LESSONS = Path(__file__).parents[2] / "notebooks"
BUILD = Path(__file__).parents[2] / "build"
PICTURES = BUILD / "browser"
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

# What is on the console when all is well
NOISE = (
    re.compile(r"^Identifier 'THEBE_JS_URL' has already been declared"),  # Jupyter Book loads one script twice
    re.compile(r"^Got invalid theme mode: \. Resetting to auto\."),  # its theme, before a reader has chosen one
    # JupyterLab when a kernel is restarted while it waits for an answer of its own
    re.compile(r"Canceled future for (debug|create_subshell)_request message before replies were done"),
    re.compile(r"widget model not found"),  # a saved widget whose kernel has gone; its still picture is there instead
    re.compile(r"404.*/favicon\.ico$"),  # Chromium asks for an icon, which the site has not
)

expect.set_options(timeout=20_000)  # a kernel on two busy cores takes its time


@pytest.fixture(scope="session")
def browser(in_ci: bool) -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        (pytest.fail if in_ci else pytest.skip)(
            "no Chromium on this machine; install it, for instance with: apt-get install chromium"
        )
    with chromium(executable) as started:
        yield started


@pytest.fixture(scope="session")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    with lab_server(tmp_path_factory.mktemp("lab")) as started:
        yield started


class Watch:
    """Notes every address that a context asks for and every complaint on its consoles."""

    def __init__(self, context: BrowserContext) -> None:
        self.addresses: list[str] = []
        self.complaints: list[str] = []
        context.on("request", lambda request: self.addresses.append(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: self.addresses.append(socket.url)))
        context.on("weberror", lambda problem: self.complaints.append(problem.error.stack or str(problem.error)))
        context.on("console", self._listen)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} {message.location['url']}")

    def check(self) -> None:
        abroad = [url for url in self.addresses if urlsplit(url).scheme in ("http", "https", "ws", "wss")]
        abroad = [url for url in abroad if urlsplit(url).hostname != "127.0.0.1"]
        assert not abroad, "requests that left the machine"
        unforeseen = [text for text in self.complaints if not any(noise.search(text) for noise in NOISE)]
        assert not unforeseen, "errors on the browser's console"


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser without a past. What it shows in the end is kept in build/browser, to look at after a failure."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    watch = Watch(opened)
    yield opened
    for page in opened.pages:
        page.screenshot(path=PICTURES / f"{request.node.name}.png")
    opened.close()
    watch.check()


@pytest.fixture
def lab(server: LabServer, context: BrowserContext) -> Iterator[LabPage]:
    """JupyterLab in a browser, for a learner who has answered nothing yet."""
    for file in server.progress.parent.glob(f"{server.progress.name}*"):
        file.unlink()
    opened = LabPage(context.new_page(), server)
    yield opened
    opened.shut_down()


@pytest.fixture
def folder(server: LabServer, request: pytest.FixtureRequest) -> Path:
    """A folder of the test's own in JupyterLab: notebooks of one path would share a kernel."""
    path = server.folder / request.node.name
    path.mkdir()
    return path


@pytest.fixture
def lesson(folder: Path) -> Callable[[str], Path]:
    """A copy of a lesson as it is committed."""

    def copy(stem: str) -> Path:
        return Path(shutil.copy(LESSONS / f"{stem}.ipynb", folder))

    return copy


@pytest.fixture
def notebook(folder: Path) -> Callable[..., Path]:
    """A small notebook with the given cells."""

    def write(*sources: str) -> Path:
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        path = folder / "small.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), path)
        return path

    return write


@pytest.fixture(scope="session")
def site(in_ci: bool) -> Iterator[str]:
    """The address of the course site, served from build/site."""
    if not (BUILD / "site" / "index.html").is_file():
        (pytest.fail if in_ci else pytest.skip)("the site is not built: make site")
    handler = partial(QuietHandler, directory=str(BUILD / "site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: pytest shows what goes wrong."""


@pytest.fixture
def check_axe() -> Callable[[Page], None]:
    """Looks at a page with axe-core, and fails at whatever it finds."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm ci")
    source = AXE.read_text(encoding="utf-8")

    def run(page: Page) -> None:
        page.evaluate(source)
        found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []

    return run
