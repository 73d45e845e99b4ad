"""The text table: what every reader makes of a file, and the one way a reader says that it cannot."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from billing_core.base.folding import fold
from billing_core.base.problems import Code, Problem
from billing_core.readers import limits

ROW = "#row"
"""Column of a text table that holds the row number as the user's own program shows it (Int64)."""

UNCALCULATED = "\ue000uncalculated".ljust(limits.TEXT_CHARACTERS + 1, "\ue000")
"""Stands in a cell whose formula was saved without its value. Longer than a value may be: one test finds all such."""

MEASURELESS = "\ue000measureless".ljust(limits.TEXT_CHARACTERS + 1, "\ue000")
"""Stands in a cell that held more than CELL_CHARACTERS, so that the text itself is not carried along."""


class UnreadableError(Exception):
    """A file that cannot be read: the code and detail of the one problem that says so. Never leaves the intake."""

    def __init__(self, code: Code, detail: str | None = None) -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


@dataclass
class Sheet:
    """One text table. `cells` holds String columns named by their headings, and ROW; no row of it is blank.

    `how` says what was understood of the file (encoding, delimiter, header_row), `problems` what is wrong with single
    rows or columns, `bad_rows` the rows that are refused whatever their cells say: row, code, value. `foreign`: by row,
    the column that names a currency other than kroner, and the currency.
    """

    file: str
    name: str
    cells: pl.DataFrame
    how: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    bad_rows: dict[int, tuple[Code, str]] = field(default_factory=dict)
    hidden: bool = False
    foreign: dict[int, tuple[str, str]] = field(default_factory=dict)

    @property
    def headings(self) -> list[str]:
        """Headings in the file's order."""
        return [name for name in self.cells.columns if name != ROW]


def unique_headings(file: str, written: Sequence[str]) -> tuple[list[str | None], list[Problem]]:
    """One name a column, None for a column to leave out (no heading, or the same heading again), with notices."""
    names: list[str | None] = []
    problems: list[Problem] = []
    seen: set[str] = {ROW}
    for heading in written:
        name = " ".join(heading.split())[: limits.TEXT_CHARACTERS]
        if not name:
            names.append(None)
        elif fold(name) in seen:
            names.append(None)
            problems.append(Problem(severity="notice", code="duplicate_column", file=file, column=name))
        else:
            seen.add(fold(name))
            names.append(name)
    return names, problems


def check_extent(rows: int, columns: int) -> None:
    """Refuse a sheet of a text or Parquet file with more rows, columns or cells than the limits allow."""
    for measured, limit, what in (
        (rows, limits.ROWS, "rows"),
        (columns, limits.COLUMNS, "columns"),
        (rows * columns, limits.CELLS, "cells"),
    ):
        if measured > limit:
            raise UnreadableError("over_limit", f"{measured} > {limit} {what}")


def without_blank_rows(cells: pl.DataFrame) -> pl.DataFrame:
    """`cells` less its rows in which every cell is empty or only spaces."""
    texts = [name for name in cells.columns if name != ROW]
    if not texts:
        return cells.clear()
    blank = [pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "") for name in texts]
    # Most files have no blank row: look at the first column before looking at all of them.
    if _all_visible(cells[texts[0]]) or not cells.select(blank[0].any()).item():
        return cells
    return cells.filter(~pl.all_horizontal(blank))


def _all_visible(texts: pl.Series) -> bool:
    """Whether every text begins with a visible ASCII character, as the first and the last in order tell at once."""
    first, last = texts.min(), texts.max()
    return not texts.null_count() and isinstance(first, str) and isinstance(last, str) and "!" <= first <= last < "\x7f"
