import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from handed_in import BUNDLE, DEADLINE, RIGHT, hand_in, submission, write_key, write_roster
from typer.testing import CliRunner

from qa_lesson.cli._app import app
from qa_lesson.errors import QALessonError
from qa_lesson.grading.formats.marks_journal import MarkerDecision, MarksJournal
from qa_lesson.grading.formats.results import load_results

HOSTILE = '=HYPERLINK("https://evil.example")'


@pytest.fixture
def course(tmp_path, monkeypatch) -> Path:
    """Submissions of ann and bob, a damaged one, a missing learner, the key and a roster, in the current folder."""
    monkeypatch.chdir(tmp_path)
    hand_in(tmp_path / "in", "ann")
    hand_in(tmp_path / "in", "bob", {**RIGHT, "q-one": "a", "q-word": HOSTILE, "q-code": "0.5"})
    (tmp_path / "in" / "cut.jsonl").write_text(submission("cyd")[:-30], encoding="utf-8")
    write_key(tmp_path / "key.json")
    write_roster(tmp_path / "roster.csv", "ann", "bob", "cyd")
    return tmp_path


def run(*arguments, expect=1):
    import qa_lesson.cli  # noqa: F401  the commands

    command = ["grade", *map(str, arguments), "--key", "key.json", "--roster", "roster.csv"]
    result = CliRunner().invoke(app, command, catch_exceptions=True)
    if isinstance(result.exception, QALessonError):
        raise result.exception
    assert result.exit_code == expect, result.output
    return result


def rows(path) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def content(folder) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def test_the_folder_holds_everything_and_missing_is_no_zero(course):
    run("in", "--out", "out")
    found = content("out")
    assert {name for name in found if "/" not in name} == {
        "gradebook.csv", "responses.csv", "item_analysis.csv", "option_analysis.csv", "item_analysis.json",
        "needs_review.csv", "review_items.json", "rejects.csv", "results.json", "report.html", "manifest.json",
    }  # fmt: skip
    ann, bob, cyd = rows("out/gradebook.csv")
    assert (ann["points"], ann["percent"], ann["status"], ann["Q5 q-span"]) == ("11", "100", "graded", "3")
    assert (bob["points"], bob["status"], bob["Q1 q-one"], bob["Q7 q-code"]) == (
        "7",
        "needs review",
        "0",
        "needs review",
    )
    assert (cyd["points"], cyd["status"], cyd["Q1 q-one"], cyd["possible"]) == ("", "missing", "", "11")
    assert {row["learner"] for row in rows("out/responses.csv")} == {"ann", "bob"}
    (reject,) = rows("out/rejects.csv")
    assert (reject["file"], reject["outcome"], reject["learner"]) == ("in/cut.jsonl", "rejected", "cyd")
    for row in (ann, bob, cyd):
        assert (Path("out") / row["feedback"]).is_file()


