"""A reader's journey through the course site."""

from __future__ import annotations

from playwright.sync_api import expect


def test_a_reader_finds_a_lesson_and_its_quiz(context, site):
    page = context.new_page()
    page.goto(f"{site}/index.html")
    page.get_by_role("main").get_by_role("link", name="09 Has the test been in the training data?").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Has the test been in the training data?")
    page.get_by_role("main").get_by_text("Question 1 (easy)", exact=True).click()
    expect(page.locator("details[open]")).to_be_visible()


def test_a_reader_searches(context, site):
    page = context.new_page()
    page.goto(f"{site}/search.html?q=paraphrase")
    results = page.locator("#search-results")
    expect(results).to_contain_text("Search finished")
    results.get_by_role("link", name="Has the test been in the training data?").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Has the test been in the training data?")
    expect(page.locator("article .highlighted:visible").first).to_be_visible()
