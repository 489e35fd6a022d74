"""Lesson 00 leads every learner somewhere: its paths, its list of lessons and its placement test."""

import re
from pathlib import Path

import nbformat
import pytest

from qa_lesson.course import DURATIONS, learning_modes, learning_path

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
START = NOTEBOOKS / "00_start_here.ipynb"
LESSONS = sorted(path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb"))
MODES = "start, why, learn, deep dive, visualize, try, challenge, project, review, metrics".split(", ")


def cells():
    return nbformat.read(START, as_version=4).cells


def markdown() -> str:
    return "\n".join(cell.source for cell in cells() if cell.cell_type == "markdown")


def test_there_are_ten_modes():
    assert list(learning_modes()) == MODES


@pytest.mark.parametrize("mode", MODES)
def test_every_step_of_a_path_is_a_notebook(mode):
    steps = {step.lesson for duration in DURATIONS for step in learning_path(mode, duration).steps}
    assert {step for step in steps if not (NOTEBOOKS / f"{step}.ipynb").is_file()} == set()


def test_every_lesson_is_listed_in_order():
    listed = re.findall(r"^\| \[(\d\d) [^\]]+\]\((\w+)\.ipynb\) \| .+\? \|$", markdown(), re.MULTILINE)
    assert [stem for _, stem in listed] == LESSONS[1:]
    assert [number for number, _ in listed] == [stem[:2] for stem in LESSONS[1:]]


def test_the_readme_lists_every_lesson_in_order():
    readme = (NOTEBOOKS.parent / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[\d\d [^\]]+\]\(notebooks/(\w+)\.ipynb\)", readme, re.MULTILINE) == LESSONS


def test_whoever_wants_to_be_led_meets_every_lesson():
    steps = [step.lesson for step in learning_path("learn", "the whole course").steps]
    assert [step for step in steps if step in LESSONS[1:]] == LESSONS[1:]


def test_the_path_is_chosen_before_anything_else_happens():
    code = [cell.source for cell in cells() if cell.cell_type == "code"]
    assert code[1] == "choose_path()"
    assert "(express.ipynb)" in markdown().partition("## 1. ")[0]


def test_the_placement_test_and_what_it_says_follow_each_other():
    begin = next(n for n, cell in enumerate(cells()) if cell.source.startswith("## Placement test"))
    code = [cell.source for cell in cells()[begin + 1 : begin + 4] if cell.cell_type == "code"]
    assert code == ['show("placement")', "placement_report()"]
