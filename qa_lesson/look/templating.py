"""Templates: where HTML and Markdown come from, so that a text from a file can never become markup.

In HTML templates every value is escaped, unless it is `markupsafe.Markup`, which only templates, `Markup.format` and
the Markdown renderer make. In Markdown templates (``.md.jinja``) what would end a table cell or open a tag is escaped.
A name that a template uses and no one passes is an error.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from qa_lesson.errors import counted
from qa_lesson.look import colors

_PACKAGE = Path(__file__).parents[1]
_MARKDOWN_SIGNS = re.compile(r"[\\`\[\]|]|^[#>+*-]")
_COLORS = {name: value for name, value in vars(colors).items() if name.isupper() and not name.startswith("_")}


def render(template: str, **values: Any) -> Markup:
    """A template with its values.

    Args:
        template: path below the package, for instance ``"report/templates/report.html.jinja"``.
        values: what the template names.
    """
    return Markup(_environment(template.endswith(".md.jinja")).get_template(template).render(**values))


@functools.cache
def macros(template: str) -> Any:
    """The macros of an HTML template, to call from Python: each returns `Markup`."""
    return _environment(markdown=False).get_template(template).module


def percent(fraction: float) -> str:
    """A fraction as the course shows it.

    >>> percent(2 / 3)
    '66.7%'
    """
    return f"{100 * fraction:.1f}%"


def with_units(content: object) -> Markup:
    """The same HTML, in which no line ends between a number and its unit.

    >>> with_units("5 % < 6")
    Markup('5&nbsp;% &lt; 6')
    """
    return Markup(re.sub(r"(?<=\d) %", "&nbsp;%", str(escape(content))))


def unbroken(text: object) -> Markup:
    """A short text that must stay on one line.

    >>> unbroken("3 of 4")
    Markup('3&nbsp;of&nbsp;4')
    """
    return Markup(escape(text).replace(" ", Markup("&nbsp;")))


@functools.cache
def _environment(markdown: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PACKAGE),
        autoescape=not markdown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_in_markdown if markdown else None,
    )
    environment.globals |= {**_COLORS, "css": colors.css, "themed": colors.themed}
    environment.filters |= {"percent": percent, "counted": counted, "units": with_units, "unbroken": unbroken}
    return environment


def _in_markdown(value: object) -> object:
    """A value for a line of Markdown: one line, without links, pictures, code, tags or the end of a table cell.

    `Markup` stays as it is.
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return _MARKDOWN_SIGNS.sub(r"\\\g<0>", " ".join(value.split())).replace("&", "&amp;").replace("<", "&lt;")
