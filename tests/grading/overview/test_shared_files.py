"""A progress file is read as a whole or refused with its reason, whoever made it."""

import json

import pytest
from class_files import TODAY, attempt, export
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.grading.marking.submissions import RejectedError
from qa_lesson.grading.overview.class_progress import lesson_quizzes
from qa_lesson.grading.overview.shared_files import ExportReader
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.learner_rows import Attempt, Review
from qa_lesson.quiz.progress.mastery import Tally
from qa_lesson.quiz.progress.sharing import EXPORT_NOTICES, shared_json

QUIZZES = lesson_quizzes()
METRICS = next(quiz for quiz in QUIZZES if quiz.name == "metrics")
ONE, TWO = METRICS.questions[:2]


def read(content: str | bytes):
    content = content.encode() if isinstance(content, str) else content
    return ExportReader(QUIZZES, TODAY).read(content, "a.json", "0" * 64, None)


@pytest.fixture
def progress(tmp_path):
    mine = Progress.open(tmp_path / "mine.sqlite")
    for question, correct, response in ((ONE, False, "first"), (ONE, True, "second"), (TWO, True, ["a", "b"])):
        mine.record(
            Attempt(
                learner=mine.learner, quiz="metrics", question=question.id, objective=question.objective,
                difficulty="easy", kind=question.kind, response=response, credit=float(correct), correct=correct,
                confidence=0.95, at="2026-03-02T10:00:00.000000+00:00",
            )
        )  # fmt: skip
    mine.record_review(Review(learner=mine.learner, card="c", rating=3))
    return mine


@pytest.mark.parametrize("contents", EXPORT_NOTICES)
def test_every_version_that_a_learner_can_choose_is_read(progress, contents):
    found = read(shared_json(progress, contents, "ann@uni.edu"))
    assert (found.learner, found.source, found.contents) == ("ann@uni.edu", progress.learner, contents)
    assert found.n_answered == 2
    assert sum(one.n_right for one in found.tallies.values()) == 1
    assert sum(one.n_mended for one in found.tallies.values()) == 1
    assert found.last_at == ("2026-03-02" if contents == "everything" else "")
    if contents == "mastery":
        assert found.answers == ()
    else:
        first, second = found.answers
        assert (first.question, first.correct, first.response, first.tries) == (ONE.id, False, "first", 2)
        assert first.right_since
        assert (second.correct, second.response, second.confidence) == (True, ["a", "b"], 0.95)


def test_an_export_of_an_earlier_version_is_read_and_has_no_name(progress):
    record = json.loads(progress.to_json())
    del record["contents"], record["from"], record["guesses"]
    found = read(json.dumps(record))
    assert (found.learner, found.contents, found.n_answered) == ("", "everything", 2)


def test_renamed_quizzes_other_quizzes_and_unknown_questions():
    found = read(
        export(
            "ann",
            [
                attempt("05_metrics", ONE.id, True),
                attempt("placement", "pl-em-f1-easy-0", True),
                attempt("metrics", "no-such-question", True),
                attempt("no_such_quiz", "x", True),
            ],
        )
    )
    assert found.tallies == {("metrics", ONE.objective): Tally(1, 1, 0)}
    assert found.n_unknown == 2


def test_a_day_to_come_and_nonsense_are_no_times():
    rows = [attempt("metrics", ONE.id, True, at=at) for at in ("2026-03-05T00:00:00", "9999-01-01T00:00:00", "soon")]
    assert read(export("ann", rows, exported_at="2087-01-01")).last_at == "2026-03-05"
    assert read(export("ann", rows, exported_at="2087-01-01")).exported_at == ""


MASTERY = {"quiz": "metrics", "objective": ONE.objective, "answered": 2, "right": 1, "right_since": 1}
BAD = {
    b"": "empty",
    b"  \n": "empty",
    b"%PDF-1.7": "PDF",
    b"PK\x03\x04xx": "zip archive",
    b"\x89PNG\r\n": "picture",
    b"<html>": "web page",
    b'{"format": "qa-lesson bundle"}': "bundle",
    b'{"cells": [], "nbformat": 4}': "notebook",
    b"SQLite format 3\x00rest": "progress.sqlite",
    b"[]": "not exported progress",
    b"[" * 100_000: "not exported progress",
    b'{"a":' * 100_000: "not exported progress",
    b"\xff\xfe\x00": "not exported progress",
    export("ann")[:-20].encode(): "not exported progress",
    export("ann", version="1").encode(): "version",
    export("ann", version=3).encode(): "later version",
    export("ann", format="other").encode(): "format",
    export("ann", contents="some").encode(): "contents",
    export("ann", "no list").encode(): "attempts",
    export("ann", [attempt("metrics", ONE.id, 1)]).encode(): "correct",
    export("ann", [attempt("metrics", "", True)]).encode(): "question",
    export("ann", [attempt("metrics", ONE.id, True, confidence=1.5)]).encode(): "confidence",
    export("ann", [attempt("metrics", ONE.id, True, confidence=float("nan"))]).encode(): "confidence",
    export("ann", [attempt("metrics", ONE.id, True, at="x" * 50)]).encode(): "at",
    export("ann", learner="x" * 500).encode(): "learner",
    json.dumps({"format": "qa-lesson progress", "version": 2, "learner": "x"}).encode(): "neither",
    **{
        export("ann", mastery=[{**MASTERY, **change}]).encode(): "impossible"
        for change in ({"answered": 5000}, {"right": 2}, {"right_since": 2}, {"answered": 0})
    },
    export("ann", mastery=[{**MASTERY, "answered": 10**9}]).encode(): "answered",
    export("ann", mastery=[{**MASTERY, "right": -1}]).encode(): "right",
    export("ann", mastery=[MASTERY, MASTERY]).encode(): "twice",
}


@pytest.mark.parametrize("content", BAD, ids=range(len(BAD)))
def test_what_is_no_progress_is_refused_with_its_reason(content):
    with pytest.raises(RejectedError) as caught:
        read(content)
    assert BAD[content] in caught.value.reason
    assert len(caught.value.reason) < 400


PIECES = (
    b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"null", b"true", b"-1", b"1e999", b"NaN", b"\xff", b"\x00",
    b'"\\ud800"', b'"response"', b'"confidence"', b'"mastery"', b'"quiz"', b"9" * 400, b"[" * 300,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 40), st.sampled_from(PIECES))
def test_a_file_that_was_changed_anywhere_is_read_or_refused(start, length, piece):
    whole = export("ann", [attempt("metrics", one.id, True, at="2026-03-01", confidence=0.5) for one in (ONE, TWO)])
    content = whole.encode()
    start %= len(content)
    try:
        found = read(content[:start] + piece + content[start + length :])
    except RejectedError:
        return
    assert found.n_answered <= 2
    assert len(found.learner) <= 254


@pytest.mark.parametrize("name", ["", " ", "a\u200bb", "a\nb", "x" * 300])
def test_a_name_that_no_one_has_is_no_name(name):
    assert read(export(name, learner="x")).learner == ""
