"""Checks of lesson 01, why fine-tune."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from qa_lesson.exercises import NotYetError, exercise, expect

TOOLS = ("string search", "retrieval", "prompting", "fine-tuning")

_CASES = (
    ("fine-tuning", {
        "string search": "free questions often use other words than the page, and a sentence is not yet the phrase",
        "retrieval": "retrieval ends at the page or the sentence; here the exact phrase and its place are needed",
        "prompting": "a large model that may see the text must run in the house, on a GPU that is not there, and "
        "each quotation would need a check; thousands of labeled questions train a model that can only quote",
    }),
    ("string search", {
        "retrieval": "meaning blurs a number that must match letter by letter",
        "prompting": "a model may miss or invent a page; counting characters does not",
        "fine-tuning": "nothing has to be learned to find a string that is known",
    }),
    ("retrieval", {
        "string search": "customers use their own words, not those of the page",
        "prompting": "people read the page themselves, so no one needs a text to be written",
        "fine-tuning": "there is not one labelled question, and the page itself is answer enough",
    }),
    ("prompting", {
        "string search": "the answer stands nowhere as it is wanted",
        "retrieval": "finding the reports is not the difficulty, comparing them is",
        "fine-tuning": "an extractive reader copies one span; this answer is in no single place",
    }),
    ("prompting", {
        "string search": "the questions come in free words",
        "retrieval": "the short answer itself is wanted",
        "fine-tuning": "a few labelled questions teach a plain encoder next to nothing, and there is a week to do it",
    }),
)  # fmt: skip


@exercise("why_fine_tune.tool")
def tool(answer: Sequence[str]) -> None:
    """One tool a case, in the order of the lesson's five cases."""
    if isinstance(answer, str) or not isinstance(answer, Sequence):
        raise NotYetError(f"give a list of {len(_CASES)} names, not {type(answer).__name__}")
    if len(answer) != len(_CASES):
        raise NotYetError(f"there are {len(_CASES)} cases, A to E, and {len(answer)} choices")
    wrong = []
    for letter, chosen, (best, reasons) in zip("ABCDE", answer, _CASES, strict=True):
        if chosen not in TOOLS:
            raise NotYetError(f"case {letter}: {chosen!r} is none of {', '.join(TOOLS)}")
        if chosen != best:
            wrong.append(f"case {letter}, {chosen}: {reasons[chosen]}")
    if wrong:
        raise NotYetError("; ".join(wrong))


@exercise("why_fine_tune.break_even")
def break_even(function: Callable[[float, float, float], float]) -> None:
    """The smallest whole number of questions from which the own model costs less in total; infinity for never."""
    if not callable(function):
        raise NotYetError("pass the function itself, without brackets: check(..., break_even)")
    cases = [
        (100, 0.0, 0.25, 401, "400 questions cost 100 either way, so only the 401st makes the own model cheaper"),
        (100, 0.25, 0.75, 201, "each question saves only the difference of the two prices"),
        (10, 0.5, 2.0, 7, "10 / 1.5 lies between 6 and 7, and 6 questions do not pay the setup back yet"),
        (0, 0.25, 0.5, 1, "without setup cost it is cheaper from the first question"),
    ]
    for setup, own, other, expected, because in cases:
        expect(function(setup, own, other), expected, f"break_even({setup}, {own}, {other})", because=because)
    for own, other in ((0.5, 0.25), (0.5, 0.5)):
        found = function(100, own, other)
        if found != math.inf:  # infinity minus infinity is no number, so `expect` cannot compare them
            raise NotYetError(
                f"break_even(100, {own}, {other}) gave {found!r}, expected infinity (a question that saves nothing "
                "never pays the setup back: give float('inf'))"
            )
