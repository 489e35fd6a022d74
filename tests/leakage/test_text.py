import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.leakage.planting import change_words
from qa_lesson.leakage.text import containment, details, is_number, jaccard, key, ngrams, word_edits, words

TEXTS = st.text(alphabet="aB cé'’-.,?1\u0301\u00a0the", max_size=30)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Who keeps the light?", "who  KEEPS\tlight"),
        ("the keeper's house", "The keeper’s house."),
        ("twenty-one boats", "twenty one boats"),
        ("twenty–one boats", "twentyone boats"),
        ("naïve", "naive"),
        ("cafe\u0301", "café"),
        ("1,500 crowns", "1500 crowns"),
        ("the U.S. coast", "US coast"),
        ("ﬁsh", "fish"),
    ],
)
def test_keys_that_are_equal(left, right):
    assert key(left) == key(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("Who keeps the light?", "Who kept the light?"), ("in 1998", "in 1999"), ("open", "not open"), ("5 °C", "6 °C")],
)
def test_keys_that_differ(left, right):
    assert key(left) != key(right)


@given(TEXTS)
def test_the_key_ignores_case_form_and_outer_space(text):
    assert key(text) == key(unicodedata.normalize("NFD", text)) == key(f"  {text}\n")
    assert key(text) == "".join(words(text))


def test_marks_of_other_scripts_stay():
    assert key("कि") != key("क")  # a vowel sign is no accent


def test_ngrams_of_short_and_empty_texts():
    assert ngrams(["at", "dusk"], 13) == {("at", "dusk")}
    assert ngrams([], 3) == set()
    assert containment("", "anything") == 0.0


def test_containment_by_hand():
    whole = "one two three four five six"
    assert containment("two three four", whole, n=2) == 1.0
    assert containment("two three nine", whole, n=2) == 0.5  # "two three" of "two three", "three nine"
    assert containment(whole, "two three four", n=2) == 2 / 5


def test_jaccard_of_empty_sets_is_0():
    assert jaccard(set(), set()) == 0.0


@pytest.mark.parametrize(
    ("left", "right", "edits"),
    [("a b c", "a b c", 0), ("a b c", "a x c", 1), ("a b c", "b c", 1), ("a b", "b a", 2), ("", "a b c", 3)],
)
def test_word_edits_by_hand(left, right, edits):
    assert word_edits(left.split(), right.split(), limit=3) == edits


WORDS = st.lists(st.sampled_from("abcd"), max_size=8)


@given(WORDS, WORDS, st.integers(0, 8))
def test_a_limit_only_caps_the_edits(left, right, limit):
    exact = word_edits(left, right, limit=20)
    assert exact == word_edits(right, left, limit=20)
    assert word_edits(left, right, limit) == min(exact, limit + 1)


def test_details_are_names_numbers_and_days():
    assert details("Who kept the light on Skelm on sunday, for two years?") == {"skelm", "sunday", "two"}
    assert details("May I sail?") == set()  # the first word's capital says nothing, and "I" is no name
    assert is_number("3rd")
    assert not is_number("often")


@given(st.integers(0, 10_000))
def test_changed_words_are_few_and_spare_names_and_numbers(seed):
    question = "How many people on Skelm voted against the new boats in 1987?"
    changed = change_words(question, random.Random(seed))
    assert 1 <= word_edits(words(question), words(changed), limit=3) <= 3 or key(changed) == key(question)
    assert details(question) <= set(words(changed))
    assert changed.endswith("?")
