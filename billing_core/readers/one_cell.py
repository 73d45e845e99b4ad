"""Sheets whose rows each stand whole in their first cell, as when a CSV is pasted into a spreadsheet: taken apart."""

import csv
import dataclasses
from collections.abc import Sequence

import polars as pl

from billing_core.base.problems import Code
from billing_core.readers.heading_row import Words, known_headings
from billing_core.readers.sheet import ROW, Sheet, check_extent, unique_headings

_DELIMITERS = (";", ",", "\t", "|")
_FEWEST = 2
"""So many known headings in one cell show that it holds a whole row."""


def taken_apart(sheet: Sheet, words: Words) -> Sheet:
    """`sheet` with a column for each part of its only cells; as it is, where those are no whole rows.

    `words` are known headings.
    """
    if len(sheet.headings) != 1:
        return sheet
    (heading,) = sheet.headings
    known, delimiter = max((known_headings(_cells(heading, mark), words), mark) for mark in _DELIMITERS)
    if known < _FEWEST:
        return sheet
    names, problems = unique_headings(sheet.file, _cells(heading, delimiter))
    rows = [_cells(text or "", delimiter) for text in sheet.cells[heading]]
    check_extent(len(rows), len(names))
    numbers = sheet.cells[ROW].to_list()
    wide: dict[int, tuple[Code, str]] = {
        number: ("too_many_cells", cells[len(names)])
        for number, cells in zip(numbers, rows, strict=True)
        if any(cell.strip() for cell in cells[len(names) :])
    }
    columns = [_column(name, at, rows) for at, name in enumerate(names) if name is not None]
    return dataclasses.replace(
        sheet,
        cells=pl.DataFrame([*columns, sheet.cells[ROW]]),
        problems=[*sheet.problems, *problems],
        bad_rows=sheet.bad_rows | wide,
    )


def _column(name: str, at: int, rows: Sequence[Sequence[str]]) -> pl.Series:
    return pl.Series(name, [row[at] if at < len(row) else None for row in rows], dtype=pl.String)


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return [text]
