r"""HTML and the text formats of Moodle as the Markdown of the quiz bank.

The conversion is `markdownify`'s. What it knows nothing of is prepared before: formulas (``\( \)``, ``\[ \]``, ``$$``
and Canvas's images of them), images, raised and lowered letters. Afterwards the Markdown is rendered and its visible
text compared with that of the source: a text that would read differently is never returned.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag
from markdownify import MarkdownConverter

from qa_lesson.grading.lms.reading.source_questions import SourceText
from qa_lesson.quiz.pages.markdown import Display, render_markdown

MOST_LETTERS: Final = 30_000
"""The longest text of a question, images that are inside of it left out."""
_MOST_SIGNS: Final = 2_000  # tags and formulas: parsers take the square of their number in time
_DEEPEST: Final = 60
_OPEN, _CLOSE = "\ue000", "\ue001"  # around the number of a formula; in no real text, and removed from others
_MARKS: Final = re.compile(f"[{_OPEN}{_CLOSE}]")
_FORMULA: Final = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]|\$\$(.+?)\$\$", re.DOTALL)
_DATA_IMAGE: Final = re.compile(r"""(["'])data:[^"']{200,}?\1""")
_RAISED: Final = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_LOWERED: Final = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_MEDIA: Final = ("audio", "video", "iframe", "object", "embed", "svg", "canvas", "applet")
_DROPPED: Final = ("script", "style", "form", "input", "button", "select", "textarea", "head", "title", "link", "meta")
_LACKING: Final = ("u", "ins", "del", "s", "strike", "font", "mark", "small", "big", "center")
_STYLES: Final = re.compile(r"(color|background|text-decoration|font-family|font-size)\s*:", re.IGNORECASE)
_PLAIN_WEIGHT: Final = re.compile(r"[\\`*_{}\[\]<>#+\-!|~$&.)=:(]")


_WAYS: Final[tuple[dict[str, bool], ...]] = (
    {},
    {"careful": True},
    {"everything": True},
    {"everything": True, "emphasis": False},  # bold inside a word, and two formulas that are one line's blocks
)
"""Settings of `_Converter`, from the Markdown that reads best to the one that always reads right."""


class UnwritableError(Exception):
    """A text cannot be written as Markdown; the message is the reason, in plain words."""


@dataclass(frozen=True)
class WrittenText:
    """A text as Markdown.

    Args:
        markdown: without white space around it; empty: there was no text.
        lost: what the source has and the Markdown lacks.
    """

    markdown: str
    lost: tuple[str, ...] = ()


def markdown_of(source: SourceText) -> WrittenText:
    r"""A text as Markdown that reads the same.

    Raises:
        UnwritableError: too long, too deeply nested, or Markdown cannot say it.

    >>> markdown_of(SourceText("<p>Is <code>f(x)</code> = \\(x^2\\) &lt; 5$?</p>")).markdown
    'Is `f(x)` = $x^2$ < 5\\$?'
    """
    content = _DATA_IMAGE.sub('"data:"', source.text)
    if len(content) > MOST_LETTERS:
        raise UnwritableError(f"a text has {len(content):,} letters, more than {MOST_LETTERS:,}")
    if max(content.count("<"), content.count("\\("), content.count("\\["), content.count("$$")) > _MOST_SIGNS:
        raise UnwritableError(f"a text has more than {_MOST_SIGNS:,} tags or formulas")
    content = _MARKS.sub("", content)
    if not content.strip():
        return WrittenText("")
    if source.format == "markdown":
        return WrittenText(*_checked_markdown(content.strip()))
    if source.format == "plain":
        content = "<br>".join(html.escape(content.strip(), quote=False).splitlines())
    elif source.format == "moodle" and not re.search(r"<(p|br|div|table|ul|ol|pre)\b", content, re.IGNORECASE):
        content = "<br>".join(content.strip().splitlines())
    soup = parse_html(content)
    _check_depth(soup)
    formulas: list[tuple[str, Display]] = []
    lost = list(dict.fromkeys([*_prepare(soup, formulas), *(f"the file {name}" for name in source.files)]))
    visible, code = _visible(soup, formulas), _code(soup)
    for settings in _WAYS:
        if "emphasis" in settings:
            formulas = [(latex, "inline") for latex, _ in formulas]
        text = _fill(_Converter(**settings).convert_soup(soup), formulas).strip()
        again = parse_html(render_markdown(text, _told))
        if _visible(again, formulas) == visible and _code(again) == code:
            if "emphasis" in settings:
                lost.append("bold, italics or formulas on lines of their own")
            return WrittenText(text, tuple(lost))
    raise UnwritableError("its formatting cannot be written as Markdown")


def plain_words(source: SourceText) -> str:
    """What is read of a text, without any formatting, on one line; for answers that are typed, and for names.

    >>> plain_words(SourceText("<p>Mole &amp; <b>Quay</b></p>"))
    'Mole & Quay'
    """
    if source.format == "plain":
        return " ".join(source.text.split())
    return " ".join(parse_html(source.text[:MOST_LETTERS]).get_text().split())


def parse_html(content: str) -> BeautifulSoup:
    """A piece of HTML, however broken.

    Raises:
        UnwritableError: the parser gives up.
    """
    try:
        return BeautifulSoup(content, "html.parser")
    except Exception as error:  # html.parser fails in many ways on declarations that it does not know
        raise UnwritableError("its HTML cannot be read") from error


class _Converter(MarkdownConverter):
    """Markdown with as few escapes as possible, or with every sign escaped that could mean something."""

    def __init__(self, careful: bool = False, everything: bool = False, emphasis: bool = True) -> None:
        super().__init__(
            heading_style="ATX", bullets="-", newline_style="BACKSLASH", table_infer_header=True, autolinks=False,
            strip=None if emphasis else ["b", "strong", "i", "em"],
        )  # fmt: skip
        self.careful, self.everything = careful, everything

    def escape(self, text: str, parent_tags: set[str]) -> str:
        if self.everything:
            return _PLAIN_WEIGHT.sub(r"\\\g<0>", text)
        text = re.sub(r"\\(?=[!-/:-@\[-`{-~])", r"\\\\", text)
        text = re.sub(r"[`$]", r"\\\g<0>", text)
        text = re.sub(r"(?<![^\W_])[*_]+|[*_]+(?![^\W_])", lambda found: "".join(f"\\{one}" for one in found[0]), text)
        if self.careful:
            text = re.sub(r"(?<!\\)[*\[\]<&]", r"\\\g<0>", text)
            text = re.sub(r"(?m)^(\s*(?:\d+(?=[.)]))?)([#>+=~.)-])", r"\1\\\2", text)
        return text.replace("|", r"\|") if "td" in parent_tags or "th" in parent_tags else text

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        address = str(el.get("href") or "")
        if not text.strip() or not address or "_noformat" in parent_tags:
            return text
        return f"[{text.strip()}](<{address}>)" if re.search(r"[()\s]", address) else f"[{text.strip()}]({address})"


def _checked_markdown(content: str) -> tuple[str, tuple[str, ...]]:
    """Markdown of the source's own, which may hold HTML and images that ours shows as text."""
    if re.search(r"<[a-zA-Z/!][^>]*>", re.sub(r"(?s)(`+).*?\1", "", content)):
        raise UnwritableError("its Markdown holds HTML")
    lost = ("an image",) if re.search(r"!\[[^\]]*\]\([^)]*\)", content) else ()
    content = re.sub(r"\\\((.+?)\\\)", lambda found: f"${found[1].strip()}$", content)
    return content, lost


def _check_depth(soup: BeautifulSoup) -> None:
    level, deep = [soup], 0
    inner: list[Any] = [soup]
    while level:
        inner = [child for node in level for child in node.children if isinstance(child, Tag)]
        level, deep = inner, deep + 1
        if deep > _DEEPEST:
            raise UnwritableError(f"its HTML is nested more than {_DEEPEST} deep")


def _prepare(soup: BeautifulSoup, formulas: list[tuple[str, Display]]) -> Iterator[str]:
    """Make plain HTML of it, which Markdown can say; yields what is lost."""
    for comment in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        comment.extract()
    for node in soup.find_all(_MEDIA):
        yield f"{'an' if node.name[0] in 'aeio' else 'a'} {node.name} element"
        node.decompose()
    for node in soup.find_all(_DROPPED):
        if node.name not in ("head", "title", "link", "meta") and not node.decomposed:
            yield f"a {node.name} element"
        node.decompose()
    yield from _formulas(soup, formulas)
    yield from _images(soup)
    yield from _letters(soup)
    yield from _formatting(soup)


def _formulas(soup: BeautifulSoup, formulas: list[tuple[str, Display]]) -> Iterator[str]:
    def mark(latex: str, display: Display) -> str:
        latex = " ".join(latex.split())
        if not latex or re.search(r"(?<!\\)\$", latex):
            raise UnwritableError("a formula in it is empty, or has a $ inside")
        formulas.append((latex, display))
        return f"{_OPEN}{len(formulas) - 1}{_CLOSE}"

    for math in soup.find_all("math"):
        notes = math.find_all("annotation", attrs={"encoding": re.compile("tex", re.IGNORECASE)})
        if not notes:
            raise UnwritableError("a formula in it is MathML without its LaTeX")
        math.replace_with(mark(notes[0].get_text(), "block" if math.get("display") == "block" else "inline"))
    for image in soup.find_all("img", class_="equation_image"):
        alt = str(image.get("alt") or image.get("title") or "").removeprefix("LaTeX:")
        place, around = image, image.parent
        if around is not None and around.name == "p" and not around.get_text(strip=True) and len(around(True)) == 1:
            place = around
        text = mark(str(image.get("data-equation-content") or alt), "inline" if place is image else "block")
        place.replace_with(text)
    soup.smooth()
    for piece in soup.find_all(string=re.compile(r"\\[(\[]|\$\$")):
        if piece.find_parent(["pre", "code"]):
            continue
        replaced = _FORMULA.sub(lambda found: mark(found[found.lastindex or 0], _display(found)), str(piece))
        if re.search(r"\\[(\[]|\$\$", replaced):
            yield "a formula that is not closed in the same piece of text"
        piece.replace_with(NavigableString(replaced))


def _display(found: re.Match[str]) -> Display:
    return "inline" if found.lastindex == 1 else "block"


def _images(soup: BeautifulSoup) -> Iterator[str]:
    for image in soup.find_all("img"):
        address = str(image.get("src") or "")
        alt = " ".join(str(image.get("alt") or "").split())
        name = "" if address.startswith("data:") else address.rpartition("/")[2].partition("?")[0]
        yield f"an image ({alt or name or 'without a name'})"
        image.replace_with(f"[image: {alt or name or 'without a name'}]")


def _letters(soup: BeautifulSoup) -> Iterator[str]:
    for node in soup.find_all(["sup", "sub"]):
        text = node.get_text()
        table, sign = (_RAISED, "^") if node.name == "sup" else (_LOWERED, "_")
        if all(ord(letter) in table for letter in text):
            node.replace_with(text.translate(table))
        else:
            yield f"raised or lowered letters, written as {sign}({text})"
            node.replace_with(f"{sign}({text})")
    for piece in soup.find_all(string=re.compile("\xa0")):
        piece.replace_with(NavigableString(str(piece).replace("\xa0", " ")))
    for node in soup.select("pre br"):
        node.replace_with("\n")
    soup.smooth()


def _formatting(soup: BeautifulSoup) -> Iterator[str]:
    for node in soup.find_all(True):
        if node.name in _LACKING:
            yield f"formatting: {node.name}"
            node.unwrap()
        elif node.name in ("dt", "dd", "figcaption", "caption"):
            node.name = "p"
        elif node.name == "a" and not str(node.get("href") or "").lower().startswith(("http://", "https://")):
            if node.get("href"):
                yield "a link that is not of the web"
            node.unwrap()
        else:
            if found := _STYLES.search(str(node.get("style") or "")):
                yield f"formatting: {found[1].lower()}"
            if node.get("colspan", "1") != "1" or node.get("rowspan", "1") != "1":
                yield "cells of a table that span others"


def _visible(soup: BeautifulSoup, formulas: list[tuple[str, Display]]) -> str:
    """All letters that are seen; white space differs between blocks."""
    return "".join(_fill(soup.get_text(), formulas, _told).split())


def _code(soup: BeautifulSoup) -> list[str]:
    return [node.get_text().strip("\n").rstrip() for node in soup.find_all("pre")]


def _told(latex: str, display: Display) -> str:
    return html.escape(f"{_OPEN}{latex.strip()}{_CLOSE}", quote=False)


def _fill(text: str, formulas: list[tuple[str, Display]], written: Any = None) -> str:
    """Formulas in the place of their marks: as Markdown, or as `written` writes them, unescaped."""

    def one(found: re.Match[str]) -> str:
        latex, display = formulas[int(found[1])]
        if written is not None:
            return html.unescape(written(latex, display))
        return f"${latex}$" if display == "inline" else f"$${latex}$$"

    return re.sub(f"{_OPEN}(\\d+){_CLOSE}", one, text)
