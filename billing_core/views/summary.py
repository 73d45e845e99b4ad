"""A whole rating summed by its engine: billed and covered, and how many lines the sums leave out."""

from collections.abc import Sequence

import narwhals as nw
import polars as pl

from billing_core.base.errors import BillingCoreError
from billing_core.base.money import ORE
from billing_core.rating.rate import Rating
from billing_core.views import recurrence
from billing_core.views.sums import UNPRICED

_PARTS = tuple(f"{name}_nok" for name in recurrence.PARTS)
_LIMIT = 9 * 10**18


def summed(rating: Rating, by: Sequence[str]) -> pl.DataFrame:
    """Billed and covered (NOK, exact), and the number of lines, unpriced and undecided lines, for each group of `by`.

    `recurring_nok` and `occasional_nok` are the parts of what is billed (`recurrence.PARTS`). Amounts that no price is
    known for are left out and counted in `unpriced_lines`. BillingCoreError if a sum would not fit 64 bits.
    """
    status, monthly = nw.col("price_status"), nw.col("recurrence") == "monthly"
    summed = rating.lines.group_by(*by).agg(
        nw.col("amount").sum().alias("billed"),
        nw.col("covered").sum().alias("covered"),
        nw.col("amount").abs().cast(nw.Float64).sum().alias("billed_size"),
        nw.col("covered").abs().cast(nw.Float64).sum().alias("covered_size"),
        nw.len().alias("lines"),
        status.is_in(list(UNPRICED)).cast(nw.Int64).sum().alias("unpriced_lines"),
        (status == "undecided").cast(nw.Int64).sum().alias("undecided_lines"),
        nw.when(monthly).then("amount").sum().alias("recurring"),
        nw.when(~monthly).then("amount").sum().alias("occasional"),
    )
    frame = rating.engine.collect(summed).sort(by)
    for size in ("billed_size", "covered_size"):
        if frame.filter(pl.col(size) > _LIMIT).height:
            raise BillingCoreError("a total is beyond what can be added exactly; rate fewer rows at once")
    return frame.select(
        *by,
        billed_nok=_kroner("billed"),
        covered_nok=_kroner("covered"),
        lines=pl.col("lines").cast(pl.Int64),
        unpriced_lines=pl.col("unpriced_lines").cast(pl.Int64),
        undecided_lines=pl.col("undecided_lines").cast(pl.Int64),
        recurring_nok=_kroner("recurring"),
        occasional_nok=_kroner("occasional"),
    )


def _kroner(column: str) -> pl.Expr:
    # Some engines add whole numbers in 128 bits; within the limit above they fit the decimal either way.
    return (pl.col(column).fill_null(0).cast(pl.Decimal(38, 0)) * pl.lit(1).cast(pl.Decimal(3, 2)) / ORE).cast(
        pl.Decimal(38, 2)
    )


BY = ("agency", "period")
"""What a summary has a row for."""


def summary(rating: Rating, problems: pl.DataFrame) -> pl.DataFrame:
    """Totals per agency and month, the parts of what is billed last.

    `refused_rows`: those that name neither stand in a row of their own.
    """
    return with_refused(summed(rating, BY), problems)


def sums_of(lines: pl.LazyFrame) -> pl.DataFrame:
    """What `summed` gives per agency and month, of lines that are written already (`model.LINE_SCHEMA`)."""
    status = pl.col("price_status")
    return (
        lines.group_by(BY)
        .agg(
            pl.col("amount_nok").sum().fill_null(0).cast(pl.Decimal(38, 2)).alias("billed_nok"),
            pl.col("covered_nok").sum().fill_null(0).cast(pl.Decimal(38, 2)).alias("covered_nok"),
            pl.len().cast(pl.Int64).alias("lines"),
            status.is_in(UNPRICED).sum().cast(pl.Int64).alias("unpriced_lines"),
            (status == "undecided").sum().cast(pl.Int64).alias("undecided_lines"),
            *(part.cast(pl.Decimal(38, 2)) for part in recurrence.SUMS),
        )
        .collect()
    )


def with_refused(sums: pl.DataFrame, problems: pl.DataFrame) -> pl.DataFrame:
    """Sums per agency and month beside the number of refused rows of each."""
    refused = (
        problems.filter((pl.col("severity") == "refused") & pl.col("row").is_not_null())
        .group_by("agency", "period")
        .agg(refused_rows=pl.len().cast(pl.Int64))
    )
    joined = sums.join(refused, on=BY, how="full", coalesce=True, nulls_equal=True)
    counts = ["lines", "unpriced_lines", "undecided_lines", "refused_rows"]
    amounts = ("billed_nok", "covered_nok", *_PARTS)
    money = [pl.col(c).fill_null(pl.lit(0).cast(pl.Decimal(38, 2))) for c in amounts]
    told = joined.with_columns(*money, *(pl.col(c).fill_null(0) for c in counts))
    return told.select(pl.exclude(_PARTS), *_PARTS).sort("agency", "period", nulls_last=True)
