"""Checks of lesson 11, your own documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from qa_lesson.exercises import NotYetError, exercise, expect
from qa_lesson.exercises.given_answers import chosen_letters
from qa_lesson.loading import to_utf16

_TEXTS = (
    ("The lamp of Skelm burns all night.", 4),
    ("🐑 grazes on Fenner, 🐑🐑 on Hest.", 12),
    ("🔥 Bram 🔥 Keating", 9),
    ("Zoë 👩‍🌾 milks at five.", 8),
    ("naïve, café: no pair needed", 7),
)


@exercise("your_own_documents.to_characters")
def to_characters(function: Callable[[str, int], int]) -> None:
    """`function(text, units)` gives the characters before a position counted in UTF-16 units."""
    for text, position in _TEXTS:
        units = to_utf16(text, position)
        because = "emoji and other characters beyond U+FFFF take two units" if units != position else ""
        expect(function(text, units), position, f"to_characters({text!r}, {units})", because=because)


NEXT_STEPS = ("annotate", "repair", "split again", "report", "collect documents")

_SITUATIONS = (
    ("repair", {
        "annotate": "more questions don't repair the eleven that are wrong",
        "split again": "no split puts an offset right",
        "report": "wrong offsets teach and score wrong spans",
        "collect documents": "first the records that you have",
    }),
    ("split again", {
        "annotate": "new questions on the same split leak in the same way",
        "repair": "no record is wrong; they are in the wrong part",
        "report": "the score would praise what the model remembers",
        "collect documents": "these documents will do, once each is in one part only",
    }),
    ("collect documents", {
        "annotate": "more questions on one document say nothing about others",
        "repair": "the records are good",
        "split again": "one document cannot be split",
        "report": "there is nothing to report on that was not trained on",
    }),
    ("report", {
        "annotate": "the interval is narrow enough for the decision",
        "repair": "validation found nothing",
        "split again": "splitting again until you like the score is a way to fool yourself",
        "collect documents": "forty documents show well how different they are",
    }),
    ("annotate", {
        "repair": "there is nothing to repair yet",
        "split again": "there is nothing to split yet",
        "report": "there is no model yet",
        "collect documents": "the documents are there, and the questions are missing",
    }),
)  # fmt: skip


@exercise("your_own_documents.next_step")
def next_step(answer: Sequence[str]) -> None:
    """One step a situation, in the order A to E."""
    if isinstance(answer, str) or not isinstance(answer, Sequence):
        raise NotYetError(f"give a list of {len(_SITUATIONS)} steps, not {type(answer).__name__}")
    if len(answer) != len(_SITUATIONS):
        raise NotYetError(f"there are {len(_SITUATIONS)} situations, A to E, and {len(answer)} steps")
    wrong = []
    for letter, chosen, (best, reasons) in zip("ABCDE", answer, _SITUATIONS, strict=True):
        if chosen not in NEXT_STEPS:
            raise NotYetError(f"{letter}: {chosen!r} is none of {', '.join(NEXT_STEPS)}")
        if chosen != best:
            wrong.append(f"{letter}: {reasons[chosen]}")
    if wrong:
        raise NotYetError("; ".join(wrong))


_CLAIMS = {
    "a": "a share of exact matches on one document is no promise for every document",
    "b": "",
    "c": "the interval of the difference contains 0: that is not decided, and not the same as 'no better'",
    "d": "",
    "e": "extractive answers are copied, so they are never made up, but they can be the wrong words",
    "f": "",
}


@exercise("your_own_documents.model_card")
def model_card_claims(answer: Iterable[str]) -> None:
    """The letters of the sentences that the model card may contain."""
    chosen = chosen_letters(answer, _CLAIMS, "sentence")
    for letter in sorted(chosen):
        if reason := _CLAIMS[letter]:
            raise NotYetError(f"sentence {letter} says too much: {reason}")
    missing = [letter for letter, reason in _CLAIMS.items() if not reason and letter not in chosen]
    if missing:
        raise NotYetError(f"all of these hold, and {len(missing)} more would help a reader")
