"""Extensions, excuses, groups, grace and time limits: what is not the same for everyone."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest
from handed_in import DEADLINE, RIGHT, START, hand_in, make_key, write_key, write_roster
from typer.testing import CliRunner

from qa_lesson.cli._app import app
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.grading.analysis.flags import class_flags
from qa_lesson.grading.analysis.item_analysis import analyse_items
from qa_lesson.grading.formats.results import load_results, results_json
from qa_lesson.grading.formats.rules import Rules
from qa_lesson.grading.lms.gradebooks import canvas_csv, moodle_csv
from qa_lesson.grading.lms.lti import score_lines
from qa_lesson.grading.marking.allowances import Allowances, read_extensions, read_groups
from qa_lesson.grading.marking.grade import grade, make_rules
from qa_lesson.grading.marking.roster import read_roster

HEADER = "learner,deadline,extra_attempts,extra_minutes,excused,reason\n"


@pytest.fixture
def course(tmp_path):
    """Grades what is in ``in`` with extensions and groups given as the text of their files."""

    def run(extensions="", groups="", key=None, **rules):
        people = read_roster(write_roster(tmp_path / "roster.csv", "ann", "bob", "cyd"))
        (tmp_path / "e.csv").write_text(HEADER + extensions, encoding="utf-8")
        (tmp_path / "g.csv").write_text("learner,group\n" + groups, encoding="utf-8")
        allowances = Allowances(read_extensions(tmp_path / "e.csv", people), read_groups(tmp_path / "g.csv", people))
        key = key or make_key(deadline=DEADLINE, attempts=1)
        return grade([tmp_path / "in"], key, people, rules=Rules(**rules), allowances=allowances).results

    run.folder = tmp_path / "in"
    return run


def test_a_later_deadline_is_for_one_learner(course):
    for name in ("ann", "bob"):
        hand_in(course.folder, name, start=DEADLINE + timedelta(days=1))
    text = "Ann@example.org,2026-03-05T18:00+01:00,,,,ill\n"
    ann, bob, _ = course(text, late="reject").learners
    assert (ann.status, bob.status) == ("graded", "missing")
    assert ann.allowance == "deadline 2026-03-05T18:00+01:00 (ill)"
    ann, bob, _ = course(text, late="penalty", late_rate=0.1).learners
    assert (ann.late_days, ann.penalty) == (0, 0)
    assert bob.late_days == 2
    later = course("ann,2026-03-03T00:00Z,,,,\n").learners[0]
    assert later.late_days == 1  # counted from the learner's own deadline


def test_more_attempts_are_for_one_learner(course):
    for name in ("ann", "bob"):
        for attempt in (1, 2, 3):
            answers = RIGHT if attempt == 2 else {}
            hand_in(
                course.folder,
                name,
                answers,
                name=f"{name}{attempt}.jsonl",
                attempt=attempt,
                start=START + timedelta(hours=attempt),
            )
    ann, bob, _ = course("ann,,1,,,\n").learners
    assert (ann.points, ann.attempt, bob.points, bob.attempt) == (11, 2, 0, 1)
    assert ann.allowance == "1 more attempt"


def test_the_excused_are_not_missing_and_in_no_mean(course):
    hand_in(course.folder, "ann")
    hand_in(course.folder, "bob", {"q-one": "b"})
    results = course("bob,,,,yes,in hospital\n")
    assert [one.status for one in results.learners] == ["graded", "excused", "missing"]
    assert (len(results.handed_in), len(results.missing)) == (1, 1)
    assert results.not_counted[0].reason == "its learner is excused"
    assert canvas_csv(results).splitlines()[3].endswith(",EX")
    assert "bob" not in moodle_csv(results)
    assert "bob" not in score_lines(results)


def test_a_group_hands_in_once(course):
    hand_in(course.folder, "bob", {**RIGHT, "q-one": "a"})
    results = course(groups="ann,Team 1\nbob,Team 1\n")
    assert [one.points for one in results.learners] == [10, 10, None]
    assert [one.group for one in results.learners] == ["Team 1", "Team 1", ""]
    assert [one.learner.id for one in results.submitters] == ["ann"]
    assert analyse_items(results, make_key()).n_learners == 1
    assert results.not_counted == ()


def test_a_groups_attempts_are_counted_together_and_told_once(course):
    hand_in(course.folder, "ann")
    hand_in(course.folder, "bob", {}, start=START + timedelta(hours=1))
    results = course(groups="ann,T\nbob,T\n")
    assert [one.points for one in results.learners] == [11, 11, None]
    assert [one.reason for one in results.not_counted] == ["it is attempt 2; 1 may be handed in"]
    both = course(groups="ann,T\nbob,T\n", key=make_key(attempts=2))
    assert [one.points for one in both.learners] == [0, 0, None]
    assert len(both.not_counted) == 1


def test_a_group_has_the_most_that_one_of_it_has_but_excuses_are_personal(course):
    hand_in(course.folder, "ann", start=DEADLINE + timedelta(hours=3))
    results = course("bob,2026-03-03T18:00Z,,,yes,\n", "ann,T\nbob,T\n", late="reject")
    assert [one.status for one in results.learners] == ["graded", "excused", "missing"]


def test_moodle_gives_the_file_of_a_group_once_for_each_member(course):
    for number, name in enumerate(("ann", "bob"), start=71):
        hand_in(course.folder / f"Team 1-Name of {name}_{number}_assignsubmission_file_", "ann", name="x.jsonl")
    results = course(groups="ann,Team 1\nbob,Team 1\n")
    assert [one.points for one in results.learners] == [11, 11, None]
    assert [(one.rejected, one.held_back) for one in results.not_counted] == [(False, False)]
    assert len(course(groups="ann,Team 1\nbob,Team 2\n").held_back) == 1


GRACE = [(0, 0, 1), (10, 0, 0), (7, 1, 1), (10, 1441, 2)]


@pytest.mark.parametrize(("grace", "more", "days"), GRACE)
def test_a_grace_period_forgives_minutes_and_then_nothing(course, grace, more, days):
    hand_in(course.folder, "ann", start=DEADLINE + timedelta(minutes=more))  # handed in 8 minutes after its start
    assert course(grace_minutes=grace).learners[0].late_days == days


def test_a_grace_period_does_not_help_a_clock_that_was_set_back(course):
    hand_in(course.folder, "ann", name="nameofann_LATE_1_2_x.jsonl")
    assert course(grace_minutes=10).learners[0].late_days == 1
    assert course("ann,2026-03-05T00:00Z,,,,\n").learners[0].late_days == 0  # Canvas may not know of it


def test_who_took_longer_than_the_limit_is_told_and_loses_nothing(course):
    for name in ("ann", "bob"):
        hand_in(course.folder, name)  # in 8 minutes
    results = course("ann,,,5,,\n", minutes=5)
    ann, bob, _ = results.learners
    assert (ann.minutes, ann.over_time, bob.over_time, bob.points) == (8, False, True, 11)
    told = [flag for flag in class_flags(results) if "time limit" in flag]
    assert told == ["over the time limit by their own clock: Name of bob (8 minutes); they lost nothing for it"]
    assert not any("time limit" in flag for flag in class_flags(course(minutes=8)))


def test_they_survive_the_file_of_results(course, tmp_path):
    hand_in(course.folder, "ann")
    results = course("bob,,,,yes,\n", "ann,T\ncyd,T\n", grace_minutes=5, minutes=3)
    (tmp_path / "results.json").write_text(results_json(results), encoding="utf-8")
    assert load_results(tmp_path) == results


MEANT = {
    "a deadline where there is none": ("ann,2026-03-05T00:00Z,,,,\n", {}, "but the quiz has none"),
    "an earlier deadline": ("ann,2026-03-01T00:00Z,,,,\n", {"deadline": DEADLINE}, "before that of the quiz"),
    "attempts without a limit": ("ann,,1,,,\n", {"deadline": DEADLINE}, "there is no limit"),
    "minutes without a limit": ("ann,,,5,,\n", {"deadline": DEADLINE}, "there is no time limit"),
}


@pytest.mark.parametrize("name", MEANT)
def test_what_extends_nothing_is_told(course, name):
    hand_in(course.folder, "ann")
    text, fields, what = MEANT[name]
    with pytest.raises(ConfigError, match=what) as caught:
        course(text, key=make_key(**fields))
    assert caught.value.fix


BAD = {
    "a stranger": ("eve,,,,,\n", "no such learner on the roster"),
    "twice": ("ann,,,,yes,\nann@example.org,,,,,\n", "has two rows"),
    "no zone": ("ann,2026-03-05T00:00,,,,\n", "no time zone"),
    "no number": ("ann,,many,,,\n", "extra_attempts is not a whole number"),
    "half an attempt": ("ann,,1.5,,,\n", "extra_attempts is not a whole number"),
    "less time": ("ann,,,-5,,\n", "extra_minutes is not a number"),
    "perhaps": ("ann,,,,perhaps,\n", "neither yes nor no"),
}


@pytest.mark.parametrize("name", BAD)
def test_an_extension_that_cannot_be_read_is_told(course, name):
    hand_in(course.folder, "ann")
    text, what = BAD[name]
    with pytest.raises((ConfigError, DataError), match=what) as caught:
        course(text)
    assert caught.value.fix


def test_columns_that_are_not_known_are_told(tmp_path):
    people = read_roster(write_roster(tmp_path / "roster.csv", "ann"))
    (tmp_path / "e.csv").write_text("learner,until\nann,x\n", encoding="utf-8")
    with pytest.raises(DataError, match="have a column 'until'"):
        read_extensions(tmp_path / "e.csv", people)
    (tmp_path / "e.csv").write_text("deadline;reason\n2026-03-05T00:00Z;x\n", encoding="utf-8")
    with pytest.raises(DataError, match="have no column 'learner'"):
        read_extensions(tmp_path / "e.csv", people)
    (tmp_path / "g.csv").write_text("learner,group\nann,\n", encoding="utf-8")
    with pytest.raises(DataError, match="has no group"):
        read_groups(tmp_path / "g.csv", people)


@pytest.mark.parametrize("minutes", [{"grace_minutes": -1}, {"minutes": 0}])
def test_minutes_that_cannot_be_are_told(minutes):
    with pytest.raises(ConfigError, match="counted from 0"):
        make_rules("last", "accept", **minutes)


def test_a_rate_in_percent_is_understood_and_told():
    key = make_key(deadline=DEADLINE)
    roster = None
    with pytest.raises(ConfigError) as caught:
        grade([], key, roster, rules=Rules(late="penalty", late_rate=10))
    assert "--late-rate 0.1, if you meant 10%" in caught.value.fix


def test_the_command_names_them_in_gradebook_and_report(tmp_path, monkeypatch):
    import qa_lesson.cli  # noqa: F401  the commands

    monkeypatch.chdir(tmp_path)
    hand_in(tmp_path / "in", "ann", start=DEADLINE)
    write_key(tmp_path / "key.json", deadline=DEADLINE.isoformat())
    write_roster(tmp_path / "roster.csv", "ann", "bob", "cyd")
    Path("extensions.csv").write_text(HEADER + "ann,2026-03-04T00:00Z,,,,ill\nbob,,,,yes,\n", encoding="utf-8")
    Path("groups.csv").write_text("learner,group\nann,T\ncyd,T\n", encoding="utf-8")
    arguments = ["grade", "in", "--key", "key.json", "--roster", "roster.csv", "--out", "out", "--json"]
    arguments += ["--extensions", "extensions.csv", "--groups", "groups.csv", "--grace", "5", "--time-limit", "3"]
    told = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["excused"] == 1
    with Path("out/gradebook.csv").open(encoding="utf-8", newline="") as file:
        ann, bob, cyd = csv.DictReader(file)
    assert (ann["allowance"], ann["group"], ann["minutes"]) == ("deadline 2026-03-04T00:00+00:00 (ill)", "T", "8")
    assert (bob["status"], bob["allowance"], bob["points"]) == ("excused", "excused", "")
    assert (cyd["points"], cyd["group"]) == ("11", "T")
    report = Path("out/report.html").read_text(encoding="utf-8")
    for text in ("Extensions and groups", "over the time limit by their own clock", "5 minutes", "Excused"):
        assert text in report
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert {"extensions", "groups"} <= manifest["inputs"].keys()
    assert manifest["rules"]["grace_minutes"] == 5
