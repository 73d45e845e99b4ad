"""A price list or agreements as a user's file, CSV or workbook: read and checked, in force on a day, written again."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from billing_core.base.errors import PriceListError
from billing_core.base.folding import fold
from billing_core.base.money import PRICE
from billing_core.base.problems import Problem, problem_frame
from billing_core.intake.readers.opened import sheets
from billing_core.intake.sheet import ROW, Sheet, UnreadableError
from billing_core.intake.source import Source
from billing_core.law.catalogue import Catalogue
from billing_core.law.prices import AGREEMENT_COLUMNS, LIST_COLUMNS, agreements, price_list

_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
MOST_ROWS = 20_000
"""Rows of one list: a thousand times what the circular names."""

_NEEDED = ("item", "price_nok", "valid_from")
_KINDS = {
    "prices": (price_list, LIST_COLUMNS, (*_NEEDED, "status")),
    "agreements": (agreements, AGREEMENT_COLUMNS, (*_NEEDED, "agency")),
}
"""What a file can be: how its rows are checked, its columns, and those that it must have."""


def read_price_list(name: str, content: bytes | Path, catalogue: Catalogue) -> pl.DataFrame:
    """The checked price list of a file. PriceListError with every problem, at the row the user's program shows.

    Items may be written by their codes or names, agencies too.
    """
    return _read("prices", name, content, catalogue)


def read_agreements(name: str, content: bytes | Path, catalogue: Catalogue) -> pl.DataFrame:
    """The checked agreements of a file. PriceListError as for `read_price_list`."""
    return _read("agreements", name, content, catalogue)


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


_MONEY = ("price", "app_operation")


def _read(table: str, name: str, content: bytes | Path, catalogue: Catalogue) -> pl.DataFrame:
    checked, columns, needed = _KINDS[table]
    sheet = _sheet(name, content, table)
    keys = {fold(heading): heading for heading in sheet.headings}
    missing = [key for key in needed if key not in keys]
    count = str(sheet.cells.height)
    if missing:
        raise _refused(name, [Problem(code="missing_column", table=table, column=key, detail=count) for key in missing])
    if sheet.cells.is_empty():
        raise _refused(name, [Problem(code="no_rows", table=table)])
    if sheet.cells.height > MOST_ROWS:
        raise _refused(name, [Problem(code="over_limit", table=table, detail=f"{count} > {MOST_ROWS} rows")])
    if sheet.bad_rows:
        bad = sheet.bad_rows.items()
        raise _refused(name, [Problem(code=code, table=table, row=row, value=text) for row, (code, text) in bad])
    cells = sheet.cells.iter_rows(named=True)
    rows = [_coded({key: _cell(row[keys[key]]) for key in columns if key in keys}, catalogue) for row in cells]
    try:
        return checked(rows, name, catalogue.price_items)
    except PriceListError as error:
        problems = _placed(error.problems, sheet.cells[ROW].to_list(), catalogue)
        raise PriceListError(str(error), problems) from error


def _sheet(name: str, content: bytes | Path, table: str) -> Sheet:
    """The first sheet of a file that holds anything."""
    source = Source(name, path=content) if isinstance(content, Path) else Source(name, content)
    try:
        found = sheets(name, source.read())
    except UnreadableError as error:
        raise _refused(name, [Problem(code=error.code, table=table, detail=error.detail)]) from error
    if not found:
        raise _refused(name, [Problem(code="empty_file", table=table)])
    return found[0]


def _cell(text: str | None) -> str:
    """A cell as the check reads it: plain spaces, and a Norwegian day as an ISO date."""
    plain = " ".join((text or "").split())
    found = _DAY.fullmatch(plain)
    return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else plain


def _coded(row: dict[str, str], catalogue: Catalogue) -> dict[str, str]:
    """The row with codes where it has an item's or an agency's name."""
    words = {"item": catalogue.item_words, "agency": catalogue.agency_words}
    return row | {key: known.get(fold(row[key]), row[key]) for key, known in words.items() if key in row}


def _placed(problems: pl.DataFrame, numbers: list[int], catalogue: Catalogue) -> pl.DataFrame:
    """Problems at the rows of the user's file, which may have blank rows; unknown codes with those most like them."""
    # The check counts from 2, as if the header were row 1 and no row blank.
    row = dict(enumerate(numbers, start=2))
    details = []
    nearest = cache(lambda written: ", ".join(catalogue.nearest_items(written, catalogue.price_items)))
    for code, value, detail in problems.select("code", "value", "detail").iter_rows():
        near = nearest(value) if code == "unknown_item" else detail
        details.append(str(row[int(detail)]) if code == "price_overlap" else near)
    return problems.with_columns(
        pl.col("row").replace(row), pl.Series("detail", [detail or None for detail in details], dtype=pl.String)
    )


def _refused(name: str, problems: Iterable[Problem]) -> PriceListError:
    place: Problem = {"severity": "refused", "file": name}
    return PriceListError(f"{name} is refused", problem_frame(problem | place for problem in problems))
