"""Four years ahead: what each service costs a year, and what changes and measures come to in a full year."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl

from billing_core.base.months import first_day, moved
from billing_core.law.prices import Prices
from billing_core.planning.assumptions import Assumptions, Change
from billing_core.planning.budget import Budget, Plan, budget
from billing_core.planning.data import Data
from billing_core.planning.known import effect_in
from billing_core.scenario import Scenario

YEARS = 4
MONEY = pl.Decimal(38, 2)
KINDS = ("known", "assumed", "own", "measure")
LEVEL = ("actual", "forecast", "own")
"""The kinds that a year costs before measures."""

ByMonth = dict[str, Decimal]


def in_fixed_prices(data: Data, plan: Plan) -> tuple[Data, Plan]:
    """The same in the prices of the first year's December: no price changes after it, stated or assumed."""
    last = f"{plan.year}-12"
    prices = data.rates.prices
    still = Prices(_standing(prices.listed, last), _standing(prices.agreed, last), prices.lasting)
    held = [_without_price(one) if (one.start or "") > last else one for one in plan.assumptions.change]
    change = tuple(one for one in held if one.quantity_pct or one.price_pct)
    assumptions = plan.assumptions.model_copy(update={"change": change})
    return replace(data, rates=replace(data.rates, prices=still)), replace(plan, assumptions=assumptions)


def _without_price(change: Change) -> Change:
    return change.model_copy(update={"price_pct": Decimal(0)})


def levels(made: Budget) -> pl.DataFrame:
    """service, a column a calendar year (NOK; accounts, forecast and own lines), unknown; the whole agency last."""
    years = _years(made.plan)
    costs = made.rows.filter(pl.col("kind").is_in(LEVEL))
    schema = {"service": pl.String(), **dict.fromkeys(years, MONEY), "unknown": pl.Int64()}
    services = costs["service"].unique().sort().to_list()
    parts = [(service, costs.filter(pl.col("service") == service)) for service in services] + [("total", costs)]
    return pl.DataFrame([_level(service, part, years) for service, part in parts], schema=schema)


def effects(
    data: Data, made: Budget, today: date, known: pl.DataFrame, measures: Sequence[Scenario] = ()
) -> pl.DataFrame:
    """What changes the years: kind (KINDS), name, a column a year (NOK), full_year_nok. Positive is more cost.

    `known` is `known` of the plan's months; its names are items. A full year is the twelve months from the first that
    has an effect, without what comes once; empty where the plan ends before them.
    """
    years = _years(made.plan)
    rows = [*_known(known, years), *_assumed(data, made, today, years), *_owns(made, years)]
    for scenario in measures:
        found = budget(data, replace(made.plan, scenario=scenario, assumptions=Assumptions()), today).rows
        mine = found.filter(pl.col("kind") == "scenario")
        lasting, once = (_by_month(mine.filter(which)) for which in (pl.col("item") != "", pl.col("item") == ""))
        rows.append(_effect("measure", scenario.name, _added(lasting, once), lasting, years))
    schema = {"kind": pl.String(), "name": pl.String(), **dict.fromkeys(years, MONEY), "full_year_nok": MONEY}
    return pl.DataFrame(rows, schema=schema)


def full_year(by_month: Mapping[str, Decimal], last: str) -> Decimal | None:
    """What the twelve months come to from the first with any; 0 where none has, None where `last` comes before them."""
    first = min((month for month, nok in by_month.items() if nok), default=None)
    if first is None:
        return Decimal("0.00")
    end = moved(first, 11)
    return (
        sum((nok for month, nok in by_month.items() if first <= month <= end), Decimal("0.00")) if end <= last else None
    )


def _standing(prices: pl.DataFrame, last: str) -> pl.DataFrame:
    """Prices of which those in force in a month stand for good, and none comes after."""
    day = first_day(last)
    lasting = pl.when(pl.col("valid_to") > day).then(None).otherwise(pl.col("valid_to"))
    return prices.filter(pl.col("valid_from") <= day).with_columns(valid_to=lasting)


def _years(plan: Plan) -> list[str]:
    return [str(year) for year in range(plan.year, plan.year + plan.years)]


def _level(service: str, rows: pl.DataFrame, years: Sequence[str]) -> dict[str, object]:
    by_year = {year: rows.filter(pl.col("month").str.head(4) == year)["amount_nok"].drop_nulls() for year in years}
    amounts = {year: sum(nok, Decimal("0.00")) for year, nok in by_year.items()}
    return {"service": service, **amounts, "unknown": int(rows["unknown"].sum())}


def _known(known: pl.DataFrame, years: Sequence[str]) -> list[dict[str, object]]:
    """What is known, by item; what comes once a year is in each of them, and no change."""
    found: dict[str, dict[str, Decimal]] = {}
    lasting = known.filter(pl.col("kind") != "yearly")
    for year in years:
        rows = effect_in(lasting, int(year)).select("item", "amount_nok", "year_nok")
        for item, nok, in_year in rows.iter_rows():
            one = found.setdefault(item, dict.fromkeys(years, Decimal("0.00")) | {"full_year_nok": Decimal("0.00")})
            one[year] = one[year] + in_year
            if year == years[0]:
                one["full_year_nok"] = one["full_year_nok"] + nok * 12
    return [{"kind": "known", "name": item, **one} for item, one in found.items()]


def _assumed(data: Data, made: Budget, today: date, years: Sequence[str]) -> list[dict[str, object]]:
    """What all changes and own figures together make of the forecast."""
    assumptions = made.plan.assumptions
    if not (assumptions.change or assumptions.override):
        return []
    without = replace(made.plan, assumptions=assumptions.model_copy(update={"change": (), "override": ()}))
    before, after = (
        _by_month(one.rows.filter(pl.col("kind") == "forecast")) for one in (budget(data, without, today), made)
    )
    differs = _added(after, {month: -nok for month, nok in before.items()})
    return [_effect("assumed", "", differs, differs, years)]


def _owns(made: Budget, years: Sequence[str]) -> list[dict[str, object]]:
    rows = made.rows.filter(pl.col("kind") == "own")
    parts = {name: _by_month(rows.filter(pl.col("item") == name)) for name in rows["item"].unique(maintain_order=True)}
    return [_effect("own", name, months, months, years) for name, months in parts.items()]


def _effect(kind: str, name: str, months: ByMonth, lasting: ByMonth, years: Sequence[str]) -> dict[str, object]:
    by_year = {
        year: sum((nok for month, nok in months.items() if month[:4] == year), Decimal("0.00")) for year in years
    }
    return {"kind": kind, "name": name, **by_year, "full_year_nok": full_year(lasting, f"{years[-1]}-12")}


def _by_month(rows: pl.DataFrame) -> ByMonth:
    known = rows.filter(pl.col("amount_nok").is_not_null())
    return dict(known.group_by("month").agg(pl.col("amount_nok").sum()).sort("month").iter_rows())


def _added(one: Mapping[str, Decimal], other: Mapping[str, Decimal]) -> ByMonth:
    return {month: one.get(month, Decimal(0)) + other.get(month, Decimal(0)) for month in sorted({*one, *other})}
