"""Lines summed for a plan: aggregates only, in the engine that rated them."""

from collections.abc import Collection

import narwhals as nw
import polars as pl

from billing_core.rating.rate import Rating

BY = ("period", "table", "service", "item", "variant", "recurrence")
"""What lines are summed by."""


def sums(rating: Rating, agency: str, months: Collection[str]) -> pl.DataFrame:
    """An agency's lines of some months summed by BY: amount and covered (øre, what is known), lines, and those without.

    `unknown` counts lines without an amount, `worthless` those without a covered value. In the order of BY.
    """
    wide = nw.Decimal(38, 0)
    summed = (
        rating.selected(agency=agency)
        .lines.filter(nw.col("period").is_in(list(months)))
        .group_by(*BY)
        .agg(
            nw.col("amount").cast(wide).sum(),
            nw.col("covered").cast(wide).sum(),
            nw.len().alias("lines"),
            nw.col("amount").is_null().cast(nw.Int64).sum().alias("unknown"),
            nw.col("covered").is_null().cast(nw.Int64).sum().alias("worthless"),
        )
    )
    counts = [pl.col(name).cast(pl.Int64) for name in ("lines", "unknown", "worthless")]
    money = [pl.col(name).cast(pl.Decimal(38, 0)).fill_null(0) for name in ("amount", "covered")]
    return rating.engine.collect(summed).with_columns(*counts, *money).sort(BY)
