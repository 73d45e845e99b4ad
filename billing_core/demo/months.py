"""Months in a row, and rows that stand over several of them."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from billing_core.base.months import first_day, month_after, month_of, months_until

LAST_MONTH = date(2026, 10, 1)
"""The last month of everything made here, by its first day."""


def until_last(count: int) -> list[date]:
    """The first days of `count` months in a row, up to LAST_MONTH."""
    return [first_day(period) for period in months_until(month_of(LAST_MONTH), count)]


def after(month: date) -> date:
    """The first day of the month after `month`."""
    return first_day(month_after(month_of(month)))


def month_number(day: str, months: Sequence[date]) -> pl.Expr:
    """The month of the date column `day`, counted from 0 in `months`; below 0 before the first."""
    first, column = months[0], pl.col(day).dt
    return (column.year().cast(pl.Int64) - first.year) * 12 + column.month() - first.month


def over_months(rows: pl.DataFrame, months: Sequence[date], known_when_past: Sequence[str] = ()) -> pl.LazyFrame:
    """`rows` once for every month they stand in, month after month.

    rows             with `first` and `last`: the first and last month of a row, counted from 0 in `months`
    known_when_past  date columns that a month shows only if the day is not after its end
    Adds `period` (YYYY-MM) and `month` (counted from 0).
    """

    def standing(number: int, month: date) -> pl.LazyFrame:
        past = [pl.when(pl.col(name) < after(month)).then(pl.col(name)) for name in known_when_past]
        return (
            rows.lazy()
            .filter((pl.col("first") <= number) & (pl.col("last") >= number))
            .with_columns(pl.lit(f"{month:%Y-%m}").alias("period"), pl.lit(number).alias("month"), *past)
        )

    return pl.concat([standing(number, month) for number, month in enumerate(months)])
