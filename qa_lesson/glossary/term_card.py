"""A term of the glossary as a card in a notebook."""

from __future__ import annotations

import difflib
import re

from markupsafe import Markup, escape

from qa_lesson.errors import ConfigError
from qa_lesson.glossary.terms import Term, find_term, glossary_terms
from qa_lesson.look.html import StaticView, card, code, paragraph


def glossary(name: str) -> StaticView:
    """What a term of the course means, with an example.

    >>> glossary("stride")
    <glossary: stride>

    Args:
        name: the term, its plural or another form of it; capital letters don't matter.

    Raises:
        ConfigError: the glossary has no such term.
    """
    term = find_term(name)
    if term is None:
        forms = {form.casefold(): one.term for one in glossary_terms().values() for form in (one.term, *one.also)}
        close = [forms[form] for form in difflib.get_close_matches(name.casefold(), forms, n=3)]
        known = close or list(glossary_terms())
        fix = f"use {'one of: ' if len(known) > 1 else ''}{', '.join(dict.fromkeys(known))}"
        raise ConfigError("the glossary has no such term", received=repr(name), fix=fix)
    return StaticView(html=_card(term), text=f"<glossary: {term.term}>")


def _card(term: Term) -> Markup:
    parts = [paragraph(_marked_up(term.text)), _example(term.example)]
    if term.see:
        parts.append(paragraph("See also: " + ", ".join(term.see), muted=True))
    return card(Markup("").join(parts), term.term)


def _example(example: str) -> Markup:
    if "\n" in example:
        return Markup('<pre style="margin: 6px 0; color: inherit; background: none">{}</pre>').format(example)
    return paragraph(Markup("<i>Example:</i> ") + _marked_up(example))


def _marked_up(text: str) -> Markup:
    """Text with what is between backquotes as code."""
    parts = re.split("`([^`]+)`", text)
    return Markup("").join(code(part) if n % 2 else escape(part) for n, part in enumerate(parts))
