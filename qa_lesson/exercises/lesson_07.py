"""Checks of lesson 07: what a report supports, and how sure a model must be."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from qa_lesson.exercises import NotYetError, exercise
from qa_lesson.exercises.given_answers import chosen_letters

_CLAIMS = {
    "a": "A and B answered different questions, so their scores cannot be compared question by question",
    "b": "0 is inside the interval, but so is a lead of 2.8 points: not shown is not the same as equal",
    "c": "the interval of A minus C contains 0, so these questions do not tell which one is better",
    "d": "it is the lowest of ten slices, on 12 questions: one slice had to be the lowest, so confirm it on new ones",
    "e": "it only says what was seen, with its condition: half of the questions answered, one in twenty wrong",
    "f": "83% on 100 questions is 83 +/- 7 points, and a second score varies even more, so 78% is no surprise",
}
_SUPPORTED = frozenset("cef")


@exercise("when_to_trust_an_answer.claims")
def check_claims(answer: Iterable[str]) -> None:
    """The letters of the claims that the report supports."""
    chosen = chosen_letters(answer, _CLAIMS, "claim")
    for letter in sorted(chosen - _SUPPORTED):
        raise NotYetError(f"claim {letter} goes too far: {_CLAIMS[letter]}")
    missing = sorted(_SUPPORTED - chosen)
    if missing:
        raise NotYetError(f"so far so good, but {len(missing)} more of the claims hold: read each one's exact words")


@exercise("when_to_trust_an_answer.break_even")
def check_break_even(answer: Callable[[float, float, float], float]) -> None:
    """``break_even(right, wrong, by_hand)``: the lowest confidence that is no more expensive than by hand."""
    right, wrong, by_hand = 1.0, 10.0, 4.0
    found = float(answer(right, wrong, by_hand))
    mistakes = {
        (by_hand - right) / (wrong - right): "this is the share of wrong answers that you can afford: take 1 minus it",
        (wrong - by_hand) / wrong: "this takes a right answer to cost nothing: divide by wrong - right",
        by_hand / wrong: "this falls when wrong answers get more expensive, but the confidence should rise",
        100 * (wrong - by_hand) / (wrong - right): "this is in percent: give a fraction",
        (wrong - by_hand) / (wrong + right): "divide by the difference of wrong and right, not by their sum",
    }
    for value, message in mistakes.items():
        if math.isclose(found, value, rel_tol=1e-3):
            raise NotYetError(f"break_even({right:g}, {wrong:g}, {by_hand:g}) gave {found:.3f}: {message}")
    for costs in ((right, wrong, by_hand), (0.0, 10.0, 2.0), (2.0, 6.0, 5.0)):
        low, high, hand = costs
        expected, given = (high - hand) / (high - low), float(answer(*costs))
        if not math.isclose(given, expected, abs_tol=1e-3):
            costs_then = given * low + (1 - given) * high
            raise NotYetError(
                f"break_even({low:g}, {high:g}, {hand:g}) gave {given:.3f}, but an answer at that confidence costs "
                f"{costs_then:.2f} minutes on average, and one by hand {hand:g}"
            )
