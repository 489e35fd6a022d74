"""Ids for questions, options and items that come without ours."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_LONGEST: Final = 48
_LONGEST_PART: Final = 32
_TELLING: Final = frozenset("answer correct false incorrect key right true wrong".split())


class QuestionIds:
    """Gives every question an id of its own."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wishes: Sequence[str], number: int) -> str:
        """An id that no question has yet.

        Args:
            wishes: texts to make it of; the first one that has letters or digits is taken.
            number: of the question, if there are none.
        """
        base = next((slug for slug in (slug_of(wish, _LONGEST) for wish in wishes) if slug), f"q-{number}")
        found, again = base, 2
        while found in self._taken:
            found, again = f"{base}-{again}", again + 1
        self._taken.add(found)
        return found


def slug_of(text: str, longest: int) -> str:
    """Small letters, digits and single dashes; empty: the text has no such letters.

    >>> slug_of("Où est l'Œuvre? (2)", 20), slug_of("日本", 20)
    ('ou-est-l-uvre-2', '')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall("[a-z0-9]+", plain.replace("'", " "))
    slug = ""
    for word in words:
        if slug and len(slug) + 1 + len(word) > longest:
            break
        slug = f"{slug}-{word}" if slug else word[:longest]
    return slug


def option_ids(texts: Sequence[str]) -> list[str]:
    """An id for each text that says what the text says, and neither an order nor whether it is right.

    >>> option_ids(["Mole Quay", "the right one", "Mole Quay!", "2 of 3"])
    ['mole-quay', 'option-5a22b', 'option-3d64e', 'option-66b80']
    """
    found: list[str] = []
    for text in texts:
        slug = slug_of(text, _LONGEST_PART)
        if not slug or slug in found or set(slug.split("-")) & _TELLING or re.search(r"\d", slug) or _is_ordinal(slug):
            slug = f"option-{hashlib.sha256(f'{text}/{len(found)}'.encode()).hexdigest()[:5]}"
        found.append(slug)
    return found


def _is_ordinal(slug: str) -> bool:
    return bool(set(slug.split("-")) & {"first", "second", "third", "fourth", "fifth", "sixth"})
