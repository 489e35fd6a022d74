"""Progress from before lessons moved still counts, for the quiz that has the question now."""

import sqlite3

import pytest

from qa_lesson.quiz import Progress, load_quiz, quiz_names
from qa_lesson.quiz.progress.attempts import Attempt
from qa_lesson.quiz.progress.renamed_quizzes import present_quiz

OLD_NAMES = {  # as they were recorded in version 1
    "00": "00_start_here", "01": "01_why_fine_tune", "02": "02_prepare_data", "03": "03_fine_tune", "04": "04_metrics",
    "05": "05_trust_the_number", "06": "06_overfitting", "07": "07_leakage", "08": "08_answer_variability",
    "09": "09_your_own_model", "10": "10_review",
}  # fmt: skip


def test_every_old_question_is_found_in_the_quiz_that_has_it_now():
    asked = {question.id: quiz for name in quiz_names() for quiz in [load_quiz(name)] for question in quiz.questions}
    old = {question: quiz for question, quiz in asked.items() if question[:2] in OLD_NAMES and quiz.draw is None}
    assert len(old) > 90
    for question, quiz in old.items():
        assert present_quiz(OLD_NAMES[question[:2]], question) == quiz.name


@pytest.mark.parametrize("name", ["placement", "mastery"])
def test_pools_keep_their_names(name):
    assert present_quiz(name, "pl-x") == name


def answered(quiz: str, question: str) -> Attempt:
    about = {"objective": "o", "difficulty": "easy", "kind": "single", "response": "a"}
    return Attempt(learner="ada", quiz=quiz, question=question, credit=1.0, correct=True, **about)


def test_rows_written_under_old_names_are_read_under_the_new_ones_and_stay_as_they_are(tmp_path):
    progress = Progress.open(tmp_path / "p.sqlite", "ada")
    for quiz, question in (("04_metrics", "04-x"), ("05_trust_the_number", "05-promise"), ("metrics", "04-y")):
        progress.record(answered(quiz, question))
    assert [attempt.question for attempt in progress.attempts(quiz="metrics")] == ["04-x", "04-y"]
    assert [attempt.quiz for attempt in progress.attempts(question="05-promise")] == ["when_to_trust_an_answer"]
    rows = sqlite3.connect(tmp_path / "p.sqlite").execute("SELECT quiz FROM attempts ORDER BY position").fetchall()
    assert rows == [("04_metrics",), ("05_trust_the_number",), ("metrics",)]


def test_an_old_export_is_taken_in(tmp_path):
    old = Progress.open(tmp_path / "old.sqlite", "ada")
    old.record(answered("06_overfitting", "06-x"))
    new = Progress.open(tmp_path / "new.sqlite", "bob")
    assert new.import_json(old.export_json(tmp_path / "p.json")) == 1
    assert [attempt.quiz for attempt in new.attempts()] == ["overfitting"]
