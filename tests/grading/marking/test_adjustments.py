"""What the instructor decides after the fact changes grades, and is told everywhere."""

import csv
import json
import re
from pathlib import Path

import pytest
from handed_in import DEADLINE, RIGHT, hand_in, make_key, write_key, write_roster
from typer.testing import CliRunner

from qa_lesson.cli._app import app
from qa_lesson.errors import DataError
from qa_lesson.grading.analysis.item_analysis import analyse_items
from qa_lesson.grading.formats.results import load_results, results_json
from qa_lesson.grading.formats.rules import Rules
from qa_lesson.grading.lms.gradebooks import moodle_csv
from qa_lesson.grading.marking.adjustments import read_adjustments, told_adjustments
from qa_lesson.grading.marking.grade import grade
from qa_lesson.grading.marking.reviews import ManualReview, review_id
from qa_lesson.grading.marking.roster import read_roster


@pytest.fixture
def adjusted(tmp_path):
    """Grades ann (all right) and what else is handed in with adjustments given as text."""
    hand_in(tmp_path / "in", "ann")

    def run(text, key=None, **options):
        roster = read_roster(write_roster(tmp_path / "roster.csv", "ann", "bob"))
        (tmp_path / "adjust.yaml").write_text(text, encoding="utf-8")
        decided = read_adjustments(tmp_path / "adjust.yaml", key or make_key(), roster)
        return grade([tmp_path / "in"], key or make_key(), roster, adjustments=decided, **options).results

    run.folder = tmp_path / "in"
    return run


def entries(*lines):
    return "adjustments:\n" + "".join(f"  - {line}\n    reason: Because.\n" for line in lines)


def points(results):
    return [one.points for one in results.learners]


def test_a_voided_question_counts_for_nobody(adjusted):
    hand_in(adjusted.folder, "bob", {**RIGHT, "q-span": "nobody", "q-code": "0.5"})
    results = adjusted(entries("void: q-span", "void: q-code"))
    assert (results.possible, points(results)) == (6, [6, 6])
    ann, bob = results.learners
    assert (ann.possible, bob.status) == (6, "graded")  # no review is needed any more
    assert [(one.adjusted, one.reason) for one in results.questions if one.adjusted] == [("void", "Because.")] * 2


def test_a_bonus_goes_to_everyone_who_handed_in(adjusted):
    hand_in(adjusted.folder, "bob", {"q-one": "a"})
    results = adjusted(entries("bonus: q-span", "bonus: q-one"))
    assert points(results) == [11, 4]
    (adjusted.folder / "bob.jsonl").unlink()
    assert points(adjusted(entries("bonus: q-span"))) == [11, None]


