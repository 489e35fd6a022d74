"""A question practiced by code: marked, recorded, then shown; help has its price; a round comes back as it was."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lms_samples import option, question, quiz_of

from qa_lesson.errors import ConfigError
from qa_lesson.quiz.practice import practice as module
from qa_lesson.quiz.practice.practice import STEPS_AFTER, QuizPractice, Standing
from qa_lesson.quiz.progress.attempts import Progress


def choice(name, correct=False):
    return option(name, correct) | {"feedback": f"because {name}"}


QUIZ = quiz_of(
    question("single", "q-one", options=[choice("a"), choice("b", True), choice("c")], points=2.0, hints=["H1", "H2"]),
    question("multi", "q-some", options=[choice(name, name in "ab") for name in "abc"], points=3.0),
    question(
        "code", "q-code", template="x = ___", answer="2", check="assert x == 2", right="Two.", otherwise="Not two.",
    ),
)  # fmt: skip


@pytest.fixture
def progress(tmp_path):
    return Progress.open(tmp_path / "progress.sqlite", "ada")


@pytest.fixture
def practice(progress):
    return QuizPractice(QUIZ, QUIZ.questions, progress)


def answered(question, value):
    question.value = value
    question.check.click()
    return question


def test_right_at_once(practice, progress):
    one = practice.question("q-one")
    one.confidence = 0.75
    answered(one, "b")
    assert (one.correct, one.status, one.closed, one.saved) == (True, "right", True, True)
    assert (one.points, one.mastered) == (2.0, True)
    assert one.feedback == "because b"
    (kept,) = progress.attempts()
    assert (kept.learner, kept.question, kept.response, kept.credit) == ("ada", "q-one", "b", 1.0)
    assert (kept.correct, kept.confidence, kept.attempt, kept.hints_used) == (True, 0.75, 1, 0)
    assert str(practice.standing) == "2 of 6 points; 1 of 3 questions mastered (right at once, without help)"


def test_a_second_try_earns_the_points_and_no_mastery(practice, progress):
    one = answered(practice.question("q-one"), "a")
    assert (one.correct, one.status, one.closed, one.points) == (False, "wrong", False, 0.0)
    assert one.feedback == "because a"
    one.check.click()
    assert "this answer is marked already" in one.problem
    one.try_again.click()
    assert (one.status, one.correct, one.feedback, one.value, one.problem) == ("open", None, "", "a", "")
    answered(one, "b")
    assert (one.points, one.mastered) == (2.0, False)
    assert [(kept.attempt, kept.correct) for kept in progress.attempts()] == [(1, False), (2, True)]


def test_another_value_after_a_wrong_one_is_a_new_try(practice):
    one = answered(practice.question("q-one"), "a")
    one.value = "c"
    assert (one.status, one.value, one.correct) == ("open", "c", None)


def test_a_right_answer_is_the_last(practice, progress):
    one = answered(practice.question("q-one"), "b")
    one.value = "a"
    one.try_again.click()
    assert "this question is finished" in one.problem
    one.check.click()
    assert (one.value, one.status, len(progress.attempts())) == ("b", "right", 1)


def test_no_answer_is_no_attempt(practice, progress):
    one = practice.question("q-one")
    one.check.click()
    assert one.problem == "There is no answer yet. Answer first, then check."
    answered(one, "z")
    assert one.problem == "This is not offered. Choose from: a, b, c."
    assert (one.status, progress.attempts(), practice.standing.answered) == ("open", [], 0)


def test_part_of_the_credit_is_kept_while_one_goes_on(practice):
    some = answered(practice.question("q-some"), ["a"])
    assert (some.status, some.credit, some.points) == ("wrong", 0.5, 1.5)
    answered(some, ["c"])
    assert (some.mark.credit, some.points) == (0.0, 1.5)
    answered(some, ["a", "b"])
    assert (some.points, some.mastered) == (3.0, False)


def test_hints_are_counted_and_end(practice, progress):
    one = practice.question("q-one")
    for expected in (1, 2, 2):
        one.hint.click()
        assert one.n_hints == expected
    answered(one, "b")
    assert (one.points, one.mastered) == (2.0, False)
    assert progress.attempts()[0].hints_used == 2


def test_early_steps_cost_the_points_and_late_ones_do_not(progress):
    early = QuizPractice(QUIZ, QUIZ.questions, progress).question("q-one")
    early.steps.click()
    answered(early, "b")
    assert (early.correct, early.points, early.mastered) == (True, 0.0, False)
    assert progress.attempts()[0].hints_used == 3, "one more than there are hints"
    late = QuizPractice(QUIZ, QUIZ.questions, Progress.open(progress.path.with_name("late.sqlite"))).question("q-one")
    for _ in range(STEPS_AFTER):
        answered(late, "a")
    late.steps.click()
    answered(late, "b")
    assert late.points == 2.0


def test_code_closes_after_three_wrong_answers(practice, progress):
    code = practice.question("q-code")
    for left in (2, 1, 0):
        answered(code, f"{left + 5}")
        assert code.attempts_left == left
    assert code.closed
    code.value = "2"
    code.check.click()
    assert "this answer is marked already" in code.problem
    assert len(progress.attempts()) == 3


def test_a_confidence_is_a_fraction(practice):
    one = practice.question("q-one")
    with pytest.raises(ConfigError, match="confidence is a fraction"):
        one.confidence = 70
    assert one.confidence is None


def test_start_again_forgets_the_round_and_keeps_the_record(practice, progress):
    answered(practice.question("q-one"), "b")
    practice.start_again.click()
    one = practice.question("q-one")
    assert (one.status, one.value, one.points, one.mastered, practice.standing.answered) == ("open", None, 0, False, 0)
    answered(one, "b")
    assert [kept.attempt for kept in progress.attempts()] == [1, 2]


def test_marked_then_recorded_then_shown(practice, progress, monkeypatch):
    events, one, record, mark = [], practice.question("q-one"), progress.record, module.mark
    monkeypatch.setattr(module, "mark", lambda *told: (events.append("marked"), mark(*told))[1])
    monkeypatch.setattr(progress, "record", lambda told: (events.append(("recorded", one.mark)), record(told)))
    practice.changed = lambda told: events.append(("shown", told.mark and told.mark.correct))
    answered(one, "b")
    assert events == [("shown", None), "marked", ("recorded", None), ("shown", True)]


def test_an_answer_that_cannot_be_saved_is_kept_and_saved_later(practice, progress, monkeypatch):
    def full(attempt):
        raise OSError("the disk is full")

    one, some = practice.question("q-one"), practice.question("q-some")
    with monkeypatch.context() as broken:
        broken.setattr(progress, "record", full)
        answered(one, "a")
        answered(one, "b")
        answered(some, ["a"])
        assert (one.saved, some.saved, one.correct) == (False, False, True)
        assert practice.save_problem == "OSError: the disk is full"
        practice.save.click()
        assert [kept.response for kept in practice.unsaved] == ["a", "b", ["a"]]
    practice.save.click()
    assert (practice.unsaved, practice.save_problem, one.saved, some.saved) == ([], "", True, True)
    told = [(kept.question, kept.response, kept.attempt) for kept in progress.attempts()]
    assert told == [("q-one", "a", 1), ("q-one", "b", 2), ("q-some", ["a"], 1)]


def test_a_history_out_of_reach_is_said(progress, monkeypatch):
    def gone(**_wanted):
        raise OSError("no such disk")

    monkeypatch.setattr(progress, "attempts", gone)
    practice = QuizPractice(QUIZ, QUIZ.questions, progress)
    assert practice.problem.startswith(
        "Earlier answers could not be read: Something broke here (OSError: no such disk)"
    )
    assert answered(practice.question(0), "b").correct


def test_a_fault_is_told_and_never_raised(practice, progress, monkeypatch):
    def broken(*_told):
        raise RuntimeError("boom")

    monkeypatch.setattr(module, "mark", broken)
    one = answered(practice.question("q-one"), "b")
    assert one.problem.startswith("Something broke here (RuntimeError: boom).")
    assert (one.status, progress.attempts()) == ("open", [])


def test_questions_by_place_and_id(practice):
    assert practice.question(1) is practice.question("q-some")
    for which in (-1, 3, "q-none"):
        with pytest.raises(ConfigError, match="no such question"):
            practice.question(which)


def test_a_standing_of_thirds():
    assert str(Standing(4 / 3, 10, 1, 3, 10)).startswith("1.33 of 10 points; 1 of 10")


ACTIONS = st.sampled_from(["a", "b", "c", "hint", "steps", "try_again"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=st.lists(ACTIONS, max_size=8), last=st.sampled_from("abc"))
def test_a_round_comes_back_as_it_was(tmp_path_factory, actions, last):
    progress = Progress.open(tmp_path_factory.mktemp("round") / "progress.sqlite", "ada")
    live = QuizPractice(QUIZ, QUIZ.questions, progress)
    one = live.question("q-one")
    for action in [*actions, last]:
        if one.closed:
            break  # help taken after the last answer is not in the record
        if action in ("a", "b", "c"):
            answered(one, action)
        else:
            getattr(one, action).click()
    again = QuizPractice(QUIZ, QUIZ.questions, progress)
    back = again.question("q-one")
    if one.status == "open":  # reopened, and then nothing was answered
        assert back.n_wrong == one.n_wrong
    else:
        fields = "status value confidence credit mastered n_wrong steps_shown feedback".split()
        if not one.steps_shown:  # the record of an answer after the steps does not tell how many hints came before
            fields.append("n_hints")
        assert [getattr(back, name) for name in fields] == [getattr(one, name) for name in fields]
        assert back.saved
        assert again.standing == live.standing
