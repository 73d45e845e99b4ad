"""What is known of the months to come, each with its kroner: prices, agreements that end, licences that pass the limit.

Usage stands still in a forecast, so that what differs between two of its months is what is known already: `changes` of
the same usage, moved. Assumptions, own figures, own lines and scenarios are a person's and no part of it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import polars as pl

from billing_core.base.money import kroner, nearest
from billing_core.base.months import first_day, month_before, months_between
from billing_core.planning.changes import changes
from billing_core.planning.data import Data
from billing_core.planning.moving import move
from billing_core.rating.rate import rate

MONEY = pl.Decimal(38, 2)
KINDS = ("agreement_ends", "price", "became_billed", "yearly", "no_price", "rule", "other")
"""An agreed price that ends; another price; licences that become billed; what comes once a year; no price any more."""

SCHEMA: dict[str, pl.DataType] = {
    "month": pl.String(),
    "kind": pl.String(),
    "service": pl.String(),
    "item": pl.String(),
    "variant": pl.String(),
    "keys": pl.Int64(),
    "amount_nok": MONEY,
    "unknown": pl.Int64(),
}
"""`amount_nok` is what each month from `month` on differs from the one before (yearly: that month alone); `keys` how
many lines or users it is of, `unknown` how many of them have no amount."""

_PARTS = {"price": "price", "unit_cost": "price", "became_billed": "became_billed", "unknown": "no_price"}
_RULED = ("rule", "policy", "became_covered")


def known(data: Data, base: str, last: str) -> pl.DataFrame:
    """What differs from month to month between base and `last` where usage stands still (SCHEMA), the first first."""
    months = months_between(base, last)
    moved = move(data, base, months)
    lines = rate(moved.usage, data.rates, data.engine).selected(agency=data.agency).frame()
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for earlier, later in pairwise(months):
        if _alike(lines, earlier, later):
            continue
        of_pair = {
            table: frame.filter(pl.col("period").is_in([earlier, later])) for table, frame in moved.usage.items()
        }
        rows = changes(of_pair, data.rates, data.engine, (earlier, later), rated=lines)
        _collect(found, rows.filter(pl.col("agency") == data.agency), later, data, moved.distances)
    frame = pl.DataFrame([_row(place, one) for place, one in found.items()], schema=SCHEMA)
    said = (pl.col("amount_nok") != 0) | (pl.col("unknown") > 0)
    return frame.filter(said).sort("month", pl.col("kind").cast(pl.Enum(KINDS)), "service", "item", "variant")


def effect_in(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """`known` with what each comes to in a calendar year (`year_nok`): from its month on, each month anew."""
    first, last = f"{year}-01", f"{year}-12"
    span = [len(months_between(max(month, first), last)) if month <= last else 0 for month in rows["month"]]
    times = pl.Series("times", span, dtype=pl.Int64)
    once = (pl.col("month").str.head(4) == str(year)).cast(pl.Int64)
    counted = pl.when(pl.col("kind") == "yearly").then(once).otherwise(pl.col("times"))
    return rows.with_columns(times).with_columns(year_nok=(pl.col("amount_nok") * counted).cast(MONEY)).drop("times")


def _alike(lines: pl.DataFrame, earlier: str, later: str) -> bool:
    """Whether two months have the same sums, so that nothing is to be told."""
    sums = (
        lines.filter(period=period)
        .group_by("table", "item", "variant", "rule", "funding")
        .agg(pl.col("amount_nok").sum(), unknown=pl.col("amount_nok").null_count(), lines=pl.len())
        .sort("table", "item", "variant", "rule", "funding")
        for period in (earlier, later)
    )
    first, second = sums
    return first.equals(second)


def _collect(
    found: dict[tuple[str, ...], dict[str, Any]],
    rows: pl.DataFrame,
    month: str,
    data: Data,
    distances: Mapping[str, int],
) -> None:
    """Adds the rows of `changes` of one month, by kind and what they are of."""
    ending = _ending(data, month)
    for row in rows.iter_rows(named=True):
        kind = _kind(row, ending, data)
        # What came in the month before alone is told there.
        if kind == "yearly" and not row["lines_to"]:
            continue
        # What nobody knew before either is no news.
        news = row["unknown_to"] - row["unknown_from"]
        if not (row["amount_nok"] or news):
            continue
        amount = row["amount_to_nok"] if kind == "yearly" else row["amount_nok"]
        place = (month, kind, row["service"] or "", row["item"], row["variant"] or "")
        one = found.setdefault(place, {"exact": Fraction(0), "keys": 0, "unknown": 0})
        one["exact"] += Fraction(amount) / distances.get(row["table"], 1)
        one["keys"] += max(row["lines_to"], row["lines_from"])
        one["unknown"] += max(news, 0)


def _kind(row: Mapping[str, Any], ending: Sequence[tuple[str, str]], data: Data) -> str:
    part, item, variant = row["part"], row["item"], row["variant"] or ""
    if part == "one_off":
        return "yearly"
    catalogue = data.rates.catalogue.items
    priced_as = catalogue[item].price_item if item in catalogue else item
    # An agreement of a shorter variant covers the longer ones.
    ended = any(
        of in (item, priced_as) and f"{variant}/".startswith(f"{short}/" if short else "") for of, short in ending
    )
    if ended and part in ("price", "unknown"):
        return "agreement_ends"
    return _PARTS.get(part, "rule" if part in _RULED else "other")


def _ending(data: Data, month: str) -> list[tuple[str, str]]:
    """The agency's agreed prices (item, variant) that are in force a month before and no more in the month."""
    before, now = first_day(month_before(month)), first_day(month)
    ends = pl.col("valid_to").is_between(before, now, closed="right")
    rows = data.rates.prices.agreed.filter(pl.col("agency") == data.agency, ends)
    return [(item, variant or "") for item, variant in rows.select("item", "variant").iter_rows()]


def _row(place: tuple[str, ...], one: Mapping[str, Any]) -> dict[str, Any]:
    month, kind, service, item, variant = place
    names = {"month": month, "kind": kind, "service": service, "item": item, "variant": variant}
    amount: Decimal = kroner(nearest(one["exact"] * 100))
    return names | {"keys": one["keys"], "amount_nok": amount, "unknown": one["unknown"]}
