"""Free text from the submission to the pages handed back: a person's levels become points that everything shows."""

import csv
import io
import json
import re
from dataclasses import replace

import pytest
from handed_in import QUESTIONS, RIGHT, hand_in, make_key, submission, write_roster
from html_page import HtmlPage
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.errors import DataError
from qa_lesson.grading.analysis.flags import flags
from qa_lesson.grading.analysis.item_analysis import analyse_items
from qa_lesson.grading.formats.marks_journal import MarkerDecision, MarksJournal
from qa_lesson.grading.formats.results import Rules, load_results, results_json
from qa_lesson.grading.formats.review_items import load_review_items, make_review_items, review_items_json
from qa_lesson.grading.marking.grade import grade
from qa_lesson.grading.marking.reviews import ManualReview, read_reviews, review_id
from qa_lesson.grading.marking.roster import read_roster
from qa_lesson.grading.marking.submissions import SubmissionReader
from qa_lesson.grading.pages.class_report import class_report_html
from qa_lesson.grading.pages.feedback import FeedbackPages
from qa_lesson.grading.pages.gradebook import gradebook_csv
from qa_lesson.quiz.answering.asked import asked_fields
from qa_lesson.quiz.kinds.free_text import FreeText

WHY = {
    "id": "why", "kind": "free_text", "points": 3, "prompt": "Why does the score fall?", "max_words": 40,
    "model_answer": "The model **overfits**.\n\nStop early.", "steps": ["Look at both curves.", "Compare them."],
    "rubric": [
        {"id": "cause", "text": "Names the *cause*", "levels": [
            {"points": 2, "text": "Overfitting"}, {"points": 1, "text": "Too many epochs"}, {"points": 0, "text": "No"},
        ]},
        {"id": "remedy", "text": "Names a remedy", "levels": [
            {"points": 0, "text": "No remedy"}, {"points": 1, "text": "`early stopping`"},
        ]},
    ],
}  # fmt: skip
KEY = make_key([WHY])
BOTH, HALF, NONE = "It overfits: stop early.", "It was trained <b>too</b> long.", "No idea."


def graded(folder, answers, *, reviews=None, key=KEY, rules=None):
    for name, answer in answers.items():
        hand_in(folder / "in", name, {} if answer is None else {"why": answer})
    roster = read_roster(write_roster(folder / "roster.csv", *answers))
    return grade([folder / "in"], key, roster, reviews=reviews, rules=rules)


def points(results):
    return [None if one.questions[0].points is None else one.questions[0].points for one in results.learners]


LEVELS = {
    review_id("why", BOTH): ManualReview(0.0, "Well *said*.", {"cause": 0, "remedy": 1}),
    review_id("why", HALF): ManualReview(1.0, "", {"cause": 1, "remedy": 0}),
}


def test_every_answer_waits_for_a_person_but_a_blank_one(tmp_path):
    found = graded(tmp_path, {"ann": BOTH, "bob": BOTH, "cyd": "  \n", "dan": None, "eve": "word " * 41})
    ann, _, cyd, dan, eve = (one.questions[0] for one in found.results.learners)
    assert (ann.status, ann.feedback, ann.review) == (
        "needs review", "a person marks this answer", review_id("why", BOTH),
    )  # fmt: skip
    assert (cyd.status, dan.status) == ("unanswered", "unanswered")
    assert "41 words, and at most 40" in eve.feedback
    waits, _ = make_review_items(found.results, KEY, found.by_hand).items
    assert (waits.response, waits.n_submissions, waits.learners) == (BOTH, 2, ("ann", "bob"))
    assert waits.rubric == KEY.questions[0].rubric
    assert waits.key_line == "The model overfits. Stop early."
    assert waits.solution == "The model **overfits**.\n\nStop early.\n\n1. Look at both curves.\n2. Compare them."


