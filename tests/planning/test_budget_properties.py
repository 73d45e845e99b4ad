"""What holds of a budget in every world: a forecast is the rating of moved files, a scenario is what simulate says,
parts sum to the whole. The files are moved here row by row, from the contract's words.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_core.base.months import months_apart
from billing_core.planning.adopted import SPREADS, Adopted, spread_over
from billing_core.planning.assumptions import Assumptions, Own, Range
from billing_core.planning.budget import Plan, budget, year_totals
from billing_core.planning.data import Data
from billing_core.planning.follow_up import follow_up
from billing_core.scenario import Scenario, compare
from tests.rating.test_properties import PROFILE
from tests.scenarios import stated
from tests.through import catalogue, engine_named
from tests.worlds import Tables, World, tidy_worlds

POLARS = engine_named("polars")
FEWER = settings(PROFILE, max_examples=PROFILE.max_examples // 2)
"""A budget rates eleven months."""

LATER = date(2026, 2, 1)
MONTHS = ("2026-02", "2026-12")

ACTIONS: tuple[dict[str, Any], ...] = (
    {"kind": "remove_external"},
    {"kind": "remove_nonstandard", "start": "2026-12", "one_off_cost_nok": "12.50"},
    {"kind": "consolidate_clients"},
    {"kind": "change_price", "item": "dispatch.svarut", "percent": "-33"},
    {"kind": "change_quantity", "item": "workplace.active_user", "percent": "12.5"},
)


def rows_with_months(world: World, usage: Mapping[str, pl.DataFrame]) -> list[tuple[str, str, str, dict[str, str]]]:
    """Every rated row as its file has it: table, agency ("" where it has none), month, cells."""
    found = []
    for table, frame in usage.items():
        for row in frame.iter_rows(named=True):
            cells = dict(world.tables[table][row["row"] - 2])
            if table == "services":
                # What a headcount filled in stays what it was.
                cells["quantity"] = str(Decimal(row["quantity"]) / 1_000_000)
            found.append((table, row.get("agency", ""), row["period"], cells))
    return found


def moves(table: str, cells: dict[str, str]) -> bool:
    """Neither one-off nor yearly nor a credit."""
    if table == "services":
        monthly = catalogue().items[cells["item"]].recurrence == "monthly"
        return monthly and not cells["quantity"].startswith("-")
    return not (table == "cloud" and cells["cost_nok"].startswith("-") and cells["cost_nok"].strip("-0,.") != "")


def moved_files(rows: list[tuple[str, str, str, dict[str, str]]], base: str, month: str) -> Tables:
    tables: Tables = {}
    past = [row for row in rows if row[2] <= base]
    for table, agency, period, cells in past:
        own = base if not agency else max(p for _, a, p, _ in past if a == agency)
        newest = max(p for t, a, p, _ in past if (t, a) == (table, agency))
        if period == newest and months_apart(newest, own) <= 12 and moves(table, cells):
            tables.setdefault(table, []).append(cells | {"period": month})
    return tables


@st.composite
def ready(draw: st.DrawFn) -> tuple[World, Data, str]:
    """A world, what a plan of its first agency is made from, and the month it is made from: the agency's newest."""
    world = draw(tidy_worlds())
    statement, rates = stated(world.tables, prices=world.prices, agreements=world.agreements)
    agency = statement.usage["services"]["agency"][0]
    data = Data(statement.usage, statement.rating, rates, POLARS, agency)
    own = [f.filter(pl.col("agency") == agency)["period"].max() for f in data.usage.values() if "agency" in f.columns]
    return world, data, max(str(month) for month in own if month)


