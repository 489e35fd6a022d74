"""HTML cards and tables with inline styles only, and the base of the interactive views.

JupyterLab strips ``<style>``, ``role`` and ``aria-*`` from outputs of notebooks that are not trusted; inline styles,
``title`` and real table headers stay.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets  # type: ignore[import-untyped]

from qa_lesson.look.theme import CARD, GRID, MUTED, TEXT

_SHORT = 15  # characters of a row's name that need no room kept for them


def percent(fraction: float) -> str:
    """A fraction as the course shows it.

    >>> percent(2 / 3)
    '66.7 %'
    """
    return f"{100 * fraction:.1f} %"


def escape(text: object) -> str:
    """`text` for use inside HTML."""
    return html.escape(str(text))


def code(text: str) -> str:
    """`text` as code that may be broken after `_`, `=` and `(`, lest a long name make a table wider than its card.

    ``overflow-wrap: anywhere`` would do, but JupyterLab drops it from outputs that are not trusted.

    >>> code("max_length=384")
    '<span style="font-family: monospace">max_<wbr>length=<wbr>384</span>'
    """
    breakable = re.sub("([_=(])", r"\1<wbr>", escape(text))
    return f'<span style="font-family: monospace">{breakable}</span>'


def card(content: str, title: str = "") -> str:
    """HTML content on the course's card, readable on light and dark pages; `title` is plain text.

    A card with a table or a figure scrolls sideways in a narrow window, and can be reached with the Tab key for that.
    """
    reachable = ' tabindex="0"' if "<table" in content or "<img" in content else ""
    heading = f'<div style="font-weight: bold; margin-bottom: 6px">{escape(title)}</div>' if title else ""
    return (
        f'<div{reachable} style="background-color: {CARD}; color: {TEXT}; border: 1px solid {GRID}; '
        "border-radius: 6px; padding: 10px 14px; margin: 4px 0; max-width: 760px; line-height: 1.6; "
        'overflow-x: auto; overflow-wrap: break-word">'
        f"{heading}{content}</div>"
    )


def paragraph(content: str, *, muted: bool = False) -> str:
    """A paragraph of HTML content."""
    colour = MUTED if muted else TEXT
    return f'<p style="color: {colour}; margin: 6px 0">{_with_units(content)}</p>'


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, row_headers: bool = False) -> str:
    """A table of HTML cells.

    Args:
        header: HTML of the column headers.
        rows: HTML of the cells.
        row_headers: whether the first cell of each row names the row.
    """
    box = f"border: 1px solid {GRID}; padding: 4px 10px; text-align: left; color: {TEXT}; background-color: {CARD}"
    lines = ["".join(f'<th scope="col" style="{box}">{content}</th>' for content in header)]
    for row in rows:
        cells = [f'<td style="{box}">{content}</td>' for content in row]
        if row_headers:
            room = "; min-width: 100px" if len(row[0]) > _SHORT else ""  # in a narrow window the table scrolls instead
            cells[0] = f'<th scope="row" style="{box}{room}">{row[0]}</th>'
        lines.append("".join(cells))
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    style = f"border-collapse: collapse; margin: 6px 0; font-size: 13px; color: {TEXT}"
    return f'<table style="{style}">{_with_units(body)}</table>'


def _with_units(content: str) -> str:
    """The same HTML, in which no line ends between a number and its unit."""
    return re.sub(r"(?<=\d) %", "&nbsp;%", content)


@dataclass(frozen=True, repr=False)
class StaticView:
    """HTML for a notebook, and one line of plain text for everything else."""

    html: str
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


class Explorer(ipywidgets.VBox):  # type: ignore[misc]
    """A view made of widgets, with a fixed repr and a static picture of itself where no widget can be shown.

    Args:
        name: how it calls itself, for instance ``"threshold explorer"``.
        children: the widgets, from top to bottom.
        static: gives the HTML for readers without a running kernel (saved notebooks, web pages).
    """

    def __init__(self, name: str, children: Sequence[Any], static: Callable[[], str]) -> None:
        self._name, self._static = name, static
        super().__init__(list(children))

    def __repr__(self) -> str:
        return f"<{self._name}>"

    def static_html(self) -> str:
        """What it shows now, without widgets."""
        return self._static()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any] | None:
        bundle: dict[str, Any] | None = super()._repr_mimebundle_(**options)
        return None if bundle is None else {**bundle, "text/html": self.static_html()}