def test_the_levels_decide_what_an_answer_earns(tmp_path):
    found = graded(tmp_path, {"ann": BOTH, "bob": HALF, "cyd": NONE}, reviews=LEVELS).results
    assert points(found) == [3.0, 1.0, None]
    ann, bob, cyd = (one.questions[0] for one in found.learners)
    assert (ann.credit, ann.correct, ann.levels) == (1.0, True, {"cause": 0, "remedy": 1})
    assert (bob.credit, bob.correct, bob.feedback) == (1 / 3, False, "")
    assert (cyd.status, cyd.levels) == ("needs review", {})
    (tmp_path / "results.json").write_text(results_json(found), encoding="utf-8")
    assert load_results(tmp_path) == found


def test_credit_decides_without_levels_and_while_a_criterion_has_none(tmp_path):
    reviews = {
        review_id("why", BOTH): ManualReview(0.5, "From a table."),
        review_id("why", HALF): ManualReview(0.25, "", {"cause": 1}),
    }
    found = graded(tmp_path, {"ann": BOTH, "bob": HALF}, reviews=reviews).results
    assert points(found) == [1.5, 0.75]
    assert found.learners[1].questions[0].levels == {"cause": 1}


def test_without_partial_credit_only_a_whole_answer_earns(tmp_path):
    rules = Rules(partial_credit=False)
    assert points(graded(tmp_path, {"ann": BOTH, "bob": HALF}, reviews=LEVELS, rules=rules).results) == [3.0, 0.0]


@pytest.mark.parametrize("levels", [{"cause": 3, "remedy": 0}, {"style": 0}])
def test_marks_by_another_rubric_are_refused(tmp_path, levels):
    name = review_id("why", BOTH)
    with pytest.raises(DataError, match=rf"(?s)no such level.*{name}.*changed after"):
        graded(tmp_path, {"ann": BOTH}, reviews={name: ManualReview(1.0, "", levels)})


def test_levels_of_a_question_without_a_rubric_are_refused(tmp_path):
    hand_in(tmp_path / "in", "ann", {**RIGHT, "q-code": "0.5"})
    roster = read_roster(write_roster(tmp_path / "roster.csv", "ann"))
    with pytest.raises(DataError, match="no such level"):
        grade(
            [tmp_path / "in"], make_key(), roster, reviews={review_id("q-code", "0.5"): ManualReview(1, "", {"a": 0})}
        )


def test_what_a_marker_clicked_reaches_the_gradebook(tmp_path):
    journal = MarksJournal(tmp_path / "marks.jsonl", KEY.bundle)
    name, at = review_id("why", HALF), "2026-03-02T09:00:00Z"
    journal.decide(MarkerDecision("Ada", name, {"cause": 1, "remedy": 1}, 2 / 3, "Nearly.", at))
    found = graded(tmp_path, {"ann": HALF}, reviews=read_reviews(tmp_path / "marks.jsonl", KEY.bundle)).results
    (row,) = csv.DictReader(io.StringIO(gradebook_csv(found, {"ann": "x"})))
    assert (row["points"], row["status"], row["Q1 why"]) == ("2", "graded", "2")
    assert found.learners[0].questions[0].feedback == "Nearly."


def test_the_page_handed_back_has_the_levels_reached_and_no_others(tmp_path):
    found = graded(tmp_path, {"ann": BOTH, "bob": HALF, "cyd": NONE}, reviews=LEVELS).results
    ann, bob, cyd = (FeedbackPages(found, KEY).page(one) for one in found.learners)
    text = " ".join(re.sub(r"<[^>]+>", " ", ann).split())
    assert "3 of 3 points" in text
    assert "Judged by Your answer Points Names the cause Overfitting 2 of 2 points" in text
    assert "Names a remedy early stopping 1 of 1 point" in text
    assert "<em>said</em>" in ann
    for page in (ann, bob, cyd):
        assert HtmlPage(page).runs == []
        assert "overfits</strong>" not in page, "the model answer is for those who ask for solutions"
    assert "Too many epochs" in bob
    assert "It was trained &lt;b&gt;too&lt;/b&gt; long." in bob
    for hidden in ("Overfitting", "early stopping"):
        assert hidden not in bob
    assert "<table" not in cyd
    assert "Waits for your instructor." in cyd
    assert "overfits</strong>" in FeedbackPages(found, KEY, solutions=True).page(found.learners[0])


