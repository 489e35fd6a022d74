"""What a lesson's head says about its cost is what was measured."""

import json

import nbformat
import pytest
from lesson_times import LABEL, LESSONS, main, with_times

from qa_lesson.course import LessonTime, lesson_times

HEAD = "# How?\n\n**Time:** 45 minutes\nor more.\n**Before this lesson:** nothing."


def test_the_line_goes_in_once_and_is_replaced():
    once = with_times(HEAD, LessonTime(50, 600))
    assert once.splitlines()[4] == f"{LABEL} 1 minute and 0.7 GB of memory on two CPU cores, the first time."
    twice = with_times(once, LessonTime(200, 1500))
    assert twice == with_times(HEAD, LessonTime(200, 1500))
    assert [line for line in twice.splitlines() if not line.startswith(LABEL)] == HEAD.splitlines()


def test_the_shipped_times_are_of_lessons():
    times = lesson_times()
    assert set(times) <= set(LESSONS)
    assert all(cost.seconds > 0 and cost.peak_mib > 50 for cost in times.values())


@pytest.mark.parametrize("name", LESSONS)
def test_a_head_says_what_was_measured(name):
    source = nbformat.read(LESSONS[name], as_version=4).cells[0].source
    if LABEL in source:
        assert source == with_times(source, lesson_times()[name]), "run python tools/lesson_times.py --heads"
    else:
        assert len(lesson_times()) < len(LESSONS), "all lessons are measured: run python tools/lesson_times.py --heads"


def test_a_lesson_is_measured_in_its_kernel_and_written_back(tmp_path, monkeypatch):
    cells = [nbformat.v4.new_markdown_cell(HEAD), nbformat.v4.new_code_cell("held = bytearray(80_000_000)\n1 + 1")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    path = tmp_path / "05_metrics.ipynb"
    nbformat.write(notebook, path)
    kept = tmp_path / "times.json"
    monkeypatch.setattr("lesson_times.LESSONS", {"05_metrics": path})
    monkeypatch.setattr("lesson_times.LESSON_TIMES_FILE", kept)
    monkeypatch.setattr("qa_lesson.course.times.LESSON_TIMES_FILE", kept)
    monkeypatch.setenv("QA_LESSON_CACHE", "")
    for variable in ("QA_LESSON_PROGRESS", "QA_LESSON_PROJECT"):
        monkeypatch.setenv(variable, "")
    assert main(["05_metrics"]) == 0
    (cost,) = json.loads(kept.read_text())["lessons"].values()
    assert cost["peak_mib"] > 100
    head, code = nbformat.read(path, as_version=4).cells
    assert LABEL in head.source
    assert code.outputs[0].data["text/plain"] == "2"

    broken = nbformat.v4.new_notebook(cells=[cells[0], nbformat.v4.new_code_cell("1 / 0")])
    nbformat.write(broken, path)
    assert main(["05_metrics"]) == 1
    assert "05_metrics" in json.loads(kept.read_text())["lessons"], "the time of the last whole run"
    with pytest.raises(SystemExit, match="no lesson '99'"):
        main(["99"])
