from datetime import timedelta

import pytest
from handed_in import BUNDLE, DEADLINE, RIGHT, hand_in, make_key, write_roster

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.grading.formats.results import Learner, QuestionResult, load_results, results_json
from qa_lesson.grading.formats.rules import Rules
from qa_lesson.grading.marking.grade import Graded, grade, make_rules
from qa_lesson.grading.marking.reviews import ManualReview, review_id
from qa_lesson.grading.marking.roster import read_roster


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "in"


def run(folder, *learners, key=None, **options) -> Graded:
    roster = read_roster(write_roster(folder.parent / "roster.csv", *(learners or ("ann",))))
    return grade([folder], key or make_key(), roster, **options)


def only(folder, **options):
    (result,) = run(folder, **options).results.learners
    return result


def points(result) -> list[float | None]:
    return [answer.points for answer in result.questions]


def test_every_kind_of_question_earns_what_the_lessons_give(folder):
    hand_in(folder, "ann")
    result = only(folder)
    assert points(result) == [1, 2, 1, 1, 3, 1, 2]
    assert (result.points, result.possible, result.share, result.status) == (11, 11, 1, "graded")
    assert {answer.correct for answer in result.questions} == {True}


def test_half_right_answers_earn_a_part_unless_the_rules_say_otherwise(folder):
    half = {**RIGHT, "q-many": ["a"], "q-span": "Keating keeps"}
    hand_in(folder, "ann", half)
    assert points(only(folder)) == [1, 1, 1, 1, 1.5, 1, 2]
    assert points(only(folder, rules=Rules(partial_credit=False))) == [1, 0, 1, 1, 0, 1, 2]


def test_an_answer_left_out_is_no_zero(folder):
    hand_in(folder, "ann", {"q-one": "a", "q-word": "  ", "q-many": [], "q-code": "___", "q-order": None})
    result = only(folder)
    assert points(result) == [0, None, None, None, None, None, None]
    assert [answer.status for answer in result.questions] == ["marked", *["unanswered"] * 6]
    assert result.points == 0


def test_the_last_answer_counts_and_can_be_taken_back(folder):
    from handed_in import as_text, chained, records

    lines = records("ann", {"q-one": "a", "q-word": "leakage"})
    lines.insert(3, {**lines[1], "n": 3, "response": "b"})
    lines.insert(4, {**lines[2], "n": 4, "response": ""})
    lines[-1] = {**lines[-1], "n": 5, "answers": 4}
    folder.mkdir()
    (folder / "ann.jsonl").write_text(as_text(chained(lines)), encoding="utf-8")
    assert points(only(folder)) == [1, None, None, None, None, None, None]


def test_who_handed_in_nothing_is_missing(folder):
    hand_in(folder, "ann")
    results = run(folder, "ann", "bob").results
    bob = results.learners[1]
    assert (bob.status, bob.points, bob.share, bob.questions) == ("missing", None, None, ())
    assert results.missing == (bob,)
    assert len(results.handed_in) == 1


def test_learners_are_found_by_id_address_or_login_whatever_their_capitals(folder):
    hand_in(folder, "ANN", name="one.jsonl")
    hand_in(folder, "Bob@example.org ", name="two.jsonl")
    assert [one.points for one in run(folder, "ann", "bob").results.learners] == [11, 11]


ATTEMPTS = {"first": ("one.jsonl", 1.0), "last": ("three.jsonl", 2.0), "best": ("two.jsonl", 3.0)}


@pytest.mark.parametrize("rule", ATTEMPTS)
def test_of_several_submissions_one_counts_and_the_others_are_told(folder, rule):
    for attempt, (name, answers) in enumerate(
        [("one", {"q-one": "b"}), ("two", {"q-span": "Bram Keating"}), ("three", {"q-many": ["a", "c"]})], start=1
    ):
        hand_in(folder, "ann", answers, name=f"{name}.jsonl", attempt=attempt, start=DEADLINE + timedelta(attempt))
    graded = run(folder, rules=Rules(attempts=rule))
    (result,) = graded.results.learners
    name, earned = ATTEMPTS[rule]
    assert (result.file, result.points, result.handed_in) == (f"in/{name}", earned, 3)
    assert [one.rejected for one in graded.results.not_counted] == [False, False]
    assert f"the {rule} one counts, in/{name}" in graded.results.not_counted[0].reason


def test_two_files_that_claim_the_same_attempt_are_told(folder):
    hand_in(folder, "ann", name="1.jsonl")
    hand_in(folder, "ann", {"q-one": "a"}, name="2.jsonl", start=DEADLINE)
    (one,) = run(folder).results.not_counted
    assert one.reason.endswith("the last one counts, in/2.jsonl; both say they are attempt 1: ask who wrote them")


def test_of_equally_good_submissions_the_first_counts(folder):
    for attempt in (1, 2):
        hand_in(folder, "ann", {"q-one": "b"}, name=f"{attempt}.jsonl", attempt=attempt)
    assert only(folder, rules=Rules(attempts="best")).attempt == 1


def test_while_an_answer_of_another_attempt_is_open_the_best_one_is_not_settled(folder):
    hand_in(folder, "ann", {"q-one": "b"}, name="1.jsonl")
    hand_in(folder, "ann", {"q-code": "0.5"}, name="2.jsonl", attempt=2)
    graded = run(folder, rules=Rules(attempts="best"))
    assert [(one.points, one.status) for one in graded.results.learners] == [(1, "needs review")]
    ((answer, n),) = graded.by_hand
    assert (answer.question, n) == ("q-code", 1)
    settled = run(folder, rules=Rules(attempts="best"), reviews={answer.review: ManualReview(1, "Fine.")})
    assert [(one.points, one.status, one.attempt) for one in settled.results.learners] == [(2, "graded", 2)]


