"""Pieces of HTML of questions and answers. They are the same on flashcards and feedback pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Final

from markupsafe import Markup, escape

from qa_lesson.quiz.pages.markdown import render_inline

_BLOCK_END: Final = re.compile("</(?:p|li|pre|td|th|blockquote)>|<br>")
_TAG: Final = re.compile("<[^>]*>")


@dataclass(frozen=True)
class Quotation:
    """Plain text that belongs to a question and is read to answer it."""

    text: str

    def html(self) -> Markup:
        """The text as a quotation."""
        return Markup("<blockquote>{}</blockquote>").format(plain_lines(self.text))


@dataclass(frozen=True)
class CodeBlock:
    """Code that belongs to a question, or that answers it."""

    code: str

    def html(self) -> Markup:
        """The code as a block."""
        return Markup("<pre><code>{}</code></pre>").format(self.code.rstrip())


def plain_lines(text: str) -> Markup:
    r"""Plain text that keeps its lines.

    >>> plain_lines("a < b\nb > c")
    Markup('a &lt; b<br>b &gt; c')
    """
    return Markup("<br>").join(text.strip().split("\n"))


def bullets(texts: Iterable[str]) -> Markup:
    """Markdown texts as a list without numbers."""
    return _list("ul", texts)


def numbers(texts: Iterable[str]) -> Markup:
    """Markdown texts as a numbered list."""
    return _list("ol", texts)


def html_as_text(html: str) -> str:
    """Safe HTML as one line of plain text, with a space where a paragraph, an entry or a line ends.

    >>> html_as_text("<p>It <em>over</em>fits &amp; falls.</p><ul><li>Stop.</li></ul>")
    'It overfits & falls. Stop.'
    """
    spaced = _BLOCK_END.sub(" ", str(html))
    return " ".join(unescape(_TAG.sub("", spaced)).split())


def strong_line(content: str | Markup) -> Markup:
    """A short answer as a paragraph of its own."""
    return Markup("<p><strong>{}</strong></p>").format(content)


def inline(text: str) -> Markup:
    """A Markdown text without a paragraph around it."""
    return render_inline(text)


def named(names: Iterable[tuple[str, str]], name: str) -> Markup:
    """The Markdown text of an option or item; its id if there is none of that id.

    Args:
        names: id and text of each.
        name: the id.
    """
    return next((inline(text) for one, text in names if one == name), escape(name))


def _list(tag: str, texts: Iterable[str]) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(inline(text)) for text in texts)
    return Markup("<{0}>{1}</{0}>").format(tag, items)
