"""`qa-lesson progress` tells what the dashboard tells, and leaves a file named by mistake alone."""

import json
import sqlite3
from contextlib import closing

import pytest
from typer.testing import CliRunner

from qa_lesson.cli._app import app
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.quiz.bank.files import load_quiz
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.learner_rows import Attempt, Review


@pytest.fixture
def progress(tmp_path, monkeypatch):
    monkeypatch.setenv("QA_LESSON_PROGRESS", str(tmp_path / "default.sqlite"))
    monkeypatch.setenv("COLUMNS", "200")
    return Progress.open(tmp_path / "mine.sqlite")


def answer(progress, quiz, question, correct, confidence=None):
    progress.record(
        Attempt(
            learner=progress.learner, quiz=quiz.name, question=question.id, objective=question.objective,
            difficulty=question.difficulty, kind=question.kind, response="x", credit=float(correct), correct=correct,
            confidence=confidence,
        )
    )  # fmt: skip


def run(*arguments) -> str:
    result = CliRunner().invoke(app, ["progress", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_json_and_table_tell_the_same(progress):
    quiz = load_quiz("metrics")
    first, second = quiz.questions[0], quiz.questions[1]
    answer(progress, quiz, first, False, confidence=0.95)
    answer(progress, quiz, first, True)
    answer(progress, quiz, second, True)
    record = json.loads(run("--file", progress.path, "--json"))
    assert (record["right"], record["answered"], record["attempts"]) == (1, 2, 3)
    assert record["interval"] == pytest.approx([0.0945, 0.9055], abs=1e-4)
    assert record["file"] == str(progress.path)
    assert sum(one["answered"] for one in record["objectives"]) == 2
    assert record["confidence"] == [
        {"said": 0.95, "right": 0, "answered": 1, "interval": pytest.approx([0, 0.7935], abs=1e-4),
         "verdict": "less right than you said"}
    ]  # fmt: skip
    assert record["revisit"] == [{"quiz": "metrics", "objective": first.objective}]
    assert [one["missed_sections"] for one in record["objectives"] if one["objective"] == first.objective] == [
        [first.section]
    ]
    told = run("--file", progress.path)
    assert "1 of 2" in told
    assert "9% to 91%" in told
    assert first.section in told
    assert f"3 attempts in {progress.path}" in told


def test_without_file_the_learners_own_is_shown(tmp_path, progress):
    record = json.loads(run("--json"))
    assert (record["file"], record["answered"], record["interval"]) == (str(tmp_path / "default.sqlite"), 0, None)
    assert "0 attempts" in run()


def test_export_then_import(tmp_path, progress):
    quiz = load_quiz("metrics")
    answer(progress, quiz, quiz.questions[0], True)
    progress.record_review(Review(learner=progress.learner, card=quiz.questions[0].id, rating=3))
    out = tmp_path / "answers.json"
    assert json.loads(run("--file", progress.path, "--export", out, "--json"))["exported"] == str(out)
    record = json.loads(run("--import", out, "--json"))
    assert (record["imported"], record["attempts"], record["reviews"]) == (2, 1, 1)
    assert record["learner"] == progress.learner
    assert "0 new from" in run("--import", out)


@pytest.mark.parametrize("content", ["foreign", "damaged", "missing"])
def test_a_file_named_by_mistake_is_left_alone(tmp_path, content):
    path = tmp_path / "bookmarks.sqlite"
    if content == "foreign":
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE bookmarks (address TEXT)")
    elif content == "damaged":
        path.write_text("no database")
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(DataError) as caught:
        CliRunner().invoke(app, ["progress", "--file", str(path)], catch_exceptions=False)
    assert caught.value.where == str(path)
    assert (path.read_bytes() if path.exists() else None) == before
    assert list(tmp_path.iterdir()) == ([path] if before else [])


def test_export_tells_what_is_in_the_file_and_takes_the_smaller_version(tmp_path, progress):
    quiz = load_quiz("metrics")
    answer(progress, quiz, quiz.questions[0], True)
    out = tmp_path / "out.json"
    told = run("--file", progress.path, "--export", out, "--contents", "mastery", "--from", "ann@uni.edu")
    assert "contains" in told
    assert "does not contain any answer" in told
    assert told.index("does not contain") < told.index("written to")
    record = json.loads(out.read_text())
    assert (record["contents"], record["from"]) == ("mastery", "ann@uni.edu")
    assert "attempts" not in record
    again = json.loads(run("--file", progress.path, "--export", out, "--json"))
    assert "every attempt" in again["contents"]["contains"]
    assert json.loads(out.read_text())["contents"] == "everything"


@pytest.mark.parametrize("arguments", [["--contents", "some"], ["--contents", "answers"], ["--from", "a\u200bb"]])
def test_an_export_that_cannot_be_is_not_begun(tmp_path, progress, arguments):
    with pytest.raises(ConfigError):
        run("--file", progress.path, "--export", tmp_path / "out.json", *arguments)
    assert not (tmp_path / "out.json").exists()


def test_a_person_at_a_terminal_is_asked_who_it_is_from(tmp_path, progress, monkeypatch):
    monkeypatch.setattr("typer.prompt", lambda question, **_: "ann" if "address or number" in question else "")
    monkeypatch.setattr("qa_lesson.cli.teaching.progress._at_terminal", lambda: True)
    run("--file", progress.path, "--export", tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text())["from"] == "ann"
