"""PDF files to blocks: lines with their places on the page, then columns, paragraphs and headings from them."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa_lesson.documents.blocks import Content, Unreadable
from qa_lesson.documents.joining import joined_lines
from qa_lesson.errors import counted

if TYPE_CHECKING:
    import pypdfium2 as pdfium

_LINE_END_HYPHEN = "\x02"  # what PDFium gives for the hyphen of a divided word
_GAP = 0.75  # of a line's height: white space above a line that begins a paragraph
_SAME_LINE = 0.5  # of a line's height: two pieces whose middles are closer stand on one line
_HEADING_SIZE = 1.12  # times the size of running text
_LONGEST_HEADING = 120  # characters
_FEWEST_PAGES = 3  # with text, to tell what repeats
_EDGE_LINES = 3  # lines at the top and the bottom of a page where headers and footers are looked for
_REPEATED = 0.6  # share of pages on which a line at the edge counts as header or footer


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, 1.0)


def read_pdf(content: bytes) -> Content:
    """The text of a PDF, page by page, without the headers and footers that repeat."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("it is encrypted", "open it with its password and save it without one") from error
        raise Unreadable("it is a damaged PDF", "open it in a PDF viewer and print it to a new PDF") from error
    with document:
        pages = [_page_lines(document[index]) for index in range(len(document))]
        with_pictures = [index for index, lines in enumerate(pages) if not lines and _has_picture(document[index])]
    found = Content()
    empty = [index + 1 for index, lines in enumerate(pages) if not lines]
    if len(empty) == len(pages):
        if with_pictures:
            raise Unreadable(
                "it is scanned: its pages are pictures without text", "run it through text recognition (OCR)"
            )
        raise Unreadable("it has no text", "check that it is the right file")
    if empty:
        found.notes.append(f"{counted(len(empty), 'page')} without text: {', '.join(map(str, empty[:20]))}")
    normal = statistics.median([line.size for lines in pages for line in lines for _ in range(len(line.text))])
    pages = _without_repeated(pages, normal, found)
    whole = "\n".join(line.text for lines in pages for line in lines)
    ranks = sorted({round(line.size) for lines in pages for line in lines if _is_heading(line, normal)}, reverse=True)
    for number, lines in enumerate(pages, start=1):
        for group in _paragraphs(lines, normal):
            text = joined_lines([line.text for line in group], whole)
            if _is_heading(group[0], normal):
                found.add(text, "heading", level=ranks.index(round(group[0].size)) + 1, page=number)
            else:
                found.add(text, page=number)
    return found


def _page_lines(page: pdfium.PdfPage) -> list[_Line]:
    import pypdfium2.raw as raw

    text = page.get_textpage()
    pieces = []
    for index in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(index)
        words = text.get_text_bounded(left, bottom, right, top).replace(_LINE_END_HYPHEN, "-").strip()
        if not words:
            continue
        at = text.get_index((left + right) / 2, (top + bottom) / 2, right - left, top - bottom)
        size = raw.FPDFText_GetFontSize(text.raw, at) if at is not None else top - bottom
        pieces.append(_Line(words, left, right, top, bottom, size))
    return _in_columns(_merged(pieces), page.get_width())


def _merged(pieces: Sequence[_Line]) -> list[_Line]:
    """Pieces that follow one another on a line as one line: a change of font begins a new piece."""
    lines: list[_Line] = []
    for piece in pieces:
        last = lines[-1] if lines else None
        if (
            last is not None
            and abs((last.top + last.bottom) - (piece.top + piece.bottom)) / 2 < _SAME_LINE * last.height
            and -last.height < piece.left - last.right < 1.5 * last.height
        ):
            space = " " if piece.left - last.right > 0.15 * last.height else ""
            lines[-1] = _Line(
                f"{last.text}{space}{piece.text}",
                min(last.left, piece.left),
                max(last.right, piece.right),
                max(last.top, piece.top),
                min(last.bottom, piece.bottom),
                max(last.size, piece.size),
            )
        else:
            lines.append(piece)
    return lines


