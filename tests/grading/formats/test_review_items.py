"""The file of answers to mark: it has everything that is needed to judge one, and comes back as it was written."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from graded_results import RESULTS
from handed_in import BUNDLE, RIGHT, hand_in, make_key, write_roster
from hypothesis import given, settings
from hypothesis import strategies as st
from personal_quiz import personal_key

from qa_lesson.errors import DataError
from qa_lesson.grading.formats.papers import Papers
from qa_lesson.grading.formats.results import GradedQuestion, Learner, LearnerResult, QuestionResult
from qa_lesson.grading.formats.review_items import (
    REVIEW_ITEMS_FILE,
    ReviewItem,
    ReviewItems,
    load_review_items,
    make_review_items,
    review_items_json,
)
from qa_lesson.grading.marking.grade import grade
from qa_lesson.grading.marking.reviews import ManualReview, review_id
from qa_lesson.grading.marking.roster import read_roster
from qa_lesson.quiz.kinds.shared.rubric import Criterion, Level

RUBRIC = (Criterion(id="why", text="Says **why**", levels=(Level(points=0, text="No."), Level(points=1.5, text="Y"))),)


def made(review, *, question="q", variant="", response="text", **fields):
    given_fields = {
        "number": 1, "kind": "code", "prompt": "What?", "material_html": "", "solution": "1. Look.", "points": 2.0,
        "rubric": RUBRIC, "key_line": "this", "n_submissions": 1, "learners": ("ann",), "reason": "unclear",
    } | fields  # fmt: skip
    return ReviewItem(review=review, question=question, variant=variant, response=response, **given_fields)


def reread(folder: Path, items: ReviewItems) -> ReviewItems:
    (folder / REVIEW_ITEMS_FILE).write_text(review_items_json(items), encoding="utf-8")
    return load_review_items(folder)


def test_grading_lists_the_answers_that_wait_and_those_that_are_settled(tmp_path):
    for name, code in {"ann": "0.5", "bob": "0.5", "cyd": "2 ** -1", "dan": "1/2"}.items():
        hand_in(tmp_path / "in", name, {**RIGHT, "q-code": code})
    roster = read_roster(write_roster(tmp_path / "roster.csv", "ann", "bob", "cyd", "dan"))
    settled = {review_id("q-code", "2 ** -1"): ManualReview(0.5, "Half.")}
    graded = grade([tmp_path / "in"], make_key(), roster, reviews=settled)
    found = reread(tmp_path, make_review_items(graded.results, make_key(), graded.by_hand))
    assert (found.title, found.bundle) == ("A test", BUNDLE)
    waits, done = found.items
    assert (waits.review, waits.response, waits.n_submissions) == (review_id("q-code", "0.5"), "0.5", 2)
    assert (waits.learners, waits.credit, waits.comment) == (("ann", "bob"), None, "")
    assert waits.reason == "this code is neither the accepted one nor a foreseen mistake"
    assert (waits.question, waits.number, waits.kind, waits.points) == ("q-code", 7, "code", 2.0)
    assert (waits.prompt, waits.solution, waits.rubric) == ("Fill in:", "1. Look.\n2. Say.", ())
    assert "half = ___" in waits.material_html
    assert waits.key_line == "half = 1 / 2"
    assert (done.response, done.learners, done.reason) == ("2 ** -1", ("cyd",), "")
    assert (done.credit, done.comment) == (0.5, "Half.")


def test_an_answer_that_only_an_earlier_attempt_has_is_listed_without_learners(tmp_path):
    hand_in(tmp_path / "in", "ann", {"q-code": "0.5"}, name="one.jsonl")
    hand_in(tmp_path / "in", "ann", {"q-code": "1/2"}, name="two.jsonl", attempt=2)
    roster = read_roster(write_roster(tmp_path / "roster.csv", "ann"))
    graded = grade([tmp_path / "in"], make_key(), roster)
    for item in make_review_items(graded.results, make_key(), graded.by_hand).items:
        assert (item.response, item.learners, item.n_submissions) == ("0.5", (), 1)


def test_the_question_is_in_the_file_once_for_all_answers_to_it(tmp_path):
    items = ReviewItems("T", BUNDLE, tuple(made(str(n), prompt="Long " * 1000) for n in range(50)))
    assert len(review_items_json(items)) < 30_000
    assert reread(tmp_path, items) == items


def test_variants_of_a_question_keep_their_own_prompts(tmp_path):
    items = ReviewItems("T", BUNDLE, (made("r1", variant="a", prompt="5?"), made("r2", variant="b", prompt="7?")))
    assert [one.prompt for one in reread(tmp_path, items).items] == ["5?", "7?"]


def test_a_personal_question_is_shown_with_the_values_of_its_learner():
    key = personal_key()
    papers = Papers(key, ["ann", "bob"])
    asked = {name: papers.of_learner(name).versions["q-pages"] for name in ("ann", "bob")}
    waiting = {
        name: QuestionResult("q-pages", "needs review", "many", feedback="unclear", review=name, variant=one.variant)
        for name, one in asked.items()
    }
    results = replace(
        RESULTS,
        questions=tuple(
            GradedQuestion(number, one.id, one.kind, one.points, variants=papers.variants().get(one.id, {}))
            for number, one in enumerate(key.questions, start=1)
        ),
        learners=tuple(
            LearnerResult(Learner(name), "needs review", 2.0, 0.0, questions=(one,)) for name, one in waiting.items()
        ),
    )
    items = make_review_items(results, key, [(one, 1) for one in waiting.values()]).items
    for item in items:
        own = asked[item.review]
        assert (item.prompt, item.variant) == (own.question.prompt, own.variant)
        assert (item.number, item.learners) == (2, (item.review,))
        assert f"{own.question.answer:g}" in item.key_line
    assert len({item.prompt for item in items}) == len({item.variant for item in items}) == 2


TYPED = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@settings(max_examples=60, deadline=None)
@given(TYPED, TYPED)
def test_any_text_comes_back_unchanged(tmp_path_factory, response, comment):
    items = ReviewItems("T", BUNDLE, (made("r", response=response, credit=1 / 3, comment=comment),))
    assert reread(tmp_path_factory.mktemp("items"), items) == items


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda record: record.update(format="something"), "format is 'something'"),
        (lambda record: record.update(version=2), "version is '2'"),
        (lambda record: record["answers"][0].update(asked=1), "answers.0.asked is 1, of 1 question"),
        (lambda record: record["answers"][0].pop("learners"), "answers.0.learners"),
        (lambda record: record["questions"][0].update(rubric=[{"id": "x"}]), "questions.0.rubric.0"),
        (lambda record: record["answers"][0].update(credit="1"), "answers.0.credit is '1'"),
    ],
)
def test_another_file_is_refused_with_what_to_do(tmp_path, change, told):
    record = json.loads(review_items_json(ReviewItems("T", BUNDLE, (made("r"),))))
    change(record)
    (tmp_path / REVIEW_ITEMS_FILE).write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(DataError) as found:
        load_review_items(tmp_path)
    assert told in str(found.value)
    assert "grade once more" in str(found.value)


def test_a_folder_without_the_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="grade once more"):
        load_review_items(tmp_path)
