"""Makes the files of examples/documents from the texts in tools/example_texts.

python tools/make_examples.py [--out FOLDER]

They look like what a small organization has on its disk: a Word file with a page header, a PDF with running heads and
divided words, a web page with navigation and scripts, a text file from an old Windows program, a scan without text, and
a workbook that was cut off while it was copied. The same texts give the same bytes with the same library versions.
"""

from __future__ import annotations

import argparse
import html
import io
import re
import textwrap
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A5
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "tools" / "example_texts"
NAME = "Pellbridge Picture House"
WIDTH, HEIGHT = A5


def main() -> None:
    """Write the six files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "examples" / "documents")
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made_files().items():
        (folder / name).write_bytes(content)
        print(f"{name:24} {len(content):7,} bytes")


def made_files() -> dict[str, bytes]:
    """Each file by its name."""
    return {
        "volunteer_handbook.docx": _handbook(),
        "projection_sheets.pdf": _projection(),
        "hire.html": _hire(),
        "newsletters.txt": _newsletters(),
        "license_2019.pdf": _scan(),
        "opening_hours.xlsx": _damaged_workbook(),
    }


def _sections(name: str) -> Iterator[tuple[str, list[str]]]:
    """The chapters of a text: heading, and paragraphs (a table is one of them, its lines begin with a bar)."""
    text = (TEXTS / f"{name}.md").read_text(encoding="utf-8")
    for chapter in re.split(r"^# ", text, flags=re.MULTILINE)[1:]:
        heading, *paragraphs = chapter.strip().split("\n\n")
        yield heading, paragraphs


def _rows(paragraph: str) -> list[list[str]]:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in paragraph.splitlines()]
    return [row for row in rows if not set(row[0]) <= {"-"}]


def _handbook() -> bytes:
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = f"{NAME}: volunteer handbook, 7th edition"
    section.footer.paragraphs[0].text = "Please bring corrections to the Monday meeting."
    for heading, paragraphs in _sections("handbook"):
        document.add_heading(heading, 1)
        for paragraph in paragraphs:
            if not paragraph.startswith("|"):
                document.add_paragraph(paragraph)
                continue
            rows = _rows(paragraph)
            table = document.add_table(len(rows), len(rows[0]))
            for cells, texts in zip(table.rows, rows, strict=True):
                for cell, text in zip(cells.cells, texts, strict=True):
                    cell.text = text
        document.add_page_break()
    document.save(content := io.BytesIO())
    return _without_dates(content.getvalue())


def _without_dates(package: bytes) -> bytes:
    """The same zip file with one date for all of its parts and in its properties: the libraries write the time."""
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(made := io.BytesIO(), "w") as new:
        for part in old.infolist():
            content = re.sub(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2025-01-01T00:00:00Z", old.read(part))
            new.writestr(zipfile.ZipInfo(part.filename), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _projection() -> bytes:
    """A page for each sheet, with a head and a page number, lines of 55 characters, and words divided at their ends."""
    canvas = Canvas(content := io.BytesIO(), pagesize=A5, invariant=1)
    sheets = list(_sections("projection"))
    for number, (heading, paragraphs) in enumerate(sheets, start=1):
        canvas.setFont("Helvetica-Oblique", 8)
        canvas.drawString(40, HEIGHT - 28, f"{NAME} - Projection sheets")
        canvas.drawCentredString(WIDTH / 2, 24, f"Page {number} of {len(sheets)}")
        canvas.setFont("Helvetica-Bold", 15)
        canvas.drawString(40, HEIGHT - 64, heading)
        canvas.setFont("Helvetica", 10)
        y = HEIGHT - 92
        for paragraph in paragraphs:
            for line in _divided_lines(paragraph, 55):
                canvas.drawString(40, y, line)
                y -= 13
            y -= 11
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def _divided_lines(paragraph: str, width: int) -> list[str]:
    """Lines as a typesetter breaks them: a long word that doesn't fit is divided between two consonants."""
    lines, line = [], ""
    for word in paragraph.split():
        room = width - len(line) - 2
        cuts = [found.start() + 1 for found in re.finditer(r"(?<=[aeiou])[bcdlmnprst](?=[bcdlmnprst][aeiou])", word)]
        cut = max((at for at in cuts if 2 < at <= min(room, len(word) - 3)), default=0)
        if len(line) + 1 + len(word) <= width:
            line = f"{line} {word}".strip()
        elif cut:
            lines.append(f"{line} {word[:cut]}-")
            line = word[cut:]
        else:
            lines.append(line)
            line = word
    return [*lines, line]


def _hire() -> bytes:
    parts = []
    for heading, paragraphs in _sections("hire"):
        parts.append(f"<h1>{html.escape(heading)}</h1>")
        for paragraph in paragraphs:
            if paragraph.startswith("|"):
                first, *rest = _rows(paragraph)
                cells = ["".join(f"<th>{cell}</th>" for cell in first)]
                cells += ["".join(f"<td>{cell}</td>" for cell in row) for row in rest]
                parts.append("<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>")
            else:
                lines = textwrap.wrap(html.escape(paragraph, quote=False), 100)
                parts.append("<p>" + "\n  ".join(lines) + "</p>")
    body = "\n".join(parts)
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Hire us | {NAME}</title>
<style>body {{ font-family: serif }} nav li {{ display: inline }}</style>
<script>window.visits = (window.visits || 0) + 1;</script>
</head>
<body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/films">What's on</a></li><li><a href="/hire">Hire us</a></li>
<li><a href="/contact">Contact</a></li></ul></nav>
<div role="dialog" hidden>This website uses cookies to count visits. <button>Accept all</button></div>
<main>
{body}
</main>
<footer>(c) 2025 {NAME}, Mill Square 4, Pellbridge. <a href="/privacy">Privacy</a>
<a href="/imprint">Imprint</a></footer>
</body>
</html>
"""
    return page.encode()


def _newsletters() -> bytes:
    """Text as an old Windows program saves it: cp1252, CRLF, hard line ends, headings underlined with signs."""
    parts = []
    for heading, paragraphs in _sections("newsletters"):
        parts += [f"{heading}\n{'=' * len(heading)}", *(textwrap.fill(text, 72) for text in paragraphs)]
    return ("\n\n".join(parts) + "\n").replace("\n", "\r\n").encode("cp1252")


def _scan() -> bytes:
    """A page that is a picture: black and white, slightly turned."""
    picture = Image.new("L", (840, 1190), 255)
    draw = ImageDraw.Draw(picture)
    text = (TEXTS / "license.md").read_text(encoding="utf-8")
    draw.multiline_text((90, 150), text, fill=0, font=ImageFont.load_default(24), spacing=12)
    scanned = picture.rotate(0.7, fillcolor=255).convert("1")
    canvas = Canvas(content := io.BytesIO(), pagesize=A5, invariant=1)
    canvas.drawImage(ImageReader(scanned), 0, 0, WIDTH, HEIGHT)
    canvas.showPage()
    canvas.save()
    return content.getvalue()


def _damaged_workbook() -> bytes:
    """The first two thirds of a workbook: the copy to the memory stick was broken off."""
    book = openpyxl.Workbook()
    book.active.title = "Opening hours"
    rows = [("day", "opens", "closes"), ("Monday", "17:00", "23:00"), ("Sunday", "13:00", "22:30")]
    for row in rows:
        book.active.append(row)
    book.save(content := io.BytesIO())
    whole = _without_dates(content.getvalue())
    return whole[: 2 * len(whole) // 3]


if __name__ == "__main__":
    main()
