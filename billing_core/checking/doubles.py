"""Invoice lines that stand twice (planning contract, §4): found before anything is matched."""

import polars as pl

from billing_core.checking.matching import KEY, LINE, STAGES, stating_only

_SAME = ("period", *KEY, "quantity", "unit_price", "amount", "text")
_GROUP = ("period", *KEY)


def doubles(lines: pl.DataFrame, rated: pl.DataFrame) -> pl.DataFrame:
    """The LINE of each invoice line that stands twice: equal to an earlier one in all but invoice and line number.

    Only as many as the key has lines beyond those that `rated` has of it; a credit takes off the line it cancels.
    """
    same = pl.col(LINE).cum_count().over(_SAME)
    repeated = lines.with_columns(same=same).filter(pl.col("same") > 1, pl.col("amount") > 0)
    if repeated.is_empty():
        return repeated.select(LINE)
    # Numbered from the last of a key, so that the first ones stay.
    place = pl.col(LINE).rank("ordinal", descending=True).over(_GROUP)
    kept = _kept(lines.join(repeated, on=list(_GROUP), how="semi", nulls_equal=True), rated)
    return (
        repeated.join(kept, on=list(_GROUP), how="left")
        .with_columns(cancelled=_cancelled(repeated, lines))
        .filter(place <= pl.col("invoiced") - pl.col("cancelled") - pl.col("rated"))
        .select(LINE)
    )


def _cancelled(repeated: pl.DataFrame, lines: pl.DataFrame) -> pl.Series:
    """How many lines of the key of each repeated line are of the opposite amount."""
    credits = lines.filter(pl.col("amount") < 0).group_by(*_GROUP, -pl.col("amount")).len("cancelled")
    found = repeated.join(credits, on=[*_GROUP, "amount"], how="left", maintain_order="left")
    return found["cancelled"].fill_null(0).cast(pl.Int64)


def _kept(lines: pl.DataFrame, rated: pl.DataFrame) -> pl.DataFrame:
    """Each key's number of invoice lines that are no credit, and of charge lines at the first stage that has any."""
    keys = lines.group_by(_GROUP, maintain_order=True).agg(
        pl.col("first", "last").first(), invoiced=(pl.col("amount") >= 0).sum().cast(pl.Int64)
    )
    counts = []
    for key in STAGES:
        asking = stating_only(keys, key).select(*_GROUP, "first", "last")
        columns = rated.select(*(pl.col(name).alias(f"rated_{name}") for name in key), "month")
        met = asking.join(columns, left_on=list(key), right_on=[f"rated_{name}" for name in key])
        within = met.filter(pl.col("month").is_between("first", "last"))
        counts.append(within.group_by(_GROUP).agg(rated=pl.len().cast(pl.Int64)))
    first = pl.concat(counts).unique(_GROUP, keep="first", maintain_order=True)
    return keys.join(first, on=list(_GROUP), how="left").select(*_GROUP, "invoiced", pl.col("rated").fill_null(0))
