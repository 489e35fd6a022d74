"""What leaves the kernel before an answer: the fields that ask, and never one that tells."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lms_samples import every_kind, question, quiz_of, whole_bank

from qa_lesson.quiz.answering.asked import asked_fields, page_fields, public_question
from qa_lesson.quiz.kinds.registry import Question

TOLD = {"right": "FEEDBACK", "otherwise": "FEEDBACK"}
EVERY_KIND = every_kind().questions
ORDER = quiz_of(
    question("ordering", "q-order", items=[{"id": n, "text": f"item {n}", "feedback": "F"} for n in "cadbe"], **TOLD)
).questions[0]


def told_afterwards(one: Question) -> list[str]:
    """All texts of a question that only an answer, or a click on help, may bring."""
    return [*one.hints, *one.steps, one.quick_check, *one.mistakes, *(text for _, text in one.feedbacks())]


def test_a_question_of_choices_exactly():
    options = [
        {"id": "b", "text": "`two`", "correct": True, "feedback": "FEEDBACK"},
        {"id": "a", "text": "one", "correct": False, "feedback": "FEEDBACK"},
        {"id": "c", "text": "three", "correct": False, "feedback": "FEEDBACK"},
    ]
    (one,) = quiz_of(question("single", "q-one", prompt="**Which?**", options=options, points=2.0)).questions
    asked = asked_fields(one)
    assert asked == {
        "id": "q-one", "kind": "single", "points": 2.0, "prompt": "**Which?**",
        "options": [{"id": "a", "text": "one"}, {"id": "b", "text": "`two`"}, {"id": "c", "text": "three"}],
    }  # fmt: skip
    shown = {
        "id": "q-one", "kind": "single", "points": 2.0, "prompt": "<p><strong>Which?</strong></p>",
        "instruction": "Choose one.",
    }  # fmt: skip
    page = page_fields(asked)
    options = page.pop("options")
    assert page == shown
    shown_texts = {"a": "one", "b": "<code>two</code>", "c": "three"}
    assert [(option["id"], option["text"]) for option in options] == list(shown_texts.items())
    public = public_question(one, "ada")
    assert (public["difficulty"], public["n_hints"]) == ("easy", 1)
    assert set(public) == {*shown, "options", "difficulty", "n_hints"}


@pytest.mark.parametrize("one", EVERY_KIND, ids=lambda one: one.id)
def test_the_fields_are_those_that_ask(one):
    common = {"id", "kind", "points", "prompt"}
    own = set(asked_fields(one)) - common
    assert own <= {"options", "items", "context", "template", "unit"}
    added = {"instruction", "difficulty", "n_hints", "unit", "label"}
    assert set(public_question(one, "ada")) - added - common <= own
    for choice in asked_fields(one).get("options") or asked_fields(one).get("items") or []:
        assert set(choice) == {"id", "text"}


@pytest.mark.parametrize("quiz", whole_bank(), ids=lambda quiz: quiz.name)
def test_no_question_of_the_bank_tells_its_answer(quiz):
    for one in quiz.questions:
        asked = asked_fields(one)
        leaves = [json.dumps(asked, ensure_ascii=False), json.dumps(public_question(one, "ada"), ensure_ascii=False)]
        for text in told_afterwards(one):
            quoted = json.dumps(text, ensure_ascii=False)[1:-1]
            if len(text) > 25 and text not in one.prompt:  # a short one may be an option word for word
                assert not any(quoted in leaf for leaf in leaves), (one.id, text)
        for name in ("options", "items"):
            ids = [choice["id"] for choice in asked.get(name, [])]
            assert ids == sorted(ids), "the order says nothing"


@given(st.text(min_size=1, max_size=8))
def test_items_to_be_ordered_have_an_order_of_the_learners_own(learner):
    shown = [item["id"] for item in public_question(ORDER, learner)["items"]]
    assert sorted(shown) == list("abcde")
    assert shown == [item["id"] for item in public_question(ORDER, learner)["items"]]


def test_learners_see_different_orders():
    orders = {tuple(item["id"] for item in public_question(ORDER, f"learner{i}")["items"]) for i in range(40)}
    assert len(orders) > 20