@FEWER
@given(ready(), st.sampled_from(MONTHS), st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3, unique_by=str))
def test_a_forecast_is_the_rating_of_moved_files_and_a_scenario_what_simulate_saves_on_them(
    given_: tuple[World, Data, str], month: str, actions: list[dict[str, Any]]
) -> None:
    world, data, base = given_
    scenario = Scenario(name="world", agency=data.agency, actions=actions)
    made = budget(data, Plan(year=2026, base=base, scenario=scenario), LATER).rows.filter(pl.col("month") == month)
    files = moved_files(rows_with_months(world, data.usage), base, month)
    again, rates = stated(files, prices=world.prices, agreements=world.agreements)
    lines = again.rating.frame()
    own = lines.filter(pl.col("agency") == data.agency)
    yearly = [item.item for item in catalogue().items.values() if item.recurrence == "yearly"]
    found = made.filter(pl.col("kind") == "forecast", ~pl.col("item").is_in(yearly))
    assert {
        (row["service"], row["item"], row["variant"]): [
            row["amount_nok"] or 0, row["covered_nok"] or 0, row["lines"], row["unknown"],
        ]
        for row in found.iter_rows(named=True)
    } == summed(own)  # fmt: skip
    saved = Decimal(0)
    if own.height:
        saved = compare(scenario, again.usage, rates, POLARS, baseline=lines).saving.by_month[month]
    effects = made.filter(pl.col("kind") == "scenario", pl.col("item") != "")
    assert -total(effects["amount_nok"]) == saved


def summed(lines: pl.DataFrame) -> dict[tuple[str, str, str], list[Any]]:
    """By service, item and variant: amount, covered, lines, and those without an amount."""
    sums: dict[tuple[str, str, str], list[Any]] = {}
    for line in lines.iter_rows(named=True):
        one = sums.setdefault((line["service"], line["item"], line["variant"]), [Decimal(0), Decimal(0), 0, 0])
        one[0] += line["amount_nok"] or 0
        one[1] += line["covered_nok"] or 0
        one[2] += 1
        one[3] += line["amount_nok"] is None
    return sums


@FEWER
@given(ready())
def test_months_sum_to_the_year_and_accounts_are_what_was_billed(given_: tuple[World, Data, str]) -> None:
    _, data, base = given_
    own = Own(name="own", start="2026-01", end="2026-07", total_nok=Decimal("100.00"))
    plan = Plan(
        year=2026, base=base, assumptions=Assumptions(own=(own,), range=(Range(low_pct=-7, high_pct=3),)),
        adopted=[Adopted(data.agency, "", "", None, None, 1_234_567, "adopted")],
    )  # fmt: skip
    made = budget(data, plan, LATER)
    by_month = made.rows.group_by("month", "kind").agg(pl.col("amount_nok").sum())
    for kind, amount in year_totals(made.rows).select("kind", "amount_nok").iter_rows():
        assert (amount or 0) == total(by_month.filter(pl.col("kind") == kind)["amount_nok"])
    billed = data.rating.selected(agency=data.agency).frame()
    for month in {m for m in billed["period"] if m <= base and m in plan.months}:
        actual = made.rows.filter(pl.col("kind") == "actual", pl.col("month") == month)["amount_nok"]
        assert total(actual) == total(billed.filter(pl.col("period") == month)["amount_nok"])
    rows = follow_up(made)
    *services, whole = rows.iter_rows(named=True)
    for column, dtype in rows.schema.items():
        if column.endswith("_nok") and isinstance(dtype, pl.Decimal):
            assert sum(row[column] for row in services) == whole[column]


@PROFILE
@given(
    st.integers(-(10**9), 10**9),
    st.integers(1, 12),
    st.sampled_from(SPREADS),
    st.dictionaries(st.integers(1, 12), st.integers(-2, 10**6), max_size=12),
)
def test_a_spread_sums_to_its_budget(ore: int, first: int, how: str, billed: dict[int, int]) -> None:
    row = Adopted("BYM", "", "", None, f"2026-{first:02}", ore, "change")
    given_ = spread_over(row, 2026, how, {f"2025-{month:02}": amount for month, amount in billed.items()})
    assert sum(given_.values()) * 100 == ore
    assert list(given_) == [f"2026-{month:02}" for month in range(first, 13)]
    mirrored = spread_over(Adopted("BYM", "", "", None, f"2026-{first:02}", -ore, "change"), 2026, how, {})
    evenly = spread_over(row, 2026, "even")
    assert {month: -amount for month, amount in mirrored.items()} == evenly


def total(column: pl.Series) -> Decimal:
    return sum(column.drop_nulls(), Decimal(0))