ACCEPTED = {
    "single": ("q-one", "a", "a", 1),
    "multi in any order": ("q-many", "[b, a]", ["a", "b"], 2),
    "number": ("q-number", "0.5", "1/2", 1),
    "number in its tolerance": ("q-number", "0.5", 0.505, 1),
    "text": ("q-word", "Overfitting", " overfitting ", 1),
    "ordering": ("q-order", "[z, y, x]", ["z", "y", "x"], 1),
    "code": ("q-code", '"0.5"', "(0.5)", 2),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_further_answer_is_accepted(adjusted, name):
    question, response, given, worth = ACCEPTED[name]
    hand_in(adjusted.folder, "bob", {question: given})
    text = f"adjustments:\n  - accept: {question}\n    response: {response}\n    reason: Because.\n"
    results = adjusted(text)
    assert points(results) == [11, worth]  # what the key accepts still counts
    answer = next(one for one in results.learners[1].questions if one.question == question)
    assert (answer.status, answer.adjusted) == ("marked", "Because.")
    half = text.replace("    reason", "    credit: 0.5\n    reason")
    assert points(adjusted(half)) == [11, worth / 2]


def test_an_override_is_for_one_learner(adjusted):
    hand_in(adjusted.folder, "bob", {"q-code": "0.5", "q-one": "a"})
    text = (
        "adjustments:\n"
        "  - override: q-code\n    learner: BOB@example.org\n    credit: 0.5\n    comment: Runs.\n    reason: Tried.\n"
        "  - override: q-span\n    learner: bob\n    points: 3\n    reason: Told me so.\n"
        "  - override: q-one\n    learner: ann\n    credit: 0.0\n    reason: Copied.\n"
    )
    results = adjusted(text, rules=Rules(partial_credit=False))
    assert points(results) == [10, 4]
    bob = results.learners[1]
    assert (bob.status, bob.questions[6].feedback) == ("graded", "Runs.")
    assert (bob.questions[4].status, bob.questions[4].points) == ("unanswered", 3)
    assert next(told_adjustments(results.adjustments)) == "override q-code (1 of 2 points) for bob: Tried."


def test_a_file_that_was_held_back_can_count_or_be_dismissed(adjusted):
    folder = "Name of bob_72_assignsubmission_file_"
    hand_in(adjusted.folder / folder, "ann", {"q-one": "a"}, name="x.jsonl")
    (adjusted.folder / "ann.jsonl").rename(adjusted.folder / "Name of ann_71_assignsubmission_file_ann.jsonl")
    assert len(adjusted("adjustments: []").held_back) == 1
    counted = adjusted(entries(f"count: in/{folder}/x.jsonl\n    learner: bob"))
    assert (points(counted), counted.held_back) == ([11, 0], ())
    dismissed = adjusted(entries(f"dismiss: in/{folder}/x.jsonl"))
    assert (points(dismissed), dismissed.held_back) == ([11, None], ())
    assert not any(one.rejected for one in dismissed.not_counted)
    with pytest.raises(DataError, match="a file that is not there"):
        adjusted(entries("dismiss: in/y.jsonl"))


def test_a_copy_is_dismissed_without_its_original(adjusted):
    folder = "Name of bob_72_assignsubmission_file_"
    hand_in(adjusted.folder / folder, "ann", name="x.jsonl")
    (adjusted.folder / "ann.jsonl").rename(adjusted.folder / "Name of ann_71_assignsubmission_file_ann.jsonl")
    assert points(adjusted(entries(f"dismiss: in/{folder}/x.jsonl"))) == [11, None]


def test_the_analysis_says_what_the_key_says(adjusted):
    hand_in(adjusted.folder, "bob", {**RIGHT, "q-one": "a"})
    for kind in ("void", "bonus"):
        results = adjusted(entries(f"{kind}: q-one"))
        assert analyse_items(results, make_key()).items[0].facility == 0.5


def test_a_review_of_an_answer_that_is_marked_is_an_override_for_all_who_gave_it(tmp_path):
    hand_in(tmp_path / "in", "ann", {"q-word": "overfitting"})
    roster = read_roster(write_roster(tmp_path / "roster.csv", "ann"))
    reviews = {review_id("q-word", "overfitting"): ManualReview(0.5, "In a way.")}
    graded = grade([tmp_path / "in"], make_key(), roster, reviews=reviews)
    (answer,) = [one for one in graded.results.learners[0].questions if one.points]
    assert (answer.points, answer.feedback) == (0.5, "In a way.")
    assert {one.review for one, _ in graded.by_hand} == set(reviews)


def test_adjustments_survive_the_file_of_results(adjusted, tmp_path):
    results = adjusted(entries("void: q-one", "bonus: q-many"))
    (tmp_path / "results.json").write_text(results_json(results), encoding="utf-8")
    assert load_results(tmp_path) == results
    # by the numbers that ann saw, since each learner has an order of their own
    assert re.search(r"Points for everyone: Q\d\. Not counted: Q\d\.", moodle_csv(results))


BAD = {
    "no YAML": ("adjustments: [", "YAML cannot be read"),
    "a list alone": ("- void: q-one\n", "holds no list of adjustments"),
    "another key": ("adjustments: []\nmore: 1\n", "holds no list of adjustments"),
    "nothing known": (entries("voids: q-one"), "has none of void, bonus"),
    "two at once": (entries("void: q-one\n    bonus: q-one"), "has several of void, bonus"),
    "a text": ("adjustments:\n  - void q-one\n", "has none of"),
    "no reason": ("adjustments:\n  - void: q-one\n", "reason is missing"),
    "a key too many": (entries("void: q-one\n    credit: 1"), "credit is not a key of void"),
    "no such question": (entries("void: q-none"), "no such question"),
    "no such learner": (entries("override: q-one\n    learner: eve\n    credit: 1.0"), "no such learner"),
    "no such option": (entries("accept: q-one\n    response: z"), "cannot be an answer to q-one: 'z' is not offered"),
    "no worth": (entries("override: q-one\n    learner: ann"), "needs either credit or points"),
    "two worths": (entries("override: q-one\n    learner: ann\n    credit: 1.0\n    points: 1.0"), "needs either"),
    "too many points": (entries("override: q-one\n    learner: ann\n    points: 7.0"), "more points than there are"),
    "credit beyond 1": (entries("override: q-one\n    learner: ann\n    credit: 2.0"), "credit"),
    "twice": (entries("void: q-one", "bonus: q-one"), "voided or a bonus already"),
    "overridden twice": (entries(*["override: q-one\n    learner: ann\n    credit: 1.0"] * 2), "overridden already"),
    "everything": (entries(*(f"void: {one.id}" for one in make_key().questions)), "all questions are voided"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_meant_is_told(adjusted, name):
    text, what = BAD[name]
    with pytest.raises(DataError) as caught:
        adjusted(text)
    assert what in str(caught.value)
    assert caught.value.fix


def test_the_line_of_a_mistake_is_told(adjusted):
    with pytest.raises(DataError, match=r"adjust.yaml, line 4"):
        adjusted(entries("void: q-one", "void: q-none"))


def test_a_file_that_is_not_there_is_told(tmp_path):
    roster = read_roster(write_roster(tmp_path / "roster.csv", "ann"))
    with pytest.raises(DataError, match="cannot be read"):
        read_adjustments(tmp_path / "none.yaml", make_key(), roster)


# ------------------------------------------------------------------ the command


@pytest.fixture
def course(tmp_path, monkeypatch):
    import qa_lesson.cli  # noqa: F401  the commands

    monkeypatch.chdir(tmp_path)
    hand_in(tmp_path / "in", "ann")
    hand_in(tmp_path / "in", "bob", {**RIGHT, "q-one": "a"}, start=DEADLINE)
    write_key(tmp_path / "key.json", deadline=DEADLINE.isoformat(), attempts=1)
    write_roster(tmp_path / "roster.csv", "ann", "bob")
    return tmp_path


def command(*arguments):
    given = ["grade", "in", "--key", "key.json", "--roster", "roster.csv", *arguments]
    return CliRunner().invoke(app, list(map(str, given)))


def gradebook(folder):
    with Path(folder, "gradebook.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_adjustments_are_told_in_report_gradebook_feedback_and_manifest_and_a_regrade_is_the_same(course):
    text = entries("void: q-one") + (
        "  - override: q-span\n    learner: bob\n    points: 1.0\n    comment: Half.\n    reason: Seen in class.\n"
    )
    (course / "adjust.yaml").write_text(text, encoding="utf-8")
    told = command("--out", "out", "--adjust", "adjust.yaml")
    assert told.exit_code == 0, told.output
    assert "adjusted: void q-one: Because." in told.output
    ann, bob = gradebook("out")
    assert (ann["points"], ann["possible"], ann["Q1 q-one"], ann["adjusted"]) == ("10", "10", "void", "Q1 void")
    assert (bob["points"], bob["adjusted"]) == ("8", "Q1 void; Q5 changed")
    report = Path("out/report.html").read_text(encoding="utf-8")
    assert "What you changed" in report
    assert "override q-span (1 of 3 points) for bob: Seen in class." in report
    page = Path("out", bob["feedback"]).read_text(encoding="utf-8")
    assert "This question counts for no one." in page
    assert "1 of 3 points, changed by your instructor." in page
    assert "Half." in page
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert "adjustments" in manifest["inputs"]
    assert [one["kind"] for one in manifest["adjustments"]] == ["void", "override"]
    assert command("--out", "again", "--adjust", "adjust.yaml", "--previous", "out").exit_code == 0
    assert Path("again/changes.csv").read_text(encoding="utf-8").count("\n") == 1
    assert Path("again/gradebook.csv").read_bytes() == Path("out/gradebook.csv").read_bytes()


def test_deadline_and_attempts_can_be_changed_when_grading(course):
    assert command("--out", "out", "--late", "reject").exit_code == 1
    assert [row["status"] for row in gradebook("out")] == ["graded", "missing"]
    later = command("--out", "out", "--late", "reject", "--deadline", "2026-03-05T00:00Z")
    assert later.exit_code == 0, later.output
    assert [row["status"] for row in gradebook("out")] == ["graded", "graded"]
    assert load_results("out").deadline == "2026-03-05T00:00:00Z"
    assert command("--out", "out", "--deadline", "none").exit_code == 0
    assert load_results("out").deadline is None
    hand_in(course / "in", "bob", {}, name="again.jsonl", attempt=2)
    assert command("--out", "out").exit_code == 1
    assert command("--out", "out", "--allowed-attempts", "2").exit_code == 0
    assert command("--out", "out", "--allowed-attempts", "0").exit_code == 0
    assert load_results("out").rules.allowed is None


def test_a_key_of_another_bundle_fails_and_says_what_was_forgotten(course):
    write_key(course / "key.json", bundle="f" * 32)
    told = command("--out", "out")
    assert isinstance(told.exception, DataError)
    for part in ("all 2 submissions", "f" * 32, "0123456789abcdef", "--deadline", "--attempts"):
        assert part in str(told.exception)
    assert not Path("out").exists()
