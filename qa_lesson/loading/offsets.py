"""Positions in a text that are not counted in characters: what other tools mean by an offset.

Python counts characters (code points). JavaScript and Java count UTF-16 units, in which an emoji takes two; C programs
and Rust count UTF-8 bytes; and a text with Windows line ends is longer by one character a line.
"""

from __future__ import annotations

import re

from qa_lesson.errors import DataError


def from_utf16(text: str, offset: int) -> int:
    """The character position in `text` of the UTF-16 position `offset`; both count from 0.

    Raises:
        DataError: the offset is negative, after the end of the text or in the middle of a character.

    >>> from_utf16("🌊 tide", 3)  # the wave takes two units
    2
    """
    units = text.encode("utf-16-le", "surrogatepass")
    if 0 <= 2 * offset <= len(units):
        try:
            return len(units[: 2 * offset].decode("utf-16-le"))
        except UnicodeDecodeError:
            pass
    raise DataError(
        "there is no such position in the text",
        received=f"UTF-16 offset {offset} in a text of {len(units) // 2} units",
        fix="give an offset between 0 and that length, not in the middle of a character",
    )


def to_utf16(text: str, position: int) -> int:
    """The UTF-16 position of the character position `position` in `text`, the inverse of `from_utf16`.

    >>> to_utf16("🌊 tide", 2)
    3
    """
    return len(text[:position].encode("utf-16-le", "surrogatepass")) // 2


def explain_offset(context: str, text: str, offset: int) -> str | None:
    """What `offset` may count, if `text` stands there in another unit than characters; None if in none of them.

    Args:
        context: the passage.
        text: the answer, not blank.
        offset: where the answer is said to start, 0 or more; it does not start at that character.

    >>> explain_offset("🌊 tide", "tide", 3)
    'it occurs at 2, which is 3 when counted in UTF-16 units, as JavaScript does'
    """
    windows_context = context.replace("\r\n", "\n").replace("\n", "\r\n")
    one_a_line = "with one character for every line end (this context has Windows line ends, two characters each)"
    units = {
        "in UTF-16 units, as JavaScript does": _prefix_length(context, "utf-16-le", 2 * offset),
        "in UTF-8 bytes": _prefix_length(context, "utf-8", offset),
        "with two characters for every line end, as in a Windows file": _unfolded(windows_context, offset),
        one_a_line: _folded(context, offset),
        "in UTF-16 units with one unit for every line end, the way a browser does": _browser(context, offset),
    }
    for unit, position in units.items():
        if position is not None and position != offset and context.startswith(text, position):
            return f"it occurs at {position}, which is {offset} when counted {unit}"
    return None


def places_of_offset(context: str, text: str, offset: int) -> dict[int, int]:
    r"""Where `text` starts if a browser counted `offset`, and how many characters of the context it takes there.

    A browser counts characters or UTF-16 units, and a Windows line end as two of them or as one. Line ends are the
    same however they are written, so a text of two lines is found in a passage with Windows line ends.

    >>> places_of_offset("one\r\ntwo", "two", 4), places_of_offset("one\r\ntwo", "two", 5)
    ({5: 3}, {5: 3})
    """
    lines = re.compile(r"(?:\r\n|\r|\n)".join(map(re.escape, re.split(r"\r\n|\r|\n", text))))
    places: dict[int, int] = {}
    utf16 = _prefix_length(context, "utf-16-le", 2 * offset)
    for position in (offset, utf16, _folded(context, offset), _browser(context, offset)):
        if position is not None and 0 <= position <= len(context) and (match := lines.match(context, position)):
            places[position] = len(match[0])
    return places


def _browser(context: str, offset: int) -> int | None:
    """The position of a UTF-16 position in the context with plain line ends."""
    in_plain = _prefix_length(context.replace("\r\n", "\n"), "utf-16-le", 2 * offset)
    return None if in_plain is None else _folded(context, in_plain)


def _prefix_length(context: str, encoding: str, n_bytes: int) -> int | None:
    """Characters in the first `n_bytes` of the encoded context; None if they end inside a character."""
    encoded = context.encode(encoding, "surrogatepass")
    try:
        return len(encoded[:n_bytes].decode(encoding)) if n_bytes <= len(encoded) else None
    except UnicodeDecodeError:
        return None


def _unfolded(windows_context: str, offset: int) -> int:
    """The position without carriage returns of a position that counts them."""
    return offset - windows_context.count("\r\n", 0, offset)


def _folded(context: str, offset: int) -> int | None:
    """The position with carriage returns of a position that does not count them."""
    if "\r\n" not in context:
        return offset if offset < len(context) else None
    plain = 0
    for piece in re.finditer(r"[^\r\n]+|\r\n|[\r\n]", context):
        width = 1 if piece[0] == "\r\n" else len(piece[0])
        if plain + width > offset:
            return piece.start() + offset - plain
        plain += width
    return None
