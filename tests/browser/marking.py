"""Two people who mark the simulated class on the review page, by keyboard and without seeing names."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, expect
from simulated_class import OPEN, OTHER_CODE, without_ending

ROOT: Final = Path(__file__).parents[2]
DISAGREED: Final = {"Delays add up and the others are late for their own trains.", "Who was asked, and why only 40?"}
"""Answers that the second marker judges otherwise at first."""


@contextmanager
def review_page(browser: Browser, graded: Path, marker: str) -> Iterator[Page]:
    """``qa-lesson review`` in a process of its own, and its page."""
    command = [sys.executable, "-m", "qa_lesson.cli", "review", graded.name, "--marker", marker, "--no-browser"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=graded.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout
            url = process.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:"), url
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(url)
            expect(page.locator(".response")).to_be_visible()
            yield page
            page.close()
        finally:
            process.terminate()
            process.communicate()


def mark_all(page: Page, n: int, names: Sequence[str], decide: Callable[[list[int], str], list[int]]) -> None:
    """Mark all answers, from one that is unmarked to the next.

    Args:
        page: of a marker who has marked nothing yet.
        n: how many different answers there are.
        names: that the page must not show.
        decide: gives the level of each criterion, from the right ones and the text.
    """
    for place in range(n):
        text = shown_answer(page)
        if place % 10 == 0:
            seen = page.locator("main").inner_text()
            assert not [name for name in names if name in seen]
        if text == OTHER_CODE:
            page.keyboard.press("5")  # all of it
        else:
            press_levels(page, decide(right_levels(text), text))
        if text == "It is the rule.":
            page.keyboard.press("c")
            page.keyboard.type("Say why the rule makes sense.")
            page.keyboard.press("Escape")
        if place < n - 1:
            page.keyboard.press("n")
    expect(page.locator(".saved")).to_have_text("Saved")
    expect(page.get_by_role("progressbar", name="Answers marked")).to_have_attribute("max", str(n))
    expect(page.get_by_role("navigation", name="Questions").locator("button:not(.done)")).to_have_count(0)


def settle_together(page: Page) -> str:
    """Compare the markers and agree where they differ; the kappa that the page shows."""
    page.get_by_role("button", name="Compare markers").click()
    compared = page.get_by_role("region", name="Compare markers")
    expect(compared).to_contain_text(f"You differ on {len(DISAGREED)} answers")
    kappa = compared.locator("dd").nth(1).inner_text()
    compared.get_by_role("button", name="Close").click()
    page.get_by_label("Show").select_option("differing")
    settled = set()
    for place in range(len(DISAGREED)):
        expect(page.locator(".settling")).to_be_visible()
        text = shown_answer(page)
        settled.add(text)
        press_levels(page, right_levels(text))
        if place < len(DISAGREED) - 1:
            page.keyboard.press("j")
    expect(page.locator(".saved")).to_have_text("Saved")
    assert settled == DISAGREED
    return kappa


def shown_answer(page: Page) -> str:
    """The text of the answer that is shown."""
    return page.locator(".response").inner_text().strip()


def right_levels(text: str) -> list[int]:
    """The level of each criterion, from 0, that an answer deserves."""
    known = without_ending(text)
    (levels,) = [texts[known] for texts in OPEN.values() if known in texts]
    return list(levels.values())


def other_levels(levels: list[int], text: str) -> list[int]:
    """What the second marker says at first."""
    return [levels[0] - 1, *levels[1:]] if text in DISAGREED else levels


def press_levels(page: Page, levels: Sequence[int]) -> None:
    """Choose a level of each criterion, by keyboard."""
    for place, level in enumerate(levels):
        if place:
            page.keyboard.press("Tab")
        page.keyboard.press(str(level + 1))
