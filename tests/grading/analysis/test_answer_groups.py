"""Answers that read alike are together, the most frequent first, and the same answers always give the same groups."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.grading.analysis.answer_groups import NEAR_SHARE, answer_groups
from qa_lesson.grading.formats.review_items import ReviewItem

LONG = "The validation loss rises because the model has learned the training questions by heart and grows too sure."


def item(response, n=1, review=None):
    return ReviewItem(
        review=review or str(response), question="q", number=1, variant="", kind="text", prompt="Why?",
        material_html="", solution="", points=1.0, rubric=(), key_line="", response=response, n_submissions=n,
        learners=(), reason="",
    )  # fmt: skip


def responses(items):
    return [[one.response for one in group] for group in answer_groups(items)]


def test_the_same_words_are_together_and_the_most_frequent_wording_comes_first():
    items = [item("It overfits"), item("no idea", 3), item("it  overfits.", 4), item("IT OVERFITS!", 2)]
    assert responses(items) == [["it  overfits.", "IT OVERFITS!", "It overfits"], ["no idea"]]


def test_a_changed_word_is_near_and_another_answer_is_not():
    near = LONG.replace("sure", "certain")
    other = "Too few epochs were trained, so nothing was learned at all."
    assert responses([item(other), item(near), item(LONG, 2)]) == [[LONG, near], [other]]


@pytest.mark.parametrize(("one", "two"), [("x < y", "x > y"), ("x comes before y", "y comes before x")])
def test_signs_and_the_order_of_words_tell_answers_apart(one, two):
    assert len(responses([item(one), item(two)])) == 2


def test_answers_without_a_word_and_answers_of_other_kinds_have_groups_too():
    assert responses([item("???"), item("灯塔"), item(["b", "a"]), item("!"), item(0.5)]) == [
        ["???", "!"], ["灯塔"], [["b", "a"]], [0.5],
    ]  # fmt: skip
    assert answer_groups([]) == ()


def test_the_frequencies_of_a_group_add_up():
    assert responses([item("first", 3), item("second", 2), item("Second", 2)]) == [["second", "Second"], ["first"]]


WORDS = st.sampled_from(["loss", "rises", "model", "learns", "by", "heart", "not", "test"])


def units(text):
    tokens = text.split()
    return set(tokens) | set(pairwise(tokens))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.lists(WORDS, max_size=8).map(" ".join), st.integers(1, 5)), max_size=12))
def test_each_item_is_in_one_group_near_its_first_one(answers):
    items = [item(text, n, review=str(place)) for place, (text, n) in enumerate(answers)]
    groups = answer_groups(items)
    assert sorted(one.review for group in groups for one in group) == sorted(one.review for one in items)
    totals = [sum(one.n_submissions for one in group) for group in groups]
    assert totals == sorted(totals, reverse=True)
    for first, *others in groups:
        for other in others:
            left, right = units(first.response), units(other.response)
            assert left == right or len(left & right) >= NEAR_SHARE * len(left | right)
    assert answer_groups(items) == groups


def test_five_thousand_answers_take_seconds():
    rng = random.Random(0)
    vocabulary = [f"word{n}" for n in range(3000)]
    weights = [1 / (n + 1) for n in range(3000)]
    items = [item(" ".join(rng.choices(vocabulary, weights, k=60))) for _ in range(5000)]
    start = time.process_time()
    groups = answer_groups(items)
    assert sum(map(len, groups)) == 5000
    assert time.process_time() - start < 15  # about 3 here; a machine under load gets more
