"""What is billed on to the agencies without a mark-up, against the invoices that it stems from (planning contract, §4).

Difference = in less passed on = what was not passed on less what was passed on beyond what came in.
"""

import polars as pl

from billing_core.checking.reconcile import Tolerance, reconcile
from billing_core.law.catalogue import Catalogue

_ALL = "*"

SCHEMA: dict[str, pl.DataType] = {
    "month": pl.String(),
    "item": pl.String(),
    "in_nok": pl.Decimal(38, 2),
    "passed_on_nok": pl.Decimal(38, 2),
    "difference_nok": pl.Decimal(38, 2),
    "not_passed_on_nok": pl.Decimal(38, 2),
    "passed_twice_nok": pl.Decimal(38, 2),
}


def passed_on(invoice: pl.DataFrame, lines: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """A row for each month and item (SCHEMA) that the invoices have, or that is passed on in one of their months.

    Lines are matched as by `reconcile`, whoever the agency is: what came in for one thing and was not passed on does
    not hide behind another that was passed on twice. Lines without a known amount are left out.
    """
    items = {item.item for item in catalogue.items.values() if item.basis == "pass_through"}
    items |= set(invoice["item"].drop_nulls())
    every = pl.lit(_ALL).alias("agency")
    ours = lines.filter(pl.col("item").is_in(sorted(items))).with_columns(every)
    rows = reconcile(invoice.with_columns(every), ours, Tolerance())
    less = pl.col("invoiced_nok") - pl.col("rated_nok")
    nothing = pl.lit(0, pl.Decimal(38, 2))
    return (
        rows.group_by(month="period", item="item")
        .agg(
            in_nok=pl.col("invoiced_nok").sum(),
            passed_on_nok=pl.col("rated_nok").sum(),
            difference_nok=less.sum(),
            not_passed_on_nok=pl.max_horizontal(less, nothing).sum(),
            passed_twice_nok=pl.max_horizontal(nothing - less, nothing).sum(),
        )
        .sort("month", "item", nulls_last=True)
        .cast(pl.Schema(SCHEMA))
    )


def in_sums(rows: pl.DataFrame) -> pl.DataFrame:
    """The sums of `passed_on` over all months and items, in one row."""
    return rows.select(pl.len().cast(pl.Int64).alias("rows"), *(pl.col(name).sum() for name in list(SCHEMA)[2:]))
