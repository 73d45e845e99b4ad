"""The year month by month: accounts, forecast, scenario, own lines, the adopted budget (planning contract, §2)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import polars as pl

from billing_core.base.errors import RequestError
from billing_core.base.folding import fold
from billing_core.base.months import last_day, months_between
from billing_core.planning.adopted import Adopted, spread_over
from billing_core.planning.assumptions import NONE, Assumptions
from billing_core.planning.complete import Month, as_counted, last_complete, months_of
from billing_core.planning.cost_rows import Row, cost_rows
from billing_core.planning.data import Data
from billing_core.planning.effects import effect
from billing_core.planning.errors import Notice
from billing_core.planning.forecast import Forecast, mean_forecast
from billing_core.planning.overrides import Overridden, overridden
from billing_core.planning.quality import MEAN_OF
from billing_core.planning.sums import sums
from billing_core.scenario import Scenario

MONEY = pl.Decimal(38, 2)

Place = tuple[str, str, str]
"""Month, service and item."""

SCHEMA: dict[str, pl.DataType] = {
    "agency": pl.String(),
    "month": pl.String(),
    "service": pl.String(),
    "item": pl.String(),
    "variant": pl.String(),
    "kind": pl.String(),
    "basis": pl.String(),
    "amount_nok": MONEY,
    "covered_nok": MONEY,
    "low_nok": MONEY,
    "high_nok": MONEY,
    "lines": pl.Int64(),
    "unknown": pl.Int64(),
}
"""The columns of a budget. `unknown` counts the lines that `amount_nok` leaves out; it is empty where none is known."""

KINDS = ("actual", "missing", "forecast", "scenario", "own", "adopted", "change")
COSTS = ("actual", "forecast", "scenario", "own")
"""The kinds that are cost; the others are budget, or nothing."""

_NOT_MONTHLY = ("one_off", "yearly")


@dataclass(frozen=True)
class Plan:
    """What is asked for: calendar years, `years` of them from `year` on.

    base      the month that the forecast is made from; the last complete one by default
    spread    how an adopted budget without months is spread, one of `SPREADS`
    lasting   whether a price that has ended without a successor still stands
    counted   months that a person says count as accounts, or do not
    method    how it is forecast, one of `METHODS`
    """

    year: int
    years: int = 1
    base: str | None = None
    assumptions: Assumptions = NONE
    adopted: Sequence[Adopted] = ()
    spread: str = "even"
    scenario: Scenario | None = None
    lasting: bool = False
    counted: tuple[tuple[str, bool], ...] = ()
    method: str = "base"

    @property
    def months(self) -> list[str]:
        """Every month of its years."""
        return months_between(f"{self.year}-01", f"{self.year + self.years - 1}-12")

    def years_of(self, row: Adopted) -> range:
        """The years that a row of the adopted budget may be of: the first one where it names no month."""
        undated = row.month is None and row.valid_from is None
        return range(self.year, self.year + (1 if undated else self.years))


@dataclass(frozen=True)
class Budget:
    """An agency's rows (SCHEMA), the month they are made from, what is known of the data's months, and notices.

    `overridden` are the figures that a person set in place of the forecast's; `computed` is what the forecast comes to
    without them (NOK, None where nothing is known) by month, service and item.
    """

    agency: str
    plan: Plan
    rows: pl.DataFrame
    base: str
    months: tuple[Month, ...]
    notices: tuple[Notice, ...]
    overridden: tuple[Overridden, ...] = ()
    computed: Mapping[Place, Decimal | None] = field(default_factory=dict)


def budget(data: Data, plan: Plan, today: date) -> Budget:
    """The agency's budget; `today` tells which months are over.

    RequestError if the agency has no month that can be the base.
    """
    months = tuple(as_counted(months_of(data.usage, data.agency, today), dict(plan.counted)))
    base = base_of(data.agency, plan, months)
    later = [month for month in plan.months if month > base]
    made = mean_forecast(data, _bases(plan, base, months), later, lasting=plan.lasting)
    actual = _actual(data, plan, base, months)
    rows = cost_rows(actual.filter(pl.col("period").is_in(plan.months)), "actual")
    rows += _missing(plan, base, months)
    computed = cost_rows(made.sums, "forecast", plan.assumptions) + _unseen(made)
    stated, figures, late = overridden(computed, plan.assumptions, [m for m in plan.months if m > base])
    rows += stated
    notices = [*_about_months(base, months), *made.moved.notices, *late]
    for found, told in (
        _scenario_rows(data, plan, made),
        _own_rows(plan, base),
        _adopted_rows(data.agency, plan, actual, base),
    ):
        rows, notices = rows + found, notices + told
    return Budget(
        data.agency, plan, _framed(rows, data.agency), base, months, tuple(notices), figures, _by_item(computed)
    )


def _bases(plan: Plan, base: str, months: Sequence[Month]) -> list[str]:
    """The months that the forecast is made from, base last."""
    if plan.method == "base":
        return [base]
    earlier = [month.period for month in months if month.complete and month.period < base]
    return [*earlier[-(MEAN_OF - 1) :], base]


def _by_item(computed: Sequence[Row]) -> dict[Place, Decimal | None]:
    found: dict[Place, Decimal | None] = {}
    for row in computed:
        place, amount = (row["month"], row["service"], row["item"]), row.get("amount_nok")
        known = found.get(place)
        found[place] = amount if known is None else known if amount is None else known + amount
    return found


def base_of(agency: str, plan: Plan, months: Sequence[Month]) -> str:
    """The month that a forecast is made from. RequestError names the months there are if there is none."""
    there = ", ".join(month.period for month in months) or "none"
    if plan.base and plan.base not in {month.period for month in months}:
        raise RequestError(f"{agency} has no rows in {plan.base}; there are {there}")
    base = plan.base or last_complete(list(months))
    if base is None:
        raise RequestError(f"no month of {agency} is complete; name one of {there} with --base")
    return base


def _about_months(base: str, months: Sequence[Month]) -> list[Notice]:
    """Why base or a month after it, or one before it, does not count as accounts."""
    found = []
    for month in months:
        if not month.over and month.period == base:
            found.append(Notice("base_not_over", month.period, last_day(base).isoformat()))
        elif not month.over:
            found.append(Notice("not_over", month.period))
        if month.said is not None and month.said != month.whole:
            found.append(Notice("said_accounts" if month.said else "said_no_accounts", month.period))
        if month.lacking:
            found.append(Notice("lacking", month.period, ", ".join(month.lacking)))
        if month.thin:
            found.append(Notice("thin", month.period, ", ".join(month.thin)))
    return found


def _actual(data: Data, plan: Plan, base: str, months: Sequence[Month]) -> pl.DataFrame:
    """What the data have of the plan's years and the year before: all up to base; later, rows that come once a year."""
    span = {f"{int(month[:4]) - 1}{month[4:]}" for month in plan.months} | set(plan.months)
    wanted = [month.period for month in months if month.period in span]
    found = sums(data.rating, data.agency, wanted).with_columns(lapsed=pl.lit(value=False), apart=pl.lit(1))
    once = (pl.col("table") == "services") & pl.col("recurrence").is_in(_NOT_MONTHLY)
    return found.filter((pl.col("period") <= base) | once)


