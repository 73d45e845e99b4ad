"""XLSX out: numbers as numbers, text as text (never a formula), headings frozen and filtered."""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from billing_core.base.errors import RequestError

MAX_ROWS = 1_048_575
"""What a worksheet holds beside its header."""


_FORBIDDEN, _LONGEST = re.compile(r"[\[\]:*?/\\\x00-\x1f]"), 31
"""What no sheet's name may hold, and how long it may be."""

FRAME_FORMAT: dict[str, Any] = {
    "table_style": None,
    "autofilter": True,
    "dtype_formats": {pl.Decimal: "#,##0.00##", pl.Date: "yyyy-mm-dd", pl.Int64: "0"},
}
"""How a frame stands on a sheet."""

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
"""Of every workbook: what stands in a cell is text, whatever it looks like."""


def xlsx_bytes(sheets: Mapping[str, pl.DataFrame]) -> bytes:
    """A workbook with a sheet a frame. RequestError if a frame has more rows than a sheet holds."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        for name, frame in sheets.items():
            put_frame(book, name, frame)
    return buffer.getvalue()


def put_frame(book: xlsxwriter.Workbook, name: str, frame: pl.DataFrame) -> None:
    """A sheet with the frame from its first row on."""
    check_rows(frame, MAX_ROWS)
    frame.write_excel(book, worksheet=new_sheet(book, name), freeze_panes=(1, 0), **FRAME_FORMAT)


def new_sheet(book: xlsxwriter.Workbook, name: str) -> Worksheet:
    """A sheet called as near `name` as spreadsheets let, and as no other of the workbook in whatever letter case."""
    allowed = _FORBIDDEN.sub(" ", name).strip(" '")[:_LONGEST].strip(" '") or "1"
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()}
    names = (allowed, *(f"{allowed[: _LONGEST - 4]} ({number})" for number in range(2, len(taken) + 2)))
    return book.add_worksheet(next(one for one in names if one.casefold() not in taken))


def check_rows(frame: pl.DataFrame, most: int) -> None:
    """RequestError if a frame has more than `most` rows."""
    if frame.height > most:
        raise RequestError(f"{frame.height} rows do not fit a worksheet ({most}); write CSV or Parquet")
