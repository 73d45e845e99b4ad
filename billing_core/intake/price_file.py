"""A price list or agreements as a user's file: read as usage is, checked, in force on a day, written again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polars as pl

from billing_core.base.errors import PriceListError
from billing_core.base.money import PRICE
from billing_core.base.problems import Problem, merge, problem_frame
from billing_core.base.tables import PRICE_TABLES, Table
from billing_core.intake.currency import currencies
from billing_core.intake.headings import Match, matched, unknown_columns
from billing_core.intake.mapping import ColumnMapping
from billing_core.intake.notes import without_notes
from billing_core.intake.opened import sheets
from billing_core.intake.options import Options, Register
from billing_core.intake.typed import typed
from billing_core.law.catalogue import Catalogue
from billing_core.law.prices import AGREEMENT_COLUMNS, LIST_COLUMNS, faults, laid_out
from billing_core.readers.sheet import Sheet, UnreadableError
from billing_core.readers.source import Source

MOST_ROWS = 20_000
"""Rows of one list: a thousand times what the circular names."""


class PriceFile(NamedTuple):
    """Checked prices or agreements, and notices (`problems.SCHEMA`) of how they were read."""

    frame: pl.DataFrame
    notices: pl.DataFrame


def read_price_list(name: str, content: bytes | Path, catalogue: Catalogue) -> pl.DataFrame:
    """The checked price list of a file. PriceListError with every problem, at the row the user's program shows.

    Items may be written by their codes or names, agencies too.
    """
    return read_prices("prices", name, content, catalogue).frame


def read_agreements(name: str, content: bytes | Path, catalogue: Catalogue) -> pl.DataFrame:
    """The checked agreements of a file. PriceListError as for `read_price_list`."""
    return read_prices("agreements", name, content, catalogue).frame


def read_prices(
    table: str, name: str, content: bytes | Path, catalogue: Catalogue, options: Options | None = None
) -> PriceFile:
    """A file of `prices` or `agreements`; of `options`, the mapping made for its headings, the marks and the order.

    PriceListError if anything is refused: a list with a hole in it would rate wrongly.
    """
    options = options or Options()
    sheet, match, options = _matched(PRICE_TABLES[table], _sheets(name, content, table), options)
    _check_extent(sheet, match)
    notices = [*sheet.problems, *unknown_columns(match, name, sheet.headings)]
    sheet, notes = without_notes(sheet, match)
    read = typed(sheet, match, options, Register.of(catalogue))
    frame = laid_out(read.frame)
    place: Problem = {"severity": "refused", "table": table, "file": name}
    against = [fault | place for fault in _against(frame, sheet.foreign, catalogue)]
    found = merge([problem_frame([*notices, *notes, *against]), read.problems])
    if (found["severity"] == "refused").any():
        raise PriceListError(f"{name} is refused", found.filter(severity="refused").sort("row", maintain_order=True))
    return PriceFile(frame, found)


def in_force(prices: pl.DataFrame, day: date) -> pl.DataFrame:
    """The prices (checked frame) that hold on a day: from `valid_from` on, until the day before `valid_to`."""
    ends = pl.col("valid_to")
    return prices.filter(pl.col("valid_from") <= day, ends.is_null() | (ends > day)).sort("item", "variant")


def in_kroner(prices: pl.DataFrame) -> pl.DataFrame:
    """Checked prices with `price_nok` and `app_operation_nok` in NOK, and an agreement's source as its reference."""
    money = [(pl.col(name).cast(pl.Decimal(38, 4)) / PRICE).cast(pl.Decimal(18, 4)) for name in _MONEY]
    return prices.with_columns(
        **{f"{name}_nok": value for name, value in zip(_MONEY, money, strict=True)}, reference=pl.col("source")
    )


def template(prices: pl.DataFrame) -> pl.DataFrame:
    """Checked prices in the columns of their file, agreements where any row names an agency."""
    agreed = bool(prices["agency"].is_not_null().any())
    return in_kroner(prices).select(AGREEMENT_COLUMNS if agreed else LIST_COLUMNS)


