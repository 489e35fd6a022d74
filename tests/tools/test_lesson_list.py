"""The list of lessons is that of the notebooks as they are."""

import sys
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from lesson_list import PAGE, calls, page


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python tools/lesson_list.py"


def test_an_import_is_no_picture():
    cell = nbformat.v4.new_code_cell("from qa_lesson.explorables import span_explorer\nspan_explorer(traced)")
    assert calls(cell) == "span_explorer(traced)"