def _missing(plan: Plan, base: str, months: Sequence[Month]) -> list[Row]:
    there = {month.period for month in months}
    return [{"month": m, "kind": "missing"} for m in plan.months if m <= base and m not in there]


def _unseen(made: Forecast) -> list[Row]:
    """A row for each yearly item that nobody can know of: its month has never been in the data."""
    items = made.rates.catalogue.items
    return [
        {"month": m, "kind": "forecast", "service": items[i].service, "item": i, "basis": "in_force", "unknown": 1}
        for m, i in made.moved.unseen
    ]


def _scenario_rows(data: Data, plan: Plan, made: Forecast) -> tuple[list[Row], list[Notice]]:
    if plan.scenario is None:
        return [], []
    if not made.months:
        return [], [Notice("no_forecast")]
    found, notices = effect(plan.scenario, data.agency, made, data.engine)
    return cost_rows(found.with_columns(apart=made.apart), "scenario", plan.assumptions), notices


def _own_rows(plan: Plan, base: str) -> tuple[list[Row], list[Notice]]:
    rows: list[Row] = []
    notices = []
    for own in plan.assumptions.own:
        closed = [month for month in own.by_month if month <= base]
        if closed:
            notices.append(Notice("own_closed", own.name, base, len(closed)))
        common = {"kind": "own", "service": own.service, "item": own.name, "basis": "assumed"}
        rows += [common | {"month": m, "amount_nok": nok} for m, nok in own.by_month.items() if m > base]
    span = set(plan.months)
    return [row for row in rows if row["month"] in span], notices


