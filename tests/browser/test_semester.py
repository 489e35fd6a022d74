"""The class of 90 of `semester`, as a test."""

from __future__ import annotations

from semester import N, play


def test_a_class_from_the_quiz_to_the_grades(browser, tmp_path):
    told: list[str] = []
    semester = play(tmp_path, browser, told.append)
    assert [line.split("s  ")[1].split(":")[0] for line in told] == [
        "handed out", "handed in", "graded", "marked in the browser", "settled together", "graded with the marks",
        "regraded", "given back",
    ]  # fmt: skip
    assert len(semester.expected()) > 0.8 * N
