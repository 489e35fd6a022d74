"""Plain text and Markdown to blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa_lesson.documents.blocks import Content, readable_text
from qa_lesson.documents.joining import joined_lines

if TYPE_CHECKING:
    from markdown_it.token import Token

_UNDERLINE = re.compile(r"(?P<mark>[=-])(?P=mark){2,}\s*")
_FRONT_MATTER = re.compile(r"\A---\s*\n.*?\n(---|\.\.\.)\s*\n", re.DOTALL)
_LONGEST_HEADING = 100  # characters of a line that dashes under it may turn into a heading


def read_text(content: bytes) -> Content:
    """Plain text: paragraphs are separated by blank lines, and a line underlined with === or --- is a heading."""
    text, encoding = readable_text(content)
    found = Content(encoding=encoding)
    for part in re.split(r"\n[ \t\f\v]*\n|\f", _unix_lines(text)):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        if len(lines) > 1 and len(lines[0]) <= _LONGEST_HEADING and (mark := _UNDERLINE.fullmatch(lines[1])):
            found.add(lines[0], "heading", level=1 if mark["mark"] == "=" else 2)
            lines = lines[2:]
        found.add(joined_lines(lines, text))
    return found


def read_markdown(content: bytes) -> Content:
    """Markdown: its text without markup; images, comments, raw HTML and a front matter are left out."""
    from markdown_it import MarkdownIt

    text, encoding = readable_text(content)
    text = _unix_lines(text)
    found = Content(encoding=encoding)
    if front := _FRONT_MATTER.match(text):
        found.remove("front matter", len(front[0]))
        text = text[front.end() :]
    heading = 0
    header: list[str] = []
    row: list[str] = []
    place = ""  # the element that text belongs to, if it is not a paragraph
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        match token.type:
            case "heading_open":
                heading = int(token.tag[1:])
            case "heading_close":
                heading = 0
            case "th_open" | "td_open":
                place = "cell"
            case "th_close" | "td_close":
                place = ""
            case "tr_open":
                row = []
            case "thead_close":
                header = row
            case "tr_close" if header:
                found.add(table_row(header, row), "row")
            case "table_close":
                header = []
            case "inline":
                words = _words(token, found)
                if place == "cell":
                    row.append(words)
                elif heading:
                    found.add(words, "heading", level=heading)
                else:
                    found.add(words)
            case "fence" | "code_block":
                found.add(token.content)
            case "html_block":
                found.remove("raw HTML", len(token.content))
    return found


def _words(token: Token, found: Content) -> str:
    parts = []
    for child in token.children or ():
        match child.type:
            case "text" | "code_inline":
                parts.append(child.content)
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "image":
                found.remove("images", len(child.content))
            case "html_inline":
                found.remove("raw HTML", len(child.content))
    return "".join(parts)


def table_row(header: list[str], cells: list[str]) -> str:
    """A row in words: ``column: cell; column: cell``, empty cells left out.

    >>> table_row(["room", "price"], ["North", "40"])
    'room: North; price: 40'
    """
    names = [*header, *[""] * (len(cells) - len(header))]
    pairs = [(name.strip(), cell.strip()) for name, cell in zip(names, cells, strict=False)]
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)


def _unix_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
