"""A place of its own for each row: one line of an export gives a licence row a SKU, all with its file and row."""

from collections.abc import Mapping

import polars as pl

from billing_core.scenario.world import COPIED

SPREAD = 2**20
"""Room for the SKUs between two rows of a file."""


def told_apart(
    usage: Mapping[str, pl.DataFrame], lines: pl.DataFrame
) -> tuple[Mapping[str, pl.DataFrame], pl.DataFrame]:
    """Usage and its lines (LINE_SCHEMA), the `row` of licences such that file and row name one usage row.

    The order of rows stays. A row keeps its number when an action replaces its SKU, and is so the same row still.
    """
    skus = pl.Enum(usage["licences"]["sku"].unique().sort())

    def own(sku: str) -> pl.Expr:
        # What is no licence's SKU is another table's variant, whose row stays as it is.
        return pl.col("row") * SPREAD + pl.col(sku).cast(skus, strict=False).to_physical().cast(pl.Int64)

    licence = pl.col("table") == "licences"
    return (
        {**usage, "licences": usage["licences"].with_columns(row=own("sku"))},
        lines.with_columns(row=pl.when(licence).then(own("variant")).otherwise("row")),
    )


def as_given(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with the row that the file itself has; copies of rows stand in no file, and are numbered as they came."""
    apart = (pl.col("table") == "licences") & (pl.col("file") != COPIED)
    return lines.with_columns(row=pl.when(apart).then(pl.col("row") // SPREAD).otherwise("row"))
