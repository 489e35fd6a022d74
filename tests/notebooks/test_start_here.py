"""The ways to learn that lesson 00 offers lead to places that exist."""

import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
MODES = "start, why, learn, deep dive, visualise, try, challenge, project, review, metrics".split(", ")
LINK = re.compile(r"\[[^\]]+\]\(([^)#]*)(?:#([^)]+))?\)")


def markdown(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def anchors(path: Path) -> set[str]:
    """Of the headings, as JupyterLab and nbconvert name them."""
    return {text.strip().replace(" ", "-") for text in re.findall(r"^#+ (.+)$", markdown(path), re.MULTILINE)}


def rows() -> dict[str, list[tuple[str, str]]]:
    """Links (file, anchor) of each mode."""
    table = re.findall(r"^\| \*\*(.+?)\*\* \|(.+)$", markdown(NOTEBOOKS / "00_start_here.ipynb"), re.MULTILINE)
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
        assert not anchor or anchor in anchors(path), f"{mode}: {path.name} has no heading for #{anchor}"


def test_planned_lessons_are_named_without_a_link():
    text = markdown(NOTEBOOKS / "00_start_here.ipynb")
    assert not re.search(r"\]\((0[6-9]|10)_", text)
    assert re.search(r"Planned, not written yet: 06 .*10 review", text)
