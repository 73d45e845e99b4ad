"""XLSX for people: what it is of, sums and rows in words on the first sheet, the same for machines on the second."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_range

from billing_core.export.workbook import FRAME_FORMAT, MAX_ROWS, check_rows, put_frame

SUM_OF_SHOWN = 109
"""Excel's number for the sum of the rows that a filter leaves."""


@dataclass(frozen=True)
class Readable:
    """A sheet in a person's language: `head` says what it is of, `frame` has its headings, `summed` are among them."""

    sheet: str
    title: str
    head: tuple[tuple[str, str], ...]
    frame: pl.DataFrame
    summed: tuple[str, ...]
    sum_label: str


def readable_bytes(told: Readable, machine: pl.DataFrame, sheet: str) -> bytes:
    """The workbook; `machine` goes on the second sheet, named `sheet`. RequestError if the rows do not fit."""
    # Above the rows stand title, head, a blank line, the sums and the headings.
    first = len(told.head) + 4
    check_rows(told.frame, MAX_ROWS - first)
    buffer = BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        page = book.add_worksheet(told.sheet)
        bold = book.add_format({"bold": True})
        page.write_string(0, 0, told.title, book.add_format({"bold": True, "font_size": 14}))
        for row, (label, value) in enumerate(told.head, 1):
            page.write_string(row, 0, label, bold)
            page.write_string(row, 1, value)
        _write_sums(book, page, told, first - 2)
        told.frame.write_excel(
            book, page, position=(first - 1, 0), freeze_panes=(first, 0), autofit=True, **FRAME_FORMAT
        )
        page.set_column(0, 0, 22)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(first - 1)
        put_frame(book, sheet, machine)
    return buffer.getvalue()


def _write_sums(book: xlsxwriter.Workbook, page: Any, told: Readable, row: int) -> None:
    """Sums above the headings, of the rows that a filter leaves; as a value too, for programs that do not calculate."""
    bold = book.add_format({"bold": True, "num_format": "#,##0.00"})
    page.write_string(row, 0, told.sum_label, bold)
    for column, name in enumerate(told.frame.columns):
        if name in told.summed and told.frame.height:
            rows = xl_range(row + 2, column, row + 1 + told.frame.height, column)
            page.write_formula(row, column, f"=SUBTOTAL({SUM_OF_SHOWN},{rows})", bold, float(told.frame[name].sum()))
