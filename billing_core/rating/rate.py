"""The steps one under another, from checked usage to charge lines; the only module that knows them all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import narwhals as nw
import polars as pl

from billing_core.base.engines import Engine
from billing_core.base.model import LINE_SCHEMA, SORT
from billing_core.base.money import MAX_AMOUNT, QUANTITY
from billing_core.base.money import PRICE as PRICE_SCALE
from billing_core.base.months import last_day
from billing_core.base.tables import TABLES
from billing_core.law.catalogue import Catalogue
from billing_core.law.policy import Policy, Terms
from billing_core.law.prices import Prices
from billing_core.rating.allocate import dispatch_shares
from billing_core.rating.pricing import WHOLE, presented, priced
from billing_core.rules import all_charges
from billing_core.rules.charges import Charges, Lazy, Setting


@dataclass(frozen=True)
class Rates:
    """What usage is rated by: the catalogue, the prices and agreements, and the policy."""

    catalogue: Catalogue
    prices: Prices
    policy: Policy


@dataclass(frozen=True)
class Rating:
    """Rated usage: charge lines still lazy, and what is needed to bring them out.

    `lines` holds whole numbers of a fixed scale: quantity (millionths), unit_price (ten-thousandths), amount, covered
    (øre), and `oversized` where an amount would not fit. `illustrative` tells whether any price in use is.
    """

    lines: Lazy
    engine: Engine
    illustrative: bool

    def selected(self, period: str | None = None, agency: str | None = None) -> "Rating":
        """The same rating, of which only one month or agency comes out."""
        lines = self.lines
        if period:
            lines = lines.filter(nw.col("period") == period)
        if agency:
            lines = lines.filter(nw.col("agency") == agency)
        return Rating(lines, self.engine, self.illustrative)

    def frame(self) -> pl.DataFrame:
        """Every line in LINE_SCHEMA, sorted as the contract says (section 5)."""
        return self.engine.collect(presented(self.lines).sort(*SORT)).cast(pl.Schema(LINE_SCHEMA))

    def write_parquet(self, path: Path) -> None:
        """Writes every line in LINE_SCHEMA, sorted, without bringing them into this process where the engine can."""
        self.engine.write_parquet(presented(self.lines).sort(*SORT), path)

    def oversized(self) -> pl.DataFrame:
        """The rows (table, file, row) with an amount beyond MAX_AMOUNT."""
        rows = self.lines.filter(nw.col("oversized")).select("table", "file", "row").unique()
        return self.engine.collect(rows)


def rate(
    usage: Mapping[str, pl.DataFrame | Path],
    rates: Rates,
    engine: Engine,
    as_of: Mapping[str, date] | None = None,
) -> Rating:
    """Rates checked usage (frames or Parquet files in `Table.schema`, by table name; tables may be left out).

    `as_of` gives a month another day than its last. Months whose policy is the same are rated together.
    """
    given = {name for name, frame in usage.items() if isinstance(frame, Path) or not frame.is_empty()}
    tables = {
        name: engine.load(usage[name] if name in given else pl.DataFrame(schema=table.schema))
        for name, table in TABLES.items()
    }
    periods = _periods([tables[name] for name in given], engine)
    shares = dispatch_shares(*(engine.collect(tables[name]) for name in ("dispatch", "dispatch_costs")))
    charges = []
    for terms, months in _by_terms(periods, rates.policy):
        days = {month: (as_of or {}).get(month) or last_day(month) for month in months}
        setting = Setting(
            terms,
            _calendar(days, terms),
            shares,
            rates.catalogue,
            engine.load,
            lambda small: engine.load(engine.collect(small)),
        )
        chosen = tables if len(months) == len(periods) else _of_months(tables, months)
        charges += [(charge, terms) for charge in all_charges(chosen, setting, given)]
    return _priced(charges, rates, engine)


def may_exceed(usage: Mapping[str, pl.DataFrame], rates: Rates) -> bool:
    """Whether any amount of this usage could be beyond MAX_AMOUNT: cheap, so that `oversized` is asked only then."""
    quantities = [QUANTITY]
    own = [rates.prices.highest]
    for name, table in TABLES.items():
        for column in table.columns:
            if name in usage and column.kind in ("quantity", "money", "count"):
                top = usage[name][column.key].abs().max()
                scale = QUANTITY if column.kind == "count" else 1
                (own if column.kind == "money" else quantities).append(int(str(top or 0)) * scale)
    # Memory is servers x GB, both quantities; its product is held within a quantity's limit by the check.
    return max(quantities) * max(own) * 100 > MAX_AMOUNT * QUANTITY * PRICE_SCALE


def _periods(tables: Sequence[Lazy], engine: Engine) -> list[str]:
    return sorted({month for table in tables for month in engine.collect(table.select("period").unique())["period"]})


def _by_terms(periods: list[str], policy: Policy) -> list[tuple[Terms, list[str]]]:
    return [(terms, list(months)) for terms, months in groupby(periods, key=policy.of)]


def _calendar(days: Mapping[str, date], terms: Terms) -> pl.DataFrame:
    grace = timedelta(days=terms.deactivated_grace_days)
    return pl.DataFrame(
        {"period": list(days), "as_of": list(days.values()), "grace_limit": [day - grace for day in days.values()]},
        schema={"period": pl.String, "as_of": pl.Date, "grace_limit": pl.Date},
    )


def _of_months(tables: Mapping[str, Lazy], months: list[str]) -> dict[str, Lazy]:
    return {name: table.filter(nw.col("period").is_in(months)) for name, table in tables.items()}


def _priced(charges: list[tuple[Charges, Terms]], rates: Rates, engine: Engine) -> Rating:
    if not charges:
        none = pl.DataFrame(schema=LINE_SCHEMA | WHOLE | {"quantity": pl.Int64()})
        return Rating(engine.load(none), engine, illustrative=False)
    questions = engine.collect(nw.concat([charge.asked.unique() for charge, _ in charges]).unique())
    answers = rates.prices.answers(questions, {i.item: i.price_item for i in rates.catalogue.items.values()})
    found = engine.load(answers.drop("price_state"))
    lines = nw.concat([priced(frame, found, terms, single) for frame, terms, single in _together(charges)])
    return Rating(lines, engine, bool((answers["price_state"] == "illustrative").any()))


def _together(charges: list[tuple[Charges, Terms]]) -> list[tuple[Lazy, Terms, bool]]:
    """Charges of one policy whose price is found alike, under one another: planned once, not once a kind of line."""
    groups: dict[tuple[Terms, bool], list[Lazy]] = {}
    for charge, terms in charges:
        groups.setdefault((terms, charge.single), []).append(charge.frame)
    return [(nw.concat(frames), terms, single) for (terms, single), frames in groups.items()]
