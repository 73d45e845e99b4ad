"""Which invoice lines and which charge lines are about the same (planning contract, §4): in three stages.

Invoice lines (`lines`) are numbered by LINE and have `first` and `last` month; charge lines (`rated`) are numbered by
RATED and have a `month`. Both have the columns of KEY, folded and never empty (`keyed`).
"""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from billing_core.base.folding import folded

LINE, RATED = "#line", "#rated"

KEY = ("key_agency", "key_item", "key_variant", "key_subject")
"""What a line is about, beside its month."""

STAGES: tuple[tuple[str, ...], ...] = (KEY, KEY[:3], KEY[:2])
"""The whole key first, then without what an invoice line does not state."""


class Matched(NamedTuple):
    """Both sides' lines that met, each with the `group` that it is in, and those that are left."""

    lines: pl.DataFrame
    rated: pl.DataFrame
    lines_left: pl.DataFrame
    rated_left: pl.DataFrame


def keyed(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with KEY: its agency, item, variant and subject as they are compared."""
    texts = {key: pl.col(key.removeprefix("key_")).map_batches(folded, pl.String).fill_null("") for key in KEY}
    return frame.with_columns(**texts)


def matched(lines: pl.DataFrame, rated: pl.DataFrame) -> Matched:
    """The lines of both sides that meet, at the first stage at which they do.

    A charge line whose month several invoiced periods hold goes to the shortest of them.
    """
    met_lines, met_rated, groups = [], [], 0
    for key in STAGES:
        asking = stating_only(lines, key)
        found = _nearest(rated, asking, key)
        group = found.select(*key, "period").unique(maintain_order=True).with_row_index("group", groups)
        groups += group.height
        met_lines.append(asking.join(group, on=[*key, "period"], maintain_order="left"))
        met_rated.append(found.join(group, on=[*key, "period"], maintain_order="left").drop("period"))
        lines, rated = lines.join(met_lines[-1], on=LINE, how="anti"), rated.join(found, on=RATED, how="anti")
    return Matched(pl.concat(met_lines), pl.concat(met_rated), lines, rated)


def stating_only(frame: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """The rows that state nothing beside `key`."""
    beside = [pl.col(name) == "" for name in KEY if name not in key]
    return frame.filter(beside) if beside else frame


def _nearest(rated: pl.DataFrame, asking: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """The charge lines that any of `asking` is about, with its `period`."""
    spans = asking.select(*key, "period", "first", "last").unique(maintain_order=True)
    return (
        rated.join(spans, on=list(key), maintain_order="left")
        .filter(pl.col("month").is_between("first", "last"))
        .sort(RATED, months(pl.col("last")) - months(pl.col("first")), "first", maintain_order=True)
        .unique(RATED, keep="first", maintain_order=True)
        .drop("first", "last")
    )


def months(period: pl.Expr) -> pl.Expr:
    """Months ("YYYY-MM") as numbers that differ by one from month to month."""
    return period.str.slice(0, 4).cast(pl.Int32) * 12 + period.str.slice(5, 2).cast(pl.Int32)
