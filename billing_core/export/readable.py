"""XLSX for people: what it is of, sums and rows in words on the first sheet, the same for machines on the second."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from billing_core.export.workbook import FRAME_FORMAT, MAX_ROWS, OPTIONS, check_rows, new_sheet, put_frame

SUM_OF_SHOWN = 109
"""Excel's number for the sum of the rows that a filter leaves."""

A4 = 9
"""Excel's number for the paper."""


@dataclass(frozen=True)
class Readable:
    """A sheet in a person's language: `head` says what it is of, `frame` has its headings, `summed` are among them.

    names     what a workbook's formulas call a column's cells, by heading
    formulas  what the cells of a column are worked out by, by heading: a formula with its row's cells as {0}, {1} …
              (by the place of their column), and the frame's values as what it comes to
    """

    sheet: str
    title: str
    head: tuple[tuple[str, str], ...]
    frame: pl.DataFrame
    summed: tuple[str, ...]
    sum_label: str
    names: Mapping[str, str] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)


def readable_bytes(told: Readable, machine: pl.DataFrame, sheet: str) -> bytes:
    """The workbook; `machine` goes on the second sheet, named `sheet`. RequestError if the rows do not fit."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        put_readable(book, told)
        put_frame(book, sheet, machine)
    return buffer.getvalue()


def book_bytes(sheets: Iterable[Readable]) -> bytes:
    """A workbook of such sheets alone. RequestError if the rows of one do not fit."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        for told in sheets:
            put_readable(book, told)
    return buffer.getvalue()


def put_readable(book: xlsxwriter.Workbook, told: Readable) -> None:
    """A sheet of its own; printed on A4 lying, the headings on every page."""
    # Above the rows stand title, head, a blank line, the sums and the headings.
    first = len(told.head) + 4
    check_rows(told.frame, MAX_ROWS - first)
    page = new_sheet(book, told.sheet)
    bold = book.add_format({"bold": True})
    page.write_string(0, 0, told.title, book.add_format({"bold": True, "font_size": 14}))
    for row, (label, value) in enumerate(told.head, 1):
        page.write_string(row, 0, label, bold)
        page.write_string(row, 1, value)
    _write_sums(book, page, told, first - 2)
    told.frame.write_excel(book, page, position=(first - 1, 0), freeze_panes=(first, 0), **FRAME_FORMAT)
    _shape_columns(book, page, told, first - 1)
    _write_formulas(book, page, told, first)
    last = first + max(told.frame.height, 1) - 1
    for name, called in told.names.items():
        column = told.frame.columns.index(name)
        book.define_name(called, f"='{told.sheet}'!{xl_range_abs(first, column, last, column)}")
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(first - 1)
    page.set_footer("&L&A&R&P / &N")


def _shape_columns(book: xlsxwriter.Workbook, page: Any, told: Readable, row: int) -> None:
    """Headings that wrap, above their numbers; columns as wide as their texts, within bounds, or as millions take."""
    wrapped = {"bold": True, "text_wrap": True, "valign": "top"}
    left, right = book.add_format(wrapped), book.add_format(wrapped | {"align": "right"})
    page.set_row(row, _TWO_LINES)
    for column, name in enumerate(told.frame.columns):
        cells = told.frame[name]
        is_text = cells.dtype == pl.String
        page.write_string(row, column, name, left if is_text else right)
        longest = int(str(cells.str.len_chars().max() or 0)) + 2 if is_text else 0
        # The first column also has the labels of the head.
        page.set_column(column, column, min(max(longest, 15 if column else 34), 40))


_TWO_LINES = 32
"""The height of two lines, in points."""


def _write_sums(book: xlsxwriter.Workbook, page: Any, told: Readable, row: int) -> None:
    """Sums above the headings, of the rows that a filter leaves; as a value too, for programs that do not calculate."""
    page.write_string(row, 0, told.sum_label, book.add_format({"bold": True}))
    for column, name in enumerate(told.frame.columns):
        if name in told.summed and told.frame.height:
            rows = xl_range(row + 2, column, row + 1 + told.frame.height, column)
            digits = "#,##0" if told.frame[name].dtype.is_integer() else "#,##0.00"
            form = book.add_format({"bold": True, "num_format": digits})
            page.write_formula(row, column, f"=SUBTOTAL({SUM_OF_SHOWN},{rows})", form, float(told.frame[name].sum()))


def _write_formulas(book: xlsxwriter.Workbook, page: Any, told: Readable, first: int) -> None:
    """Formulas in place of the frame's values, which stay as what they come to."""
    number, text = book.add_format({"num_format": "#,##0.00"}), book.add_format()
    for name, formula in told.formulas.items():
        column, values = told.frame.columns.index(name), told.frame[name]
        for row, value in enumerate(values, first):
            cells = [xl_rowcol_to_cell(row, place) for place in range(told.frame.width)]
            shown = "" if value is None else value if isinstance(value, str) else float(value)
            page.write_formula(
                row, column, formula.format(*cells), text if values.dtype == pl.String else number, shown
            )