def test_the_same_input_gives_the_same_bytes_wherever_it_stands(course, tmp_path_factory, monkeypatch):
    run("in", "--out", "out")
    first = content("out")
    run("in", "--out", "out")
    assert content("out") == first
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for name in ("key.json", "roster.csv"):
        (elsewhere / name).write_bytes((course / name).read_bytes())
    for path in sorted((course / "in").iterdir(), reverse=True):  # written in another order
        (elsewhere / "in").mkdir(exist_ok=True)
        (elsewhere / "in" / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(elsewhere)
    run(elsewhere / "in", "--out", "new/out")
    assert content("new/out") == first


def test_the_manifest_has_every_hash(course):
    from hashlib import sha256

    run("in", "--out", "out", "--late", "accept", "--attempts", "best")
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    found = content("out")
    del found["manifest.json"]
    assert manifest["outputs"] == {name: sha256(data).hexdigest() for name, data in found.items()}
    assert manifest["inputs"] == {
        name: sha256(Path(file).read_bytes()).hexdigest()
        for name, file in (("key", "key.json"), ("roster", "roster.csv"))
    }
    assert {one["file"]: one["sha256"] for one in manifest["submissions"]} == {
        f"in/{path.name}": sha256(path.read_bytes()).hexdigest() for path in Path("in").iterdir()
    }
    assert manifest["rules"]["attempts"] == "best"
    assert {"python", "qa-lesson", "numpy", "scipy"} <= set(manifest["versions"])


def test_formulas_are_text_in_every_table(course):
    write_roster(course / "roster.csv", "ann", "bob")
    text = (
        (course / "roster.csv").read_text(encoding="utf-8").replace("Name of ann", "=1+1").replace("Name of bob", "@x")
    )
    (course / "roster.csv").write_text(text, encoding="utf-8")
    (course / "in" / "=cmd.jsonl").write_text("?", encoding="utf-8")
    run("in", "--out", "out")
    assert [row["name"] for row in rows("out/gradebook.csv")] == ["'=1+1", "'@x"]
    assert f"'{HOSTILE}" in {row["response"] for row in rows("out/responses.csv")}
    for path in Path("out").glob("*.csv"):
        for row in rows(path):
            assert not [cell for cell in row.values() if cell.startswith(("=", "+", "@", "\t", "\r"))]


def test_regrading_with_a_corrected_key_shows_who_changes_and_by_how_much(course):
    run("in", "--out", "old")
    key = json.loads(Path("key.json").read_text(encoding="utf-8"))
    for option in key["questions"][0]["options"]:
        option["correct"] = option["id"] == "a"
    Path("key.json").write_text(json.dumps(key), encoding="utf-8")
    result = run("in", "--out", "new", "--previous", "old", "--json")
    assert json.loads(result.stdout)["changed"] == 2
    changes = {row["learner"]: row for row in rows("new/changes.csv")}
    assert {name: (row["points_before"], row["points_after"], row["difference"]) for name, row in changes.items()} == {
        "ann": ("11", "10", "-1"), "bob": ("7", "8", "1"),
    }  # fmt: skip
    assert changes["ann"]["questions"] == "Q1: 1 -> 0"
    assert "2 grades changed: 1 up, 1 down, 0 otherwise." in Path("new/report.html").read_text(encoding="utf-8")
    run("in", "--out", "same", "--previous", "new")
    assert rows("same/changes.csv") == []
    assert "No one's grade changes." in Path("same/report.html").read_text(encoding="utf-8")


def test_marks_settle_answers_unless_markers_disagree(course):
    run("in", "--out", "out")
    (row,) = rows("out/needs_review.csv")

    def decide(marker, credit, comment=""):
        one = MarkerDecision(marker, row["review"], None, credit, comment, "2026-03-02T09:00:00Z")
        MarksJournal("out.marks.jsonl", BUNDLE).decide(one)

    decide("Ada", 0.5, "Right value.")
    decide("Bo", 1)
    result = run("in", "--out", "new", "--reviews", "out.marks.jsonl", "--json")
    assert json.loads(result.stdout)["reviews_disputed"] == 1
    assert json.loads(result.stdout)["need_review"] == 1
    assert "markers disagree on 1 answer" in run("in", "--out", "new", "--reviews", "out.marks.jsonl").output
    decide("agreed", 0.75, "Right value, in your own way.")
    result = run("in", "--out", "new", "--reviews", "out.marks.jsonl", "--json")
    assert json.loads(result.stdout)["reviews_disputed"] == json.loads(result.stdout)["need_review"] == 0
    bob = load_results("new").learners[1].questions[-1]
    assert (bob.credit, bob.feedback) == (0.75, "Right value, in your own way.")


def test_marks_of_another_quiz_are_refused(course):
    MarksJournal("marks.jsonl", "f" * 32)
    with pytest.raises(QALessonError, match="another quiz"):
        run("in", "--out", "out", "--reviews", "marks.jsonl")
    assert not Path("out").exists()


def test_filled_in_reviews_settle_answers(course):
    run("in", "--out", "out")
    (row,) = rows("out/needs_review.csv")
    assert (row["question"], row["response"], row["submissions"], row["credit"]) == ("q-code", "0.5", "1", "")
    row["credit"], row["comment"] = "0.75", "It works."
    with Path("reviews.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)
        writer.writerow({**row, "review": "f" * 16})
    result = run("in", "--out", "new", "--previous", "out", "--reviews", "reviews.csv", "--json")
    assert json.loads(result.stdout)["reviews_not_used"] == ["f" * 16]
    (change,) = rows("new/changes.csv")
    assert (change["status_before"], change["status_after"], change["difference"]) == ("needs review", "graded", "1.5")
    assert change["questions"] == "Q7: needs review -> 1.5"
    assert rows("new/needs_review.csv") == []


def test_a_mean_with_answers_that_wait_says_that_it_is_not_the_last_one(course):
    before = run("in", "--out", "out").output
    assert "answers that need review count as 0 until then" in " ".join(before.split())
    assert "Mean so far" in Path("out/report.html").read_text(encoding="utf-8")
    (row,) = rows("out/needs_review.csv")
    with Path("reviews.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow({**row, "credit": "1"})
    after = run("in", "--out", "new", "--reviews", "reviews.csv").output
    assert "mean" in after
    assert "count as 0" not in " ".join(after.split())
    assert "Mean so far" not in Path("new/report.html").read_text(encoding="utf-8")


def test_a_file_in_anothers_upload_is_held_back_and_named_first(course, capfd):
    hand_in(course / "in" / "Name of bob_72_assignsubmission_file_", "ann", name="x.jsonl")
    (course / "in" / "cut.jsonl").unlink()
    result = run("in", "--out", "out")  # with exit code 1
    assert "held back: in/Name of bob_72_assignsubmission_file_/x.jsonl: Name of bob (bob) uploaded it" in result.output
    found = {row["outcome"]: row for row in rows("out/rejects.csv")}
    assert found["held back"]["uploaded_by"] == "bob"
    ann, bob, cyd = rows("out/gradebook.csv")
    assert [row["note"] for row in (ann, bob, cyd)] == ["", "2 files held back, see rejects.csv", ""]  # and bob's own
    report = Path("out/report.html").read_text(encoding="utf-8")
    assert report.index("Whose file is it?") < report.index(">Result<")
    assert json.loads(run("in", "--out", "out", "--json").stdout)["held_back"] == 2
    refused("no such time zone", "in", "--out", "out", "--upload-zone", "Mars")
    (course / "worksheet.csv").write_text("Identifier,ID\nParticipant 72,ann\n", encoding="utf-8")
    (course / "in" / "ann.jsonl").unlink()
    run("in", "--out", "out", "--worksheet", "worksheet.csv", "--upload-zone", "UTC", expect=0)
    assert json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))["inputs"].keys() >= {"worksheet"}


def test_late_penalties_are_told(course):
    write_key(course / "key.json", deadline=DEADLINE.isoformat())
    hand_in(course / "in", "ann", start=DEADLINE)
    run("in", "--out", "out", "--late", "penalty", "--late-rate", "0.1", "--no-partial-credit")
    ann = rows("out/gradebook.csv")[0]
    assert (ann["points"], ann["penalty"], ann["late_days"]) == ("9.9", "1.1", "1")


def test_results_can_be_loaded_from_the_folder(course):
    run("in", "--out", "out")
    results = load_results("out")
    assert [one.points for one in results.learners] == [11, 7, None]
    assert results.learners[0].learner.email == "ann@example.org"


def refused(what, *arguments):
    with pytest.raises(QALessonError, match=what) as caught:
        run(*arguments)
    assert caught.value.fix


def test_the_output_folder_never_replaces_what_grading_did_not_write(course):
    run("in", "--out", "out")
    before = content("out")
    Path("out/notes.txt").write_text("mine", encoding="utf-8")
    refused("holds something that grading did not write", "in", "--out", "out")
    Path("out/notes.txt").unlink()
    Path("out/gradebook.csv").write_text("opened and saved", encoding="utf-8")
    refused("holds something that grading did not write", "in", "--out", "out")
    Path("out/gradebook.csv").write_bytes(before["gradebook.csv"])
    run("in", "--out", "out")
    refused("would replace what is to be read", "in", "--out", ".")
    refused("would replace what is to be read", "in", "--out", "in")
    refused("would replace what is to be read", "in", "--out", "out", "--previous", "out")
    (course / "other").mkdir()
    (course / "other" / "file").write_text("mine", encoding="utf-8")
    refused("holds something that grading did not write", "in", "--out", "other")
    assert content("out") == before


def test_mistakes_of_the_instructor_are_told(course):
    run("in", "--out", "old")
    refused("no such file or folder", "none", "--out", "out")
    refused("no such attempt rule", "in", "--out", "out", "--attempts", "worst")
    refused("no deadline", "in", "--out", "out", "--late", "reject")
    refused("no results of a graded quiz", "in", "--out", "out", "--previous", "in")
    Path("empty").mkdir()
    refused("nothing to grade", "empty", "--out", "out")
    Path("roster.csv").write_text("name\nAda\n", encoding="utf-8")
    refused("no column with ids", "in", "--out", "out")
    write_roster(course / "roster.csv", "ann")
    Path("old/results.json").write_text(Path("old/results.json").read_text(encoding="utf-8") + " ", encoding="utf-8")
    refused("changed after they were written", "in", "--out", "out", "--previous", "old")
    write_key(course / "key.json", bundle="f" * 32)
    refused("of another bundle", "in", "--out", "out", "--previous", "old")
    for text, what in (("{}", "no key of a graded quiz"), ("[", "no JSON file"), ("[]", "no key of a graded quiz")):
        Path("key.json").write_text(text, encoding="utf-8")
        refused(what, "in", "--out", "out")
    key = json.loads(write_key(course / "key.json").read_text(encoding="utf-8"))
    Path("key.json").write_text(json.dumps({**key, "questions": key["questions"][:1] * 2}), encoding="utf-8")
    refused("a question twice", "in", "--out", "out")
    Path("key.json").write_text('{"format": "qa-lesson key"}', encoding="utf-8")
    refused("the key cannot be used", "in", "--out", "out")
    Path("key.json").unlink()
    refused("the key cannot be read", "in", "--out", "out")
    assert not Path("out").exists()


def test_the_command_line_exits_with_2_and_shows_no_bar_under_ci(course):
    command = [sys.executable, "-m", "qa_lesson.cli", "grade", "in", "--roster", "roster.csv", "--out", "out"]
    environment = {**os.environ, "CI": "true", "COLUMNS": "200"}
    bad = subprocess.run([*command, "--key", "roster.csv"], capture_output=True, text=True, env=environment)
    assert bad.returncode == 2
    assert "to do:" in bad.stderr
    assert "Traceback" not in bad.stderr
    good = subprocess.run([*command, "--key", "key.json"], capture_output=True, text=True, env=environment)
    assert good.returncode == 1  # a damaged file is among them
    assert "reading" not in good.stderr
    assert "open report.html first" in good.stdout


def test_a_progress_bar_is_shown_in_a_terminal(monkeypatch, capsys):
    from qa_lesson.cli import _console

    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(_console._err, "_force_terminal", True)
    assert list(_console.track([1, 2, 3], "[b]reading[/nothing]")) == [1, 2, 3]
    shown = capsys.readouterr().err
    assert "100%" in shown
    assert "[b]reading[/nothing]" in shown
    monkeypatch.setenv("CI", "true")
    assert list(_console.track([1, 2, 3], "reading")) == [1, 2, 3]
    assert "100%" not in capsys.readouterr().err
