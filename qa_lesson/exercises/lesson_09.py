"""Checks of lesson 09: a copy in another spelling, containment of n-grams, and which pairs are leaks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from qa_lesson.exercises import NotYetError, exercise
from qa_lesson.exercises.given_answers import chosen_letters
from qa_lesson.leakage import containment, jaccard, ngrams, words

_COPIES = [
    ("Who keeps the light?", "Who keeps the light?", True, "they are the same, letter by letter"),
    ("Who keeps the light?", "who keeps THE light?", True, "case says nothing"),
    ("Who keeps the light?", "Who keeps the light", True, "punctuation says nothing"),
    ("Who keeps the light?", "Who  keeps\tthe light?", True, "white space says nothing: split at it"),
    ("Who keeps the light?", "Who keeps light?", True, "an article says nothing"),
    ("Who keeps the light?", "Who keeps a light?", True, "an article says nothing, whichever it is"),
    ("What is the keeper's name?", "What is the keeper’s name?", True, "a curly apostrophe is punctuation too"),
    ("Who runs the café?", "Who runs the cafe\u0301?", True, "é may be one character or two: unicodedata.normalize"),
    ("Who keeps the light?", "Who kept the light?", False, "another word is no spelling"),
    ("Is the anchor there?", "Is nchor there?", False, "take articles away as whole words, not letters"),
    ("Who keeps the light on Skelm?", "Who keeps the light on Orra?", False, "another isle, another question"),
]


@exercise("leakage.same_question")
def check_same_question(answer: Callable[[str, str], bool]) -> None:
    """``same_question(left, right)``: equal but for case, punctuation, articles, white space and Unicode form."""
    for left, right, expected, why in _COPIES:
        for pair in ((left, right), (right, left)):
            found = answer(*pair)
            if bool(found) != expected:
                raise NotYetError(f"same_question({pair[0]!r}, {pair[1]!r}) gave {found!r}: {why}")


_WHOLE = "The lamp is lit at dusk. In fog the keeper sounds the horn four times an hour until the beacon shows again."


@exercise("leakage.containment")
def check_containment(answer: Callable[[str, str, int], float]) -> None:
    """``contained(part, whole, n)``: the share of the n-grams of `part` that stand in `whole`."""
    part = "In fog the keeper sounds the horn twice an hour"
    found = float(answer(part, _WHOLE, 3))
    ours, theirs = ngrams(words(part), 3), ngrams(words(_WHOLE), 3)
    expected = containment(part, _WHOLE, 3)
    mistakes = {
        100 * expected: "give a fraction, not percent",
        len(ours & theirs): "this is the number of shared n-grams: divide it by the number of n-grams of the part",
        jaccard(ours, theirs): "this is the Jaccard index: divide by the n-grams of the part alone, not of both texts",
        len(ours & theirs) / len(theirs): "this divides by the n-grams of the whole: how much of the *part* is copied?",
    }
    for value, message in mistakes.items():
        if math.isclose(found, value, rel_tol=1e-6):
            raise NotYetError(f"it gave {found:g}: {message}")
    cases = [
        (part, 3, "compare runs of 3 words"),
        ("in fog the keeper sounds the horn", 2, "all of it stands there, so nothing is missing"),
        ("lamp is lit, is lamp is lit", 2, "count each distinct n-gram once"),
        ("dusk at lit is lamp", 2, "the order of the words counts within an n-gram"),
        ("no one sails tonight", 2, "nothing of it stands there"),
    ]
    for text, n, why in cases:
        given, wanted = float(answer(text, _WHOLE, n)), containment(text, _WHOLE, n)
        if not math.isclose(given, wanted, abs_tol=1e-9):
            raise NotYetError(f"contained({text!r}, whole, {n}) gave {given:g}, expected {wanted:g}: {why}")


_PAIRS = {
    "a": "the same fact in other words, with the same answer: who has learnt one can answer the other",
    "b": "the pattern is the same, but it asks about another isle and has another answer",
    "c": "only case and an article differ: a copy",
    "d": "the price is the same by chance; the two ask about different things",
    "e": "the question is new, but the model has seen its passage with other questions: it knows the text",
}
_LEAKS = frozenset("ace")


@exercise("leakage.pairs")
def check_pairs(answer: Iterable[str]) -> None:
    """The letters of the pairs that are leaks."""
    chosen = chosen_letters(answer, _PAIRS, "pair")
    for letter in sorted(chosen - _LEAKS):
        raise NotYetError(f"pair {letter} is no leak: {_PAIRS[letter]}")
    missing = sorted(_LEAKS - chosen)
    if missing:
        raise NotYetError(f"so far so good, but {len(missing)} more leak: ask what the model has seen, not only words")
