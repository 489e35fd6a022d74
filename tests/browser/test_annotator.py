"""Writing questions on the annotation page, without the mouse, and on a narrow and a dark screen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from qa_lesson.documents import divide_by_heading, examples_dir, read_folder
from qa_lesson.loading import load_examples
from qa_lesson.views.annotating.server import AnnotationServer
from qa_lesson.views.annotating.sheets import helpful_order
from qa_lesson.views.annotation import annotate

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
KEYS = [  # what a person presses for three questions on two passages
    *"What does a school pay for each child?", "Enter", *"3.5", "Shift+ArrowRight", "Alt+a", *"3.50", "Enter",
    *"Who pays for the bus?", "Alt+n", "Control+Enter",
    *"On which days can I rent the house?", "Enter", *"sund", "Shift+ArrowRight", "Shift+ArrowRight", "Enter",
]  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "questions.jsonl"


@pytest.fixture
def page(context, file: Path) -> Iterator[Page]:
    passages = divide_by_heading(read_folder(examples_dir() / "documents").passages)
    with AnnotationServer(annotate(file, helpful_order(passages))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        opened = context.new_page()
        opened.goto(server.url)
        expect(opened.get_by_role("region", name="Annotation")).to_be_visible()
        yield opened
        opened.close()  # it may still send a draft
        server.shutdown()
        thread.join()


def test_three_questions_with_the_keyboard_alone(page, file):
    status = page.get_by_role("status")
    kept = page.get_by_role("list", name="Further answers that count as right")
    question = page.get_by_role("textbox", name="Question", exact=True)
    expect(question).to_be_focused()
    for key in KEYS:
        page.keyboard.press(key)
        if key == "Alt+a":
            expect(kept).to_contain_text("3.50 euros")
        elif key in ("Alt+n", "Shift+ArrowRight"):
            page.wait_for_timeout(50)
        elif key in ("Enter", "Control+Enter") and page.evaluate("document.activeElement.tagName") == "INPUT":
            expect(status).to_contain_text("saved")
            expect(question).to_have_value("")
    expect(page.get_by_role("listitem")).to_have_count(3)
    saved = [(one.references, one.kind, one.document) for one in load_examples(file)]
    assert saved == [
        (("3.50 euros", "3.50"), "price", "hire.html: School screenings"),
        ((), "person", "hire.html: School screenings"),
        (("Sundays and Thursdays",), "date", "hire.html: Private parties"),
    ]


def test_lines_are_crossed_with_the_arrow_keys(page):
    passage = page.get_by_role("group")
    mark = passage.locator("mark")
    passage.focus()
    page.keyboard.press("ArrowRight")
    tops = [mark.bounding_box()["y"]]
    for _ in range(2):
        page.keyboard.press("ArrowDown")
        tops.append(mark.bounding_box()["y"])
    assert tops[0] < tops[1] < tops[2]
    page.keyboard.press("ArrowUp")
    assert mark.bounding_box()["y"] == tops[1]


def test_a_reloaded_page_goes_on_where_it_was(page):
    question = page.get_by_role("textbox", name="Question", exact=True)
    question.fill("Half a ques")
    page.wait_for_timeout(500)  # drafts are sent after a pause
    page.reload()
    expect(question).to_have_value("Half a ques")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_it_can_be_used_in_dark_and_on_a_telephone(page, scheme, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.get_by_role("textbox", name="Question", exact=True).fill("Who?")
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("group").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm ci")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run(document)).violations.map((one) => [one.id, one.nodes[0].html])")
    assert found == []
