"""The pictures of docs/grading.md, from the simulated class of 90, into docs/images.

make guide-pictures
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path

from class_files import write_class
from lab_browser import LabPage, chromium, find_chromium
from lab_server import lab_server
from marking import review_page
from PIL import Image
from playwright.sync_api import Browser, Page
from semester import Semester, play

from qa_lesson.grading import load_bundle
from qa_lesson.grading.sitting.sitting import Sitting

PICTURES = Path(__file__).parents[1] / "docs" / "images"
COLORS = 48  # enough for text, lines and bars
LARGEST = 120_000  # bytes


def main() -> None:
    """Take all pictures."""
    executable = find_chromium()
    if executable is None:
        sys.exit("no Chromium on this machine; install it, for instance with: apt-get install chromium")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, chromium(executable) as browser:
        folder = Path(name)
        (folder / "course").mkdir()
        semester = play(folder / "course", browser)
        take_quiz_page(browser, semester, folder / "lab")
        take_review_page(browser, semester)
        take_report(browser, semester)
        take_feedback_page(browser, semester)
        take_class_page(browser, semester, folder / "class")


def take_quiz_page(browser: Browser, semester: Semester, state: Path) -> None:
    """The quiz of a learner in JupyterLab, a few questions answered."""
    state.mkdir()
    learner = semester.learners[30]
    with lab_server(state) as server:
        here = shutil.copytree(semester.folder / "for_learners" / learner.id, server.folder / "midterm")
        lab = LabPage(browser.new_page(viewport={"width": 1000, "height": 900}), server)
        lab.open(here / "quiz.ipynb")
        lab.hide_file_browser()
        lab.run_all()
        quiz = lab.page.locator(".qal-quiz")
        quiz.get_by_role("textbox").fill(learner.email)
        quiz.get_by_role("button", name="Begin").click()
        quiz.get_by_role("button", name="Yes, begin").click()
        asked = Sitting(load_bundle(here), learner.email, state / "order").questions
        shown = [place for place, one in enumerate(asked, 1) if one.kind == "single"]
        shown += [place for place, one in enumerate(asked, 1) if one.kind == "multi"]
        for place in shown:
            quiz.get_by_role("button", name=f"Question {place}, not answered", exact=True).click()
            quiz.get_by_text(f"Question {place} of {len(asked)}").wait_for()
            for number in range(1 if asked[place - 1].kind == "single" else 2):
                quiz.locator("fieldset.qal-answer input").nth(number).check()
        quiz.get_by_text("Saved.").wait_for()
        lab.page.mouse.move(0, 0)
        save(quiz.screenshot(animations="disabled"), "quiz_page")
        lab.shut_down()
        lab.page.close()


def take_review_page(browser: Browser, semester: Semester) -> None:
    """An answer with its rubric, as the first marker sees it."""
    with review_page(browser, semester.folder / "graded", "first") as page:
        page.set_viewport_size({"width": 1240, "height": 860})
        page.keyboard.press("j")
        page.keyboard.press("c")
        page.keyboard.type("You give the reason. Who else has to wait?")
        page.keyboard.press("Escape")
        page.get_by_text("Comments used before").click()
        page.get_by_text("Saved", exact=True).wait_for()
        page.mouse.move(0, 0)
        save(page.screenshot(animations="disabled"), "review")


def take_report(browser: Browser, semester: Semester) -> None:
    """The figures of the report, and what to look at."""
    page = opened(browser, semester.folder / "marked" / "report.html", width=1000)
    sections = page.get_by_role("region", name="Result"), page.get_by_role("region", name="To look at")
    top, bottom = sections[0].bounding_box(), sections[1].bounding_box()
    assert top
    assert bottom
    clip = {"x": 0, "y": top["y"], "width": 1000, "height": bottom["y"] + bottom["height"] - top["y"]}
    save(page.screenshot(full_page=True, clip=clip), "report")
    page.close()


def take_feedback_page(browser: Browser, semester: Semester) -> None:
    """The first questions of a learner who got about half of the points."""
    points = semester.expected()
    middle = sorted(points, key=lambda name: points[name])[len(points) // 2]
    rows = {row["learner"]: row for row in semester.table("final/gradebook.csv")}
    page = opened(browser, semester.folder / "final" / rows[middle]["feedback"], width=800)
    save(page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": 800, "height": 1000}), "feedback_page")
    page.close()


def take_class_page(browser: Browser, semester: Semester, folder: Path) -> None:
    """Which learner has answered how much of which lesson."""
    write_class(folder)
    semester.run("class", folder / "progress", "--roster", folder / "roster.csv", "--out", folder / "class.html")
    page = opened(browser, folder / "class.html", width=1200)
    top = page.get_by_role("region", name="Learners and lessons", exact=True).bounding_box()
    assert top
    save(page.screenshot(full_page=True, clip={"x": 0, "y": top["y"], "width": 1200, "height": 680}), "class")
    page.close()


def opened(browser: Browser, path: Path, width: int) -> Page:
    """A file in a window of this width."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(path.as_uri())
    return page


def save(picture: bytes, name: str) -> None:
    """Write a picture with few colors, which is a quarter of the bytes."""
    image = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    path = PICTURES / f"{name}.png"
    image.save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.name}: {size // 1000} kB", flush=True)
    if size > LARGEST:
        sys.exit(f"{path} has more than {LARGEST} bytes")


if __name__ == "__main__":
    main()
