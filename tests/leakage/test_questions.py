"""Which pairs of questions are a leak, by hand: on one passage, on two, with equal and with other answers."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.leakage.questions import MOST_EDITS, QuestionPairs, _few_edits, gives_answer_away
from qa_lesson.leakage.text import word_edits
from qa_lesson.schema import Answer, Example

NUMBER = itertools.count()


def ask(question, *answers):
    context = " / ".join(answers) or "Nothing is said."
    return Example(f"q{next(NUMBER)}", question, context, tuple(Answer(text, context.index(text)) for text in answers))


def levels(left, right, *, one_passage=False, cosine=None):
    pairs = QuestionPairs([left], [right], {(0, 0)} if one_passage else set())
    found = [*pairs.copies(), *pairs.near_duplicates()]
    if cosine is not None:
        vectors = {left.question: [1, 0], right.question: [cosine, (1 - cosine**2) ** 0.5]}
        found += pairs.paraphrases(lambda texts: np.array([vectors[text] for text in texts], np.float32))
    return [match.level for match in found]


KEEPER = ask("Who keeps the light on Skelm?", "Bram Keating")


def test_only_questions_that_share_an_answer_or_a_passage_are_embedded():
    embedded = []

    def embed(texts):
        embedded.extend(texts)
        return np.eye(len(texts), 4, dtype=np.float32)

    same, neighbor = ask("Who lights the lamp?", "Bram Keating"), ask("When is it lit?", "at dusk")
    learned = [same, neighbor, ask("Who sails the ferry?", "Ada Rask")]
    assert list(QuestionPairs(learned, [KEEPER], {(1, 0)}).paraphrases(embed)) == []
    assert sorted(embedded) == sorted([KEEPER.question, same.question, neighbor.question])
    assert list(QuestionPairs(learned[2:], [KEEPER], set()).paraphrases(embed)) == []
    assert len(embedded) == 3


@pytest.mark.parametrize(
    ("question", "level"),
    [
        ("Who keeps the light on Skelm?", "exact question"),
        ("who keeps light, on SKELM", "normalised question"),
        ("Who is it that keeps the light on Skelm?", "near-duplicate question"),
        ("Who keeps the light?", "near-duplicate question"),
    ],
)
def test_copies_and_near_copies_on_another_passage(question, level):
    assert levels(ask(question, "Bram Keating"), KEEPER) == [level]


@pytest.mark.parametrize("answer", ["Sunniva Rask", "Bram Keating"])
def test_the_same_pattern_about_another_thing_is_no_leak(answer):
    """Even where the answer is the same by chance."""
    assert levels(ask("Who keeps the light on Orra?", answer), KEEPER, cosine=0.9) == []


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        ("What does a ticket to Hest cost?", "What does a ticket to Ulla cost?", "4 crowns"),
        ("How much is a chart?", "How much is a basket?", "4 crowns"),
        ("How many rooms are there?", "How many boats are there?", "twelve"),
        ("In what year did the first ferry sail?", "In what year did the second ferry sail?", "1987"),
    ],
)
def test_equal_numbers_do_not_make_two_things_one(left, right, answer):
    assert levels(ask(left, answer), ask(right, answer)) == []


def test_a_replaced_word_counts_where_the_answer_is_telling_or_much_is_kept():
    left, right = "What must a borrower do first?", "What must a member do first?"
    assert levels(ask(left, "signing the last page"), ask(right, "signing the last page")) == [
        "near-duplicate question"
    ]
    left = "How much does a visitor pay for supper in the guest house near the harbour?"
    right = left.replace("visitor", "traveller")
    assert levels(ask(left, "14 crowns"), ask(right, "14 crowns")) == ["near-duplicate question"]
    assert levels(ask(left, "14 crowns"), ask(right, "9 crowns")) == []


def test_on_one_passage_the_answer_decides():
    left, right = "Who keeps the old lamp on Skelm?", "Who tends the old lamp on Skelm?"
    assert levels(ask(left, "Bram"), ask(right, "Bram"), one_passage=True) == ["near-duplicate question"]
    assert levels(ask(left, "Bram"), ask(right, "Sunniva"), one_passage=True) == []


def test_where_answers_differ_only_fillers_may_come_and_go():
    first = ask("How far is the walk from the landing to the old house?", "a mile")
    assert levels(ask("How far exactly is the walk from the landing to the old house?", "an hour"), first) == [
        "near-duplicate question"
    ]
    assert levels(ask("How far is the walk to the landing from the old house?", "an hour"), first) == []
    assert levels(ask("How far is the walk from the landing to the house?", "an hour"), first) == []


def test_a_generic_question_about_another_passage_is_no_copy():
    assert levels(ask("When was it built?", "1871"), ask("When was it built?", "1996")) == []
    assert levels(ask("When was it built?", "1871"), ask("When was it built?", "1871")) == ["exact question"]
    assert levels(ask("When was it built?", "1871"), ask("When was it built?", "1996"), one_passage=True) == [
        "exact question"
    ]
    assert levels(ask("When was it built?", "1871"), ask("When was it built?")) == ["exact question"]


def test_unanswerable_questions_are_compared_on_one_passage():
    left, right = ask("Who painted the tower on the reef?"), ask("Who really painted the tower on the reef?")
    assert levels(left, right, one_passage=True) == ["near-duplicate question"]
    assert levels(ask("Who mended the tower on the reef?"), right, one_passage=True) == []


@pytest.mark.parametrize(
    ("cosine", "one_passage", "found"), [(0.7, False, True), (0.6, False, False), (0.6, True, True), (0.4, True, False)]
)
def test_paraphrases_need_less_likeness_on_one_passage(cosine, one_passage, found):
    left = ask("Whose task is it to look after the lamp?", "Bram Keating")
    expected = ["paraphrased question"] if found else []
    assert levels(left, ask("Who keeps the light?", "Bram Keating"), one_passage=one_passage, cosine=cosine) == expected


def test_paraphrases_need_the_same_answer():
    left, right = ask("Whose task is the lamp?", "Sunniva"), ask("Who keeps the light?", "Bram Keating")
    for one_passage in (False, True):
        assert levels(left, right, one_passage=one_passage, cosine=0.99) == []


def test_answers_agree_across_wordings_but_not_across_numbers():
    def agree(left, right):
        return QuestionPairs([ask("Why?", left)], [ask("Why?", right)], set()).agree(0, 0)

    assert agree("Bram Keating", "keeper Bram Keating")
    assert agree("The Counting House", "counting house")
    assert not agree("seven days", "seven days or two weeks")
    assert not agree("to", "to go")  # function words alone prove nothing
    assert agree("Bram", "Sunniva") is False


def test_nothing_is_known_of_a_question_without_answers():
    assert QuestionPairs([ask("Why?")], [ask("Why?", "fog")], set()).agree(0, 0) is None


SENTENCES = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=9), min_size=1, max_size=12)


@given(SENTENCES, SENTENCES)
def test_the_index_misses_no_pair_within_the_edits(train, test):
    candidates = set(_few_edits(train, test))
    for i, left in enumerate(train):
        for j, right in enumerate(test):
            limit = min(MOST_EDITS, max(len(left), len(right)) // 2)
            if left and word_edits(left, right, limit) <= limit:
                assert (i, j) in candidates


def test_answers_given_away():
    assert gives_answer_away(ask("Is the boat red or blue?", "red"))
    assert not gives_answer_away(ask("Is the boat redder or blue?", "red"))
    assert not gives_answer_away(ask("Where to?", "to"))
    assert not gives_answer_away(ask("Where to?"))
