"""HTML pages to blocks: the text a visitor reads, without navigation, scripts and forms."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from qa_lesson.documents.blocks import Content, readable_text
from qa_lesson.documents.text_files import table_row

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_LEFT_OUT = {
    "page title": ("title",),
    "navigation": ("nav", "header", "footer", "aside"),
    "scripts and styles": ("script", "style", "template", "noscript", "svg", "math", "iframe", "object"),
    "forms": ("button", "select", "input", "textarea", "form"),
}
_ROLES = ("navigation", "banner", "contentinfo", "search", "complementary")
_IN_A_PAGE = ("h1", "h2", "main", "article", "nav")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PARAGRAPHS = frozenset(
    "p li dt dd blockquote pre figcaption caption td th div section article main body address details summary".split()
)


def read_html(content: bytes) -> Content:
    """The visible text of a page. An encoding that the page declares counts if the bytes agree with it."""
    from bs4.element import Comment, Declaration, Doctype, ProcessingInstruction

    soup = _parsed(content)
    encoding = soup.original_encoding
    if encoding is None or soup.contains_replacement_characters:
        decoded, encoding = readable_text(content)
        soup = _parsed(decoded)
    found = Content(encoding=encoding)
    markup = (Comment, Declaration, Doctype, ProcessingInstruction)
    for text in soup.find_all(string=lambda text: isinstance(text, markup)):
        text.extract()
    in_article = soup.find(("main", "article")) is not None
    for reason, names in _LEFT_OUT.items():
        for tag in soup.find_all(names):
            # a header or footer inside the article itself may hold its title
            if in_article and tag.name in ("header", "footer") and tag.find_parent(("main", "article")):
                continue
            if tag.name == "form" and tag.find(_IN_A_PAGE) is not None:  # some systems put the whole page into a form
                continue
            found.remove(reason, len(" ".join(tag.stripped_strings)))
            tag.decompose()
    for tag in soup.find_all(_is_hidden):
        if not tag.decomposed:
            found.remove("hidden text", len(" ".join(tag.stripped_strings)))
            tag.decompose()
    for tag in soup.find_all(lambda tag: tag.get("role") in _ROLES):
        if not tag.decomposed:
            found.remove("navigation", len(" ".join(tag.stripped_strings)))
            tag.decompose()
    _walk(soup, found)  # not only its body: the parser takes the start of a page without one for its head
    return found


def _parsed(page: bytes | str) -> BeautifulSoup:
    from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)  # XHTML is HTML enough
        return BeautifulSoup(page, "lxml")


def _is_hidden(tag: Tag) -> bool:
    style = str(tag.get("style", "")).replace(" ", "").lower()
    return tag.has_attr("hidden") or tag.get("aria-hidden") == "true" or "display:none" in style


def _walk(tag: Tag, found: Content) -> None:
    """Add the blocks of `tag` in order; running text between inner blocks is a paragraph of its own."""
    from bs4.element import NavigableString
    from bs4.element import Tag as Element

    running: list[str] = []

    def flush() -> None:
        found.add("".join(running))
        running.clear()

    for child in tag.children:
        if isinstance(child, NavigableString):
            running.append(str(child))
        elif not isinstance(child, Element):
            continue
        elif child.name in _HEADINGS:
            flush()
            found.add(child.get_text(" "), "heading", level=_HEADINGS[child.name])
        elif child.name == "table":
            flush()
            _add_table(child, found)
        elif child.name == "br":
            running.append(" ")
        elif child.name in _PARAGRAPHS or child.find((*_PARAGRAPHS, *_HEADINGS, "table")) is not None:
            flush()
            _walk(child, found)
        else:
            running.append(child.get_text())
    flush()


def _add_table(table: Tag, found: Content) -> None:
    """The rows of a table. One whose cells hold tables, headings or several paragraphs only arranges the page."""
    if table.find(("table", *_HEADINGS)) or any(len(cell.find_all("p")) > 1 for cell in table.find_all("td")):
        _walk(table, found)
        return
    header: list[str] = []
    for row in table.find_all("tr"):
        cells = [" ".join(cell.get_text(" ").split()) for cell in row.find_all(("th", "td"))]
        if not header and row.find("td") is None:
            header = cells
        else:
            found.add(table_row(header, cells), "row")
