"""Chromium, driven by Playwright: what tests and screenshots do in a notebook, the way a person would."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from lab_server import LabServer
from playwright.sync_api import Browser, Locator, Page, sync_playwright

Theme = Literal["light", "dark"]

THEMES: tuple[Theme, ...] = ("light", "dark")
WIDTHS = (1280, 480)  # CSS pixels of a window: a laptop's and a telephone's

START_MS = 60_000  # until JupyterLab is ready and its kernel answers
RUN_MS = 600_000  # until a notebook has run; the shared model may have to be trained first

_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing leaves, whatever asks
]  # fmt: skip

_KERNEL_READY = """
    await jupyterapp.restored;
    const panel = jupyterapp.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
"""


_ALL_HAVE_RUN = """() => {
    const panel = jupyterapp.shell.currentWidget;
    const cells = panel.content.widgets.filter((cell) => cell.model.type === "code");
    for (const cell of cells.filter((one) => !(one.model.getMetadata("tags") ?? []).includes("raises-exception"))) {
        const error = cell.model.outputs.toJSON().find((output) => output.output_type === "error");
        if (error) throw new Error(`a cell failed: ${error.ename}: ${error.evalue}`);
    }
    return panel.sessionContext.session.kernel.status === "idle" && cells.every((cell) => cell.model.executionCount);
}"""


def find_chromium() -> str | None:
    """The path of a Chromium on this machine, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    """A headless Chromium that reaches nothing but this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_FLAGS)
        yield browser
        browser.close()


class LabPage:
    """A notebook in JupyterLab, in one browser page.

    Args:
        page: an empty page.
        server: where the notebook is.
    """

    def __init__(self, page: Page, server: LabServer) -> None:
        self.page, self._server = page, server

    def open(self, notebook: Path) -> None:
        """Open a notebook and wait until its kernel answers: cells that run sooner hang in a dialog."""
        self.page.goto(self._server.address(notebook))
        self.wait_for_kernel()

    def reload(self) -> None:
        """Load the page again; the kernel lives on."""
        self.page.reload()
        self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """Wait until JupyterLab is ready and the kernel of the notebook answers."""
        self.page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext", timeout=START_MS)
        self._await(_KERNEL_READY, START_MS, "the kernel did not answer; is the notebook's kernelspec there?")

    def command(self, name: str, timeout_ms: int = START_MS, **arguments: object) -> None:
        """Start one of JupyterLab's commands, as its menus do, and wait for its end."""
        run = f"await jupyterapp.commands.execute({json.dumps(name)}, {json.dumps(arguments)});"
        self._await(run, timeout_ms, f"{name} did not end")

    def _await(self, script: str, timeout_ms: int, problem: str) -> None:
        """Run asynchronous JavaScript; Playwright by itself would wait for it forever."""
        late = f"new Promise((_, fail) => setTimeout(() => fail(new Error({json.dumps(problem)})), {timeout_ms}))"
        self.page.evaluate(f"() => Promise.race([(async () => {{ {script} }})(), {late}])")

    def run_all(self) -> None:
        """Run all cells and wait for the last; the command itself ends sooner. A cell that fails is an error here."""
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(_ALL_HAVE_RUN, timeout=RUN_MS)

    def restart_kernel(self) -> None:
        """Restart the kernel, as in the menu Kernel, and confirm."""
        self.page.evaluate("() => { jupyterapp.commands.execute('notebook:restart-kernel'); }")
        self.page.get_by_role("button", name="Confirm Kernel Restart").click()
        self.page.locator(".jp-Dialog").wait_for(state="detached")
        self.wait_for_kernel()

    def cell(self, source: str) -> Locator:
        """The code cell whose source holds a text."""
        return self.page.locator(".jp-Notebook .jp-CodeCell").filter(
            has=self.page.locator(".cm-content", has_text=source)
        )

    def run_cell(self, source: str) -> None:
        """Run one cell: click into it and press Ctrl+Enter. What the kernel is asked afterwards waits for the cell."""
        self.cell(source).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        ask = "await jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestKernelInfo();"
        self._await(ask, RUN_MS, "the cell did not end")

    def use_theme(self, theme: Theme) -> None:
        """Switch JupyterLab to its light or dark theme."""
        self.command("apputils:change-theme", theme=f"JupyterLab {theme.capitalize()}")
        self.page.locator(f'body[data-jp-theme-light="{str(theme == "light").lower()}"]').wait_for(state="attached")
        # its splash screen goes a moment later, and does not bear another change before that
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    def resize(self, width: int, height: int) -> None:
        """Give the window a size in CSS pixels, and JupyterLab the time to follow."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.wait_for_timeout(500)

    def hide_file_browser(self) -> None:
        """Give the notebook the whole width."""
        self.page.evaluate("() => { jupyterapp.shell.collapseLeft(); }")

    def shut_down(self) -> None:
        """End the kernel, whose memory the next one may need."""
        self.page.evaluate("() => jupyterapp.serviceManager.sessions.shutdownAll()")
