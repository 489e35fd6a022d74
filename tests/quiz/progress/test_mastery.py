"""Mastery counts first attempts, and says how little a few answers say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from question_pool import pool, question

from qa_lesson.quiz.progress.learner_rows import Attempt
from qa_lesson.quiz.progress.mastery import (
    confidence_calibration,
    first_attempts,
    lesson_of,
    mastery_by_objective,
    pool_result,
    tally,
    tally_by,
    what_to_revisit,
)

START = datetime(2026, 1, 1, tzinfo=UTC)


def answers(*told: str, quiz="placement", confidence=None) -> list[Attempt]:
    """Attempts one after the other, each as "question objective difficulty right|wrong"."""
    made = []
    for minutes, line in enumerate(told):
        name, objective, difficulty, outcome = line.split()
        correct = {"right": True, "wrong": False}[outcome]
        made.append(
            Attempt(
                learner="ada", quiz=quiz, question=name, objective=objective, difficulty=difficulty, kind="single",
                response="a", credit=float(correct), correct=correct, confidence=confidence,
                at=(START + timedelta(minutes=minutes)).isoformat(),
            )
        )  # fmt: skip
    return made


def test_only_the_first_attempt_counts():
    attempts = answers("q1 a easy wrong", "q1 a easy right", "q2 a hard right", "q2 a hard wrong", "q3 a easy wrong")
    assert [one.id for one in first_attempts(attempts)] == [attempts[i].id for i in (0, 2, 4)]
    counts = tally(attempts)
    assert (counts.n_right, counts.n, counts.n_missed, counts.n_mended) == (1, 3, 2, 1)
    by_difficulty = tally_by(attempts, lambda one: one.difficulty)
    assert {name: (one.n_right, one.n) for name, one in by_difficulty.items()} == {"easy": (0, 2), "hard": (1, 1)}


def test_the_same_question_id_in_two_quizzes_is_two_questions():
    counts = tally(answers("q1 a easy wrong") + answers("q1 a easy right", quiz="mastery"))
    assert (counts.n_right, counts.n) == (1, 2)


def test_seven_of_ten_says_little():
    """Wilson's interval by hand: (7 + z2/2 -+ z sqrt(7 * 3 / 10 + z2/4)) / (10 + z2) with z2 = 3.8415."""
    counts = tally(answers(*[f"q{i} a easy {'right' if i < 7 else 'wrong'}" for i in range(10)]))
    assert counts.interval.low == pytest.approx((7 + 1.92073 - 1.95996 * (2.1 + 0.96036) ** 0.5) / 13.84146, abs=1e-5)
    assert counts.interval.high == pytest.approx((7 + 1.92073 + 1.95996 * (2.1 + 0.96036) ** 0.5) / 13.84146, abs=1e-5)
    assert (round(counts.interval.low, 3), round(counts.interval.high, 3)) == (0.397, 0.892)
    assert not counts.is_hint
    assert tally(answers("q a easy right")).is_hint
    assert tally([]).interval is None


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=30))
def test_a_tally_adds_up(told):
    attempts = answers(*[f"q{i} {'ab'[i % 2]} easy {'right' if right else 'wrong'}" for i, right in told])
    whole, parts = tally(attempts), tally_by(attempts, lambda one: one.objective)
    assert whole.n == len({i for i, _ in told})
    for name in ("n_right", "n", "n_mended"):
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts.values())
    assert 0 <= whole.n_mended <= whole.n_missed
    if whole.interval:
        assert 0 <= whole.interval.low <= whole.interval.estimate <= whole.interval.high <= 1


QUIZ = pool({("a", "easy"): 3, ("a", "hard"): 3, ("b", "medium"): 4})


def test_mastery_by_objective_has_words_difficulties_and_sections():
    attempts = answers("pl-b-medium-0 b medium right", "pl-a-hard-0 a hard wrong", "pl-a-easy-0 a easy right")
    first, second = mastery_by_objective(attempts, [QUIZ])
    assert (first.objective, first.words, first.quiz) == ("a", "do a", "placement")
    assert (first.overall.n_right, first.overall.n) == (1, 2)
    assert {name: one.n_right for name, one in first.by_difficulty.items()} == {"easy": 1, "hard": 0}
    assert first.missed_sections == ("05_metrics.ipynb#1.-Heading",)
    assert (second.objective, second.missed_sections) == ("b", ())


def test_attempts_at_a_quiz_that_is_gone_still_count():
    (one,) = mastery_by_objective(answers("x-1 old easy wrong", quiz="gone"), [QUIZ])
    assert (one.quiz, one.words, one.overall.n, one.missed_sections) == ("gone", "old", 1, ())
    (removed,) = mastery_by_objective(answers("pl-removed a easy wrong"), [QUIZ])
    assert (removed.words, removed.overall.n, removed.missed_sections) == ("do a", 1, ())


