"""Checks of lesson 02: places, windows and labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qa_lesson.corpus import load_corpus
from qa_lesson.exercises import NotYetError, exercise, expect


@exercise("prepare_data.place")
def place(answer: Any) -> None:
    """The position of the answer among several places with the same letters."""
    (asked,) = (example for example in load_corpus("train") if example.id == "d27-p4-q4")
    text, right = asked.answers[0].text, asked.answers[0].start
    if isinstance(answer, bool) or not isinstance(answer, int):
        raise NotYetError(f"a position is a whole number, this is {answer!r}")
    if answer == right:
        return
    if answer == asked.context.find(text):
        raise NotYetError(f"{text!r} is there, but as part of 'flares', which did not cause the blaze: search on")
    if answer == right + len(text):
        raise NotYetError("this is the character after the answer; give its first one")
    if answer == right + 1:
        raise NotYetError("this is one too far: the first character of the passage has position 0")
    if answer == asked.context[right:].find(text):
        raise NotYetError("count from the beginning of the passage, not from a part of it")
    found = asked.context[answer : answer + len(text)] if answer >= 0 else ""
    raise NotYetError(f"at {answer} the passage has {found!r}, not {text!r}")


@exercise("prepare_data.places")
def places(answer: Callable[[str, str], Any]) -> None:
    """All positions of a text, overlapping ones included."""
    cases = [
        (("the tip at the quay", "the"), [0, 11], "both occurrences, counted from the beginning of the context"),
        (("one flare, two flares", "flare"), [4, 15], "a match inside a longer word counts too"),
        (("no match here", "quay"), [], "nothing was found, so the list is empty"),
        (("banana", "ana"), [1, 3], "occurrences may overlap: search on from the next character"),
    ]
    for arguments, right, because in cases:
        found = answer(*arguments)
        expect(list(found) if isinstance(found, tuple) else found, right, f"places{arguments}", because=because)


@exercise("prepare_data.count_windows")
def count_windows(answer: Callable[[int, int, int], Any]) -> None:
    """How many windows a context needs."""
    cases = [
        ((100, 100, 20), 1, "it just fits, so one window is enough"),
        ((30, 100, 20), 1, "a short context needs one window too"),
        ((101, 100, 20), 2, "one token too many needs a second window: round up"),
        ((180, 100, 20), 2, "the second window brings room - stride = 80 new tokens, so 180 just fit"),
        ((181, 100, 20), 3, "every window after the first brings only room - stride = 80 new tokens"),
        ((200, 100, 0), 2, "without overlap two windows of 100 hold 200 tokens"),
        ((650, 370, 128), 3, "370 in the first window, 242 in each further one"),
    ]
    for arguments, right, because in cases:
        expect(answer(*arguments), right, f"count_windows{arguments}", because=because)


@exercise("prepare_data.largest_stride")
def largest_stride(answer: Callable[[int, int, int], Any]) -> None:
    """The largest overlap that a number of windows allows."""
    cases = [
        ((180, 100, 2), 20, "with a stride of 20 two windows hold exactly 180 tokens, with 21 they hold 179"),
        ((200, 100, 2), 0, "two windows without overlap hold 200 tokens"),
        ((50, 100, 1), 99, "the context fits into one window, so any stride below the room will do"),
        ((500, 100, 6), 20, "five further windows bring 400 tokens if each brings 80 new ones"),
        ((500, 100, 4), -1, "four windows hold 400 tokens at most, so no stride will do"),
    ]
    for arguments, right, because in cases:
        expect(answer(*arguments), right, f"largest_stride{arguments}", because=because)


@exercise("prepare_data.label")
def label(answer: Callable[[Sequence[tuple[int, int]], int, int], Any]) -> None:
    """First and last token of an answer, or the null token if the window does not contain it whole."""
    outside = (-1, -1)
    # [CLS] who ? [SEP] Bram Keat ##ing keeps it [SEP], the first window of a longer text
    window = [outside] * 4 + [(0, 4), (5, 9), (9, 12), (13, 18), (19, 21), outside]
    # the same question and a window that begins at "##ing" and goes on to "at night"
    following = [outside] * 4 + [(9, 12), (13, 18), (19, 21), (22, 24), (25, 30), outside]
    cases = [
        (window, (0, 12), (4, 6), "the last token is inclusive, and positions count from the window's first token"),
        (window, (13, 18), (7, 7), "an answer of one token starts and ends there"),
        (window, (6, 9), (5, 5), "a token that the answer covers in part belongs to it"),
        (window, (19, 30), (0, 0), "the answer goes on after the window's end, so the window does not hold it whole"),
        (following, (0, 12), (0, 0), "half of the answer is before the window, and half an answer counts as none"),
        (following, (0, 4), (0, 0), "the answer ends before the window begins"),
        (window, (40, 45), (0, 0), "the answer begins after the window ends"),
        (following, (22, 30), (7, 8), "this window holds it whole"),
    ]
    for offsets, span, right, because in cases:
        found = answer(list(offsets), *span)
        if isinstance(found, list | tuple):
            found = tuple(found)
        what = f"label for characters {span[0]} to {span[1]}, context tokens {_context(offsets)},"
        expect(found, right, what, because=because)


@exercise("prepare_data.first_label")
def first_label(answer: Callable[[Sequence[tuple[int, int]], Sequence[tuple[int, int]]], Any]) -> None:
    """The label of the first of several answers that a window contains whole."""
    outside = (-1, -1)
    # [CLS] who ? [SEP] ##ing keeps it at night [SEP], a window in the middle of a longer text
    window = [outside] * 4 + [(9, 12), (13, 18), (19, 21), (22, 24), (25, 30), outside]
    cases = [
        ([(13, 18)], (5, 5), "a single answer, as before"),
        ([(0, 12), (22, 30)], (7, 8), "the first answer begins before the window, the second one is whole"),
        ([(25, 30), (13, 18)], (8, 8), "both are whole, and the first one in the list is preferred"),
        ([(0, 12), (25, 40)], (0, 0), "neither of them is whole in this window"),
        ([], (0, 0), "a question without answers gets the null token"),
    ]
    for answers, right, because in cases:
        found = answer(list(window), list(answers))
        found = tuple(found) if isinstance(found, list | tuple) else found
        expect(found, right, f"first_label for answers at {answers}", because=because)


def _context(offsets: Sequence[tuple[int, int]]) -> str:
    """The context's offsets with the position of the first, for messages."""
    context = [span for span in offsets if span[0] >= 0]
    return f"{context} from position {offsets.index(context[0])} on"
