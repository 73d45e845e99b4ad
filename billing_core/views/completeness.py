"""What lacks in a month's figures: tables, prices and values, and how much of the sum rests on what is not settled."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from billing_core.base.tables import TABLES
from billing_core.views.sums import UNPRICED

_ZERO = Decimal("0.00")
_BILLED, _MONTH = pl.col("amount_nok"), pl.col("period")


@dataclass(frozen=True)
class Unsettled:
    """Lines whose amount is not final: how many, what they come to (NOK), and their part of the billed `size`.

    The part is of the amounts' sizes, so that a credit cannot make it negative or more than the whole.
    """

    lines: int
    amount: Decimal
    size: Decimal
    whole: Decimal

    @property
    def share(self) -> Decimal | None:
        """Between 0 and 1; None where nothing has an amount."""
        return self.size / self.whole if self.whole else None


@dataclass(frozen=True)
class Completeness:
    """What a month's sums rest on, and what they leave out.

    lacking       tables that the months around have and this one lacks, by agency
    thin          tables with fewer than half of the lines of the month before, by agency
    absent        tables without lines where no other month tells whether they are in use
    estimated     billed lines whose price is an estimate
    illustrative  billed lines at a price of a price list that the project made up
    lines         all lines; `unpriced`, `undecided` and `unvalued` (framework lines without a known price) among them
    """

    lacking: Mapping[str, tuple[str, ...]]
    thin: Mapping[str, tuple[str, ...]]
    absent: tuple[str, ...]
    estimated: Unsettled
    illustrative: Unsettled
    lines: int
    unpriced: int
    undecided: int
    unvalued: int

    @property
    def whole(self) -> bool:
        """Whether nothing lacks and every amount rests on a settled price."""
        tables = self.lacking or self.thin or self.absent
        left_out = self.unpriced or self.undecided or self.unvalued
        return not (tables or left_out or self.estimated.lines or self.illustrative.lines)

    def share(self, count: int) -> Decimal:
        """What part of all lines `count` is."""
        return Decimal(count) / self.lines if self.lines else Decimal(0)


def completeness(lines: pl.DataFrame, history: pl.DataFrame, period: str, illustrative: frozenset[str]) -> Completeness:
    """How complete a month is, by its lines (LINE_SCHEMA) and the `tables_of` that month and those around it.

    `illustrative` are the sources of illustrative prices, as lines name them in `price_source`.
    """
    billed = lines.filter(pl.col("funding") == "billed", _BILLED.is_not_null())
    made_up = (pl.col("price_status").is_in(["priced", "estimate"])) & pl.col("price_source").is_in(
        sorted(illustrative)
    )
    return Completeness(
        lacking_tables(history, period),
        thin_tables(history, period),
        absent_tables(history, period),
        _unsettled(billed, pl.col("price_status") == "estimate"),
        _unsettled(billed, made_up),
        lines.height,
        lines.filter(pl.col("price_status").is_in(UNPRICED)).height,
        lines.filter(funding="undecided").height,
        lines.filter(pl.col("funding") == "framework", pl.col("covered_nok").is_null()).height,
    )


def tables_of(kinds: pl.DataFrame) -> pl.DataFrame:
    """Which tables have lines, by agency and month, and how many; of `explore.kinds`."""
    return kinds.group_by("agency", "period", "table").agg(pl.col("lines").sum())


def lacking_tables(history: pl.DataFrame, period: str) -> dict[str, tuple[str, ...]]:
    """By agency, the tables that its nearest month before or after has lines of and this one has not (of `tables_of`).

    An agency without any line in the month lacks all of those.
    """
    there = history.filter(period == _MONTH)
    around = history.join(_near(history, period), on="agency")
    around = around.filter((pl.col("before") == _MONTH) | (pl.col("after") == _MONTH))
    return _named(around.select("agency", "table").unique().join(there, on=["agency", "table"], how="anti"))


def thin_tables(history: pl.DataFrame, period: str) -> dict[str, tuple[str, ...]]:
    """By agency, the tables with fewer than half of the lines that the agency's nearest month before has of them."""
    key = ["agency", "table"]
    here = history.filter(period == _MONTH).select(*key, now="lines")
    before = history.join(_near(history, period), on="agency").filter(pl.col("before") == _MONTH)
    both = here.join(before.select(*key, then="lines"), on=key)
    return _named(both.filter(pl.col("now") * 2 < pl.col("then")).select(key))


def absent_tables(history: pl.DataFrame, period: str) -> tuple[str, ...]:
    """The tables without lines in the only month there is: no other tells whether they are in use."""
    if history.filter(period != _MONTH).height:
        return ()
    there = set(history["table"].unique())
    return tuple(name for name in TABLES if name not in there and name != "dispatch_costs")


def _near(history: pl.DataFrame, period: str) -> pl.DataFrame:
    """Each agency's nearest months with lines: agency, before, after."""
    return history.group_by("agency").agg(
        _MONTH.filter(period > _MONTH).max().alias("before"), _MONTH.filter(period < _MONTH).min().alias("after")
    )


def _named(pairs: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """Tables by agency, in the contract's order; `pairs` has agency and table."""
    order = list(TABLES)
    found: dict[str, list[str]] = {}
    for agency, table in sorted(pairs.iter_rows(), key=lambda pair: (pair[0], order.index(pair[1]))):
        found.setdefault(agency, []).append(table)
    return {agency: tuple(tables) for agency, tables in found.items()}


def _unsettled(billed: pl.DataFrame, which: pl.Expr) -> Unsettled:
    found = billed.filter(which)
    return Unsettled(found.height, _sum(found, _BILLED), _sum(found, _BILLED.abs()), _sum(billed, _BILLED.abs()))


def _sum(lines: pl.DataFrame, column: pl.Expr) -> Decimal:
    total: Decimal | None = lines.select(column.sum()).item()
    return total or _ZERO