def test_the_report_counts_reviewed_answers_as_graded(tmp_path):
    names = {f"l{n:02}": (BOTH, HALF)[n % 2] for n in range(24)}
    found = graded(tmp_path, names, reviews=LEVELS).results
    analysis = analyse_items(found, KEY)
    (item,) = analysis.items
    assert (item.n_answered, item.n_open) == (24, 0)
    assert item.facility == pytest.approx((1 + 1 / 3) / 2)
    assert sorted((one.text, one.n, one.correct) for one in item.answers) == [(BOTH, 12, True), (HALF, 12, False)]
    report = class_report_html(found, KEY, analysis, {"why": flags(item)}, None, {"python": "3"})
    assert HtmlPage(report).runs == []
    assert "It was trained &lt;b&gt;too&lt;/b&gt; long." in report


def test_answers_without_full_points_are_no_doubt_about_a_key(tmp_path):
    """There is none, even if all strong learners wrote the same that is not worth everything."""
    names = {f"l{n:02}": (HALF, NONE)[n >= 20] for n in range(30)}
    reviews = {**LEVELS, review_id("why", NONE): ManualReview(0, "", {"cause": 2, "remedy": 0})}
    numbers = {**QUESTIONS[2], "id": "other"}
    key = make_key([WHY, numbers])
    for n, (name, answer) in enumerate(names.items()):
        hand_in(tmp_path / "in", name, {"why": answer, "other": "0.25" if n < 10 else "0.9"})
    roster = read_roster(write_roster(tmp_path / "roster.csv", *names))
    found = grade([tmp_path / "in"], key, roster, reviews=reviews).results
    written, typed = analyse_items(found, key).items
    assert written.answers[0].strong_share == 1
    assert not any("check the key" in text for text in flags(written))
    wrong = replace(typed.answers[0], correct=False, strong_share=1.0)
    assert any("check the key" in text for text in flags(replace(typed, answers=(wrong,))))


def test_a_correction_of_the_rubric_counts_at_once(tmp_path):
    corrected = json.loads(json.dumps(WHY))
    corrected["rubric"][0]["levels"][1]["points"] = 1.5
    assert points(graded(tmp_path, {"bob": HALF}, reviews=LEVELS, key=make_key([corrected])).results) == [1.5]


TYPED = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


@settings(max_examples=80, deadline=None)
@given(TYPED)
def test_any_text_is_judged_as_it_was_typed(tmp_path_factory, typed):
    folder = tmp_path_factory.mktemp("typed")
    shown = FreeText.asked_model(**asked_fields(KEY.questions[0]))
    assert FreeText.recorded(shown, typed) == typed
    read = SubmissionReader(KEY).read(submission("ann", {"why": typed}).encode(), "ann.jsonl", "")
    assert read.answers == {"why": typed}
    found = graded(folder, {"ann": typed})
    (folder / "review_items.json").write_text(
        review_items_json(make_review_items(found.results, KEY, found.by_hand)), encoding="utf-8"
    )
    (item,) = load_review_items(folder).items
    assert (item.response, item.review) == (typed, review_id("why", typed))
    MarksJournal(folder / "m.jsonl", KEY.bundle).decide(
        MarkerDecision("Ada", item.review, {"cause": 0, "remedy": 0}, 2 / 3, typed, "2026-03-02T09:00:00Z")
    )
    settled = graded(folder, {"ann": typed}, reviews=read_reviews(folder / "m.jsonl")).results.learners[0]
    assert settled.points == 2
    assert settled.questions[0].feedback == typed.strip()
