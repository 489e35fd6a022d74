"""The checks of lesson 09: blanks, typical wrong answers with the message that helps, and right answers."""

import unicodedata

import pytest

from qa_lesson.exercises import check
from qa_lesson.leakage import containment, jaccard, key, ngrams, words

SAME = "leakage.same_question"
CONTAINED = "leakage.containment"
PAIRS = "leakage.pairs"


def blank(*_arguments):
    return ...


@pytest.mark.parametrize("name", [SAME, CONTAINED])
def test_an_unwritten_function_is_not_attempted(name):
    assert check(name, blank).status == "not attempted"


def test_a_blank_value_is_not_attempted():
    assert check(PAIRS, ...).status == "not attempted"


def plain(text):
    text = unicodedata.normalize("NFC", text.lower())
    kept = "".join(c for c in text if c.isalnum() or c.isspace())
    return [word for word in kept.split() if word not in ("a", "an", "the")]


def without_articles_as_letters(text):
    text = unicodedata.normalize("NFC", text.lower())
    return "".join(c for c in text.replace("the", "").replace("a", "") if c.isalnum())


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda left, right: left == right, "case says nothing"),
        (lambda left, right: left.lower() == right.lower(), "punctuation says nothing"),
        (lambda left, right: left.lower().strip("?") == right.lower().strip("?"), "white space says nothing"),
        (
            lambda left, right: left.lower().strip("?").split() == right.lower().strip("?").split(),
            "an article says nothing",
        ),
        (lambda left, right: True, "another word is no spelling"),
        (lambda left, right: set(plain(left)) <= set(plain(right)) or left[:22] == right[:22], "another isle"),
        (lambda left, right: without_articles_as_letters(left) == without_articles_as_letters(right), "whole words"),
        (lambda left, right: plain(left.encode("ascii").decode()) == plain(right), "UnicodeEncodeError"),
    ],
)
def test_wrong_copies(wrong, message):
    result = check(SAME, wrong)
    assert result.status == "not yet"
    assert message in result.message


@pytest.mark.parametrize("right", [lambda a, b: key(a) == key(b), lambda a, b: plain(a) == plain(b)])
def test_right_copies(right):
    assert check(SAME, right).status == "correct"


def grams(text, n):
    return ngrams(words(text), n)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda part, whole, n: 100 * containment(part, whole, n), "not percent"),
        (lambda part, whole, n: len(grams(part, n) & grams(whole, n)), "number of shared n-grams"),
        (lambda part, whole, n: jaccard(grams(part, n), grams(whole, n)), "Jaccard"),
        (
            lambda part, whole, n: len(grams(part, n) & grams(whole, n)) / len(grams(whole, n)),
            "n-grams of the whole",
        ),
        (lambda part, whole, n: containment(part, whole, 1), "runs of 3 words"),
        (lambda part, whole, n: containment(part, whole, 3), "expected"),
        (lambda part, whole, n: "most", "ValueError"),
    ],
)
def test_wrong_containment(wrong, message):
    result = check(CONTAINED, wrong)
    assert result.status == "not yet"
    assert message in result.message


def test_right_containment():
    assert check(CONTAINED, containment).status == "correct"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"a", "b", "c"}, "pair b is no leak"),
        ({"a", "c", "d", "e"}, "the same by chance"),
        ({"c"}, "2 more leak"),
        ({"x"}, "no pair 'x'"),
        (set(), "3 more"),
        (3, "TypeError"),
    ],
)
def test_wrong_pairs(wrong, message):
    result = check(PAIRS, wrong)
    assert result.status == "not yet"
    assert message in result.message


@pytest.mark.parametrize("right", [{"a", "c", "e"}, ["E", "c", "A"], "ace", "a, c, e"])
def test_right_pairs(right):
    assert check(PAIRS, right).status == "correct"
