"""The terms of the glossary, read from their file."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import TypeAdapter

TERMS_FILE = Path(__file__).with_name("terms.yaml")
"""The only place where terms are written down; the notebook `glossary.ipynb` is made from it."""


@dataclass(frozen=True)
class Term:
    """One term of the course.

    Args:
        term: how it is written in running text.
        lesson: name of the lesson that explains it first, such as ``"metrics"``.
        text: two sentences of plain text; code is between backquotes.
        example: one concrete case; a small picture if it has several lines.
        see: related terms.
        also: other forms of the same term, such as its plural.
    """

    term: str
    lesson: str
    text: str
    example: str
    see: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def link(self) -> str:
        """What a lesson links to, from the folder of the notebooks.

        >>> glossary_terms()["exact match"].link
        'glossary.ipynb#exact-match'
        """
        return "glossary.ipynb#" + self.term.replace(" ", "-")


_TERMS = TypeAdapter(list[Term])


@functools.cache
def glossary_terms() -> dict[str, Term]:
    """All terms by name, in the order of the lessons that explain them."""
    terms = _TERMS.validate_python(yaml.safe_load(TERMS_FILE.read_text(encoding="utf-8")))
    return {term.term: term for term in terms}


def find_term(name: str) -> Term | None:
    """The term with this name or other form, whatever its capital letters; None if the glossary has no such term.

    >>> find_term("Windows").term
    'window'
    """
    wanted = " ".join(name.split()).casefold()
    for term in glossary_terms().values():
        if wanted in {form.casefold() for form in (term.term, *term.also)}:
            return term
    return None
