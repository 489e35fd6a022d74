"""HTML cards and tables for notebooks, and the base of the interactive views.

Texts are escaped; HTML is `markupsafe.Markup`. The pieces themselves are in ``templates/pieces.html.jinja``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import ipywidgets  # type: ignore[import-untyped]
from markupsafe import Markup, escape

from qa_lesson.look.templating import macros

_PIECES = "look/templates/pieces.html.jinja"


def code(text: str) -> Markup:
    """`text` as code that may be broken after `_`, `=` and `(`, so a long name cannot make a table wider than its card.

    ``overflow-wrap: anywhere`` would do, but JupyterLab drops it from outputs that are not trusted.

    >>> code("max_length=384")
    Markup('<span style="font-family: monospace">max_<wbr>length=<wbr>384</span>')
    """
    breakable = Markup(re.sub("([_=(])", r"\1<wbr>", str(escape(text))))
    return Markup('<span style="font-family: monospace">{}</span>').format(breakable)


def card(content: str, title: str = "") -> Markup:
    """Content on the course's card, readable on light and dark pages.

    A card with a table or a figure scrolls sideways in a narrow window, and can be reached with the Tab key for that.

    >>> "&lt;i&gt;" in card("<i>"), "<i>" in card(Markup("<i>"))
    (True, True)
    """
    return cast(Markup, macros(_PIECES).card(content, title))


def paragraph(content: str, *, muted: bool = False) -> Markup:
    """A paragraph, in which no line ends between a number and its unit."""
    return cast(Markup, macros(_PIECES).paragraph(content, muted))


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, row_headers: bool = False) -> Markup:
    """A table.

    Args:
        header: the column headers.
        rows: the cells.
        row_headers: whether the first cell of each row names the row.
    """
    return cast(Markup, macros(_PIECES).table(header, rows, row_headers))


def dark_style() -> Markup:
    """The colors of a notebook's dark page, for each output; JupyterLab drops it from outputs that are not trusted."""
    return cast(Markup, macros(_PIECES).dark())


@dataclass(frozen=True, repr=False)
class StaticView:
    """HTML for a notebook, and one line of plain text for everything else."""

    html: Markup
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return dark_style() + self.html


class Explorer(ipywidgets.VBox):  # type: ignore[misc]
    """A view made of widgets, with a fixed repr and a static picture of itself where no widget can be shown.

    Args:
        name: how it calls itself, for instance ``"threshold explorer"``.
        children: the widgets, from top to bottom.
        static: gives the HTML for readers without a running kernel (saved notebooks, web pages).
    """

    def __init__(self, name: str, children: Sequence[Any], static: Callable[[], Markup]) -> None:
        self._name, self._static = name, static
        super().__init__([*children, ipywidgets.HTML(dark_style(), layout=ipywidgets.Layout(display="none"))])

    def __repr__(self) -> str:
        return f"<{self._name}>"

    def static_html(self) -> Markup:
        """What it shows now, without widgets."""
        return self._static()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any] | None:
        bundle: dict[str, Any] | None = super()._repr_mimebundle_(**options)
        return None if bundle is None else {**bundle, "text/html": self.static_html()}
