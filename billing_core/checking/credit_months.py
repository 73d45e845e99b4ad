"""Credit notes that say no month of their own: they are of the month of what they credit, where that is read too."""

import polars as pl

from billing_core.base.folding import folded
from billing_core.base.problems import Problem


def dated_by_invoice(lines: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    """The lines (`invoice.SCHEMA`) with the months that credit notes take over, and a notice for each such note.

    Only what has its month from the day of issue, and names an invoice that is read and has the item in one period.
    """
    number = pl.col("invoice_id").map_batches(folded, pl.String)
    named = pl.col("credits").map_batches(folded, pl.String)
    spans = (
        lines.group_by("agency", "item", named=number)
        .agg(
            periods=pl.struct("first", "last").n_unique(),
            own_first=pl.col("first").first(),
            own_last=pl.col("last").first(),
        )
        .filter(periods=1)
        .drop("periods")
    )  # fmt: skip
    asking = lines.with_row_index("place").filter("issued", pl.col("credits").is_not_null()).with_columns(named=named)
    found = asking.join(spans, on=["agency", "item", "named"], nulls_equal=True)
    if found.is_empty():
        return lines, []
    moved = (
        lines.with_row_index("place")
        .join(found.select("place", "own_first", "own_last"), on="place", how="left", maintain_order="left")
        .with_columns(first=pl.coalesce("own_first", "first"), last=pl.coalesce("own_last", "last"))
        .drop("place", "own_first", "own_last")
    )
    told = found.unique("invoice_id", maintain_order=True).select("invoice_id", "credits", "file").rows()
    notices = [
        Problem(
            severity="notice", code="invoice_month_credited", table="invoice", file=file, value=note[:80],
            detail=credited[:80],
        )
        for note, credited, file in told
    ]  # fmt: skip
    return moved, notices
