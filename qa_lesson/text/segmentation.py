"""Words, characters and sentences of text in any script.

Most scripts put spaces between words. Chinese, Japanese, Thai, Lao, Khmer, Burmese and a few others do not. There a
*unit* is one character as people see it: a grapheme cluster (Unicode Standard Annex #29), a letter with its marks.
Elsewhere a unit is a word. Scripts and clusters come from the `regex` library, which follows the Unicode database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import regex


def _letters(*scripts: str) -> str:
    return "".join(rf"\p{{Script={name}}}" for name in scripts)


_EAST = _letters("Han", "Hiragana", "Katakana", "Bopomofo") + "\u30fc\uff70"  # the length mark belongs to both kana
_SOUTH_EAST = _letters("Thai", "Lao", "Khmer", "Myanmar", "New_Tai_Lue", "Tai_Tham", "Tai_Le", "Javanese", "Balinese")
_IN_EAST = regex.compile(rf"[[{_EAST}]&&[\p{{L}}\p{{N}}]]", regex.VERSION1)
_UNSPACED = regex.compile(rf"[[{_EAST}{_SOUTH_EAST}]&&[\p{{L}}\p{{M}}\p{{N}}]]", regex.VERSION1)
_RUN = regex.compile(rf"((?:{_UNSPACED.pattern}[\p{{M}}\u200c\u200d]*)+)", regex.VERSION1)
_CLUSTER = regex.compile(r"\X")
_JOINING = regex.compile(
    "["
    + "".join(rf"\p{{GCB={name}}}" for name in "Extend ZWJ SpacingMark Prepend L V T Regional_Indicator".split())
    + "]"
)
_MARK = regex.compile(r"\p{M}")
_BETWEEN_WORDS = re.compile("[\\s\u200b\u0f0b\u0f0c\u1361]+")  # also zero-width spaces, Tibetan and Ethiopic word marks
_EAST_CHARACTERS_A_WORD, _SOUTH_EAST_CHARACTERS_A_WORD = 2, 4

_CLOSING, _OPENING = "\"')\\]}»”’」』）】》〉", "\"'(\\[{«“‘「『（【《〈¿¡"
_SENTENCE_END = regex.compile(
    rf"(?<=[.!?…])[{_CLOSING}]*\s+(?=[{_OPENING}]*[\p{{Lu}}\p{{Lt}}\p{{Lo}}\p{{N}}])"
    rf"|(?<=[。！？｡．])[{_CLOSING}]*\s*"
    rf"|(?<=[।॥؟۔։።፧។៕။།༎])[{_CLOSING}]*\s*"
)


def is_unspaced(text: str) -> bool:
    """Whether any letter of `text` is of a script that puts no spaces between words.

    >>> is_unspaced("灯塔 (lighthouse)"), is_unspaced("маяк"), is_unspaced("등대")
    (True, False, False)
    """
    return not text.isascii() and _UNSPACED.search(text) is not None


def units(text: str) -> list[str]:
    """The words of `text`, and in scripts without spaces its characters; punctuation stays with its neighbors.

    >>> units("NASA在1990年 went up")
    ['NASA', '在', '1990', '年', 'went', 'up']
    """
    if text.isascii():
        return text.split()
    return split_units(word for word in _BETWEEN_WORDS.split(text) if word)


def split_units(words: Iterable[str]) -> list[str]:
    """`words`, those in scripts without spaces split into their characters.

    >>> split_units(["the", "กำแพง"])
    ['the', 'กำ', 'แ', 'พ', 'ง']
    """
    found: list[str] = []
    for word in words:
        if word.isascii() or not _UNSPACED.search(word):
            found.append(word)
            continue
        first = len(found)
        for place, part in enumerate(_RUN.split(word)):
            if place % 2:
                found += _CLUSTER.findall(part)
            elif len(found) > first and not any(map(str.isalnum, part)):
                found[-1] += part
            elif part:
                found.append(part)
    return found


def join_units(parts: Sequence[str]) -> str:
    """Units as readable text: a space between words, none between the characters of scripts without spaces.

    >>> join_units(["nasa", "在", "年", "went", "up"])
    'nasa 在年 went up'
    """
    joined = " ".join(parts)
    if joined.isascii():
        return joined
    pieces: list[str] = []
    for part in parts:
        if pieces and not (is_unspaced(pieces[-1]) and is_unspaced(part)):
            pieces.append(" ")
        pieces.append(part)
    return "".join(pieces)


def unit_length(parts: Sequence[str]) -> int:
    """How many of these units make a word: 1 for words, 2 in East Asian and 4 in South-East Asian scripts.

    The figures are rough averages, good enough for limits that were chosen in English words.

    >>> unit_length(["keeper"]), unit_length(["灯", "塔"]), unit_length(["ก", "ำ"])
    (1, 2, 4)
    """
    unspaced = [part for part in parts if is_unspaced(part)]
    if not unspaced or 2 * len(unspaced) <= len(parts):
        return 1
    east = sum(_IN_EAST.search(part) is not None for part in unspaced)
    return _EAST_CHARACTERS_A_WORD if 2 * east >= len(unspaced) else _SOUTH_EAST_CHARACTERS_A_WORD


def count_words(text: str) -> int:
    """How many words `text` has; in scripts without spaces an estimate from its characters, rounded up.

    >>> count_words("Bram keeps the light."), count_words("灯塔看守人点灯")
    (4, 4)
    """
    if text.isascii():
        return len(text.split())
    parts = units(text)
    east = sum(_IN_EAST.search(part) is not None for part in parts)
    south_east = sum(is_unspaced(part) for part in parts) - east
    spaced = len(parts) - east - south_east
    return spaced + -(-east // _EAST_CHARACTERS_A_WORD) + -(-south_east // _SOUTH_EAST_CHARACTERS_A_WORD)


def inside_word(text: str, position: int) -> bool:
    """Whether `position` is between two letters or digits of one word, or before a mark that belongs to a letter.

    In scripts without spaces only the middle of a character counts.

    >>> [inside_word(text, 2) for text in ("keeper", "no, yes", "灯塔看守人", "ka\u0301")]
    [True, False, False, True]
    """
    if not 0 < position < len(text):
        return False
    before, after = text[position - 1], text[position]
    if (before + after).isascii():
        return before.isalnum() and after.isalnum()
    if not _is_boundary(text, position):
        return True
    while _MARK.match(before) and position > 1:
        position -= 1
        before = text[position - 1]
    return before.isalnum() and after.isalnum() and not is_unspaced(before + after)


def splits_character(text: str, position: int) -> bool:
    """Whether `position` is inside a grapheme cluster, such as between a letter and its accent.

    >>> splits_character("cafe\u0301", 4), splits_character("cafe", 3)
    (True, False)
    """
    return 0 < position < len(text) and not _is_boundary(text, position)


def cluster_edges(text: str) -> tuple[list[int], list[int]] | None:
    """For each position of `text`, where its grapheme cluster starts, and where it ends (exclusive).

    None if every character is a cluster of its own, a line end aside, which is the usual case.

    >>> cluster_edges("e\u0301a")
    ([0, 0, 2], [2, 2, 3])
    """
    if text.isascii() or not _JOINING.search(text):
        return None
    starts: list[int] = []
    ends: list[int] = []
    for match in _CLUSTER.finditer(text):
        start, end = match.span()
        starts += [start] * (end - start)
        ends += [end] * (end - start)
    return starts, ends


def sentence_ranges(text: str) -> list[tuple[int, int]]:
    """Where the sentences of `text` begin (inclusive) and end (exclusive), without outer white space.

    A sentence ends at a full stop, question or exclamation mark before white space and a capital, a digit or a letter
    of a script without case. It also ends at the marks of scripts that need no space after them, such as 。 and ।.

    >>> [text[start:end] for text in ["It rained. At noon it cleared. "] for start, end in sentence_ranges(text)]
    ['It rained.', 'At noon it cleared.']
    """
    begins = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    ranges = []
    for begin, end in pairwise(begins):
        if sentence := text[begin:end].strip():
            start = text.index(sentence, begin)
            ranges.append((start, start + len(sentence)))
    return ranges


def sentence_at(text: str, position: int) -> str:
    """The sentence of `text` that holds the character at `position`, without outer white space; see `sentence_ranges`.

    >>> sentence_at("它亮了。他走了。", 5), sentence_at("It rained. At noon it cleared.", 14)
    ('他走了。', 'At noon it cleared.')
    """
    ranges = sentence_ranges(text)
    started = [(start, end) for start, end in ranges if start <= position] or ranges[:1] or [(0, 0)]
    start, end = started[-1]
    return text[start:end]


def _is_boundary(text: str, position: int) -> bool:
    """Whether a grapheme cluster ends at `position`; looks at its neighborhood only."""
    if not _JOINING.search(text, max(0, position - 1), position + 1):
        return True
    first = max(0, position - 64)
    for match in _CLUSTER.finditer(text, first, min(len(text), position + 64)):
        if match.end() >= position:
            return bool(match.end() == position)
    return True