def as_rows(prices: pl.DataFrame) -> list[dict[str, str]]:
    """Checked prices as the texts of their file's cells, and `row`."""
    held = template(prices).with_columns(prices["row"])
    return held.select(pl.all().cast(pl.String).fill_null("")).to_dicts()


def from_rows(table: str, rows: Sequence[Mapping[str, str]], catalogue: Catalogue) -> pl.DataFrame:
    """What `as_rows` wrote of `prices` or `agreements`, checked as any file is. PriceListError if it is refused."""
    held = pl.DataFrame(rows, schema_overrides={"row": pl.String})
    read = read_prices(table, f"{table}.csv", held.drop("row", strict=False).write_csv().encode(), catalogue).frame
    numbers = held["row"].cast(pl.Int64, strict=False) if "row" in held.columns else None
    return read.with_columns(row=numbers) if numbers is not None and numbers.len() == read.height else read


_MONEY = ("price", "app_operation")


def _sheets(name: str, content: bytes | Path, table: str) -> list[Sheet]:
    """The sheets of a file that hold anything."""
    source = Source(name, path=content) if isinstance(content, Path) else Source(name, content)
    try:
        found = [sheet for sheet in sheets(name, source.read()) if not sheet.hidden]
    except UnreadableError as error:
        raise _refused(name, [Problem(code=error.code, table=table, detail=error.detail)]) from error
    if not found:
        raise _refused(name, [Problem(code="empty_file", table=table)])
    return found


def _matched(table: Table, found: list[Sheet], options: Options) -> tuple[Sheet, Match, Options]:
    """The first sheet that has all the columns, else the first, by its own headings or the mapping made for them.

    And the options with what that mapping says of numbers and days.
    """
    held = []
    for sheet in found:
        mapping = _mapping(table, sheet, options)
        own = mapping.applied(sheet) if mapping else sheet
        amounts = [mapping.columns[key] for key in table.amounts if key in mapping.columns] if mapping else []
        foreign = currencies(sheet, table, amounts)
        held.append((replace(own, foreign=foreign), matched(table, own.headings), options.under(mapping)))
    return next((one for one in held if not one[1].missing), held[0])


def _mapping(table: Table, sheet: Sheet, options: Options) -> ColumnMapping | None:
    """The mapping for a sheet's headings that the user said is of this table."""
    fitting = [one for one in options.mappings if one.table == table.name and one.fits(sheet.headings)]
    return next(iter([one for one in fitting if one.made_for(sheet.headings)] + fitting), None)


def _check_extent(sheet: Sheet, match: Match) -> None:
    """PriceListError for a sheet without the columns it must have, without rows, or with too many."""
    table, count = match.table.name, str(sheet.cells.height)
    if match.missing:
        lacking = [Problem(code="missing_column", table=table, column=key, detail=count) for key in match.missing]
        raise _refused(sheet.file, lacking)
    if sheet.cells.is_empty():
        raise _refused(sheet.file, [Problem(code="no_rows", table=table)])
    if sheet.cells.height > MOST_ROWS:
        raise _refused(sheet.file, [Problem(code="over_limit", table=table, detail=f"{count} > {MOST_ROWS} rows")])


def _against(frame: pl.DataFrame, foreign: dict[int, tuple[str, str]], catalogue: Catalogue) -> list[Problem]:
    """What the law has against the prices: amounts in other currencies too. Unknown items have the nearest codes."""
    nearest = cache(lambda written: ", ".join(catalogue.nearest_items(written, catalogue.price_items)))
    found = faults(frame, catalogue.price_items)
    for fault in found:
        if fault["code"] == "unknown_item":
            fault["detail"] = nearest(fault["value"] or "") or None
    starts = dict(frame.select("row", "valid_from").iter_rows())
    return found + [
        Problem(code="foreign_currency", row=row, column=column, value=unit, detail=f"{starts[row]:%Y-%m}")
        for row, (column, unit) in foreign.items()
        if row in starts
    ]


def _refused(name: str, problems: Iterable[Problem]) -> PriceListError:
    place: Problem = {"severity": "refused", "file": name}
    return PriceListError(f"{name} is refused", problem_frame(problem | place for problem in problems))
