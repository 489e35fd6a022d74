"""Grades leave for an LMS only where they are settled, and nothing in them runs or maps to somebody else."""

import csv
import io
import json
from dataclasses import replace

import pytest
from graded_results import ADA, RESULTS, UNDER_REVIEW, graded

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.grading.formats.results import Learner
from qa_lesson.grading.lms.gradebooks import canvas_csv, feedback_text, moodle_csv
from qa_lesson.grading.lms.lti import score_lines


def table(text):
    return list(csv.reader(io.StringIO(text)))


def test_canvas_columns_and_rows():
    assert table(canvas_csv(RESULTS)) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Metrics, graded"],
        ["    Points Possible", "", "", "", "", "3.5"],
        ["Ada", "", "s1", "ada@x.org", "A", "1.7"],
        ["'=cmd()", "", "", "eve@x.org", "", "0"],
        ["Mia", "", "s3", "mia@x.org", "A", ""],
        ["Zoe", "", "s4", "zoe@x.org", "A", "3"],
    ]
    assert table(canvas_csv(RESULTS, 417))[0][-1] == "Metrics, graded (417)"


def test_a_roster_from_canvas_keeps_canvas_ids():
    columns = {
        "Student": "Ada",
        "ID": "77",
        "SIS User ID": "u1",
        "SIS Login ID": "ada",
        "Section": "B",
        "Old quiz": "3",
    }
    results = replace(RESULTS, learners=(graded(Learner("u1", "Ada", "", "B", columns), 1, 1, 1),))
    assert table(canvas_csv(results))[2] == ["Ada", "77", "u1", "ada", "B", "3.5"]


def test_no_name_can_pass_for_the_row_of_points():
    results = replace(RESULTS, learners=(graded(replace(ADA, name="Points Possible"), 1, 1, 1),))
    rows = table(canvas_csv(results))
    assert [row[0] for row in rows if "Points Possible" in row[0]] == ["    Points Possible"]
    assert rows[2][:3] == ["s1", "", "s1"]


def test_moodle_has_grade_and_feedback_together_or_no_row():
    assert table(moodle_csv(RESULTS)) == [
        ["Email address", "Metrics, graded (Real)", "Metrics, graded (Feedback)"],
        ["ada@x.org", "1.7", "1.7 of 3.5 points. Right: Q1. Partly right: Q2 (0.7 points). Unanswered: Q3."],
        ["eve@x.org", "0", "0 of 3.5 points. Not right: Q1, Q2, Q3."],
        ["zoe@x.org", "3", "3 of 3.5 points. Right: Q1, Q2. Unanswered: Q3."],
    ]


def test_moodle_never_gets_a_grade_without_its_owner():
    with pytest.raises(DataError, match=r"1 of those with a grade have no id number\n(.*\n)*.*=cmd"):
        moodle_csv(RESULTS, "idnumber")
    without = replace(RESULTS, learners=tuple(one for one in RESULTS.learners if one.learner.id != "eve@x.org"))
    assert [row[0] for row in table(moodle_csv(without, "idnumber"))] == ["ID number", "s1", "s4"]
    with pytest.raises(ConfigError, match="email or idnumber"):
        moodle_csv(RESULTS, "name")


def test_a_penalty_is_told():
    late = graded(ADA, 1, 1, 1, points=3.15, penalty=0.35, late_days=1)
    assert (
        feedback_text(RESULTS, late)
        == "3.15 of 3.5 points. 0.35 taken off for 1 day after the deadline. Right: Q1, Q2, Q3."
    )


def test_lti_lines():
    lines = [json.loads(line) for line in score_lines(RESULTS).splitlines()]
    assert lines[0] == {
        "userId": "s1",
        "timestamp": "2026-03-01T10:00:00.000Z",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "scoreGiven": 1.7,
        "scoreMaximum": 3.5,
        "comment": "1.7 of 3.5 points. Right: Q1. Partly right: Q2 (0.7 points). Unanswered: Q3.",
    }
    assert [line["userId"] for line in lines] == ["s1", "eve@x.org", "s4"]
    assert lines[1]["scoreGiven"] == 0
    assert lines[2]["timestamp"] == "2026-03-01T11:30:00.000Z"
    assert score_lines(RESULTS) == score_lines(RESULTS)


def test_lti_user_ids_from_the_roster_and_a_time_for_a_regrade():
    text = score_lines(RESULTS, user_column="lti", graded_at="2026-03-09T08:00:00+02:00")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["userId"] for line in lines] == ["sub-1", "sub-2", "sub-4"]
    assert {line["timestamp"] for line in lines} == {"2026-03-09T06:00:00.000Z"}
    with pytest.raises(DataError, match="no 'LTI' for a learner"):
        score_lines(RESULTS, user_column="LTI")
    for time in ("yesterday", "2026-03-09T08:00:00"):
        with pytest.raises(ConfigError, match="time"):
            score_lines(RESULTS, graded_at=time)


def test_what_is_under_review_has_no_grade_yet():
    assert table(canvas_csv(UNDER_REVIEW))[2] == ["Ada", "", "s1", "ada@x.org", "A", ""]
    assert "ada@x.org" not in moodle_csv(UNDER_REVIEW)
    first = json.loads(score_lines(UNDER_REVIEW).splitlines()[0])
    assert (first["activityProgress"], first["gradingProgress"]) == ("Submitted", "PendingManual")
    assert {"scoreGiven", "scoreMaximum", "comment"}.isdisjoint(first)
