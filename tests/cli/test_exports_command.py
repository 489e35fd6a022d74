"""The commands: quiz moodle, quiz canvas, grades canvas|moodle|lti|similar."""

import csv
import json
import xml.etree.ElementTree as ET
import zipfile

import pytest
from graded_results import RESULTS, UNDER_REVIEW
from typer.testing import CliRunner

from qa_lesson.cli import app
from qa_lesson.errors import BankError, DataError
from qa_lesson.grading.formats.results import results_json


def run(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def grades(tmp_path):
    folder = tmp_path / "grades"
    folder.mkdir()
    (folder / "results.json").write_text(results_json(RESULTS), encoding="utf-8")
    return folder


def test_quizzes_as_moodle_xml(tmp_path):
    result = run("quiz", "moodle", "05_metrics", "06_how_sure_is_a_score", "--out", tmp_path / "q.xml", "--json")
    told = json.loads(result.stdout)
    root = ET.parse(tmp_path / "q.xml").getroot()
    assert told == {"quizzes": 2, "questions": len(root) - 2, "out": str(tmp_path / "q.xml")}


def test_quizzes_as_a_canvas_package(tmp_path):
    result = run("quiz", "canvas", "05_metrics", "--out", tmp_path / "q.zip")
    assert "questions written to" in result.stderr
    assert "1 of them ask for code and are marked by hand there" in result.stderr
    assert len(zipfile.ZipFile(tmp_path / "q.zip").namelist()) == 3


def test_an_unknown_quiz_writes_nothing(tmp_path):
    for command in ("moodle", "canvas"):
        with pytest.raises(BankError, match="no such quiz"):
            run("quiz", command, "nope", "--out", tmp_path / "q")
    assert list(tmp_path.iterdir()) == []


def test_grades_for_each_system(grades, tmp_path):
    told = run("grades", "canvas", grades, "--out", tmp_path / "c.csv", "--assignment", "417", "--json")
    counts = {"grades": 3, "missing": 1, "need_review": 0, "edited_and_ignored": []}
    assert json.loads(told.stdout) == {**counts, "out": str(tmp_path / "c.csv")}
    rows = list(csv.reader((tmp_path / "c.csv").open(encoding="utf-8")))
    assert rows[0][-1] == "Metrics, graded (417)"
    assert len(rows) == 6
    assert "3 grades written" in run("grades", "moodle", grades, "--out", tmp_path / "m.csv").stderr
    assert len((tmp_path / "m.csv").read_text(encoding="utf-8").splitlines()) == 4
    run("grades", "lti", grades / "results.json", "--out", tmp_path / "s.jsonl", "--user-column", "lti")
    lines = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["userId"] for line in lines] == ["sub-1", "sub-2", "sub-4"]


def test_those_under_review_are_told(grades, tmp_path):
    (grades / "results.json").write_text(results_json(UNDER_REVIEW), encoding="utf-8")
    result = run("grades", "canvas", grades, "--out", tmp_path / "c.csv")
    assert "2 grades written" in result.stderr
    assert "1 left out: they have answers that need review; mark them with qa-lesson review" in result.stderr


def test_similar_submissions(grades, tmp_path):
    result = run("grades", "similar", grades, "--out", tmp_path / "similar", "--json")
    assert json.loads(result.stdout) == {"compared": 3, "pairs": 0, "out": str(tmp_path / "similar")}
    assert "0 of 3 pairs to look at" in run("grades", "similar", grades, "--out", tmp_path / "similar").stderr
    assert (tmp_path / "similar" / "similar.html").is_file()


def test_a_folder_without_results_is_an_error(tmp_path):
    for command in ("canvas", "moodle", "lti", "similar"):
        with pytest.raises(DataError, match="no results of a graded quiz"):
            run("grades", command, tmp_path, "--out", tmp_path / "x")
    assert list(tmp_path.iterdir()) == []
