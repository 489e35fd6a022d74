"""Markdown of the quiz bank as HTML that is safe to insert into a page.

Raw HTML is escaped, images become their text, links lead only to http and https addresses, and formulas become MathML,
which browsers draw without a script. Nothing that is rendered here makes a browser fetch anything.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cache
from typing import Any, Literal
from xml.etree.ElementTree import Element

import mistune
from markupsafe import Markup
from mistune.plugins import Plugin
from mistune.plugins.math import INLINE_MATH_PATTERN
from mistune.plugins.math import math as math_plugin
from mistune.plugins.table import table as table_plugin

_MATHML_TAGS = frozenset(
    "math mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr "
    "munder munderover".split()
)
_MATHML_ATTRIBUTES = frozenset(
    "accent columnalign depth display displaystyle fence form height linebreak linethickness lspace mathvariant "
    "maxsize minsize movablelimits rowspacing rspace scriptlevel separator stretchy symmetric width".split()
)
# as in pandoc: no space after the first dollar sign or before the last, and no digit after it, so "$5 & $6" is money
_INLINE_FORMULA = INLINE_MATH_PATTERN.replace(r")+?)\$(?!\d)", r")+?)(?<!\s)\$(?!\d)")

Display = Literal["inline", "block"]
FormulaRenderer = Callable[[str, Display], str]
"""Makes HTML of a LaTeX formula."""


def render_markdown(text: str, formulas: FormulaRenderer | None = None) -> Markup:
    """Markdown as safe block-level HTML: paragraphs, lists, tables, code and formulas.

    Args:
        text: Markdown.
        formulas: how formulas are written where the page is not ours; None writes MathML.

    >>> render_markdown("Is `f1` **one**? <b>no</b>")
    Markup('<p>Is <code>f1</code> <strong>one</strong>? &lt;b&gt;no&lt;/b&gt;</p>')
    """
    return Markup(str(_block_markdown(formulas or formula)(text)).strip())


def render_inline(text: str) -> Markup:
    r"""Markdown as safe HTML that may stand inside a label: no block element, not even for fenced code.

    >>> render_inline("It is $\\frac{1}{3}$, see `f1`")[:9]
    Markup('It is <ma')
    """
    return Markup(str(_inline_markdown()(text)).strip().removesuffix("<br>"))


def plain_text(text: str) -> str:
    """Markdown as one line of plain text, for names that a screen reader speaks.

    >>> plain_text("Use `max_length` **384**")
    'Use max_length 384'
    """
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", str(render_inline(text)))).split())


def formula(latex: str, display: Display = "inline") -> str:
    """A LaTeX formula as MathML, or as code when it cannot be converted.

    The tree is written out here tag by tag, because the converter neither escapes text nor checks attributes.

    >>> formula("x < 3")
    '<math display="inline"><mrow><mi>x</mi><mo>&lt;</mo><mn>3</mn></mrow></math>'
    """
    from latex2mathml.converter import convert_to_element

    try:
        return _mathml(convert_to_element(latex, display=display))
    except Exception:  # the converter raises whatever its parser stumbles over
        return f"<code>{html.escape(latex)}</code>"


def _mathml(element: Element) -> str:
    content = html.escape(html.unescape(element.text or ""), quote=False)
    content += "".join(_mathml(child) + html.escape(html.unescape(child.tail or ""), quote=False) for child in element)
    if element.tag not in _MATHML_TAGS:
        return content
    attributes = "".join(
        f' {name}="{html.escape(value)}"' for name, value in element.items() if name in _MATHML_ATTRIBUTES
    )
    return f"<{element.tag}{attributes}>{content}</{element.tag}>"


class _SafeRenderer(mistune.HTMLRenderer):
    """Headings would break into the notebook's outline and images would be fetched: both become text."""

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f"<p><strong>{text}</strong></p>\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return text

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if not url.lower().startswith(("https://", "http://")):
            return text
        return f'<a href="{html.escape(url)}" target="_blank" rel="noopener noreferrer">{text}</a>'

    def codespan(self, text: str) -> str:
        return f"<code>{html.escape(text, quote=False)}</code>"

    def block_code(self, code: str, info: str | None = None) -> str:
        return f"<pre><code>{html.escape(code, quote=False)}</code></pre>\n"


class _LabelRenderer(_SafeRenderer):
    """Only elements that HTML allows inside a label; lines and paragraphs are parted by breaks."""

    def paragraph(self, text: str) -> str:
        return f"{text}<br>\n"

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f"<strong>{text}</strong><br>\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        return f'<code class="block">{html.escape(code, quote=False).rstrip()}</code>\n'

    def list(self, text: str, ordered: bool, **attrs: Any) -> str:
        return text

    def list_item(self, text: str) -> str:
        return f"{text}<br>\n"

    def block_quote(self, text: str) -> str:
        return text

    def thematic_break(self) -> str:
        return ""

    def block_html(self, text: str) -> str:
        return f"{html.escape(text.strip())}<br>\n"


@cache
def _block_markdown(formulas: FormulaRenderer) -> mistune.Markdown:
    return _markdown(_SafeRenderer(), formulas, [table_plugin])


@cache
def _inline_markdown() -> mistune.Markdown:
    return _markdown(_LabelRenderer(), formula, [])


def _markdown(renderer: mistune.HTMLRenderer, formulas: FormulaRenderer, plugins: list[Plugin]) -> mistune.Markdown:
    markdown = mistune.create_markdown(renderer=renderer, plugins=[*plugins, math_plugin])
    markdown.inline.specification["inline_math"] = _INLINE_FORMULA
    renderer.register("inline_math", lambda _renderer, text: formulas(text, "inline"))
    renderer.register("block_math", lambda _renderer, text: formulas(text, "block"))
    return markdown
