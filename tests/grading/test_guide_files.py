"""The files that the guide for instructors shows are good: quizzes without a finding, tables and lists that load."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from handed_in import QUESTIONS, make_key

from qa_lesson.grading.marking.adjustments import read_adjustments
from qa_lesson.grading.marking.roster import read_roster
from qa_lesson.quiz.lint.bank_lints import lint_bank

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "grading.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.DOTALL | re.M)
PICTURES = re.findall(r"!\[(.*?)\]\((.*?)\)", GUIDE, re.DOTALL)
QUIZZES = [block for block in BLOCKS if "graded: true" in block]
ADJUSTMENTS = [block for block in BLOCKS if block.startswith("adjustments:")]


def test_every_block_is_known():
    assert len(QUIZZES) >= 2
    assert len(ADJUSTMENTS) >= 2
    assert len(QUIZZES) + len(ADJUSTMENTS) == len(BLOCKS)


@pytest.mark.parametrize("text", QUIZZES)
def test_quizzes_have_no_finding(tmp_path, text):
    path = tmp_path / "midterm.yaml"
    path.write_text(text, encoding="utf-8")
    assert lint_bank(files=[path]) == []


@pytest.mark.parametrize("text", ADJUSTMENTS)
def test_adjustments_load(tmp_path, text):
    path = tmp_path / "adjustments.yaml"
    path.write_text(text, encoding="utf-8")
    roster = tmp_path / "roster.csv"
    roster.write_text("email\nann@uni.edu\nbob@uni.edu\n", encoding="utf-8")
    key = make_key([{**QUESTIONS[0], "id": f"q-{name}", "points": 2.0} for name in ("seven", "eight", "nine", "ten")])
    assert len(read_adjustments(path, key, read_roster(roster)).records) == text.count("reason:")


def test_pictures_are_small_and_described():
    shown = {path for _, path in PICTURES}
    assert shown == {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs" / "images").iterdir()}
    for text, path in PICTURES:
        assert len(text) > 60
        assert (ROOT / "docs" / path).stat().st_size <= 120_000
