"""Workbooks (XLSX, XLSM, ODS): one text table a sheet, cells as their user would type them."""

import datetime
import io
import zipfile
from collections.abc import Iterable, Mapping
from decimal import Decimal

import polars as pl
import python_calamine

from billing_core.base.problems import Problem
from billing_core.intake import limits
from billing_core.intake.headings import heading_row
from billing_core.intake.readers.workbook_scan import check_sizes, scan
from billing_core.intake.sheet import (
    MEASURELESS,
    ROW,
    UNCALCULATED,
    Sheet,
    UnreadableError,
    unique_headings,
    without_blank_rows,
)

Cell = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta


def read_workbook(file: str, content: bytes) -> list[Sheet]:
    """The sheets of a workbook that hold anything. Unreadable if it is broken, hostile or over a limit."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        check_sizes(archive, limits.WORKBOOK_BYTES)
        found = scan(archive)
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    if len(workbook.sheet_names) > limits.SHEETS:
        raise UnreadableError("over_limit", f"{len(workbook.sheet_names)} > {limits.SHEETS} sheets")
    sheets: list[Sheet] = []
    for metadata in workbook.sheets_metadata:
        if metadata.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        rows = workbook.get_sheet_by_name(metadata.name).to_python(skip_empty_area=False)
        sheet = _sheet(file, metadata.name, rows, found.uncalculated.get(metadata.name, {}))
        if sheet is not None:
            sheet.hidden = metadata.visible != python_calamine.SheetVisibleEnum.Visible
            sheets.append(sheet)
    if found.macros and sheets:
        sheets[0].problems.append(Problem(severity="notice", code="workbook_macro", file=file))
    return sheets


def _sheet(file: str, name: str, rows: list[list[Cell]], uncalculated: Mapping[int, Iterable[int]]) -> Sheet | None:
    """One sheet as a text table; None if it is empty."""
    if not rows or not rows[0]:
        return None
    sample = [[cell_text(cell) or "" for cell in row] for row in rows[: limits.HEADER_SEARCH_ROWS]]
    at = heading_row(sample)
    headings = sample[at]
    if len(headings) > limits.COLUMNS:
        raise UnreadableError("over_limit", f"{len(headings)} > {limits.COLUMNS} columns")
    names, problems = unique_headings(file, headings)
    # The reader stops at the last cell with a value.
    last = max((row for cells in uncalculated.values() for row in cells), default=0)
    rows += [[""] * len(rows[0])] * (last - len(rows))
    body = rows[at + 1 :]
    columns: dict[str, pl.Series] = {}
    for place, heading in enumerate(names):
        texts = [cell_text(row[place]) for row in body]
        for row in uncalculated.get(place + 1, ()):
            if row > at + 1:
                texts[row - at - 2] = UNCALCULATED
        if heading is not None:
            columns[heading] = pl.Series(heading, texts, dtype=pl.String)
        elif not headings[place].strip() and any(texts):
            # Also what a heading merged over several columns leaves: only its first column has it.
            problems.append(
                Problem(severity="notice", code="column_without_heading", file=file, column=_letters(place + 1))
            )
    numbers = pl.Series(ROW, range(at + 2, len(rows) + 1), dtype=pl.Int64)
    cells = without_blank_rows(pl.DataFrame([*columns.values(), numbers]))
    return Sheet(file, name, cells, how={"sheet": name, "header_row": str(at + 1)}, problems=problems)


def cell_text(cell: Cell | None) -> str | None:
    """A cell as text: whole floats as whole numbers, days as ISO dates, flags as true and false; None if empty."""
    text: str | None
    match cell:
        case None | "":
            text = None
        case str():
            text = MEASURELESS if len(cell) > limits.CELL_CHARACTERS else cell
        case bool():
            text = "true" if cell else "false"
        case float():
            text = float_text(cell)
        case datetime.datetime():
            text = cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
        case _:
            # Whole numbers, days and times read as they are shown.
            text = str(cell)
    return text


def float_text(value: float) -> str:
    """A binary float as the decimal number its user typed: at most 15 significant digits, no exponent."""
    text = f"{value:.15g}"
    return f"{Decimal(text):f}" if "e" in text else text


def _letters(number: int) -> str:
    """A column's number, from 1, as a spreadsheet shows it."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
