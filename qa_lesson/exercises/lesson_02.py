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
        raise NotYetError(f"{text!r} stands there, but inside 'flares', which did not set light to the tip: search on")
    if answer == right + len(text):
        raise NotYetError("this is the character after the answer; give its first one")
    if answer == right + 1:
        raise NotYetError("this is one too far: the first character of the passage has position 0")
    if answer == asked.context[right:].find(text):
        raise NotYetError("count from the beginning of the passage, not from a part of it")
    found = asked.context[answer : answer + len(text)] if answer >= 0 else ""
    raise NotYetError(f"at {answer} the passage has {found!r}, not {text!r}")


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


@exercise("prepare_data.label")
def label(answer: Callable[[Sequence[tuple[int, int]], int, int], Any]) -> None:
    """First and last token of an answer, or the null token where the window does not hold it whole."""
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
        (following, (0, 12), (0, 0), "half of the answer lies before the window, and half an answer counts as none"),
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


def _context(offsets: Sequence[tuple[int, int]]) -> str:
    """The context's offsets with the position of the first, for messages."""
    context = [span for span in offsets if span[0] >= 0]
    return f"{context} from position {offsets.index(context[0])} on"
