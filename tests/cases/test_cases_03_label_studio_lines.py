"""Row 3: Label Studio regions over passages with Windows line ends: the right span, or a refusal that names them."""

import json
from pathlib import Path

import pytest

from qa_lesson.loading import read_examples

INPUTS = Path(__file__).parent / "inputs"
LINES = "Harbour rules.\r\nLamps are lit at dusk.\r\nBram Keating keeps the light."


@pytest.fixture
def read(tmp_path):
    def reading(tasks):
        path = tmp_path / "export.json"
        path.write_text(json.dumps(tasks), encoding="utf-8")
        return read_examples(path)

    return reading


def task(context, start, end, text=None):
    value = {"start": start, "end": end, "labels": ["Answer"]} | ({} if text is None else {"text": text})
    result = [{"value": value, "id": "r1", "from_name": "label", "to_name": "text", "type": "labels"}]
    return {"id": 7, "annotations": [{"id": 1, "result": result}], "data": {"text": context, "question": "Who?"}}


@pytest.mark.parametrize("name", ["ls_crlf_silent.json", "ls_crlf_notext.json"])
def test_a_region_without_text_is_refused(name):
    report = read_examples(INPUTS / name)
    (problem,) = report.problems
    assert "task 7" in problem.where
    assert "region 'r1'" in problem.what
    assert "Windows line ends" in problem.what
    assert report.examples == ()


@pytest.mark.parametrize("start", [LINES.index("Bram"), LINES.index("Bram") - 2])
def test_with_its_text_either_way_of_counting_is_exact(start, read):
    (example,) = read([task(LINES, start, start + 12, "Bram Keating")]).examples
    assert (example.answers[0].text, example.answers[0].start) == ("Bram Keating", LINES.index("Bram"))


def test_a_text_of_two_lines_keeps_the_line_ends_of_the_passage(read):
    start = LINES.index("dusk") - 1
    (example,) = read([task(LINES, start, start + 10, "dusk.\nBram")]).examples
    assert example.answers[0].text == "dusk.\r\nBram"


def test_emoji_and_windows_lines_together(read):
    context = "🌊 tide\r\n🌊 table\r\nBram keeps it."
    in_browser = len("🌊 tide\n🌊 table\n") + 2
    (example,) = read([task(context, in_browser, in_browser + 4, "Bram")]).examples
    assert example.answers[0].start == context.index("Bram")


def test_a_text_that_both_ways_of_counting_allow_is_refused(read):
    (problem,) = read([task("x\r\naaaa", 3, 4, "a")]).problems
    assert "more than one place" in problem.what


@pytest.mark.parametrize("context", ["One.\nTwo.\nBram.", "One.\rTwo.\rBram.", "Bram.\r\nLater."])
def test_a_region_without_text_is_fine_if_nothing_before_it_is_counted_differently(context, read):
    start = context.index("Bram")
    (example,) = read([task(context, start, start + 4)]).examples
    assert example.references == ("Bram",)
