"""Free text: a rubric that adds up, a learner's page without the levels, and a person's marks."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.errors import BankError, DataError, ResponseError
from qa_lesson.quiz.answering.asked import asked_fields, page_fields
from qa_lesson.quiz.bank.files import parse_quiz
from qa_lesson.quiz.kinds.free_text import AskedFreeText, FreeText
from qa_lesson.quiz.kinds.shared.rubric import Criterion, Level, levels_points
from qa_lesson.quiz.lint.bank_lints import lint_bank

QUIZ = """
title: Midterm
graded: true
questions:
  - id: why
    kind: free_text
    points: 3
    prompt: Why does the score fall?
    max_words: 5
    lines: 4
    model_answer: The model **overfits**.
    rubric:
      - id: cause
        text: Names the *cause*.
        levels:
          - {points: 2, text: Says overfitting.}
          - {points: 0.5, text: Says too many epochs.}
          - {points: 0, text: Says something else.}
      - id: remedy
        text: Names a remedy.
        levels:
          - {points: 0, text: No remedy.}
          - {points: 1, text: Stops early.}
"""


def quiz(text=QUIZ):
    return parse_quiz(text, Path("midterm.yaml"))


def question(*changes) -> FreeText:
    text = QUIZ
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return quiz(text).questions[0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("points: 3", "points: 4"), "the best levels of the rubric give 3 points, and the question has 4"),
        (("points: 1, text: Stops", "points: 1.5, text: Stops"), "give 3.5 points, and the question has 3"),
        (("points: 0.5", "points: 2"), "criterion cause has two levels with 2 points"),
        (("points: 0, text: Says", "points: 0.2, text: Says"), "criterion cause has no level with 0 points"),
        (("          - {points: 0, text: No remedy.}\n", ""), "levels"),
        (("id: remedy", "id: cause"), "two criteria have the id cause"),
        (("points: 0.5", "points: -1"), "out of range"),
        (("max_words: 5", "max_words: 0"), "max_words is out of range"),
        (("lines: 4", "lines: 1"), "lines is out of range"),
        (("    model_answer: The model **overfits**.\n", ""), "model_answer is missing"),
    ],
)
def test_a_rubric_that_does_not_add_up_is_refused(change, told):
    with pytest.raises(BankError) as found:
        question(change)
    assert told in str(found.value)


def test_sums_are_compared_as_people_do():
    third = question(("points: 3", "points: 0.3"), ("points: 2,", "points: 0.2,"), ("0.5", "0.05"), ("1,", "0.1,"))
    assert third.points == 0.3


def test_only_a_graded_quiz_can_have_it():
    with pytest.raises(BankError, match="only for graded quizzes"):
        quiz(QUIZ.replace("graded: true", "lesson: 05_metrics"))


def test_what_a_learner_gets_has_the_criteria_and_never_the_levels():
    asked = asked_fields(question())
    shown = page_fields(AskedFreeText(**asked).model_dump(mode="json"))
    assert shown["criteria"] == [
        {"text": "Names the <em>cause</em>.", "points": 2.0}, {"text": "Names a remedy.", "points": 1.0},
    ]  # fmt: skip
    assert (shown["max_words"], shown["lines"]) == (5, 4)
    assert shown["instruction"] == "Write your answer in your own words."
    for text in ("overfit", "epochs", "Stops", "levels"):
        assert text not in json.dumps([asked, shown])
    hidden = question(("lines: 4", "rubric_shown: false"))
    assert asked_fields(hidden)["criteria"] == page_fields(asked_fields(hidden))["criteria"] == []


def test_only_a_blank_answer_is_marked_without_a_person():
    for mark in (question().mark, question().mark_unrun):
        assert mark("  \n").credit == 0
        with pytest.raises(ResponseError, match=r"^a person marks this answer$"):
            mark("The model **overfits**.")
        with pytest.raises(ResponseError, match="it has 6 words, and at most 5 were asked for"):
            mark("one two three four five six")


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("It overfits.", " It\n overfits. ", True),
        ("cafe\u0301", "caf\u00e9", True),
        ("It overfits.", "it overfits.", False),
        ("US", "us", False),
        ("x\u00b2 grows", "x2 grows", False),
        ("\uff21", "A", False),
    ],
)
def test_equal_answers_differ_in_white_space_and_composition_only(one, two, same):
    assert question().same_answer(one, two) is same
    assert (FreeText.comparable_response(one) == FreeText.comparable_response(two)) is same


def test_a_long_answer_is_shortened_in_tables():
    assert FreeText.response_line("It\noverfits.") == "It overfits."
    assert FreeText.response_line("word " * 200) == "word " * 20 + "... (200 words)"


def test_the_solution_is_the_model_answer_and_the_steps():
    one = question(("    rubric:\n", "    steps: [Look., Say.]\n    rubric:\n"))
    assert one.solution() == "The model **overfits**.\n\n1. Look.\n2. Say."
    assert "<strong>overfits</strong>" in one.answer_html()
    assert question().solution() == "The model **overfits**."
    assert question().response_html("a <b>\nc") == "<blockquote>a &lt;b&gt;<br>c</blockquote>"


@pytest.mark.parametrize(
    ("change", "told", "blocks"),
    [
        (("Says too many epochs.", "Says something else."),
         "two levels of criterion cause have the same text: 'says something else'", True),
        (("Names a remedy.", "Names the *cause*."), "two criteria have the same text", False),
        (("- {points: 0, text: No remedy.}", "- {points: 0.5, text: Late.}\n          - {points: 0, text: No remedy.}"),
         "the levels of criterion remedy are in no order", False),
        (("The model **overfits**.", "The model overfits after too many epochs."),
         "the model answer has 7 words, and max_words is 5", False),
        (("Says overfitting.", "Says `overfitting."), "criterion cause, level 1: a backtick is not closed", False),
    ],
)  # fmt: skip
def test_lints(tmp_path, change, told, blocks):
    path = tmp_path / "midterm.yaml"
    assert change[0] in QUIZ
    path.write_text(QUIZ.replace(*change), encoding="utf-8")
    (fault,) = lint_bank(files=[path])
    assert told in fault.what
    assert fault.warning is not blocks


def test_a_sound_question_has_no_lint(tmp_path):
    path = tmp_path / "midterm.yaml"
    path.write_text(QUIZ, encoding="utf-8")
    assert lint_bank(files=[path]) == []


def test_the_points_of_levels():
    rubric = question().rubric
    assert levels_points(rubric, {"cause": 1, "remedy": 1}, "here") == 1.5
    assert levels_points(rubric, {"cause": 1}, "here") is None
    for wrong in ({"cause": 3}, {"cause": -1}, {"style": 0}):
        with pytest.raises(DataError, match=r"(?s)no such level.*here.*mark the answer again"):
            levels_points(rubric, {"remedy": 0, **wrong}, "here")


@given(st.lists(st.floats(0, 10, allow_nan=False), min_size=1, max_size=6, unique=True))
def test_a_criterion_needs_a_zero_and_different_points(points):
    levels = tuple(Level(points=one, text=f"Level {one}") for one in points)
    sound = len(points) > 1 and 0 in points
    try:
        criterion = Criterion(id="c", text="C", levels=levels)
    except ValueError:
        assert not sound
    else:
        assert sound
        assert criterion.points == max(points)
