"""Check of lesson 07: what a report supports."""

from __future__ import annotations

from collections.abc import Iterable

from qa_lesson.exercises import NotYetError, exercise

_CLAIMS = {
    "a": "A and B answered different questions, so their scores cannot be compared question by question",
    "b": "0 lies inside the interval, but so do a lead of 2.8 points: not shown is not the same as equal",
    "c": "the interval of A minus C holds 0, so these questions do not tell which one is better",
    "d": "it is the lowest of ten slices and has 12 questions: one slice had to be the lowest, confirm it on new ones",
    "e": "this only says what was seen, with its condition: half of the questions answered, one in twenty wrong",
    "f": "83% on 100 questions is 83 +/- 7 points, and a second score varies even more, so 78% is no surprise",
}
_SUPPORTED = frozenset("cef")


@exercise("when_to_trust_an_answer.claims")
def check_claims(answer: Iterable[str]) -> None:
    """The letters of the claims that the report supports."""
    chosen = {str(letter).strip(" .,;'\"").lower() for letter in answer} - {""}
    unknown = sorted(chosen - set(_CLAIMS))
    if unknown:
        raise NotYetError(f"there is no claim {unknown[0]!r}: give letters, for instance {{'a', 'b'}}")
    for letter in sorted(chosen - _SUPPORTED):
        raise NotYetError(f"claim {letter} goes too far: {_CLAIMS[letter]}")
    missing = sorted(_SUPPORTED - chosen)
    if missing:
        raise NotYetError(f"so far so good, but {len(missing)} more of the claims hold: read each one's exact words")