def _adopted_rows(agency: str, plan: Plan, actual: pl.DataFrame, base: str) -> tuple[list[Row], list[Notice]]:
    """The adopted budget and its changes by month; rows of other agencies pass, those of other years are told."""
    months = set(actual.filter(pl.col("period") <= base)["period"])
    amounts: dict[tuple[str, str, str, str], Decimal] = {}
    elsewhere = 0
    for row in plan.adopted:
        if row.agency and fold(row.agency) != fold(agency):
            continue
        before = _billed(actual, row, months) if plan.spread == "last_year" else {}
        given = {
            m: nok for year in plan.years_of(row) for m, nok in spread_over(row, year, plan.spread, before).items()
        }
        elsewhere += not given
        for month, nok in given.items():
            key = (month, row.kind, row.service, row.item)
            amounts[key] = amounts.get(key, Decimal(0)) + nok
    rows: list[Row] = [
        {"month": month, "kind": kind, "service": service, "item": item, "amount_nok": nok}
        for (month, kind, service, item), nok in amounts.items()
    ]
    return rows, [Notice("adopted_elsewhere", count=elsewhere)] if elsewhere else []


def _billed(actual: pl.DataFrame, row: Adopted, months: Collection[str]) -> dict[str, int]:
    """What was billed of a row's service and item in each month that is in the data (øre)."""
    mine = actual
    for column, wanted in (("service", row.service), ("item", row.item)):
        mine = mine.filter(pl.col(column) == wanted) if wanted else mine
    found = dict(mine.group_by("period").agg(pl.col("amount").sum()).iter_rows())
    return {month: int(found.get(month, 0)) for month in months}


_EMPTY: Row = {"service": "", "item": "", "variant": "", "lines": 0, "unknown": 0}


def _framed(rows: Sequence[Row], agency: str) -> pl.DataFrame:
    """Rows in SCHEMA, by month, kind and what they are of."""
    whole = [{name: (_EMPTY | row).get(name) for name in SCHEMA} | {"agency": agency} for row in rows]
    order = pl.col("kind").cast(pl.Enum(KINDS))
    return pl.DataFrame(whole, schema=SCHEMA).sort("month", order, "service", "item", "variant")


def year_totals(rows: pl.DataFrame) -> pl.DataFrame:
    """A row a year and kind: agency, year, kind, months, amount_nok, covered_nok, low_nok, high_nok, lines, unknown.

    `missing` counts the months that lack; no total mixes the kinds.
    """
    order = pl.Enum(KINDS)
    return (
        rows.group_by("agency", pl.col("month").str.head(4).alias("year"), pl.col("kind").cast(order))
        .agg(
            pl.col("month").n_unique().cast(pl.Int64).alias("months"),
            *(
                pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)
                for name in ("amount_nok", "covered_nok", "low_nok", "high_nok")
            ),
            pl.col("lines", "unknown").sum(),
        )
        .sort("agency", "year", "kind")
        .cast({"kind": pl.String})
    )


def by_month(rows: pl.DataFrame) -> pl.DataFrame:
    """What each month costs by kind: month, kind (of COSTS), amount_nok, unknown; in their order."""
    costs = rows.filter(pl.col("kind").is_in(COSTS))
    summed = costs.group_by("month", pl.col("kind").cast(pl.Enum(COSTS))).agg(pl.col("amount_nok", "unknown").sum())
    return summed.sort("kind", "month").cast({"kind": pl.String})