def _in_columns(lines: list[_Line], width: float) -> list[_Line]:
    """Reading order: of a page in two columns the left one first, whatever order the file draws them in.

    A page has two columns if a gap near its middle is free of all lines but the full-width ones above and below.
    """
    middle = width / 2
    wide = [line for line in lines if line.left < middle - 0.05 * width and line.right > middle + 0.05 * width]
    left = [line for line in lines if line.right <= middle + 0.05 * width and line not in wide]
    right = [line for line in lines if line.left >= middle - 0.05 * width and line not in wide and line not in left]
    side_by_side = [one for one in left if any(abs(one.top - other.top) < _SAME_LINE * one.height for other in right)]
    if min(len(left), len(right)) < 4 or len(side_by_side) < 3 or len(left) + len(right) + len(wide) < len(lines):
        return lines
    top = max(line.top for line in (*left, *right))
    above = [line for line in wide if line.bottom >= top - line.height]
    below = [line for line in wide if line not in above]
    if any(line.top > min(other.bottom for other in (*left, *right)) for line in below):
        return lines  # full-width lines between the columns: keep the file's own order
    down = lambda line: -line.top  # noqa: E731  the order down a page
    return [*sorted(above, key=down), *sorted(left, key=down), *sorted(right, key=down), *sorted(below, key=down)]


def _without_repeated(pages: list[list[_Line]], normal: float, found: Content) -> list[list[_Line]]:
    """Pages without the lines at their edges that come back in the same place on most pages, page numbers included."""
    n_pages = sum(bool(lines) for lines in pages)
    if n_pages < _FEWEST_PAGES:
        return pages
    counts = Counter(name for lines in pages for name in {_shape(line) for edge in _edges(lines) for line in edge})
    kept = []
    for lines in pages:
        gone = []
        for edge in _edges(lines):
            for line in edge:  # from the edge inwards, up to the first line that is the page's own
                if counts[_shape(line)] < _REPEATED * n_pages or _is_heading(line, normal):
                    break
                gone.append(line)
        found.remove("headers and footers", sum(len(line.text) for line in gone))
        kept.append([line for line in lines if line not in gone])
    return kept


def _edges(lines: Sequence[_Line]) -> tuple[list[_Line], list[_Line]]:
    """The lines at the top of a page and at its bottom, each from the edge inwards."""
    down = sorted(lines, key=lambda line: -line.top)
    n = min(_EDGE_LINES, len(down) // 2) if len(down) > 1 else 0
    return down[:n], down[::-1][:n]


def _shape(line: _Line) -> tuple[str, int]:
    """A line with its numbers made equal, and its height on the page, so that "page 3" and "page 4" are one header."""
    return re.sub(r"\d+|(?<![a-z])[ivxlc]+(?![a-z])", "#", line.text.casefold()), round(line.bottom / 4)


def _paragraphs(lines: Sequence[_Line], normal: float) -> list[list[_Line]]:
    groups: list[list[_Line]] = []
    for line in lines:
        last = groups[-1][-1] if groups else None
        if last is not None and not _begins_paragraph(last, line, normal):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _begins_paragraph(last: _Line, line: _Line, normal: float) -> bool:
    if _is_heading(last, normal) or _is_heading(line, normal):
        return round(last.size) != round(line.size) or last.bottom - line.top > _GAP * line.height
    if line.top > last.top:  # the next column goes on with the sentence, or not
        return last.text.endswith((".", "?", "!", ":")) and not line.text[:1].islower()
    return last.bottom - line.top > _GAP * line.height


def _is_heading(line: _Line, normal: float) -> bool:
    return line.size > _HEADING_SIZE * normal and len(line.text) <= _LONGEST_HEADING


def _has_picture(page: pdfium.PdfPage) -> bool:
    import pypdfium2.raw as raw

    return any(True for _ in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3))
