"""Every explorable picture by keyboard alone, in a running JupyterLab; and what is left of it without a kernel."""

from __future__ import annotations

import re

import pytest
from lab_browser import LabPage
from playwright.sync_api import Locator, expect

SETUP = """
from qa_lesson import load_corpus
from qa_lesson.encoder import load_tokenizer
from qa_lesson.explorables import *
from qa_lesson.explorables.span_picture import SpanExplorer
from qa_lesson.quiz import predict
from qa_lesson.recordings import recorded
from qa_lesson.retrieval import build_index, corpus_passages

questions = load_corpus("validation")
longest = max(questions, key=lambda example: len(example.context))
first, second = (recorded(f"course_seed_{seed}").evaluation() for seed in (0, 1))
ids = [example.id for example in first.examples]
points = [
    Checkpoint(n, 3.0 - n, 0.3 * n, {example.id: example.references[0] if n > 1 else "" for example in questions[:3]})
    for n in (1, 2)
]
"""

# the call; the keys pressed on the named control, and what is then said
SLIDERS = {
    "Windows and stride": ("windows_explorer(longest, load_tokenizer())", "Stride", "Home", "share 0 tokens"),
    "Scores become a span": (
        'SpanExplorer("Who?", ["bram", "keeps", "it"], [3.0, 0.0, 1.0], [2.0, 1.0, 0.0])',
        "Its end score", "Home", "“bram keeps”",
    ),
    "One score, many test sets": (
        "resampling_explorer(first)",
        "Documents per test set",
        "Home",
        "With other documents",
    ),
    "Accept or hold back": ("calibration_explorer([0.9, 0.7, 0.4], [1, 0, 1])", "Threshold", "End", "0 of 3 answers"),
    "A model learns": ("training_explorer(points, questions[:3])", "Moment", "ArrowRight", "3 of the 3 answers"),
    "A leak": ("leakage_explorer(first, second, ids[:40])", "Copied into training", "End", "40 of 378"),
    "From documents to an answer": (
        'retrieval_explorer(build_index(corpus_passages(["validation"])[:12]), questions[:1])',
        "Passages to read", "End", "the model reads it",
    ),
}  # fmt: skip


def picture(lab: LabPage, name: str) -> Locator:
    return lab.page.get_by_role("region", name=name, exact=True)


def tab_to(lab: LabPage, target: Locator) -> None:
    for _ in range(60):
        if target.evaluate("node => node === document.activeElement"):
            return
        lab.page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached with Tab")


def enter(lab: LabPage, source: str) -> None:
    """Put the focus into the cell before the picture, in command mode."""
    lab.cell(source).locator(".cm-content").click()
    lab.page.keyboard.press("Escape")


def test_every_slider_by_keyboard(lab, notebook):
    lab.open(notebook(SETUP, *(call for call, *_ in SLIDERS.values())))
    lab.run_all()
    for name, (call, control, key, said) in SLIDERS.items():
        shown = picture(lab, name)
        expect(shown.get_by_role("status")).not_to_be_empty()
        drawn = shown.locator(".qax-view").inner_html()
        enter(lab, call.split("(")[0] + "(")
        tab_to(lab, shown.get_by_role("slider", name=control, exact=True))
        lab.page.keyboard.press(key)
        expect(shown.get_by_role("status")).to_contain_text(said)
        if name != "One score, many test sets":
            expect(shown.locator(".qax-view")).not_to_have_js_property("innerHTML", drawn)
        expect(shown.get_by_role("slider", name=control, exact=True)).to_be_focused()


def test_buttons_by_keyboard(lab, notebook):
    lab.open(notebook(SETUP, 'overlap_bars("in the port of Skelm", "the old port")', "resampling_explorer(first)"))
    lab.run_all()
    n_cells = lab.page.locator(".jp-Notebook .jp-Cell").count()
    bars = picture(lab, "Precision and recall")
    enter(lab, "overlap_bars(")
    word = bars.get_by_role("button", name="Skelm", exact=True)
    tab_to(lab, word)
    lab.page.keyboard.press("Space")
    expect(word).to_have_attribute("aria-pressed", "true")
    expect(bars.get_by_role("status")).to_contain_text("“the old port Skelm” shares 2 tokens")
    expect(word).to_be_focused()
    for key in ("d", "d", "a", "x"):
        lab.page.keyboard.press(key)
    draws = picture(lab, "One score, many test sets")
    enter(lab, "resampling_explorer(")
    tab_to(lab, draws.get_by_role("button", name="Draw 100", exact=True))
    lab.page.keyboard.press("Enter")
    expect(draws.get_by_role("status")).to_contain_text("95% of them are between")
    expect(lab.page.locator(".jp-Notebook .jp-Cell")).to_have_count(n_cells)


def test_a_guess_is_kept_and_set_beside_the_result(lab, notebook):
    lab.open(notebook(SETUP, 'guess = predict("browser", "What F1?", unit="points")\nguess', "guess.reveal(57.25)"))
    lab.run_all()
    result = lab.cell("guess.reveal").locator(".jp-OutputArea-output")
    expect(result).to_contain_text("You kept no guess")
    asked = picture(lab, "Predict before you run")
    enter(lab, "guess = predict")
    tab_to(lab, asked.get_by_role("spinbutton", name="Your guess, as a number"))
    lab.page.keyboard.press("ControlOrMeta+a")
    lab.page.keyboard.type("41")
    lab.page.keyboard.press("Tab")
    expect(asked.get_by_role("slider", name="Your guess", exact=True)).to_have_value("41")
    tab_to(lab, asked.get_by_role("button", name="Keep this guess"))
    lab.page.keyboard.press("Enter")
    expect(asked.get_by_role("status")).to_contain_text("Kept: 41 points")
    lab.run_cell("guess.reveal")
    expect(result).to_contain_text("16.25 above your guess, outside your range")


@pytest.mark.parametrize("width", [1280, 420])
def test_pictures_have_no_accessibility_faults_of_structure(lab, notebook, width):
    lab.open(notebook(SETUP, "windows_explorer(longest, load_tokenizer())"))
    lab.run_all()
    lab.hide_file_browser()
    lab.resize(width, 900)
    shown = picture(lab, "Windows and stride")
    expect(shown.get_by_role("img")).to_have_attribute("aria-label", re.compile("windows for"))
    assert shown.evaluate("node => node.scrollWidth <= node.clientWidth"), "only the drawing scrolls sideways"


def test_the_picture_stays_after_a_restart(lab, notebook):
    lab.open(notebook(SETUP, "resampling_explorer(first)"))
    lab.run_all()
    expect(picture(lab, "One score, many test sets")).to_be_visible()
    lab.command("docmanager:save")
    lab.restart_kernel()
    lab.reload()
    output = lab.cell("resampling_explorer(").locator(".jp-OutputArea")
    expect(output).to_contain_text("Run this cell")
    expect(output.locator("img")).to_be_visible()
    lab.run_all()
    expect(picture(lab, "One score, many test sets")).to_be_visible()
    expect(output.get_by_text("Run this cell")).to_be_hidden()
