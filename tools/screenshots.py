"""Pictures of every lesson and every widget, light and dark, wide and narrow, into build/screenshots.

    python tools/screenshots.py [NAME ...]

Lessons are shown as they are committed, in full length; widgets run in a kernel. With names, only those: the stem of a
lesson, for instance 05_metrics, or "widgets".
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from kernel_metadata import KERNEL
from lab_browser import THEMES, WIDTHS, LabPage, chromium, find_chromium
from lab_server import LabServer, lab_server
from playwright.sync_api import Browser, Locator
from widget_cells import SETUP, WIDGETS

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "build" / "screenshots"
LESSONS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
TALLEST = 14_000  # CSS pixels of notebook in a picture; Chromium draws little more
BARS = 121  # CSS pixels of JupyterLab above and below the notebook


def main(names: list[str]) -> int:
    """Take the pictures named, or all."""
    executable = find_chromium()
    if executable is None:
        print("no Chromium on this machine; install it, for instance with: apt-get install chromium", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as state, lab_server(Path(state)) as server, chromium(executable) as browser:
        for lesson in LESSONS:
            if not names or lesson.stem in names:
                take_lesson(browser, server, lesson)
        if not names or "widgets" in names:
            take_widgets(browser, server)
    return 0


def opened(browser: Browser, server: LabServer, notebook: Path) -> LabPage:
    """A notebook in a new page, without the file browser."""
    lab = LabPage(browser.new_page(viewport={"width": WIDTHS[0], "height": 900}), server)
    lab.open(notebook)
    lab.hide_file_browser()
    return lab


def take_lesson(browser: Browser, server: LabServer, path: Path) -> None:
    """A lesson from top to bottom, in as many pictures as its length needs."""
    for picture in PICTURES.glob(f"{path.stem}_*.png"):  # there may be fewer parts now
        picture.unlink()
    lab = opened(browser, server, Path(shutil.copy(path, server.folder)))
    for width in WIDTHS:
        for theme in THEMES:
            lab.resize(width, 900)
            lab.use_theme(theme)
            height = content_height(lab)
            n_parts = -(-height // TALLEST)
            for part in range(n_parts):
                lab.resize(width, min(TALLEST, height - part * TALLEST) + BARS)
                scroll_to(lab, part * TALLEST)
                suffix = f"_{part + 1}" if n_parts > 1 else ""
                save(lab.page.locator(".jp-WindowedPanel-outer"), f"{path.stem}_{theme}_{width}{suffix}")
    lab.shut_down()
    lab.page.close()


def take_widgets(browser: Browser, server: LabServer) -> None:
    """Every widget by itself, in a kernel."""
    cells = [nbformat.v4.new_code_cell(source) for source in (SETUP, *WIDGETS.values())]
    path = server.folder / "widgets.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), path)
    lab = opened(browser, server, path)
    lab.run_all()
    lab.page.get_by_role("region", name="Flashcards").get_by_role("button", name="Show the answer").click()
    for summary in lab.page.locator(".jp-OutputArea-output summary").all():
        summary.click()
    for width in WIDTHS:
        for theme in THEMES:
            lab.resize(width, 900)
            lab.use_theme(theme)
            lab.resize(width, min(TALLEST, content_height(lab)) + BARS)
            shown = lab.page.locator(".jp-CodeCell .jp-Cell-outputWrapper")
            for number, name in enumerate(WIDGETS, 1):
                save(shown.nth(number), f"widget_{name}_{theme}_{width}")
    lab.shut_down()
    lab.page.close()


def content_height(lab: LabPage) -> int:
    """How tall the cells are together, in CSS pixels; JupyterLab lets one scroll far beyond the last."""
    cells = lab.page.locator(".jp-Notebook .jp-Cell")
    first, last = cells.first.bounding_box(), cells.last.bounding_box()
    assert first
    assert last
    return round(last["y"] + last["height"] - first["y"]) + 40


def scroll_to(lab: LabPage, top: int) -> None:
    """Scroll the notebook."""
    lab.page.evaluate("(top) => { document.querySelector('.jp-WindowedPanel-outer').scrollTop = top; }", top)
    lab.page.wait_for_timeout(300)


def save(what: Locator, name: str) -> None:
    """Take a picture."""
    what.screenshot(path=PICTURES / f"{name}.png", animations="disabled")
    print(f"{name}.png", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
