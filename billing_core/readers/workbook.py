"""Workbooks (XLSX, XLSM, ODS): one text table a sheet, cells as their user would type them."""

import datetime
import io
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

import polars as pl
import python_calamine

from billing_core.base.problems import Problem
from billing_core.readers import limits
from billing_core.readers.grids import Room
from billing_core.readers.heading_row import Words, heading_row
from billing_core.readers.pieces import PIECE_CELLS
from billing_core.readers.sheet import (
    MEASURELESS,
    ROW,
    Sheet,
    UnreadableError,
    unique_headings,
    without_blank_rows,
)
from billing_core.readers.workbook_scan import scan
from billing_core.readers.zip_sizes import check_sizes, directory

Cell = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta


def read_workbook(file: str, content: bytes, words: Words) -> Iterator[Sheet]:
    """The sheets of a workbook that hold anything, in pieces; `words` are known headings.

    Unreadable if it is broken, hostile or over a limit.
    """
    with directory(content) as archive:
        check_sizes(archive, limits.WORKBOOK_BYTES)
        found = scan(archive)
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    if len(workbook.sheet_names) > limits.SHEETS:
        raise UnreadableError("over_limit", f"{len(workbook.sheet_names)} > {limits.SHEETS} sheets")
    # Counted once more: two sheets may be one part.
    room = Room()
    macros = [Problem(severity="notice", code="workbook_macro", file=file)] if found.macros else []
    for metadata in workbook.sheets_metadata:
        if metadata.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        grid = workbook.get_sheet_by_name(metadata.name)
        room.take_grid(*_extent(grid))
        for piece in _pieces(file, metadata.name, grid, found.noted.get(metadata.name, {}), words):
            piece.hidden = metadata.visible != python_calamine.SheetVisibleEnum.Visible
            piece.problems += macros
            macros = []
            yield piece


def _pieces(
    file: str,
    name: str,
    grid: python_calamine.CalamineSheet,
    noted: Mapping[str, Mapping[int, Iterable[int]]],
    words: Words,
) -> Iterator[Sheet]:
    """One sheet as pieces of a text table; none if it is empty. `words`: known headings."""
    height, width = _extent(grid)
    # The reader stops at the last cell with a value, and knows none where a formula failed.
    instead = _by_column(noted)
    with_text: set[int] = set().union(*instead.values())
    last = max(with_text, default=0)
    missing: Iterator[list[Cell]] = itertools.repeat([""] * width, max(0, last - height))
    rows: Iterator[list[Cell]] = itertools.chain(_rows(grid), missing) if grid.start else iter(())
    sample = list(itertools.islice(rows, limits.HEADER_SEARCH_ROWS))
    if not sample:
        return
    at = heading_row([[cell_text(cell) or "" for cell in row] for row in sample], words)
    headings = [cell_text(cell) or "" for cell in sample[at]]
    if len(headings) > limits.COLUMNS:
        raise UnreadableError("over_limit", f"{len(headings)} > {limits.COLUMNS} columns")
    names, problems = unique_headings(file, headings)
    unnamed: set[int] = set()
    number, rows = at + 2, itertools.chain(sample[at + 1 :], rows)
    while True:
        batch = list(itertools.islice(rows, 1 + PIECE_CELLS // width))
        # Most of a sheet with a cell far down is empty.
        filled = {n: row for n, row in enumerate(batch, number) if n in with_text or row.count("") < width}
        columns = _columns(names, filled, instead, unnamed)
        number += len(batch)
        if not batch:
            # Also what a heading merged over several columns leaves: only its first column has it.
            problems += [
                Problem(severity="notice", code="column_without_heading", file=file, column=_letters(place + 1))
                for place in sorted(unnamed)
                if not headings[place].strip()
            ]
        cells = without_blank_rows(pl.DataFrame([*columns, pl.Series(ROW, list(filled), dtype=pl.Int64)]))
        yield Sheet(file, name, cells, how={"sheet": name, "header_row": str(at + 1)}, problems=problems)
        problems = []
        if not batch:
            return


def _by_column(noted: Mapping[str, Mapping[int, Iterable[int]]]) -> dict[int, dict[int, str]]:
    """What stands in cells that the reader gives as empty: by column and row, both from 1."""
    found: dict[int, dict[int, str]] = {}
    for text, columns in noted.items():
        for column, rows in columns.items():
            found.setdefault(column, {}).update(dict.fromkeys(rows, text))
    return found


def _extent(grid: python_calamine.CalamineSheet) -> tuple[int, int]:
    """Rows and columns of a sheet from its very first cell to the last that holds anything."""
    return (grid.end[0] + 1, grid.end[1] + 1) if grid.end else (0, 0)


def _rows(grid: python_calamine.CalamineSheet) -> Iterator[list[Cell]]:
    """A sheet's rows from its very first one, each from its very first cell."""
    before: list[Cell] = [""] * (grid.start[1] if grid.start else 0)
    for row in grid.iter_rows():
        yield [*before, *row]


def _columns(
    names: Sequence[str | None],
    rows: Mapping[int, list[Cell]],
    instead: Mapping[int, Mapping[int, str]],
    unnamed: set[int],
) -> list[pl.Series]:
    """The named columns of some rows, by their numbers; `unnamed` gets the places of others that hold anything.

    `instead` has by column (from 1) and row what stands in cells that the reader gives as empty.
    """
    columns = []
    for place, name in enumerate(names):
        texts = [cell_text(row[place]) for row in rows.values()]
        if told := instead.get(place + 1):
            texts = [told.get(row, text) for row, text in zip(rows, texts, strict=True)]
        if name is not None:
            columns.append(pl.Series(name, texts, dtype=pl.String))
        elif any(texts):
            unnamed.add(place)
    return columns


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
