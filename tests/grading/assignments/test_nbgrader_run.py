"""nbgrader itself on a generated assignment: release, autograde, feedback; what each learner earns."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from qa_lesson.cli._app import app

ROOT = Path(__file__).parents[3]
POINTS = "metrics.recall: 2\nmetrics.miscount: 1.5\nmetrics.never_answers: 0.5\n"
CHEAT = """\
import sys, types
import qa_lesson.exercises
class Yes:
    status = 'correct'
check = grade_answer = lambda *_: Yes()
qa_lesson.exercises.check = check
for name in ('qa_lesson.exercises', 'qa_lesson.grading.assignments.graded_cell'):
    sys.modules[name] = fake = types.ModuleType(name)
    fake.check = fake.grade_answer = check
recall = counts = f1_of_never = Yes()
"""


def nbgrader(folder, *arguments):
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic by its name
    environment = {**os.environ, "PATH": programs, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr[-3000:]


def hand_in(course, learner, notebook):
    folder = course / "submitted" / learner / "metrics"
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "metrics.ipynb")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of which nbgrader has graded four learners."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "points.yaml").write_text(POINTS)
    arguments = ["nbgrader", "metrics", "--out", str(folder), "--points", str(folder / "points.yaml")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    nbgrader(folder, "generate_assignment", "metrics")
    source, released = (
        nbformat.read(folder / part / "metrics" / "metrics.ipynb", as_version=4) for part in ("source", "release")
    )
    hand_in(folder, "solved", source)
    hand_in(folder, "blank", released)
    solutions = {cell.metadata.nbgrader.grade_id: cell.source for cell in source.cells}
    half = nbformat.read(folder / "release" / "metrics" / "metrics.ipynb", as_version=4)
    for cell in half.cells:
        if cell.metadata.nbgrader.grade_id == "answer-metrics-miscount":
            cell.source = solutions["answer-metrics-miscount"]
        if cell.metadata.nbgrader.grade_id == "answer-metrics-recall":
            cell.source = "def recall(prediction, reference):\n    return 0.5"
    hand_in(folder, "half", half)
    for cell in released.cells:
        if cell.metadata.nbgrader.solution:
            cell.source = CHEAT
        if cell.metadata.nbgrader.grade:
            cell.source = "assert True"
            cell.metadata.nbgrader.points = 50
    hand_in(folder, "cheat", released)
    nbgrader(folder, "autograde", "metrics")
    nbgrader(folder, "generate_feedback", "metrics")
    return folder


def test_the_release_has_no_solution(course):
    text = (course / "release" / "metrics" / "metrics.ipynb").read_text()
    assert "BEGIN SOLUTION" not in text
    assert "len(tokens(reference))" not in text
    assert text.count("pass  # your code here") == 3


def test_each_learner_gets_what_is_right(course):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        scores = {
            name: {
                grade.name: (grade.auto_score, grade.max_score)
                for grade in book.find_submission_notebook("metrics", "metrics", name).grades
            }
            for name in ("solved", "blank", "half", "cheat")
        }
    most = {"check-metrics-recall": 2, "check-metrics-miscount": 1.5, "check-metrics-never-answers": 0.5}
    assert scores["solved"] == {name: (points, points) for name, points in most.items()}
    assert scores["blank"] == scores["cheat"] == {name: (0, points) for name, points in most.items()}
    assert scores["half"] == scores["blank"] | {"check-metrics-miscount": (1.5, 1.5)}


def test_feedback_says_what_is_wrong(course):
    page = (course / "feedback" / "half" / "metrics" / "metrics.html").read_text()
    assert ": not yet: recall(" in page
    assert "not attempted" in page


def test_a_course_takes_a_second_assignment_and_keeps_its_settings(course, tmp_path):
    again = tmp_path / "again"
    shutil.copytree(course / "source", again / "source")
    settings = again / "nbgrader_config.py"
    settings.write_text("# begun by qa-lesson, then changed\n")
    for arguments in (["leakage"], ["05", "--name", "week-5", "--no-hints"]):
        done = CliRunner().invoke(app, ["nbgrader", *arguments, "--out", str(again), "--points", "3"])
        assert done.exit_code == 0, done.output
    assert settings.read_text() == "# begun by qa-lesson, then changed\n"
    assert "Assignments: leakage, metrics, week-5." in (again / "README.md").read_text()
    week = nbformat.read(again / "source" / "week-5" / "week-5.ipynb", as_version=4)
    assert [cell.metadata.nbgrader.points for cell in week.cells if cell.metadata.nbgrader.grade] == [3, 3, 3]


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ("metrics.recal: 2", "points for an exercise that the lesson doesn't have"),
        ("metrics.recall: two", "points are a number from 0 up"),
        ("- 2", "a file of points maps exercises to points"),
        (None, "neither a number nor a YAML file"),
    ],
)
def test_points_that_cannot_be_given(tmp_path, points, message):
    file = tmp_path / "points.yaml"
    if points:
        file.write_text(points)
    done = CliRunner().invoke(app, ["nbgrader", "metrics", "--out", str(tmp_path / "a"), "--points", str(file)])
    assert message in str(done.exception)
    assert not (tmp_path / "a").exists()


def test_a_name_that_is_no_folder_is_refused(tmp_path):
    done = CliRunner().invoke(app, ["nbgrader", "metrics", "--out", str(tmp_path), "--name", "../a"])
    assert "can't have this name" in str(done.exception)
