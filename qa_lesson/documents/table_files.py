"""Tables to blocks: a row becomes one block that names its columns."""

from __future__ import annotations

import csv
import io
from datetime import datetime, time

from qa_lesson.documents.blocks import Content, Unreadable, readable_text
from qa_lesson.documents.packages import check_package
from qa_lesson.documents.text_files import table_row
from qa_lesson.text.delimited import Delimited


def read_xlsx(content: bytes) -> Content:
    """The rows of every sheet, under the sheet's name; the first row with text names the columns."""
    check_package(content, "xl/workbook.xml", "Excel")
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = [
            (sheet.title, sheet.sheet_state == "visible", [[_cell(value) for value in row] for row in sheet.values])
            for sheet in book.worksheets
        ]
    except Exception as error:  # whatever a damaged package makes openpyxl and its XML parser raise
        raise Unreadable(f"it is a damaged Excel file ({error})", "open it in Excel and save it again") from error
    found = Content()
    for title, is_visible, rows in sheets:
        if is_visible:
            found.add(title, "heading", level=1)
            add_rows(rows, found)
        else:
            found.remove("hidden sheets", sum(len(cell) for row in rows for cell in row))
    return found


def add_rows(rows: list[list[str]], found: Content) -> None:
    """Add the rows of a table: the first row with text names the columns. A lone cell above it is a title."""
    filled = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    is_wide = any(sum(map(bool, row)) > 1 for row in filled)
    while is_wide and sum(map(bool, filled[0])) == 1:
        found.add("".join(filled.pop(0)))
    if len(filled) == 1:
        found.add(table_row([], filled[0]), "row")
    for row in filled[1:]:
        found.add(table_row(filled[0], row), "row")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():  # what Excel stores for a day
        return value.date().isoformat()
    return str(value)


def read_csv(content: bytes) -> Content:
    """The rows of a table in plain text, separated by commas, semicolons or tabs."""
    text, encoding = readable_text(content)
    found = Content(encoding=encoding)
    table = Delimited.of(text)
    try:
        add_rows([cells for _, cells in table.records(strict=False)], found)
    except csv.Error as error:
        raise Unreadable(f"it is not a table: {error}", "open it in a spreadsheet and save it as CSV again") from error
    return found
