"""Word files (DOCX) to blocks."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa_lesson.documents.blocks import Content, Unreadable
from qa_lesson.documents.packages import check_package
from qa_lesson.documents.text_files import table_row

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.table import _Cell

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop)\s*(\d)", re.IGNORECASE)


def read_docx(content: bytes) -> Content:
    """Headings, paragraphs and tables of a Word file. Headers, footers and comments are not part of its text."""
    check_package(content, "word/document.xml", "Word")
    import docx

    try:
        reading = _Reading(docx.Document(io.BytesIO(content)))
        reading.add(reading.document.element.body)
    except Exception as error:  # whatever a damaged package makes python-docx and lxml raise
        raise Unreadable(
            f"it is a damaged Word file ({error})", "open it in Word, save it again, or export a PDF"
        ) from error
    return reading.found


class _Reading:
    """What was read of a document so far."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found = Content()
        self._styles = {style.style_id: style.name or "" for style in document.styles}

    def add(self, parent: BaseOxmlElement) -> None:
        """The paragraphs and tables in an element, also those in content controls, and text boxes after their place."""
        for element in parent:
            match _name(element):
                case "p":
                    self._add_paragraph(element)
                case "tbl":
                    self._add_table(element)
                case "sdt" | "sdtContent" | "ins" | "moveTo" | "customXml" | "smartTag":
                    self.add(element)

    def _add_paragraph(self, element: BaseOxmlElement) -> None:
        style = self._styles.get(element.style or "", "")
        if named := _HEADING.match(style):
            self.found.add(_text(element), "heading", level=int(named[1]))
        elif style == "Title":
            self.found.add(_text(element), "heading", level=1)
        else:
            self.found.add(_text(element))
        for box in element.iter(f"{_W}txbxContent"):
            if not any(_name(above) == "Fallback" for above in box.iterancestors()):  # the same for old programs
                self.add(box)

    def _add_table(self, element: BaseOxmlElement) -> None:
        """The rows of a table; one that holds another only arranges the page, and its cells are read one by one."""
        from docx.table import Table

        table_cells = [_distinct(row.cells) for row in Table(element, self.document).rows]
        if any(inner is not element for inner in element.iter(f"{_W}tbl")):
            for cell in [cell for row in table_cells for cell in row]:
                self.add(cell._tc)
            return
        rows = [[_text(cell._tc) for cell in row] for row in table_cells]
        for row in rows[1:]:
            self.found.add(table_row(rows[0], row), "row")
        if len(rows) == 1:
            self.found.add(table_row([], rows[0]), "row")


def _distinct(cells: tuple[_Cell, ...]) -> list[_Cell]:
    """Cells of a row, merged ones once."""
    return [cell for n, cell in enumerate(cells) if n == 0 or cell._tc is not cells[n - 1]._tc]


def _text(parent: BaseOxmlElement) -> str:
    """What a person sees of a paragraph or cell: insertions and links, but not deletions, and not its text boxes."""
    parts = []
    for element in parent.iter():
        if any(_name(above) == "txbxContent" for above in _between(element, parent)):
            continue
        match _name(element):
            case "t":
                parts.append(element.text or "")
            case "tab" | "br" | "cr" | "p":
                parts.append(" ")
            case "noBreakHyphen":
                parts.append("-")
    return " ".join("".join(parts).split())


def _between(element: BaseOxmlElement, ancestor: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    """The elements around `element`, up to `ancestor`."""
    for above in element.iterancestors():
        if above is ancestor:
            return
        yield above


def _name(element: BaseOxmlElement) -> str:
    """Its tag without the namespace; empty for a comment."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""
