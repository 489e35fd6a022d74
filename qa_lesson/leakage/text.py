"""Texts as the audit compares them: keys that ignore spelling habits, words, n-grams and word edits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from qa_lesson.text.segmentation import is_unspaced, split_units

NGRAM = 13
"""Words of an n-gram for containment; 13 is what GPT-3's authors used (Brown et al. 2020, appendix C)."""

_ARTICLES = frozenset(("a", "an", "the"))
_ACCENTS = re.compile("[\u0300-\u036f]")  # the combining marks of Latin, Greek and Cyrillic; other scripts need theirs
_DIGIT = re.compile(r"\d")
_NUMBER_WORDS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen "
    "first second third fourth fifth sixth seventh eighth ninth tenth half quarter once twice".split()
)
_DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february april june july august "
    "september october november december".split()
)


class _Cleaner(dict[int, str]):
    """A table for `str.translate`: what is inside words goes, other punctuation and symbols become spaces."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        invisible = category == "Cf" and character != "\u200b"  # soft hyphens, joiners, directions
        if invisible or character in "'’‘.,´`":  # keeper's, U.S., 1,500
            kept = ""
        elif category[0] in "PSZC":
            kept = " "
        else:
            kept = character
        self[code] = kept
        return kept


_CLEANER = _Cleaner()


def words(text: str) -> list[str]:
    """The words of `text` without case, punctuation, articles, accents and differences of Unicode form.

    In scripts without spaces each character counts as a word (see `qa_lesson.text.segmentation`).

    >>> words("The keeper’s  NAÏVE twenty-one, of the U.S.")
    ['keepers', 'naive', 'twenty', 'one', 'of', 'us']
    >>> words("灯塔，1990年")
    ['灯', '塔', '1990', '年']
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text)))
    spaced = re.sub(r"[.,](?=\s|$)", " ", text.casefold()).translate(_CLEANER)
    found = [word for word in spaced.split() if word not in _ARTICLES]
    return found if spaced.isascii() else split_units(found)


def key(text: str) -> str:
    """What two texts share that differ in case, punctuation, articles, white space or Unicode form only.

    >>> key("Who keeps the light?") == key("who  KEEPS light") and key("twenty-one") == key("twenty one")
    True
    """
    return "".join(words(text))


def ngrams(tokens: Sequence[str], n: int) -> set[tuple[str, ...]]:
    """The distinct runs of `n` words; the whole text if it is shorter, none if it is empty.

    >>> sorted(ngrams(["at", "dusk", "the"], 2))
    [('at', 'dusk'), ('dusk', 'the')]
    """
    if not tokens:
        return set()
    return {tuple(tokens[i : i + n]) for i in range(max(1, len(tokens) - n + 1))}


def containment(part: str, whole: str, n: int = NGRAM) -> float:
    """The share of the distinct n-grams of `part` that stand in `whole`, a fraction; 0 if `part` has no word.

    >>> containment("the lamp is lit at dusk", "Each night the lamp is lit at dusk by Bram.", n=3)
    1.0
    """
    tokens = words(part)
    grams = ngrams(tokens, n)
    return len(grams & ngrams(words(whole), min(n, len(tokens)))) / len(grams) if grams else 0.0


def jaccard(left: set[tuple[str, ...]], right: set[tuple[str, ...]]) -> float:
    """Size of the intersection over size of the union, a fraction; 0 for two empty sets.

    >>> jaccard({("a",), ("b",)}, {("b",), ("c",)}) == 1 / 3
    True
    """
    union = len(left | right)
    return len(left & right) / union if union else 0.0


def word_edits(left: Sequence[str], right: Sequence[str], limit: int) -> int:
    """How many words must be added, removed or replaced to turn `left` into `right`; ``limit + 1`` for more than that.

    >>> word_edits("who keeps light".split(), "who tends light now".split(), limit=3)
    2
    """
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    row = list(range(len(right) + 1))
    for i, word in enumerate(left, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(right, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def details(text: str) -> set[str]:
    """The words of a question that say *which one* is meant: names, numbers, days and months.

    A name is a capitalised word that does not open the text. So a name is missed where all is in lower case, and
    where it comes first.

    >>> sorted(details("Who kept the light on Skelm in 1998, for two years?"))
    ['1998', 'skelm', 'two']
    """
    found: set[str] = set()
    for position, piece in enumerate(text.split()):
        for token in words(piece):
            capital = position > 0 and next((c for c in piece if c.isalnum()), "").isupper()
            named = capital and token != "i" and not is_unspaced(token)
            if named or is_number(token) or token in _DAYS:
                found.add(token)
    return found


def is_number(token: str) -> bool:
    """Whether a word holds a digit or is a number word, also a Chinese or Japanese one.

    >>> is_number("10th"), is_number("twelve"), is_number("ferry"), is_number("三")
    (True, True, False, True)
    """
    if _DIGIT.search(token) or token in _NUMBER_WORDS:
        return True
    return len(token) == 1 and is_unspaced(token) and unicodedata.numeric(token, None) is not None


FUNCTION_WORDS = frozenset(
    "about after all also am an and any are as at be because been before being but by can could did do does done "
    "during each else ever every exactly for from get gets go goes had has have having he her here him his how i if "
    "in into is it its just many may me might more most much must my no not now of off on once one only or other "
    "our out over please really she should so some such than that their them then there these they this those "
    "through to too under until up upon us was we were what when where which while who whom whose why will with "
    "within without would yes you your".split()
)
"""Words that carry no subject matter: two questions that share nothing else are not alike."""

FILLERS = frozenset(
    "actually also am are be been being did do does done exactly ever had has have having is it just now of please "
    "really so that then there very was were will would".split()
)
"""Words that come and go without changing what is asked (unlike "not", "before" or "who")."""
