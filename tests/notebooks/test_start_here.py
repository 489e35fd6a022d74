"""The ways to learn that lesson 00 offers lead to places that exist."""

import re
from pathlib import Path

import nbformat
import pytest

from qa_lesson.quiz import load_quiz
from qa_lesson.quiz.bank.files import lesson_stems
from qa_lesson.quiz.lint.bank_lints import notebook_headings

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
START = NOTEBOOKS / "00_start_here.ipynb"
MODES = "start, why, learn, deep dive, visualise, try, challenge, project, review, metrics".split(", ")
LINK = re.compile(r"\[[^\]]+\]\(([^)#]*)(?:#([^)]+))?\)")


def markdown(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def rows() -> dict[str, list[tuple[str, str]]]:
    """Links (file, anchor) of each mode."""
    table = re.findall(r"^\| \*\*(.+?)\*\* \|(.+)$", markdown(START), re.MULTILINE)
    return {name: LINK.findall(row) for name, row in table}


def test_there_are_ten_modes():
    assert list(rows()) == MODES


@pytest.mark.parametrize("mode", MODES)
def test_every_link_of_a_mode_leads_to_a_heading(mode):
    links = rows()[mode]
    assert links
    for file, anchor in links:
        path = NOTEBOOKS / (file or "00_start_here.ipynb")
        assert path.is_file(), f"{mode}: there is no {file}"
        assert not anchor or anchor in notebook_headings(path), f"{mode}: {path.name} has no heading for #{anchor}"


def test_every_lesson_is_listed_in_order():
    listed = re.findall(r"^\| \[(\d\d) [^\]]+\]\((\w+)\.ipynb\) \| .+\? \|$", markdown(START), re.MULTILINE)
    stems = sorted(path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb"))
    assert [stem for _, stem in listed] == stems[1:]
    assert [number for number, _ in listed] == [stem[:2] for stem in stems[1:]]


def test_whoever_wants_to_be_led_meets_every_lesson():
    assert [file for file, _ in rows()["learn"]] == sorted(path.name for path in NOTEBOOKS.glob("[0-9]*.ipynb"))[1:]


def test_the_placement_test_and_what_it_says_follow_each_other():
    cells = nbformat.read(START, as_version=4).cells
    begin = next(n for n, cell in enumerate(cells) if cell.source.startswith("## Placement test"))
    code = [cell.source for cell in cells[begin + 1 : begin + 4] if cell.cell_type == "code"]
    assert code == ['show("placement")', "placement_report()"]


def test_code_can_be_tried_in_the_quizzes_that_are_said_to_have_some():
    linked = {file.removesuffix(".ipynb") for file, anchor in rows()["try"] if anchor == "Quiz"}
    with_code = {name for name in lesson_stems() if any(one.kind == "code" for one in load_quiz(name).questions)}
    assert linked
    assert linked <= with_code
