"""Feedback pages go back under the names by which Moodle and Canvas know the submissions."""

import json
import zipfile
from pathlib import Path

import pytest
from handed_in import hand_in, write_key
from typer.testing import CliRunner

import qa_lesson.cli  # noqa: F401  the commands
from qa_lesson.cli._app import app
from qa_lesson.errors import ConfigError, DataError

ROSTER = "name,email\nAnn Lee,ann@uni.edu\nBob Roe,bob@uni.edu\nCyd Poe,cyd@uni.edu\nDan Fox,dan@uni.edu\n"


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_key(tmp_path / "key.json")
    Path("roster.csv").write_text(ROSTER, encoding="utf-8")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


def graded(*arguments):
    return run("grade", "in", "--key", "key.json", "--roster", "roster.csv", "--out", "out", *arguments)


def names(path):
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_moodle_gets_a_folder_for_each_participant(course):
    hand_in(course / "in" / "Ann Lee_71_assignsubmission_file_", "ann@uni.edu")
    hand_in(course / "in", "bob@uni.edu", name="Bob Roe_72_assignsubmission_file_x.jsonl")
    hand_in(course / "in", "cyd@uni.edu", {"q-code": "0.5"}, name="Cyd Poe_73_assignsubmission_file_x.jsonl")
    graded()
    told = run("grades", "feedback", "out", "moodle", "--out", "f.zip", "--json")
    assert json.loads(told.stdout) == {"pages": 2, "left_out": [], "out": "f.zip"}
    assert names("f.zip") == [
        "Ann Lee_71_assignsubmission_file_/feedback.html",
        "Bob Roe_72_assignsubmission_file_/feedback.html",
    ]
    with zipfile.ZipFile("f.zip") as archive:
        assert "Ann Lee" in archive.read(archive.namelist()[0]).decode()
    first = Path("f.zip").read_bytes()
    assert run("grades", "feedback", "out", "moodle", "--out", "f.zip").exit_code == 0
    assert Path("f.zip").read_bytes() == first


def test_moodles_own_rule_reads_the_names(course):
    """``mod/assign/feedback/file/importziplib.php`` splits the path at the first four underscores."""
    hand_in(course / "in" / "Ann Lee_71_assignsubmission_file_", "ann@uni.edu")
    graded()
    run("grades", "feedback", "out", "moodle", "--out", "f.zip")
    name, number, kind, plugin, file = names("f.zip")[0].split("_", 4)
    assert (name, number, kind, plugin, file) == ("Ann Lee", "71", "assignsubmission", "file", "/feedback.html")


def test_members_of_a_group_need_the_worksheet(course):
    hand_in(course / "in" / "T-Ann Lee_71_assignsubmission_file_", "ann@uni.edu")
    Path("groups.csv").write_text("learner,group\nann@uni.edu,T\nbob@uni.edu,T\n", encoding="utf-8")
    graded("--groups", "groups.csv")
    told = run("grades", "feedback", "out", "moodle", "--out", "f.zip")
    assert "1 left out, whose number is not known: Bob Roe" in " ".join(told.output.split())
    Path("w.csv").write_text(
        "Identifier,Email address\nParticipant 71,ann@uni.edu\nParticipant 72,bob@uni.edu\n", encoding="utf-8"
    )
    assert run("grades", "feedback", "out", "moodle", "--out", "f.zip", "--worksheet", "w.csv").exit_code == 0
    assert [name.split("_")[:2] for name in names("f.zip")] == [["Ann Lee", "71"], ["Bob Roe", "72"]]


def test_canvas_gets_the_names_of_the_submissions(course):
    hand_in(course / "in", "ann@uni.edu", name="leeann_LATE_301_9001_a.jsonl")
    hand_in(course / "in", "bob@uni.edu", name="roebob_302_9002_submission_1.jsonl")
    graded()
    assert run("grades", "feedback", "out", "canvas", "--out", "f.zip").exit_code == 0
    assert names("f.zip") == ["leeann_LATE_301_9001_feedback.html", "roebob_302_9002_feedback.html"]


def test_what_cannot_be_packed_is_told(course):
    hand_in(course / "in", "ann@uni.edu")
    graded()
    for lms in ("moodle", "canvas"):
        told = run("grades", "feedback", "out", lms, "--out", "f.zip").exception
        assert isinstance(told, DataError)
        assert "no one's number is known" in str(told)
    assert isinstance(run("grades", "feedback", "out", "ilias", "--out", "f.zip").exception, ConfigError)
    Path("g.zip").write_bytes(b"mine")
    assert isinstance(run("grades", "feedback", "out", "moodle", "--out", "g.zip").exception, ConfigError)
    assert Path("g.zip").read_bytes() == b"mine"


def test_pages_have_the_solution_if_the_instructor_wants_it(course):
    hand_in(course / "in", "ann@uni.edu", {"q-one": "a"})
    graded()
    (without,) = [path for path in Path("out/feedback").iterdir() if "ann" in path.name]
    assert "Solution" not in without.read_text(encoding="utf-8")
    graded("--solutions")
    page = without.read_text(encoding="utf-8")
    assert page.count("<summary>Solution</summary>") == 7
    assert "Text of b" in page
    assert "<li><p>Look.</p>" in page
