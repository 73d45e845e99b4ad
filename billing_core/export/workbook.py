"""XLSX out: numbers as numbers, text as text (never a formula), headings frozen and filtered."""

from collections.abc import Mapping
from io import BytesIO

import polars as pl
import xlsxwriter

from billing_core.base.errors import RequestError

MAX_ROWS = 1_048_575
"""What a worksheet holds beside its header."""


def xlsx_bytes(sheets: Mapping[str, pl.DataFrame]) -> bytes:
    """A workbook with a sheet a frame. RequestError if a frame has more rows than a sheet holds."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        for name, frame in sheets.items():
            if frame.height > MAX_ROWS:
                raise RequestError(f"{frame.height} rows do not fit a worksheet ({MAX_ROWS}); write CSV or Parquet")
            frame.write_excel(
                book,
                worksheet=name,
                table_style=None,
                autofilter=True,
                freeze_panes=(1, 0),
                dtype_formats={pl.Decimal: "#,##0.00##", pl.Date: "yyyy-mm-dd", pl.Int64: "0"},
            )
    return buffer.getvalue()
