"""A month's usage moved to a later month, to be rated by what is in force there."""

from collections.abc import Mapping

import polars as pl

from billing_core.base.tables import TABLES
from billing_core.law.catalogue import Catalogue

SHARED = ("dispatch", "dispatch_costs")
"""Tables whose cost is shared by all that used it: moved as one month, never one agency's beside another's."""


def moved_usage(usage: Mapping[str, pl.DataFrame], catalogue: Catalogue, base: str, to: str) -> dict[str, pl.DataFrame]:
    """The usage rows of the month `base`, of all agencies, as rows of the month `to` (planning, section 2).

    An agency without rows in `base` has its newest earlier ones moved; one that has rows in `to` has none moved. Left
    out are rows of items that are charged yearly or once, and credits. Dates in rows stay. A moved row's file says to
    which month, so that it is not the row it came from.
    """
    months = _newest(usage, base, to)
    mark = pl.format("{} → {}", "file", pl.lit(to))
    return {
        name: _rows(name, frame, months, base, to)
        .filter(_recurs(name, catalogue))
        .with_columns(period=pl.lit(to), file=mark)
        .select(frame.columns)
        for name, frame in usage.items()
    }


def _newest(usage: Mapping[str, pl.DataFrame], base: str, to: str) -> pl.DataFrame:
    """The month that each agency's rows are moved from: agency, period."""
    pairs = pl.concat(frame.select("agency", "period").unique() for frame in usage.values() if "agency" in frame)
    there = pairs.filter(pl.col("period") == to)
    newest = pairs.filter(pl.col("period") <= base).group_by("agency").agg(pl.col("period").max())
    return newest.join(there, on="agency", how="anti")


def _rows(name: str, frame: pl.DataFrame, months: pl.DataFrame, base: str, to: str) -> pl.DataFrame:
    if name not in SHARED:
        return frame.join(months, on=["agency", "period"], how="semi", maintain_order="left")
    return frame.filter(pl.col("period") == base) if to not in frame["period"] else frame.head(0)


def _recurs(name: str, catalogue: Catalogue) -> pl.Expr:
    """Rows of what is charged every month, and no credits."""
    keys = {column.key for column in TABLES[name].columns}
    found = pl.lit(True)
    for key in sorted(keys & {"quantity", "cost_nok"}):
        found &= (pl.col(key) >= 0).fill_null(True)
    if "item" in keys:
        monthly = [item.item for item in catalogue.items.values() if item.recurrence == "monthly"]
        found &= pl.col("item").is_in(monthly)
    return found