def test_what_to_revisit_is_the_weakest_with_open_questions_first():
    attempts = answers(
        "q1 two-of-three easy right", "q2 two-of-three easy right", "q3 two-of-three easy wrong",
        "q4 none-of-three easy wrong", "q5 none-of-three easy wrong", "q6 none-of-three easy wrong",
        "q7 none-of-one easy wrong",
        "q8 mended easy wrong", "q8 mended easy right",
        "q9 all-right easy right",
    )  # fmt: skip
    objectives = mastery_by_objective(attempts, [QUIZ])
    order = [one.objective for one in what_to_revisit(objectives)]
    assert order == ["none-of-three", "none-of-one", "two-of-three", "mended"]
    assert [one.objective for one in what_to_revisit(objectives, n=1)] == ["none-of-three"]


def test_calibration_compares_what_was_said_with_what_came_out():
    sure = answers(*[f"s{i} a easy {'right' if i < 5 else 'wrong'}" for i in range(12)], confidence=0.95)
    guessed = answers(*[f"g{i} a easy right" for i in range(12)], confidence=1 / 3)
    fair = answers(*[f"f{i} a easy {'right' if i < 8 else 'wrong'}" for i in range(12)], confidence=2 / 3)
    silent = answers("n1 a easy wrong")
    found = confidence_calibration(sure + guessed + fair + silent)
    assert [(one.said, one.tally.n_right, one.tally.n) for one in found] == [
        (1 / 3, 12, 12), (2 / 3, 8, 12), (0.95, 5, 12),
    ]  # fmt: skip
    assert [one.verdict for one in found] == [
        "more right than you said", "fits, as far as 12 answers can tell", "less right than you said",
    ]  # fmt: skip
    assert confidence_calibration(silent) == []


def test_calibration_of_few_answers_is_told_to_be_that():
    found = confidence_calibration(answers("q1 a easy right", "q2 a easy right", confidence=0.95))
    assert [one.verdict for one in found] == ["too few answers to tell"]
    wrong = confidence_calibration(answers(*[f"q{i} a easy wrong" for i in range(4)], confidence=0.95))
    assert [one.verdict for one in wrong] == ["less right than you said"]  # four are enough: at most 49%
    assert wrong[0].tally.interval.high < 0.95


def test_only_the_confidence_of_the_first_attempt_counts():
    attempts = answers("q1 a easy wrong", confidence=0.95) + answers("q1 a easy right", confidence=1 / 3)
    (one,) = confidence_calibration(attempts)
    assert (one.said, one.tally.n_right, one.tally.n) == (0.95, 0, 1)


def elsewhere(name, objective, difficulty, section):
    return question(name, objective, difficulty).model_copy(update={"section": section})


def test_a_test_result_says_which_lessons_to_take():
    questions = [
        elsewhere("pl-1", "a", "easy", "01_why.ipynb#1.-One"),
        elsewhere("pl-2", "a", "medium", "01_why.ipynb#2.-Two"),
        elsewhere("pl-3", "b", "medium", "02_data.ipynb#1.-Rows"),
        elsewhere("pl-4", "b", "hard", "02_data.ipynb#2.-Columns"),
    ]
    quiz = pool({("a", "easy"): 1, ("b", "easy"): 1}, draw=(1, 2, 1)).model_copy(update={"questions": questions})
    attempts = answers("pl-1 a easy right", "pl-3 b medium wrong", "pl-3 b medium right", "pl-2 a medium right")
    attempts += answers("x a easy wrong", quiz="metrics")
    result = pool_result(quiz, attempts, "ada", ["01_why", "02_data", "03_tune"])
    assert (result.overall.n_right, result.overall.n, result.n_open) == (2, 3, 1)
    assert [one.objective for one in result.objectives] == ["b", "a"]
    assert [(one.lesson, one.advice, one.tally.n_right, one.tally.n, one.sections) for one in result.path] == [
        ("01_why", "take its quiz", 2, 2, ()),
        ("02_data", "work through", 0, 1, ("02_data.ipynb#1.-Rows",)),
        ("03_tune", "not asked", 0, 0, ()),
    ]
    nothing = pool_result(quiz, [], "ada", ["01_why"])
    assert (nothing.overall.n, nothing.n_open, nothing.objectives) == (0, 4, ())
    assert [one.advice for one in nothing.path] == ["not asked"]


def test_lesson_of_a_section():
    assert lesson_of("05_metrics.ipynb#2.-Token-F1") == "05_metrics"
