"""The page of the service: ask, see the answer in its passage, say whether it was right; by keyboard and in dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from first_word import FirstWord, FirstWordOfFolder
from playwright.sync_api import Browser, BrowserContext, Page, expect

from qa_lesson.serving import BackgroundService, ServiceLog, build_app
from qa_lesson.serving.service_log import read_log

PICTURES = Path(__file__).parents[2] / "build" / "browser"


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    return tmp_path / "log.jsonl"


@pytest.fixture
def address(log_file: Path) -> Iterator[str]:
    app = build_app(FirstWord(), FirstWordOfFolder(), name="my_model", n_passages=2, log=ServiceLog(log_file))
    with BackgroundService(app) as service:
        yield service.address


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    opened = context.new_page()
    opened.goto(address)
    return opened


def ask(page: Page, question: str) -> None:
    page.get_by_label("Question").fill(question)
    page.get_by_role("button", name="Ask").click()


def test_an_answer_with_its_source(page: Page):
    ask(page, "Who keeps the light?")
    result = page.get_by_role("region", name="Answer")
    expect(result).to_be_focused()
    expect(page.locator("#answer")).to_have_text("Bram")
    expect(page.locator("#text mark")).to_have_text("Bram")
    expect(page.locator("#text")).to_have_text("Bram 💡 keeps the light.")
    expect(page.locator("#source")).to_have_text("Source: light.md, Staff")
    expect(result).to_contain_text("88% sure")


def test_not_in_these_documents(page: Page):
    ask(page, "Who owns the moon?")
    expect(page.locator("#answer")).to_have_text("Not in these documents.")
    expect(page.locator("#passage")).to_be_hidden()
    page.get_by_text("Other candidates").click()
    expect(page.locator("#candidates li").first).to_contain_text("88%")


def test_a_text_of_your_own_counts_characters_as_python_does(page: Page):
    page.get_by_text("Answer from a text of your own").click()
    page.get_by_label("Text").fill("💡💡 <b>Zoë</b> keeps it.")
    ask(page, "Who?")
    expect(page.locator("#text mark")).to_have_text("💡💡")
    expect(page.locator("#text")).to_have_text("💡💡 <b>Zoë</b> keeps it.")
    expect(page.locator("#text b")).to_have_count(0)


def test_feedback_reaches_the_log(page: Page, log_file: Path):
    ask(page, "Who sails the boat?")
    wrong = page.get_by_role("button", name="No")
    wrong.click()
    expect(wrong).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Thank you, noted.")).to_be_visible()
    answers, feedback, _ = read_log(log_file)
    assert feedback == {answers[0].id: False}


def test_by_keyboard_alone(page: Page):
    page.keyboard.press("Tab")
    expect(page.get_by_label("Question")).to_be_focused()
    page.keyboard.type("Who keeps the light?")
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_have_text("Bram")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Yes")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")


def test_an_error_is_shown_and_announced(browser: Browser, address: str):
    page = browser.new_context().new_page()  # a refused request is an error on the console, too
    page.goto(address)
    ask(page, "refuse")
    page.get_by_text("Answer from a text of your own").click()
    page.get_by_label("Text").fill("a text")
    ask(page, "refuse")
    expect(page.get_by_role("alert")).to_contain_text("no legal span")
    expect(page.get_by_role("alert")).to_contain_text("To do: ask something else")
    expect(page.get_by_role("button", name="Ask")).to_be_enabled()
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 420])
def test_it_can_be_read(page: Page, scheme: str, width: int, check_axe: Callable[[Page], None]):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, "Who sails the boat?")
    expect(page.locator("#answer")).to_have_text("Ada")
    page.get_by_text("Other candidates").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    check_axe(page)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"service-{scheme}-{width}.png", full_page=True)
