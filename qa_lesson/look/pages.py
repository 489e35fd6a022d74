"""Whole HTML pages in the course's look: one file that needs nothing else, no script, no request, pictures inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qa_lesson.look.html import escape, table
from qa_lesson.look.theme import BLUE, CARD, GRID, MUTED, TEXT, DescribedFigure

_STYLE = f"""
:root {{ color-scheme: light; }}
body {{ background: {CARD}; color: {TEXT}; font: 16px/1.6 system-ui, sans-serif; margin: 0; }}
main {{ max-width: 800px; margin: 0 auto; padding: 16px; }}
h1, h2, h3 {{ line-height: 1.25; overflow-wrap: anywhere; }}
h2 {{ border-top: 1px solid {GRID}; padding-top: 20px; margin-top: 36px; }}
a {{ color: {BLUE}; }}
.muted {{ color: {MUTED}; }}
.scores {{ display: flex; flex-wrap: wrap; gap: 16px; padding: 0; margin: 16px 0; }}
.scores div {{ border: 1px solid {GRID}; border-radius: 8px; padding: 10px 18px; background: white; }}
.scores dt {{ color: {MUTED}; }}
.scores dd {{ margin: 0; }}
.scores b {{ font-size: 30px; }}
.wide {{ overflow-x: auto; }}
.answers table {{ min-width: 640px; }}
.facts td {{ overflow-wrap: anywhere; }}
.facts th {{ min-width: 90px; }}
figure {{ margin: 12px 0; }}
@media print {{ h2 {{ break-after: avoid; }} figure, tr {{ break-inside: avoid; }} }}
"""


def page(title: str, lead: str, body: str, *, style: str = "") -> str:
    """A page.

    It may hold texts of strangers (questions, answers): its content policy lets nothing in it load or run.

    Args:
        title: plain text.
        lead: plain text of the line under the title; may be empty.
        body: HTML.
        style: more CSS.
    """
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        "style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}{style}</style></head>"
        f'<body><main><h1>{escape(title)}</h1><p class="muted">{escape(lead)}</p>{body}</main></body></html>\n'
    )


def sections(parts: Sequence[tuple[str, str]]) -> str:
    """Sections under a list of links to them.

    Args:
        parts: heading (HTML) and content (HTML) of each.
    """
    contents = "".join(f'<li><a href="#s{i}">{heading}</a></li>' for i, (heading, _) in enumerate(parts, 1))
    body = "".join(
        f'<section aria-labelledby="s{i}"><h2 id="s{i}">{heading}</h2>{content}</section>'
        for i, (heading, content) in enumerate(parts, 1)
    )
    return f'<nav aria-label="Contents"><ol>{contents}</ol></nav>{body}'


def score_boxes(boxes: Sequence[tuple[str, str, str]]) -> str:
    """Large numbers in a row.

    Args:
        boxes: name, value and note of each, HTML.
    """
    inner = "".join(f"<div><dt>{name}</dt><dd><b>{value}</b><br>{note}</dd></div>" for name, value, note in boxes)
    return f'<dl class="scores">{inner}</dl>'


def fact_table(values: Mapping[str, object]) -> str:
    """A table of names and values, both plain text."""
    rows = [[escape(name), escape(value)] for name, value in values.items()]
    return wide(table(["what", "value"], rows, row_headers=True), "facts")


def picture(figure: DescribedFigure) -> str:
    """A figure on a page."""
    return wide(f"<figure>{figure.html()}</figure>")


def wide(content: str, kind: str = "") -> str:
    """HTML that scrolls sideways by itself where the page is too narrow for it.

    Args:
        content: HTML.
        kind: "answers": a table with long texts; "facts": one of names and values.
    """
    return f'<div class="{f"wide {kind}".strip()}" tabindex="0">{content}</div>'
