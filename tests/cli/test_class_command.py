"""`qa-lesson class`: the page, the table, JSON, what is named, and what is never overwritten."""

import csv
import json
from pathlib import Path

import pytest
from class_files import attempt, export
from handed_in import write_roster
from typer.testing import CliRunner

import qa_lesson.cli  # noqa: F401  adds the commands
from qa_lesson.cli._app import app
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.quiz.bank.files import load_quiz

METRICS = load_quiz("metrics")


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_roster(Path("roster.csv"), "ann", "bob")
    Path("in").mkdir()
    Path("in/a.json").write_text(export("ann", [attempt("metrics", one.id, True) for one in METRICS.questions]))


def run(*arguments: str):
    return CliRunner().invoke(app, ["class", "in", "--roster", "roster.csv", *arguments])


def test_the_page_and_the_table_are_written_and_written_again():
    for _ in range(2):
        done = run("--participation", "participation.csv")
        assert done.exit_code == 0, done.output
        assert "1 learner of 2 sent a file" in done.output
        assert "<title>The class at a glance</title>" in Path("class.html").read_text(encoding="utf-8")
    with Path("participation.csv").open(encoding="utf-8", newline="") as file:
        assert [row["questions_answered"] for row in csv.DictReader(file)] == ["10", ""]


def test_json_has_everything_and_nothing_else_is_printed():
    record = json.loads(run("--json", "--out", "other.html").stdout)
    assert [one["learner"] for one in record["learners"]] == ["ann", "bob"]
    assert record["learners"][0]["lessons"]["metrics"] == {"answered": 10, "right": 10, "right_since": 0}
    assert record["learners"][1] == {
        "learner": "bob", "sent": False, "contents": None, "worked_through": None, "lessons": {},
    }  # fmt: skip
    assert {one["verdict"] for one in record["objectives"]} == {"too few"}
    assert Path("other.html").exists()


def test_a_bad_file_is_named_and_the_page_is_there_all_the_same():
    Path("in/bad.json").write_text("{")
    Path("in/b.json").write_text(export("eve"))
    done = run()
    assert done.exit_code == 1
    assert "in/bad.json: it is not exported progress" in done.output
    assert "in/b.json: its learner is not on the roster" in done.output
    assert "in/bad.json" in Path("class.html").read_text(encoding="utf-8")


def test_foreign_files_are_spared_and_missing_ones_told():
    Path("class.html").write_text("<!DOCTYPE html> my own")
    assert isinstance(run().exception, ConfigError)
    assert Path("class.html").read_text() == "<!DOCTYPE html> my own"
    assert run("--force").exit_code == 0
    assert isinstance(run("--out", "roster.csv").exception, ConfigError)
    assert isinstance(run("--out", "same.html", "--participation", "same.html").exception, ConfigError)
    done = CliRunner().invoke(app, ["class", "nowhere", "--roster", "roster.csv", "--force"])
    assert isinstance(done.exception, DataError)
