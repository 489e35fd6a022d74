"""Tables in plain text as spreadsheet programs write them; the only place that decides what separates the cells.

The rules are those of RFC 4180, with what Excel and LibreOffice do besides: a first line ``sep=;`` that names the
delimiter, and semicolons or tabs where commas are taken by decimal numbers.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_CANDIDATES = (",", ";", "\t")
_TRIED = 50  # records that are parsed with each candidate
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(?P<delimiter>[^\w\"'\r\n])\"?[,;\t ]*(\r\n|\r|\n|\Z)", re.IGNORECASE)
CHANGED_ID_FIX = (
    "use the file as it was exported, without saving it in a spreadsheet program, or open it there with "
    '"Data > From Text/CSV" and set this column to Text before it is loaded'
)
_EXPONENT = re.compile(r"[0-9]+([.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
_MONTH = "(?:jan|feb|mar|mär|mrz|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[.]?"
_DATE = re.compile(
    r"[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{4}|[0-9]{4}([/-])[0-9]{1,2}\2[0-9]{1,2}"  # 03.01.2026, 2026-01-03
    rf"|[0-9]{{1,2}}[.]?[ -]{{1,2}}{_MONTH}([ -][0-9]{{2,4}})?|{_MONTH}[ -][0-9]{{2}}",  # 3-Jan, 03. Jan, Jan 26
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Delimited:
    """A table in plain text, and how it is to be read.

    Args:
        text: the records, the header first, without a line that names the delimiter.
        delimiter: one character.
        skipped: lines of the file before the `text`.
    """

    text: str
    delimiter: str
    skipped: int = 0

    @classmethod
    def of(cls, text: str, known: Callable[[Sequence[str]], int] = lambda _: 0) -> Delimited:
        r"""Find out what separates the cells.

        A line ``sep=`` decides. Otherwise the first records are parsed with each candidate, and the one is taken whose
        header has the most known names, then the one with several columns and the most records of the header's width.

        Args:
            text: the whole file.
            known: how many of the names in a header are known.

        >>> Delimited.of('"name, full";mail\\n"Keating, Bram";bram@uni.example').delimiter
        ';'
        """
        if named := _SEPARATOR_LINE.match(text):
            return cls(text[named.end() :], named["delimiter"], 1)
        text = text.removeprefix("\ufeff")
        return cls(text, max(_CANDIDATES, key=lambda candidate: _fit(cls(text, candidate), known)))

    def records(self, *, strict: bool = True) -> Iterator[tuple[int, list[str]]]:
        """Every record with the number of its last line in the file, the header first; empty lines are records too.

        Args:
            strict: refuse quotes that do not match.

        Raises:
            csv.Error: quotes that do not match, or a cell that is too long. Nothing after it can be told apart.
        """
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter, strict=strict)
        for cells in reader:
            yield self.skipped + reader.line_num, cells

    def header(self) -> list[str]:
        """The first record; empty if it is none."""
        try:
            return next(self.records())[1]
        except (csv.Error, StopIteration):
            return []


def changed_by_spreadsheet(cell: str) -> str | None:
    """What Excel has made of an id, if it is no id any more: its digits are lost, and no one can tell what they were.

    >>> changed_by_spreadsheet("1.2E+10"), changed_by_spreadsheet("3-Jan"), changed_by_spreadsheet("s0123-e")
    ('a rounded number', 'a date', None)
    """
    cell = cell.strip()
    if _EXPONENT.fullmatch(cell):
        return "a rounded number"
    return "a date" if _DATE.fullmatch(cell) else None


def _fit(table: Delimited, known: Callable[[Sequence[str]], int]) -> tuple[int, bool, float, int]:
    header = table.header()
    n_records = n_fitting = 0
    try:
        for _, cells in itertools.islice(table.records(), _TRIED):
            if any(cells):
                n_records += 1
                n_fitting += len(cells) == len(header) and not any(cell.count('"') % 2 for cell in cells)
    except csv.Error:
        n_records += 1
    return known(header), len(header) > 1, n_fitting / max(n_records, 1), len(header)
