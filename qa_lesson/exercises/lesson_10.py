"""Checks of lesson 10: the area under a ROC curve, a guard for numbers, and which score serves which use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qa_lesson.exercises import NotYetError, exercise, expect


@exercise("answer_variability.auc")
def check_auc(answer: Callable[[list[float], list[float]], float]) -> None:
    """``auc(accepted, refused)``: the share of pairs in which the accepted answer scores higher, ties count half."""
    cases: list[tuple[list[float], list[float], float, str]] = [
        ([0.9, 0.8], [0.1], 1.0, "both accepted answers score higher than the refused one: 2 pairs of 2, a fraction"),
        ([0.1, 0.2], [0.9], 0.0, "an accepted answer that scores lower counts nothing"),
        ([0.9, 0.2], [0.5, 0.1], 0.75, "compare every accepted answer with every refused one: 4 pairs, 3 in order"),
        ([0.5], [0.5], 0.5, "equal scores count half, for the score cannot tell the two apart"),
        ([0.9, 0.5, 0.5], [0.5, 0.1], 5 / 6, "6 pairs: 4 in order, 2 equal"),
        ([0.6, 0.6, 0.6, 0.6], [0.4], 1.0, "divide by the number of pairs, not of answers"),
    ]
    for accepted, refused, expected, because in cases:
        expect(answer(accepted, refused), expected, f"auc({accepted}, {refused})", because=because)


@exercise("answer_variability.numbers_differ")
def check_numbers_differ(answer: Callable[[str, str], bool]) -> None:
    """``numbers_differ(prediction, reference)``: both have numbers in digits, and not the same ones."""
    cases = [
        ("35 knots", "45 knots", True, "35 is not 45"),
        ("600 letters", "600", False, "compare only the numbers, not the words next to them"),
        ("in 1993, on 19 January", "19 January 1993", False, "the order of the numbers does not count"),
        ("16", "sixteen", False, "only one of them has digits, so digits cannot settle it"),
        ("at dusk", "at nightfall", False, "neither has digits"),
        ("1386 items", "1,386 articles", False, "a comma between digits only groups them"),
        ("7.4 percent", "4.7 percent", True, "read 7.4 as one number, not as a 7 and a 4"),
        ("It costs 10.", "10 crowns", False, "a full stop after a number is not part of it"),
        ("between 35 and 45 knots", "45 knots", True, "one number too many differs too"),
    ]
    for prediction, reference, expected, because in cases:
        expect(
            answer(prediction, reference), expected, f"numbers_differ({prediction!r}, {reference!r})", because=because
        )


_CHOICES = ("official", "exact", "similarity", "people")
_USES = {
    "a": ("official", "a published table can only be compared with a score that follows the same script"),
    "b": ("official", "both versions copy spans and the references are spans too: tokens settle it, paired and free"),
    "c": ("similarity", "you will read the answers yourself; you only need an order in which to read them"),
    "d": ("exact", "no one looks at the value again, and a wrong one can be close in tokens and in meaning"),
    "e": ("people", "the claim is about what people accept, and no score can tell you that on its own"),
}


@exercise("answer_variability.uses")
def check_uses(answer: Any) -> None:
    """For each use "a" to "e" one of "official", "exact", "similarity" and "people"."""
    if not isinstance(answer, Mapping) or {str(key) for key in answer} != set(_USES):
        raise NotYetError(f"give a dictionary with exactly these keys: {', '.join(_USES)}")
    for use, given in answer.items():
        if given not in _CHOICES:
            raise NotYetError(f"{use}: {given!r} is not one of the four: {', '.join(_CHOICES)}")
    for use, (right, because) in _USES.items():
        if answer[use] != right:
            raise NotYetError(f"{use}: {answer[use]!r} is not the best choice: {because}")
