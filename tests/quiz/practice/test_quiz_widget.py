"""The practice widget driven as the page drives it: messages in, traits out, and nothing of the key before its turn."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lms_samples import option, question, quiz_of

from qa_lesson.errors import BankError
from qa_lesson.quiz.practice.widget import QuizWidget, headline, section_name, show
from qa_lesson.quiz.progress.attempts import Progress

GOOD = Path(__file__).parents[1] / "bank" / "05_metrics.yaml"
SECRETS = {
    "hints": ["HINT-1", "HINT-2"],
    "steps": ["STEP-1", "STEP-2"],
    "quick_check": "QUICK",
    "mistakes": ["MISTAKE"],
}


def choice(name, correct=False):
    return option(name, correct, text="words") | {"feedback": f"FEEDBACK-{name}"}


QUIZ = quiz_of(
    question("single", "q-one", prompt="Which?", options=[choice("a"), choice("b", True), choice("c")], **SECRETS),
    question(
        "numeric", "q-two", prompt="How much?", answer=0.625, tolerance={"abs": 0.001}, unit="fraction",
        no_recompute="a test", right="FEEDBACK-right", otherwise="FEEDBACK-otherwise", **SECRETS,
    ),
    question(
        "ordering", "q-order", prompt="In which order?", right="FEEDBACK-right", otherwise="FEEDBACK-otherwise",
        items=[{"id": name, "text": f"item {name}", "feedback": f"FEEDBACK-{name}"} for name in "cab"], **SECRETS,
    ),
    title="A quiz",
)  # fmt: skip
HIDDEN = ("FEEDBACK", "HINT", "STEP", "QUICK", "MISTAKE", "0.625", "correct")


@pytest.fixture
def progress(tmp_path):
    return Progress.open(tmp_path / "progress.sqlite", "ada")


@pytest.fixture
def widget(progress):
    return made(progress)


def made(progress):
    widget = QuizWidget(QUIZ, QUIZ.questions, progress)
    widget.sent = []
    widget.send = lambda content, buffers=None: widget.sent.append(content)
    return widget


def message(widget, action, question="", **told):
    """What the page sends when something is clicked."""
    widget._handle_custom_msg({"action": action, "question": question, **told}, [])


def state(widget) -> str:
    """All that the page has, except its own script and styles."""
    sent = widget.get_state()
    return json.dumps({name: value for name, value in sent.items() if name not in ("_esm", "_css")})


def seen(widget) -> str:
    return state(widget) + repr(widget) + widget.static_html()


def test_nothing_of_the_key_is_there_before_an_answer(widget):
    for secret in HIDDEN:
        assert secret not in seen(widget), secret
    assert "Which?" in seen(widget)
    assert repr(widget) == "<quiz awkward: 3 questions>"
    assert widget.heading == "A quiz"
    assert "A quiz" in widget.static_html()


NAMES, RESPONSES = st.sampled_from(["q-one", "q-two", "q-order"]), st.sampled_from(["a", 0.5, ["a"], None])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drafts=st.lists(st.tuples(NAMES, RESPONSES)))
def test_drafts_tell_nothing(tmp_path_factory, drafts):
    widget = made(Progress.open(tmp_path_factory.getbasetemp() / "drafts.sqlite", "ada"))
    for name, response in drafts:
        widget.drafts = widget.drafts | {name: {"response": response, "confidence": 0.5}}
        assert widget.question(name).value == response
    for secret in HIDDEN:
        assert secret not in seen(widget), secret
    assert not widget.started


def test_a_wrong_answer_shows_its_own_feedback_alone(widget, progress):
    message(widget, "check", "q-one", response="a", confidence=0.5)
    shown = widget.answers[0]
    assert (shown["status"], shown["closed"], shown["saved"]) == ("wrong", False, True)
    assert shown["result"]["headline"] == "Not yet."
    assert shown["result"]["feedback"] == "<p>FEEDBACK-a</p>"
    for secret in ("FEEDBACK-b", "HINT", "STEP", "QUICK", "MISTAKE"):
        assert secret not in seen(widget), secret
    assert "FEEDBACK" not in widget.static_html()
    assert widget.started
    assert widget.sent == [{"done": "check"}]
    (kept,) = progress.attempts()
    assert (kept.response, kept.confidence) == ("a", 0.5)


def test_a_right_answer_shows_the_rest(widget):
    message(widget, "check", "q-one", response="b")
    shown = widget.answers[0]
    assert (shown["status"], shown["closed"]) == ("right", True)
    assert shown["result"]["headline"] == "Solved: 1 point."
    assert (shown["quick_check"], shown["mistakes"], shown["steps"]) == ("QUICK", ["MISTAKE"], [])
    assert widget.standing == "1 of 3 points; 1 of 3 questions mastered (right at once, without help)"
    assert widget.answers[1]["result"] is None


def test_hints_come_one_by_one_and_steps_when_asked(widget):
    message(widget, "hint", "q-two")
    assert widget.answers[1]["hints"] == ["HINT-1"]
    assert "HINT-2" not in state(widget)
    message(widget, "hint", "q-two")
    assert widget.answers[1]["hints"] == ["HINT-1", "HINT-2"]
    assert "STEP" not in state(widget)
    message(widget, "steps", "q-two")
    assert widget.answers[1]["steps"] == ["<p>STEP-1</p>", "<p>STEP-2</p>"]
    assert not widget.answers[1]["steps_free"]
    assert widget.answers[0]["hints"] == widget.answers[0]["steps"] == []


def test_an_answer_by_code_is_the_same(widget):
    question = widget.question("q-two")
    question.value = 0.625
    question.check.click()
    assert question.correct
    assert widget.answers[1]["status"] == "right"
    assert widget.drafts["q-two"] == {"response": 0.625, "confidence": None}


def test_try_again_and_start_again(widget):
    message(widget, "check", "q-one", response="a")
    message(widget, "try_again", "q-one")
    assert (widget.answers[0]["status"], widget.answers[0]["result"]) == ("open", None)
    message(widget, "check", "q-one", response="b")
    message(widget, "start_again")
    assert not widget.started
    assert "FEEDBACK" not in state(widget)
    assert widget.standing.startswith("0 of 3 points")
    assert [sent["done"] for sent in widget.sent] == ["check", "try_again", "check", "start_again"]


def test_answers_come_back_and_the_first_open_question_is_shown(widget, progress):
    message(widget, "check", "q-one", response="b")
    again = made(progress)
    assert again.current == 1
    assert [shown["status"] for shown in again.answers] == ["right", "open", "open"]
    assert again.drafts["q-one"]["response"] == "b"


@pytest.mark.parametrize(
    ("told", "note"),
    [
        ({"action": "open_the_key"}, "the page asked for something unknown"),
        ({"action": "check", "question": "q-none"}, "no such question"),
        ({"action": "check", "question": "q-one", "response": "a", "confidence": 7}, "confidence is a fraction"),
    ],
)
def test_a_message_that_makes_no_sense_is_a_note(widget, told, note):
    widget._handle_custom_msg(told, [])
    (shown,) = widget.notes
    assert note in shown
    message(widget, "hint", "q-one")
    assert widget.notes == []


def test_a_draft_that_makes_no_sense_is_a_note(widget):
    widget.drafts = {"q-one": {"response": "a", "confidence": 7}}
    assert "confidence is a fraction" in widget.notes[0]
    assert widget.drafts["q-one"] == {"response": None, "confidence": None}


def test_answers_that_could_not_be_saved_are_told_until_they_are(widget, progress, monkeypatch):
    def full(attempt):
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(progress, "record", full)
        message(widget, "check", "q-one", response="b")
        assert widget.unsaved == "OSError: the disk is full"
        assert widget.answers[0]["saved"] is False
    message(widget, "save")
    assert widget.unsaved == ""
    assert widget.answers[0]["saved"] is True


def test_headlines(widget):
    one, order = widget.question("q-one"), widget.question("q-order")
    assert headline(one) == ""
    one.steps.click()
    one.value = "b"
    one.check.click()
    assert headline(one) == "Solved: 0 points, because the worked steps were seen first."
    order.value = ["c", "b", "a"]
    order.check.click()
    assert headline(order).startswith("Not ")


def test_section_without_a_heading():
    assert section_name("05_metrics.ipynb") == "05_metrics"


def test_show_draws_the_learners_questions(progress):
    widget = show(GOOD, progress=progress)
    assert widget.practice.learner == "ada"
    assert len(widget.questions) == len(widget.practice.questions) > 1
    with pytest.raises(BankError):
        show("nothing", progress=progress)


def test_only_what_was_chosen_is_marked_until_the_key_may_be_known(tmp_path):
    several = quiz_of(
        question("multi", "q-several", prompt="Which?", options=[choice("a", True), choice("b"), choice("c", True)]),
        question("single", "q-one", prompt="Which?", options=[choice("a"), choice("b", True), choice("c")]),
        title="Signs",
    )
    quiz = QuizWidget(several, several.questions, Progress.open(tmp_path / "progress.sqlite"))
    multi, single = quiz.practice.questions
    multi.value = ["a", "b"]
    multi.check.click()
    assert quiz.answers[0]["result"]["signs"] == {"a": "right", "b": "wrong", "c": "missed"}
    single.value = "a"
    single.check.click()
    assert quiz.answers[1]["result"]["signs"] == {"a": "wrong"}
    single.try_again.click()
    single.value = "b"
    single.check.click()
    assert quiz.answers[1]["result"]["signs"] == {"b": "right"}
