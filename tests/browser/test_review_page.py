"""The review page: marking by keyboard, two people, hostile answers, and a program that stops in between."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from review_samples import ARABIC, CODE_ITEMS, LONG, MARKUP, PROSE_ITEMS, REVIEW_BUNDLE, REVIEW_ITEMS, review_session

from qa_lesson.grading.formats.marks_journal import AGREED, MarkerDecision, read_marks
from qa_lesson.grading.marking.reviews import read_reviews
from qa_lesson.grading.reviewing.review_server import ReviewService
from qa_lesson.serving.lifetime import BackgroundService

PICTURES = Path(__file__).parents[2] / "build" / "browser"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., BackgroundService]]:
    """Starts the program as one of the markers; its address is that of the page."""
    started: list[BackgroundService] = []

    def start(marker: str = "Ada", port: int = 0) -> BackgroundService:
        service = ReviewService(review_session(tmp_path, marker))
        running = BackgroundService(service.app, port)
        running.address += service.path
        started.append(running)
        return running

    yield start
    for running in started:
        running.stop()


@pytest.fixture
def page(context: BrowserContext, serve: Callable[..., BackgroundService]) -> Page:
    return opened(context.new_page(), serve().address)


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.get_by_role("form", name="Mark")).to_be_visible()
    return page


def held(folder: Path, marker: str = "Ada") -> dict[str, MarkerDecision]:
    marks = read_marks(folder / "graded.marks.jsonl", REVIEW_BUNDLE).by_review()
    return {review: one for review, found in marks.items() for one in found if one.marker == marker}


def saved(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_every_answer_is_marked_without_the_mouse(page: Page, tmp_path: Path):
    expect(page.get_by_role("heading", name="Answer 1 of 6")).to_be_visible()
    press(page, "3", "Tab", "2", "c")
    expect(page.get_by_label("Comment for the learner")).to_be_focused()
    page.keyboard.type("You name the cause.\nGood!")
    press(page, "Control+Enter")
    expect(page.get_by_role("heading", name="Answer 2 of 6")).to_be_visible()
    press(page, "s", "n")
    for _ in range(4):  # the others to this question
        expect(page.get_by_role("radiogroup", name="Says what leaks").get_by_role("radio").first).to_be_focused()
        press(page, "1", "Tab", "1", "n")
    expect(page.get_by_role("heading", name="Question 5")).to_be_visible()
    press(page, "5", "Alt+1", "j", "Tab")
    expect(page.get_by_label("Or type the points")).to_be_focused()
    page.keyboard.type("0,3")
    press(page, "Enter")
    expect(page.get_by_text("8 of 8 answers, 2 of 2 questions")).to_be_visible()
    saved(page)
    marks = held(tmp_path)
    assert [marks[item.review].credit for item in PROSE_ITEMS] == [1, 1, 0, 0, 0, 0]
    assert marks[PROSE_ITEMS[1].review].comment == "You name the cause.\nGood!"
    assert [marks[item.review].credit for item in CODE_ITEMS] == [1, 0.3]
    assert marks[CODE_ITEMS[0].review].comment == "You name the cause.\nGood!"


def test_undo_goes_back_to_the_beginning(page: Page, tmp_path: Path):
    press(page, "2", "Tab", "2", "j", "1")
    saved(page)
    for expected in ("Answer 2 of 6", "Answer 1 of 6", "Answer 1 of 6"):
        press(page, "u")
        expect(page.get_by_role("heading", name=expected)).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    assert held(tmp_path) == {}


def test_a_hostile_answer_is_only_text(page: Page):
    seen = set()
    for _ in REVIEW_ITEMS:
        shown = page.get_by_role("group", name="What the learner wrote")
        seen.add(shown.locator("pre").evaluate("node => node.textContent"))
        assert shown.locator("img, b, script").count() == 0
        press(page, "j")
    assert {MARKUP, ARABIC, LONG} <= seen
    assert page.title() == "Marking: Metrics, graded"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_names_are_nowhere_on_the_page(page: Page):
    responses = []
    page.on("response", lambda response: responses.append(response.text()))
    page.reload()
    press(page, "j", "1", "Tab", "1")
    saved(page)
    assert "secret" not in page.content()
    assert all("secret" not in text for text in responses)


def test_a_reload_shows_what_was_saved(page: Page):
    press(page, "2", "Tab", "1", "c")
    page.keyboard.type("Half of it.")
    press(page, "Escape")
    saved(page)
    page.reload()
    expect(page.get_by_role("heading", name="Answer 2 of 6")).to_be_visible()  # the first without a mark
    press(page, "k")
    expect(page.get_by_label("Comment for the learner")).to_have_value("Half of it.")
    expect(page.get_by_text("0.5 of 2 points")).to_be_visible()
    expect(page.get_by_role("radio", checked=True)).to_have_count(2)
    press(page, "u")
    expect(page.get_by_label("Comment for the learner")).to_have_value("")


def test_what_was_entered_survives_a_program_that_stops(browser: Browser, serve, tmp_path: Path):
    page = opened(browser.new_page(), (running := serve()).address)  # a lost connection is an error on the console
    press(page, "1", "Tab", "1")
    saved(page)
    running.stop()
    press(page, "j", "3", "Tab", "2")
    told = re.compile("1 change isn't saved|2 changes aren't saved")  # two if the first was on its way already
    expect(page.get_by_role("alert").filter(has_text=told)).to_be_visible()
    press(page, "k", "j")
    expect(page.get_by_text("2 of 2 points")).to_be_visible()
    assert set(held(tmp_path)) == {PROSE_ITEMS[0].review}
    page.close()


def test_two_people_compare_and_settle(page: Page, browser: Browser, serve, tmp_path: Path):
    for item in REVIEW_ITEMS:
        press(page, "1", *(("Tab", "1") if item.rubric else ()), "n")
    saved(page)
    other = opened(browser.new_page(), serve("Bo").address)
    assert "Ada" not in other.content()
    for item in REVIEW_ITEMS:
        press(other, "3" if item is PROSE_ITEMS[0] else "1", *(("Tab", "1") if item.rubric else ()), "n")
    expect(other.get_by_text("8 of 8 answers")).to_be_visible()
    other.get_by_role("button", name="Compare markers").click()
    panel = other.get_by_role("region", name="Compare markers")
    expect(panel).to_contain_text("7 of 8 answers: 88%")
    expect(panel).to_contain_text("You differ on 1 answer. It isn't settled yet")
    PICTURES.mkdir(parents=True, exist_ok=True)
    other.screenshot(path=PICTURES / "review-compare.png", full_page=True)
    assert PROSE_ITEMS[0].review not in read_reviews(tmp_path / "graded.marks.jsonl")
    panel.get_by_role("button", name="Settle: Question 2, answer 1").click()
    expect(other.get_by_text("You differ here.")).to_be_visible()
    press(other, "2", "Tab", "2")
    saved(other)
    assert held(tmp_path, AGREED)[PROSE_ITEMS[0].review].credit == 0.75
    assert read_reviews(tmp_path / "graded.marks.jsonl")[PROSE_ITEMS[0].review].credit == 0.75
    other.get_by_role("button", name="Compare markers").click()
    expect(panel).to_contain_text("Settled: 1.5 of 2 points")
    other.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 400])
def test_the_review_page_can_be_read(page: Page, scheme: str, width: int, check_axe: Callable[[Page], None]):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    press(page, "3", "Tab", "2", "c")
    page.keyboard.type("You name the cause.")
    press(page, "Escape")
    saved(page)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"review-{scheme}-{width}.png", full_page=True)
    check_axe(page)
    press(page, "j", "?")
    page.get_by_text("Comments used before").click()
    check_axe(page)
    press(page, "?")
    page.get_by_role("button", name="Compare markers").click()
    page.get_by_role("button", name="Question 5").click()
    expect(page.get_by_role("radiogroup", name="How much of it is right?")).to_be_visible()
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
