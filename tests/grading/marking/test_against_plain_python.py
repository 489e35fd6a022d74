"""The benchmark's arithmetic in plain Python, on 200 of its synthetic submissions of 30 questions."""

import importlib
from pathlib import Path

import pytest

from qa_lesson.grading.analysis.item_analysis import analyse_items
from qa_lesson.grading.marking.grade import grade
from qa_lesson.grading.marking.roster import read_roster


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "benchmarks"))
    return importlib.import_module("grading")


def test_grades_and_item_statistics_are_those_of_plain_python(benchmark, tmp_path):
    key = benchmark.practice_key(benchmark.QUESTIONS)
    assert {question.kind for question in key.questions} == {
        "single", "multi", "numeric", "text", "span", "ordering", "code",
    }  # fmt: skip
    texts = benchmark.write_submissions(tmp_path, key, benchmark.COMPARED, seed=1)
    graded = grade([tmp_path / "submissions"], key, read_roster(tmp_path / "roster.csv"))
    assert len(graded.results.handed_in) == benchmark.COMPARED
    assert [one.learner.id for one in graded.results.missing] == ["nobody"]
    assert graded.by_hand == ()
    plain = benchmark.plain_grades(key, texts)
    assert benchmark.largest_difference(graded, analyse_items(graded.results, key), plain) < 1e-9


def test_points_of_questions_of_ones_own_are_those_of_plain_python(benchmark, tmp_path):
    key = benchmark.personal_key()
    texts = benchmark.write_submissions(tmp_path, key, 60, seed=2)
    graded = grade([tmp_path / "submissions"], key, read_roster(tmp_path / "roster.csv"))
    assert len(graded.results.handed_in) == 60
    for result in graded.results.handed_in:
        name = result.learner.id
        row = benchmark.plain_row(key.for_learner(name), texts[name])
        assert len(row) == benchmark.QUESTIONS
        assert result.points == pytest.approx(sum(points or 0 for points in row), abs=1e-9)
