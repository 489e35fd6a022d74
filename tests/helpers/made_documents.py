"""Small documents of every kind, made in memory for the tests of `qa_lesson.documents`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date

import docx
import openpyxl
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl.chart import BarChart, Reference
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
LINES = [
    "The keeper lights the lamp at dusk and trims",
    "the wick twice a night. On stormy nights the",
    "bell rings three times to warn the ships that",
    "pass the skerries to the north of the isle.",
    "Visitors ask the harbor office two days before,",
    "and the tower is closed in December.",
]


class Pdf:
    """A PDF that is written page by page."""

    def __init__(self, *, password: str | None = None) -> None:
        self._bytes = io.BytesIO()
        self._canvas = Canvas(self._bytes, pagesize=A4, encrypt=password)

    def text(self, x: float, y: float, text: str, *, size: int = 10) -> Pdf:
        """A line of text; `y` counts from the bottom."""
        self._canvas.setFont("Helvetica", size)
        self._canvas.drawString(x, y, text)
        return self

    def lines(self, x: float, y: float, lines: Sequence[str], *, size: int = 10) -> Pdf:
        """Lines below one another."""
        for number, line in enumerate(lines):
            self.text(x, y - 1.25 * size * number, line, size=size)
        return self

    def picture(self) -> Pdf:
        """A grey picture over most of the page."""
        self._canvas.drawImage(ImageReader(Image.new("L", (20, 20), 128)), 50, 50, 400, 600)
        return self

    def page(self) -> Pdf:
        """End the page."""
        self._canvas.showPage()
        return self

    def bytes(self) -> bytes:
        """The file."""
        self._canvas.save()
        return self._bytes.getvalue()


def word_file() -> bytes:
    """A Word file with two headings, a paragraph under each, a table with a merged cell, and a page header."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Sallow Isles Cooperative"
    document.add_heading("Lamps", 1)
    document.add_paragraph(" ".join(LINES))
    document.add_heading("Oil", 2)
    document.add_paragraph("Oil comes in June.")
    table = document.add_table(3, 2)
    for row, texts in zip(table.rows, [("room", "price"), ("North", "40"), ("closed", "")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.rows[2].cells[0].merge(table.rows[2].cells[1])
    document.save(content := io.BytesIO())
    return content.getvalue()


def odd_word_file() -> bytes:
    """What programs hide text in: a tracked change, a link, a content control, a text box, and a table in a table."""
    document = docx.Document()
    word = nsdecls("w")
    changed = document.add_paragraph("The light is ")
    run = "<w:r><w:t>{}</w:t></w:r>"
    changed._p.append(parse_xml(f"<w:ins {word} w:id='1' w:author='a'>{run.format('white')}</w:ins>"))
    deleted = "<w:r><w:delText>red</w:delText></w:r>"
    changed._p.append(parse_xml(f"<w:del {word} w:id='2' w:author='a'>{deleted}</w:del>"))
    document.add_paragraph("See ")._p.append(parse_xml(f"<w:hyperlink {word}>{run.format('the chart')}</w:hyperlink>"))
    box = f"<w:r {word}><w:pict><w:txbxContent><w:p>{run.format('In a box.')}</w:p></w:txbxContent></w:pict></w:r>"
    document.add_paragraph("Beside it.")._p.append(parse_xml(box))
    control = f"<w:sdt {word}><w:sdtContent><w:p>{run.format('In a form.')}</w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(0, parse_xml(control))
    outer = document.add_table(1, 1)
    outer.rows[0].cells[0].text = "Around."
    inner = outer.rows[0].cells[0].add_table(3, 2)
    for row, texts in zip(inner.rows, [("isle", "boat"), ("Skelm", "Auk"), ("", "Petrel")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    inner.rows[1].cells[0].merge(inner.rows[2].cells[0])
    document.save(content := io.BytesIO())
    return content.getvalue()


def odd_excel_file() -> bytes:
    """A title over the table, a date, a hidden sheet, and a sheet that is a chart."""
    book = openpyxl.Workbook()
    book.active.title = "Prices"
    for row in [("Price list",), (), ("thing", "price", "since"), ("lamp", 4.5, date(2025, 1, 2))]:
        book.active.append(row)
    hidden = book.create_sheet("Hidden")
    hidden.sheet_state = "hidden"
    hidden.append(["secret"])
    chart = BarChart()
    chart.add_data(Reference(book["Prices"], min_col=2, min_row=3, max_row=4))
    book.create_chartsheet("Chart").add_chart(chart)
    book.save(content := io.BytesIO())
    return content.getvalue()


def excel_file() -> bytes:
    """An Excel file with two sheets, of which the second is empty."""
    book = openpyxl.Workbook()
    book.active.title = "Boats"
    for row in [("boat", "seats", None), ("Petrel", 12.0, None), (None, None, None), ("Auk", None, "in repair")]:
        book.active.append(row)
    book.create_sheet("Empty")
    book.save(content := io.BytesIO())
    return content.getvalue()


def zip_bomb(part: str, size: int) -> bytes:
    """A small package whose one part unpacks to `size` bytes."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package,
        package.open(part, "w", force_zip64=True) as file,
    ):
        for _ in range(size // 1_000_000):
            file.write(bytes(1_000_000))
    return content.getvalue()
