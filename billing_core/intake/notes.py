"""Rows that are none of a table's: totals below the data, and notes in a single cell (contract, section 1)."""

from dataclasses import replace

import polars as pl

from billing_core.base.problems import Problem
from billing_core.base.tables import Column, Table
from billing_core.intake.headings import SUPPLIED, Match
from billing_core.readers.sheet import ROW, Sheet

_TOTAL = (
    r"(?i)^\s*(?:sum|total|totalt|totalsum|totaler|totals|subtotal|grand total|delsum|mellomsum|i alt|ialt|til sammen"
    r"|tilsammen)(?:[\s:.].*)?$"
)
_NUMBER = r"^[\s\d.,'+\-\u2212\u00a0\u202f]+$"
_NAMED = 10
"""How many row numbers the notice names."""


def without_notes(sheet: Sheet, match: Match) -> tuple[Sheet, list[Problem]]:
    """The sheet without its rows of totals and notes, and the notice that names them; the first row is always data.

    A total holds no value of the table's key but a word for a total. A note is text in one cell, where a row of the
    table would need more.
    """
    keys = [match.columns[key] for key in _keys(match.table) if key in match.columns]
    if sheet.cells.height < 2 or not keys:
        return sheet, []
    few = _few(sheet.cells, keys)
    if few is None:
        return sheet, []
    candidates = sheet.cells.slice(1).filter(few)
    found = candidates.filter(_is_total(sheet.headings, keys) | _is_note(sheet.headings, match))
    if found.is_empty():
        return sheet, []
    rows = found[ROW].to_list()
    named = ", ".join(map(str, rows[:_NAMED])) + (" …" if len(rows) > _NAMED else "")
    notice = Problem(
        severity="notice", code="not_rows", table=match.table.name, file=sheet.file, row=rows[0],
        value=next(text for text in found.row(0) if isinstance(text, str) and text.strip()), detail=named,
    )  # fmt: skip
    kept = sheet.cells.filter(~pl.col(ROW).is_in(rows))
    bad = {row: told for row, told in sheet.bad_rows.items() if row not in set(rows)}
    return replace(sheet, cells=kept, bad_rows=bad), [notice]


def _keys(table: Table) -> list[str]:
    """The columns that say which thing a row is about, where the table has no key of its own: all that it must have."""
    return list(table.key) or [c.key for c in table.columns if c.required and not _is_amount(c)]


def _is_amount(column: Column) -> bool:
    return column.kind in ("quantity", "money", "count")


def _few(cells: pl.DataFrame, keys: list[str]) -> pl.Expr | None:
    """Rows with at most one value in the key's columns; None where no row can be one.

    Columns without any short text are known to be filled.
    """
    shortest = cells.select(pl.col(key).str.len_bytes().min() for key in keys).row(0)
    nulls = cells.select(pl.col(key).null_count() for key in keys).row(0)
    open_ = [key for key, size, null in zip(keys, shortest, nulls, strict=True) if null or (size or 0) <= 2]
    filled = len(keys) - len(open_)
    if filled > 1:
        return None
    if not open_:
        return pl.lit(value=True)
    return pl.sum_horizontal(_filled(key).cast(pl.Int32) for key in open_) <= 1 - filled


def _filled(heading: str) -> pl.Expr:
    return (pl.col(heading).str.strip_chars() != "").fill_null(value=False)


def _is_total(headings: list[str], keys: list[str]) -> pl.Expr:
    total = {heading: pl.col(heading).str.contains(_TOTAL).fill_null(value=False) for heading in headings}
    no_value = pl.all_horizontal(~_filled(key) | total[key] for key in keys)
    return no_value & pl.any_horizontal(total.values())


def _is_note(headings: list[str], match: Match) -> pl.Expr:
    single = pl.sum_horizontal(_filled(heading).cast(pl.Int32) for heading in headings) == 1
    text = ~pl.concat_str(pl.col(headings).fill_null("")).str.contains(_NUMBER)
    needed = [c.key for c in match.table.columns if c.required and c.key not in SUPPLIED]
    lacking = [~_filled(match.columns[key]) if key in match.columns else pl.lit(value=True) for key in needed]
    return single & text & pl.any_horizontal(lacking)
