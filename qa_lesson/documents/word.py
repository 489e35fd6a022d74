"""Word files (DOCX) to blocks."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from qa_lesson.documents.blocks import Content, Unreadable
from qa_lesson.documents.text_files import table_row

if TYPE_CHECKING:
    from docx.table import _Cell

MOST_UNPACKED = 500_000_000
"""Bytes that a packed document may unpack to; more is taken for a trap."""

_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # also the wrapping of an encrypted new one
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop)\s*(\d)", re.IGNORECASE)


def read_docx(content: bytes) -> Content:
    """Headings, paragraphs and tables of a Word file. Headers, footers and comments are not part of its text."""
    check_package(content, "word/document.xml", "Word")
    import docx
    from docx.table import Table

    try:
        document = docx.Document(io.BytesIO(content))
        blocks = list(document.iter_inner_content())
    except Exception as error:  # whatever a damaged package makes python-docx and lxml raise
        raise Unreadable(
            f"it is a damaged Word file ({error})", "open it in Word, save it again, or export a PDF"
        ) from error
    found = Content(encoding=None)
    for block in blocks:
        if isinstance(block, Table):
            rows = [[" ".join(cell.text.split()) for cell in _distinct(row.cells)] for row in block.rows]
            for row in rows[1:]:
                found.add(table_row(rows[0], row), "row")
            if len(rows) == 1:
                found.add(table_row([], rows[0]), "row")
            continue
        style = (block.style.name or "") if block.style is not None else ""
        if named := _HEADING.match(style):
            found.add(block.text, "heading", level=int(named[1]))
        elif style == "Title":
            found.add(block.text, "heading", level=1)
        else:
            found.add(block.text)
    return found


def check_package(content: bytes, part: str, program: str) -> None:
    """Refuse what is not a package of this kind before anything of it is unpacked.

    Args:
        content: of the file.
        part: that every such package has.
        program: which writes such files, for messages.

    Raises:
        Unreadable: another kind of file, encrypted, damaged, or one that unpacks to far more than a document.
    """
    kind = f"{'an' if program[0] in 'AEIOU' else 'a'} {program} file"
    if content.startswith(_OLD_OFFICE):
        raise Unreadable(
            "it is encrypted, or in the format of before 2007", f"open it in {program}, and save it without a password"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            damaged = package.testzip() if sum(entry.file_size for entry in entries) <= MOST_UNPACKED else None
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unreadable(f"it is not {kind}, or a damaged one", f"open it in {program} and save it again") from error
    if (size := sum(entry.file_size for entry in entries)) > MOST_UNPACKED:
        raise Unreadable(f"it would unpack to {size:,} bytes", "check where it comes from; no document is that large")
    if damaged is not None:
        raise Unreadable(f"it is damaged: {damaged} cannot be unpacked", f"open it in {program} and save it again")
    if part not in {entry.filename for entry in entries}:
        raise Unreadable(f"it is a package, and not {kind}", "check its extension")


def _distinct(cells: tuple[_Cell, ...]) -> list[_Cell]:
    """Cells of a row, merged ones once."""
    return [cell for n, cell in enumerate(cells) if n == 0 or cell._tc is not cells[n - 1]._tc]