def test_more_submissions_than_allowed_are_rejected_by_number_and_by_count(folder):
    hand_in(folder, "ann", name="1.jsonl")
    hand_in(folder, "ann", {"q-one": "a"}, name="2.jsonl", start=DEADLINE)
    hand_in(folder, "ann", {}, name="9.jsonl", attempt=9)
    graded = run(folder, key=make_key(attempts=1))
    assert graded.results.learners[0].file == "in/1.jsonl"
    assert [one.reason for one in graded.results.not_counted] == [
        "it is attempt 2; 1 may be handed in",
        "it is attempt 9; 1 may be handed in",
    ]


LATE = [(timedelta(minutes=-8), 0), (timedelta(minutes=-7), 1), (timedelta(1), 2), (timedelta(2, hours=1), 3)]


@pytest.mark.parametrize(("after", "days"), LATE)
def test_being_late_is_counted_in_started_days(folder, after, days):
    hand_in(folder, "ann", start=DEADLINE + after)  # handed in 8 minutes after its start
    key = make_key(deadline=DEADLINE)
    accepted = only(folder, key=key)
    assert (accepted.late_days, accepted.points, accepted.penalty) == (days, 11, 0)
    reduced = only(folder, key=key, rules=Rules(late="penalty", late_rate=0.1))
    assert (reduced.points, reduced.penalty) == pytest.approx((11 - 1.1 * days, 1.1 * days))
    assert (only(folder, key=key, rules=Rules(late="reject")).status == "missing") == (days > 0)


def test_a_penalty_takes_no_more_than_was_earned(folder):
    hand_in(folder, "ann", {"q-one": "b"}, start=DEADLINE)
    result = only(folder, key=make_key(deadline=DEADLINE), rules=Rules(late="penalty", late_rate=1))
    assert (result.points, result.penalty) == (0, 1)


def test_code_is_right_wrong_or_to_be_reviewed_by_its_syntax_tree(folder):
    answers = {"ann": "(1)/2", "bob": "1//2", "cyd": "0.5", "dan": "1 /", "eve": "2 / 4"}
    for name, code in answers.items():
        hand_in(folder, name, {"q-code": code})
    graded = run(folder, *answers)
    found = [result.questions[-1] for result in graded.results.learners]
    assert [one.points for one in found] == [2, 0, None, None, None]
    assert found[1].feedback == "That rounds down."
    assert found[2].feedback == "this code is neither the accepted one nor a foreseen mistake"
    assert [result.status for result in graded.results.learners] == ["graded", "graded", *["needs review"] * 3]
    assert len(graded.by_hand) == 3


def test_a_review_settles_equal_answers_of_everyone(folder):
    for name in ("ann", "bob"):
        hand_in(folder, name, {"q-code": "0.5", "q-number": "a quarter"})
    reviews = {
        review_id("q-code", "0.5"): ManualReview(0.5, "Fine."),
        review_id("q-number", "a quarter"): ManualReview(1, ""),
    }
    results = run(folder, "ann", "bob", reviews=reviews).results
    assert [one.points for one in results.learners] == [2, 2]
    assert [one.status for one in results.learners] == ["graded", "graded"]
    assert results.learners[0].questions[-1] is results.learners[1].questions[-1]
    assert results.learners[0].questions[-1].feedback == "Fine."
    strict = run(folder, "ann", "bob", reviews=reviews, rules=Rules(partial_credit=False)).results
    assert [one.points for one in strict.learners] == [1, 1]


def test_feedback_tells_only_of_options_that_were_chosen(folder):
    hand_in(folder, "ann", {"q-many": ["a", "b"]})
    assert only(folder).questions[1].per_option == {"a": "Feedback on a.", "b": "Feedback on b."}


@pytest.mark.parametrize(
    ("rules", "what"),
    [
        (Rules(late="penalty"), "needs its rate"),
        (Rules(late="penalty", late_rate=1.5), "needs its rate"),
        (Rules(late="accept", late_rate=0.1), "there is a late rate"),
    ],
)
def test_rules_that_do_not_fit_one_another_are_refused(folder, rules, what):
    hand_in(folder, "ann")
    with pytest.raises(ConfigError, match=what):
        run(folder, rules=rules, key=make_key(deadline=DEADLINE))
    with pytest.raises(ConfigError, match="no deadline"):
        run(folder, rules=Rules(late="reject"))


def test_rules_come_from_words():
    assert make_rules("best", "penalty", 0.1, False) == Rules("best", "penalty", 0.1, False)
    with pytest.raises(ConfigError, match="no such attempt rule"):
        make_rules("worst", "accept")
    with pytest.raises(ConfigError, match="no such late policy"):
        make_rules("last", "shout")


def test_results_survive_their_file(folder, tmp_path):
    hand_in(folder, "ann", {**RIGHT, "q-word": "a\u2028<b>", "q-code": "0.5"})
    results = run(folder, "ann", "bob", key=make_key(deadline=DEADLINE)).results
    (tmp_path / "results.json").write_text(results_json(results), encoding="utf-8")
    assert load_results(tmp_path) == results
    assert results.bundle == BUNDLE
    assert results.deadline == "2026-03-02T18:00:00Z"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "qa-lesson results", "version": 1}', "[" * 9_999])
def test_a_file_of_no_results_is_told(tmp_path, content):
    (tmp_path / "results.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match="no results of a graded quiz"):
        load_results(tmp_path)


def test_records_are_frozen():
    with pytest.raises(AttributeError):
        QuestionResult("q", "marked").points = 1.0
    with pytest.raises(AttributeError):
        Learner("a").id = "b"
