"""Texts that mean the same and are written differently: where one is in the other, and in what they differ.

Case folding and Unicode normalization change the length of a text ("İ" becomes two characters), so a position in the
folded text is no position in the original. Here every folded character knows where it came from.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import regex

DIFFERENCES = {
    "case": "upper and lower case",
    "form": "Unicode form (composed or decomposed accents, full-width letters, ligatures)",
    "space": "white space (no-break spaces, tabs, line ends)",
    "typography": "typographic quotes or dashes",
    "invisible": "invisible characters",
    "entities": "HTML entities",
}
"""In what two texts of the same wording may differ: the short name, and what it is called in messages."""

_PIECE = regex.compile(r"\s+|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,31});|[!-%'-~]+(?![^\x00-\x7f])|\X")
_INVISIBLE = regex.compile(r"[\p{Cc}\p{Cf}\p{Variation_Selector}]")
_TYPOGRAPHY = {
    **dict.fromkeys(map(ord, "‘’‚‛′´`ʼ＇"), "'"),
    **dict.fromkeys(map(ord, "“”„‟″«»＂"), '"'),
    **dict.fromkeys(map(ord, "‐‑‒–—―−－﹣"), "-"),
    ord("…"): "...",
}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and for each of its characters the piece of the original that it came from.

    Args:
        text: the folded text.
        starts: for each folded character, where its piece starts in the original (inclusive).
        ends: where that piece ends (exclusive).
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


@lru_cache(maxsize=8)  # the answers of one context are looked up one after another
def fold(text: str, ignoring: frozenset[str] = frozenset(DIFFERENCES)) -> Folded:
    """`text` without the differences named in `ignoring`, and where its characters were.

    >>> fold("İ  x").text, fold("İ  x").starts
    ('i x', (0, 1, 3))
    """
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _PIECE.finditer(text):
        piece = match[0]
        start, end = match.span()
        if piece.isascii() and "!" <= piece[0] != "&" and end - start > 1:
            plain = piece.translate(_TYPOGRAPHY) if "typography" in ignoring else piece
            folded.append(plain.lower() if "case" in ignoring else plain)
            starts += range(start, end)
            ends += range(start + 1, end + 1)
            continue
        short = _fold_piece(piece, ignoring)
        if short == " " and folded and folded[-1] == " " and "space" in ignoring:
            ends[-1] = end
            continue
        if short:
            folded.append(short)
            starts += [start] * len(short)
            ends += [end] * len(short)
    return Folded("".join(folded), tuple(starts), tuple(ends))


def _fold_piece(piece: str, ignoring: Collection[str]) -> str:
    if "entities" in ignoring and piece[0] == "&":
        piece = html.unescape(piece)
    if piece.isspace():
        return " " if "space" in ignoring else piece
    if "invisible" in ignoring:
        piece = _INVISIBLE.sub("", piece)
    if "typography" in ignoring:
        piece = piece.translate(_TYPOGRAPHY)
    if "form" in ignoring:
        piece = unicodedata.normalize("NFKC", piece)
    if "case" in ignoring:
        # Turkish writes i with and without a dot; folding to a plain i is right for finding a text again
        piece = piece.casefold().replace("i\u0307", "i").replace("ı", "i")
    return piece


def find_alike(text: str, context: str, ignoring: frozenset[str] = frozenset(DIFFERENCES)) -> list[tuple[int, int]]:
    """Where `context` has the wording of `text`, written the same or not: start (inclusive) and end (exclusive).

    >>> find_alike("the tower", "İzmir: The Tower stands.")
    [(7, 16)]
    """
    wanted = fold(text, ignoring).text.strip()
    whole = fold(context, ignoring)
    found: list[tuple[int, int]] = []
    at = whole.text.find(wanted) if wanted else -1
    while at >= 0:
        last = at + len(wanted) - 1
        starts_piece = at == 0 or whole.ends[at - 1] <= whole.starts[at]
        ends_piece = last + 1 == len(whole.text) or whole.ends[last] <= whole.starts[last + 1]
        if starts_piece and ends_piece:
            found.append((whole.starts[at], whole.ends[last]))
        at = whole.text.find(wanted, at + 1)
    return found


def differences(left: str, right: str) -> list[str]:
    r"""In what two texts of the same wording differ, as messages say it; empty if they are equal.

    >>> differences("10\u202fkm", "10 km")
    ['white space (no-break spaces, tabs, line ends)']
    """
    everything = frozenset(DIFFERENCES)
    names = [
        name for name in DIFFERENCES if fold(left, everything - {name}).text != fold(right, everything - {name}).text
    ]
    return [DIFFERENCES[name] for name in names]


def explain_absence(text: str, context: str) -> str:
    """What to do about an answer that is not in its context as it is written.

    >>> explain_absence("the tower", "İzmir: The Tower stands.")
    "copy it letter by letter: the context has 'The Tower' at 7, which differs in upper and lower case"
    """
    found = find_alike(text, context)
    if not found:
        return "it occurs nowhere in the context: the answer must be copied from it letter by letter"
    start, end = found[0]
    there = context[start:end]
    reasons = differences(text.strip(), there)
    shown = ascii(there) if DIFFERENCES["form"] in reasons else repr(there)
    why = f", which differs in {' and '.join(reasons)}" if reasons else ""
    if text != text.strip() and text.strip() == there:
        why = ", without the white space around it"
    return f"copy it letter by letter: the context has {shown} at {start}{why}"
