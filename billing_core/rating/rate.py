"""The steps one under another, from checked usage to charge lines; the only module that knows them all."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import narwhals as nw
import polars as pl

from billing_core.base.engines import Engine, write_parquet
from billing_core.base.model import LINE_SCHEMA, SORT
from billing_core.base.money import MAX_AMOUNT, QUANTITY
from billing_core.base.money import PRICE as PRICE_SCALE
from billing_core.base.months import last_day
from billing_core.base.tables import TABLES
from billing_core.law.catalogue import Catalogue
from billing_core.law.policy import Policy, Terms
from billing_core.law.prices import Prices
from billing_core.rating.allocate import dispatch_shares
from billing_core.rating.order import ordered
from billing_core.rating.pricing import WHOLE, presented, priced
from billing_core.rules import all_charges
from billing_core.rules.charges import Charges, Lazy, Setting

Given = pl.DataFrame | Path | Lazy
"""A usage table: a frame, the Parquet file that it is in, or what an engine reads."""


@dataclass(frozen=True)
class Rates:
    """What usage is rated by: the catalogue, the prices and agreements, and the policy."""

    catalogue: Catalogue
    prices: Prices
    policy: Policy


@dataclass(frozen=True)
class Rating:
    """Rated usage: charge lines still lazy, and what is needed to bring them out.

    Each of `parts` holds the lines of some months, in order of the months, in whole numbers of a fixed scale: quantity
    (millionths), unit_price (ten-thousandths), amount, covered (øre), and `oversized` where an amount would not fit.
    `illustrative` tells whether any price in use is.
    """

    parts: tuple[Lazy, ...]
    engine: Engine
    illustrative: bool

    @property
    def lines(self) -> Lazy:
        """The lines of all parts."""
        return nw.concat(self.parts)

    def selected(self, period: str | None = None, agency: str | None = None) -> "Rating":
        """The same rating, of which only one month or agency comes out."""
        parts = self.parts
        if period:
            parts = tuple(part.filter(nw.col("period") == period) for part in parts)
        if agency:
            parts = tuple(part.filter(nw.col("agency") == agency) for part in parts)
        return Rating(parts, self.engine, self.illustrative)

    def frames(self) -> Iterator[pl.DataFrame]:
        """Every line in LINE_SCHEMA, sorted as the contract says (section 5), some at a time."""
        for part in self.parts:
            if self.engine.sorts:
                found = self.engine.stream(presented(part).sort(*SORT))
            else:
                found = iter((ordered(self.engine.collect(presented(part))),))
            for lines in found:
                yield lines.cast(pl.Schema(LINE_SCHEMA))

    def frame(self) -> pl.DataFrame:
        """As `frames`, under one another."""
        return pl.concat([pl.DataFrame(schema=LINE_SCHEMA), *self.frames()])

    def write_parquet(self, path: Path) -> None:
        """Writes every line in LINE_SCHEMA, sorted; no more of them are held than `frames` gives at a time."""
        with self.engine.bounded():
            write_parquet(self.frames(), path)

    def oversized(self) -> pl.DataFrame:
        """The rows (table, file, row) with an amount beyond MAX_AMOUNT."""
        rows = self.lines.filter(nw.col("oversized")).select("table", "file", "row").unique()
        return self.engine.collect(rows)


def rate(
    usage: Mapping[str, Given],
    rates: Rates,
    engine: Engine,
    as_of: Mapping[str, date] | None = None,
) -> Rating:
    """Rates checked usage (in `Table.schema`, by table name; tables may be left out).

    `as_of` gives a month another day than its last. No rule looks beyond its month, so that months are rated in
    batches: those whose policy is the same, up to as many rows as the engine takes at once.
    """
    counts = {name: rows_by_month(frame, engine) for name, frame in usage.items()}
    given = {name: usage[name] for name, count in counts.items() if count}
    rows = _together_by_month(counts.values())
    parts: list[Lazy] = []
    illustrative = False
    for terms, same in groupby(rows, key=rates.policy.of):
        for months in batches({month: rows[month] for month in same}, engine.batch):
            tables = _tables(given, None if len(months) == len(rows) else months, engine)
            days = {month: (as_of or {}).get(month) or last_day(month) for month in months}
            charges = all_charges(tables, _setting(tables, terms, days, rates, engine), given)
            part, made_up = _priced(charges, terms, rates, engine)
            parts += part
            illustrative |= made_up
    if not parts:
        parts = [engine.load(pl.DataFrame(schema=LINE_SCHEMA | WHOLE | {"quantity": pl.Int64()}))]
    return Rating(tuple(parts), engine, illustrative)


def batches(rows: Mapping[str, int], most: int) -> list[list[str]]:
    """Months to rate together, in order, by how many `rows` each has: up to `most`, or one with more."""
    found: list[list[str]] = []
    room = 0
    for month, count in rows.items():
        if not found or count > room:
            found.append([])
            room = most
        found[-1].append(month)
        room -= count
    return found


def _setting(
    tables: Mapping[str, Lazy], terms: Terms, days: Mapping[str, date], rates: Rates, engine: Engine
) -> Setting:
    """What the rules read besides the usage of some months of one policy."""
    return Setting(
        terms,
        _calendar(days, terms),
        dispatch_shares(*(engine.collect(tables[name]) for name in ("dispatch", "dispatch_costs"))),
        rates.catalogue,
        engine.load,
        lambda small: engine.load(engine.collect(small)),
    )


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


def rows_by_month(frame: Given, engine: Engine) -> dict[str, int]:
    """How many rows of a usage table each month has."""
    if isinstance(frame, pl.DataFrame):
        return dict(frame.group_by("period").len().iter_rows())
    rows = frame if isinstance(frame, nw.LazyFrame) else engine.load(frame)
    return dict(engine.collect(rows.group_by("period").agg(nw.len().alias("rows"))).iter_rows())


def _together_by_month(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """How many rows each month has in all tables, in order of the months."""
    rows: Counter[str] = Counter()
    for count in counts:
        rows.update(count)
    return dict(sorted(rows.items()))


def _calendar(days: Mapping[str, date], terms: Terms) -> pl.DataFrame:
    grace = timedelta(days=terms.deactivated_grace_days)
    return pl.DataFrame(
        {"period": list(days), "as_of": list(days.values()), "grace_limit": [day - grace for day in days.values()]},
        schema={"period": pl.String, "as_of": pl.Date, "grace_limit": pl.Date},
    )


def _tables(given: Mapping[str, Given], months: list[str] | None, engine: Engine) -> dict[str, Lazy]:
    """Every usage table, of some months or of all."""
    tables = {}
    for name, table in TABLES.items():
        frame = given.get(name, pl.DataFrame(schema=table.schema))
        if months and isinstance(frame, pl.DataFrame):
            # Chosen once, not anew in each of the plans that look at the table.
            tables[name] = engine.load(frame.filter(pl.col("period").is_in(months)))
        else:
            rows = frame if isinstance(frame, nw.LazyFrame) else engine.load(frame)
            tables[name] = rows.filter(nw.col("period").is_in(months)) if months else rows
    return tables


def _priced(charges: list[Charges], terms: Terms, rates: Rates, engine: Engine) -> tuple[list[Lazy], bool]:
    """The lines of charges of one policy, and whether any price in use is illustrative."""
    if not charges:
        return [], False
    questions = engine.collect(nw.concat([charge.asked.unique() for charge in charges]).unique())
    answers = rates.prices.answers(questions, {i.item: i.price_item for i in rates.catalogue.items.values()})
    found = engine.load(answers.drop("price_state"))
    lines = nw.concat([priced(frame, found, terms, single) for frame, single in _together(charges)])
    return [lines], bool((answers["price_state"] == "illustrative").any())


def _together(charges: list[Charges]) -> list[tuple[Lazy, bool]]:
    """Charges whose price is found alike, under one another: planned once, not once a kind of line."""
    groups: dict[bool, list[Lazy]] = {}
    for charge in charges:
        groups.setdefault(charge.single, []).append(charge.frame)
    return [(nw.concat(frames), single) for single, frames in groups.items()]
