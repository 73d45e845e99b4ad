"""What is told of cells whose rows are kept: doubtful numbers, what stands for no value, odd days."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from billing_core.base.problems import Problem
from billing_core.base.tables import Table
from billing_core.intake.column_cells import Cells
from billing_core.intake.options import Options
from billing_core.intake.row_faults import shown
from billing_core.readers.sheet import ROW

_EARLIEST, _YEARS_AHEAD = date(1990, 1, 1), 10
"""Days beyond these are told as odd (contract, section 1)."""


def doubt(file: str, table: str, key: str, texts: pl.DataFrame, doubtful: frozenset[str]) -> Problem:
    """One notice for a column whose numbers could be read otherwise, with its first such cell."""
    cells = texts.filter(pl.col(key).is_in(list(doubtful)))
    return Problem(
        severity="notice", code="doubtful_decimal", table=table, file=file, row=cells[ROW][0], column=key,
        value=cells[key][0], detail=str(cells.height),
    )  # fmt: skip


def no_values(
    file: str, table: Table, texts: pl.DataFrame, cells: Mapping[str, Cells], options: Options
) -> list[Problem]:
    """One notice for each column and text that stands for no value, at its first row, with the number of rows."""
    found = []
    for column in table.columns:
        # Where the column is required each row is refused, which names what stood there.
        for text, empty in {} if column.required else cells[column.key].empties.items():
            rows = texts.filter(pl.col(column.key) == text)[ROW]
            found.append(
                Problem(
                    severity="notice", code=empty.code, table=table.name, file=file, row=rows[0], column=column.key,
                    value=shown(column, text, options), detail=str(rows.len()),
                )
            )  # fmt: skip
    return found


def odd_days(file: str, table: Table, frame: pl.DataFrame) -> list[Problem]:
    """One notice for each column and day before 1990, or more than ten years after the newest month: kept, but told."""
    newest = frame["period"].max() if "period" in frame.columns else None
    if not isinstance(newest, str):
        return []
    latest = date(int(newest[:4]) + _YEARS_AHEAD, int(newest[5:]), 28)
    found = []
    for key in (column.key for column in table.columns if column.kind == "date"):
        odd = frame.filter((pl.col(key) < _EARLIEST) | (pl.col(key) > latest))
        for (day,), rows in odd.group_by(key, maintain_order=True):
            found.append(
                Problem(
                    severity="notice", code="odd_date", table=table.name, file=file, row=rows["row"][0], column=key,
                    value=str(day), detail=str(rows.height),
                )
            )  # fmt: skip
    return found
