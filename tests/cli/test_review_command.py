"""The command that opens the review page."""

import builtins
import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from handed_in import RIGHT, hand_in, write_key, write_roster
from typer.testing import CliRunner

import qa_lesson.cli  # noqa: F401  the commands
from qa_lesson.cli._app import app
from qa_lesson.errors import QALessonError
from qa_lesson.grading.formats.marks_journal import MarkerDecision, MarksJournal, read_marks
from qa_lesson.grading.formats.results import load_results


def run(*arguments, expect=0):
    result = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=True)
    if isinstance(result.exception, QALessonError):
        raise result.exception
    assert result.exit_code == expect, result.output
    return result


def grade(*more):
    return run("grade", "in", "--key", "key.json", "--roster", "roster.csv", *more)


@pytest.fixture
def course(tmp_path, monkeypatch) -> Path:
    """A graded quiz with one answer that waits."""
    monkeypatch.chdir(tmp_path)
    hand_in(tmp_path / "in", "ann", {**RIGHT, "q-code": "0.5"})
    hand_in(tmp_path / "in", "bob")
    write_key(tmp_path / "key.json")
    write_roster(tmp_path / "roster.csv", "ann", "bob")
    grade("--out", "graded")
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")
def test_marks_of_the_page_grade_the_quiz(course):
    command = [sys.executable, "-m", "qa_lesson.cli", "review", "graded", "--marker", "Ada", "--names", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        url = running.stdout.readline().strip()
        address = urlsplit(url)
        assert address.hostname == "127.0.0.1"
        page = json.load(urllib.request.urlopen(f"{url}items"))
        (question,) = page["questions"]
        (answer,) = question["answers"]
        assert (answer["response"], answer["learners"]) == ("0.5", ["Name of ann"])
        body = {"review": answer["review"], "levels": None, "credit": 0.75, "comment": "It works."}
        headers = {"Content-Type": "application/json", "Origin": f"http://{address.netloc}"}
        request = urllib.request.Request(f"{url}decide", json.dumps(body).encode(), headers)
        assert json.load(urllib.request.urlopen(request))["mark"]["credit"] == 0.75
        running.terminate()
        told = running.communicate(timeout=60)[1]
        assert running.returncode == 0
    assert "1 of 1 answer marked" in told
    marks = course / "graded.marks.jsonl"
    assert str(marks) in told
    assert "without names" not in told
    grade("--out", "graded", "--reviews", marks)
    ann = load_results("graded").learners[0].questions[-1]
    assert (ann.credit, ann.feedback) == (0.75, "It works.")
    assert json.loads(marks.read_text().splitlines()[1])["marker"] == "Ada"


def test_grading_names_the_command(course):
    output = " ".join(grade("--out", "graded").output.split())
    assert "qa-lesson review graded" in output


def test_nothing_to_mark_is_told(course):
    (course / "in" / "ann.jsonl").unlink()
    grade("--out", "graded")
    assert "no answer waits" in run("review", "graded", "--no-browser").output
    assert not (course / "graded.marks.jsonl").exists()


def test_another_name_is_asked_for_when_someone_else_has_marked(course, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "cyd")
    journal = MarksJournal("graded.marks.jsonl", load_results("graded").bundle)
    journal.decide(MarkerDecision("Ada", "0" * 16, None, 1.0, "", "2026-03-02T09:00:00Z"))
    with pytest.raises(QALessonError, match="--marker NAME") as caught:
        run("review", "graded", "--no-browser")
    assert "Ada" in str(caught.value)


def test_a_login_name_that_cannot_be_had_is_asked_for(course, monkeypatch):
    def unknown():
        raise KeyError("no such user")

    monkeypatch.setattr("getpass.getuser", unknown)
    with pytest.raises(QALessonError, match="--marker NAME"):
        run("review", "graded", "--no-browser")


@pytest.mark.parametrize("name", ["agreed", "", "x" * 61])
def test_a_name_that_is_none_is_refused(course, name):
    with pytest.raises(QALessonError, match="name"):
        run("review", "graded", "--no-browser", "--marker", name)


def test_an_unknown_question_is_refused_with_those_there_are(course):
    with pytest.raises(QALessonError, match="q-code"):
        run("review", "graded", "--no-browser", "--question", "q-one")


def test_a_folder_without_answers_is_refused(tmp_path):
    with pytest.raises(QALessonError, match="grade"):
        run("review", tmp_path, "--no-browser")


def test_marks_inside_the_folder_are_refused(course):
    with pytest.raises(QALessonError, match="inside"):
        run("review", "graded", "--no-browser", "--marks", "graded/marks.jsonl")


def test_marks_of_another_quiz_are_refused(course):
    MarksJournal("marks.jsonl", "f" * 32)
    with pytest.raises(QALessonError, match="another quiz"):
        run("review", "graded", "--no-browser", "--marks", "marks.jsonl")


def test_without_the_libraries_it_says_what_to_install(course, monkeypatch):
    real = builtins.__import__

    def refuse(name, *rest, **options):
        if name.startswith(("starlette", "uvicorn")):
            raise ImportError(f"no {name}", name=name)
        return real(name, *rest, **options)

    for name in [name for name in sys.modules if "review_server" in name or name.startswith("starlette")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(QALessonError, match=r'pip install "qa-lesson\[serving\]"'):
        run("review", "graded", "--no-browser")


def test_a_torn_file_is_repaired_and_told(course, monkeypatch):
    monkeypatch.setattr("qa_lesson.serving.lifetime.run_service", lambda service, listening: listening.close())
    marks = course / "graded.marks.jsonl"
    MarksJournal(marks, load_results("graded").bundle)
    with marks.open("a") as file:
        file.write('{"marker": "Ad')
    result = run("review", "graded", "--no-browser", "--marker", "Ada")
    assert "cut off" in " ".join(result.output.split())
    assert read_marks(marks).torn == 0
    (aside,) = course.glob("graded.marks.jsonl.partial-*")
    assert aside.read_text() == '{"marker": "Ad'
