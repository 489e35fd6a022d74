"""A graded quiz from the bundle to the report: the learner in JupyterLab, the instructor in the browser."""

from __future__ import annotations

import csv
import re
import shutil

import pytest
from classroom import RIGHT, answer_all, grade, hand_out
from playwright.sync_api import Locator, expect

from qa_lesson.grading import load_bundle
from qa_lesson.grading.sitting.sitting import Sitting

LEARNER = "ann@example.org"


def fill_in(quiz: Locator, question: str) -> None:
    """Answer the question that is shown, rightly."""
    right = RIGHT[question]
    fieldset = quiz.locator("fieldset.qal-answer")
    if question == "ferry-boarding":
        items = fieldset.get_by_role("listitem")
        names = {"cars": "cars", "bicycles": "bicycles", "walkers": "foot passengers"}
        for place, item in enumerate(right):
            while not items.nth(place).inner_text().endswith(names[item]):
                fieldset.get_by_role("button", name=f"Move up: {names[item]}").click()
        keep = quiz.get_by_role("button", name="Take this order as my answer")
        if keep.is_visible():
            keep.click()
    elif isinstance(right, list):
        for option in right:
            fieldset.locator(f"input[value={option}]").check()
    elif fieldset.get_by_role("radio").count():
        fieldset.locator(f"input[value={right}]").check()
    else:
        fieldset.get_by_role("textbox").fill(right)


def test_from_the_bundle_to_the_receipt_and_the_gradebook(lab, folder, tmp_path):
    learners, key = hand_out(tmp_path)
    shutil.copytree(learners, folder, dirs_exist_ok=True)
    lab.open(folder / "quiz.ipynb")
    lab.run_all()
    bundle = load_bundle(folder)
    quiz = lab.page.get_by_role("region", name=bundle.title)
    quiz.get_by_role("textbox").fill("ann@exmaple.org")
    quiz.get_by_role("button", name="Begin").click()
    sure = quiz.get_by_role("group", name="Is this you?")
    expect(sure).to_be_focused()
    expect(sure).to_contain_text("You are ann@exmaple.org. Is that right?")
    assert not list(folder.glob("*.jsonl"))
    sure.get_by_role("button", name="Change").press("Enter")
    expect(quiz.get_by_role("textbox")).to_be_focused()
    quiz.get_by_role("textbox").fill(LEARNER)
    quiz.get_by_role("textbox").press("Enter")
    expect(sure).to_contain_text(f"You are {LEARNER}. Is that right?")
    sure.get_by_role("button", name="Yes, begin").press("Enter")
    expect(quiz).to_contain_text(f"Answering as {LEARNER}, attempt 1 of 1")
    asked = Sitting(bundle, LEARNER, folder).questions
    for number, question in enumerate(asked, 1):
        expect(quiz.locator(".qal-position")).to_contain_text(f"Question {number} of {len(asked)}")
        fill_in(quiz, question.id)
        expect(quiz.locator(".qal-state")).to_have_text("Saved.")
        if number < len(asked):
            quiz.get_by_role("button", name="Next").click()
    quiz.get_by_role("button", name="Hand in …").click()
    expect(quiz.get_by_role("group", name="Hand in")).to_contain_text("All questions have an answer.")
    quiz.get_by_role("button", name="Hand in now").click()
    receipt = quiz.locator(".qal-receipt")
    expect(receipt).to_have_text(re.compile("^[0-9a-f]{64}$"))
    with lab.page.expect_download() as download:
        quiz.get_by_role("button", name="Download the file").click()
    (handed_in,) = folder.glob("*.jsonl")
    assert download.value.path().read_bytes() == handed_in.read_bytes()
    assert handed_in.read_text(encoding="utf-8").splitlines()[-1].count(receipt.inner_text()) == 1

    results = grade(handed_in, key, [LEARNER, "absent@example.org"], tmp_path / "results")
    with (results / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["email"]: row for row in csv.DictReader(file)}
    assert float(rows[LEARNER]["points"]) == bundle.possible
    assert not rows["absent@example.org"]["points"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_grade_report_in_the_browser(context, tmp_path, theme):
    bundle, key = hand_out(tmp_path)
    names = answer_all(bundle, tmp_path / "handed_in", 12)
    results = grade(tmp_path / "handed_in", key, [*names, "absent@example.org"], tmp_path / "results")
    page = context.new_page()
    page.emulate_media(color_scheme=theme)
    page.goto((results / "report.html").as_uri())
    expect(page.get_by_role("heading", level=1)).to_contain_text("The ferry to Skelm")
    for link in page.get_by_role("navigation", name="Contents").get_by_role("link").all():
        link.click()
        expect(page.get_by_role("heading", name=link.inner_text(), exact=True)).to_be_in_viewport()
    folded = page.locator("details").first
    folded.locator("summary").click()
    expect(folded).to_have_attribute("open", "")
    expect(page.get_by_role("region", name="Who handed in nothing")).to_contain_text("13")
    broken = page.locator("img").evaluate_all("nodes => nodes.filter((node) => !node.naturalWidth).length")
    assert broken == 0
