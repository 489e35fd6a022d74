import pytest

from qa_lesson.errors import DataError, PredictionError
from qa_lesson.schema import Answer, Example
from qa_lesson.views import show_answers

CONTEXT = "Bram Keating keeps the light on Skelm."
WHO = Example("q1", "Who keeps the light?", CONTEXT, (Answer("Bram Keating", 0),))
WHERE = Example("q2", "Where is <the> light?", CONTEXT, (Answer("Skelm", 32), Answer("on Skelm", 29)))
WHY = Example("q3", "Why is it kept?", CONTEXT)


def test_every_reader_has_a_column_with_answers_and_scores():
    view = show_answers(
        [WHO, WHERE], {"long": {"q1": "Keating", "q2": "keeps it"}, "good": {"q1": "Bram Keating", "q2": "on Skelm"}}
    )
    assert repr(view) == "<answers to 2 questions, mean F1: long 33.3%, good 100.0%>"
    for text in ("Keating<br>", "F1 66.7%", "keeps it<br>", "F1 0.0%", "<b>33.3%</b>"):
        assert text in view.html
    assert view.html.count(">exact</span>") == 2


def test_any_reference_counts_and_only_the_preferred_one_is_shown():
    html = show_answers([WHERE], {"reader": {"q2": "on Skelm"}}).html
    assert ">Skelm</td>" in html
    assert ">exact</span>" in html


def test_an_unanswerable_question_is_right_with_no_answer_only():
    silent = show_answers([WHY], {"reader": {"q3": ""}})
    assert silent.html.count("(no answer)") == 2
    assert "reader 100.0%" in repr(silent)
    assert "reader 0.0%" in repr(show_answers([WHY], {"reader": {"q3": "Skelm"}}))


def test_text_is_escaped():
    html = show_answers([WHERE], {"a & b": {"q2": "<script>"}}).html
    for raw in ("<script>", "<the>", "a & b"):
        assert raw not in html


def test_missing_answers_and_no_questions_are_errors():
    with pytest.raises(PredictionError, match=r"'reader' has no answer to 1 of 2 questions(.|\n)*q2"):
        show_answers([WHO, WHERE], {"reader": {"q1": "Keating"}})
    with pytest.raises(DataError):
        show_answers([], {"reader": {}})
