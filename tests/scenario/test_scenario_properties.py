"""What holds of scenarios in every world. The oracle rates all anew after each action, the core only what changed."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from billing_core.base.months import last_day
from billing_core.rating.rate import Rates, rate
from billing_core.scenario import MEASURES, Comparison, Ratings, Scenario, actions, compare, compare_on
from billing_core.scenario.apply import apply
from billing_core.scenario.differences import changed_lines, pairs
from billing_core.scenario.moved import moved_usage
from billing_core.scenario.world import Ground, World, scaled_prices
from tests.rating.test_properties import PROFILE
from tests.scenarios import stated
from tests.through import engine_named
from tests.worlds import World as Given
from tests.worlds import worlds

ENGINE = engine_named("polars")
PERCENT = st.sampled_from(["-100", "-50", "-33.3333", "0", "10", "150"])
STARTS = st.sampled_from([None, None, "2025-12", "2026-01", "2027-01"])
NARROWED = st.sampled_from([{}, {}, {"user_ids": ("u1", "u2")}, {"skus": ("E1",)}])


def of(kind: Any, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, start=STARTS, **fields)


REMOVALS = st.one_of(
    of(
        actions.RemoveDeactivated,
        over_days=st.sampled_from([None, 0, 60]),
        about_to_become_billable=st.booleans(),
        only=st.builds(lambda cells: actions.Only(**cells), NARROWED),
    ),
    of(actions.RemoveSecondary),
    of(actions.RemoveExternal),
    of(actions.RemoveNonstandard),
    of(actions.ConsolidateClients),
    of(actions.RetireSupport, which=st.sampled_from(["billed", "all"])),
    of(actions.EndConnections, which=st.sampled_from([("redundant",), ("temporary",), ("dark_fibre", "temporary")])),
    of(actions.UpgradeUnsupported),
    of(actions.CutWorkplace, users=st.just(2)),
)
TOUCHED = """office365.licence platform.client platform.support_machine network.redundant network.temporary
apps.server apps.server_memory apps.unsupported apps.storage hr.standard invoice.other workplace.active_user
cloud.aws dispatch.svarut dispatch.other hr.integration"""
ITEMS = st.sampled_from(TOUCHED.split())
ANY = st.one_of(
    REMOVALS,
    of(actions.ReplaceSku, sku=st.sampled_from(["E1", "VISIOCLIENT"]), by=st.sampled_from(["EMS_E3", "FLOW_FREE"])),
    of(actions.MoveStorage, of=st.sampled_from(["storage", "backup"]), to_disk=st.just("ssd")),
    of(actions.ChangeServiceLevel, to_level=st.sampled_from(["gold", "silver"])),
    of(actions.ChangeQuantity, item=ITEMS, percent=PERCENT),
    of(actions.ChangePrice, item=ITEMS, percent=PERCENT),
)
AGENCY = st.sampled_from([True, True, False])


def tried(world: Given, chosen: list[Any], one_agency: bool) -> tuple[Comparison, dict[str, pl.DataFrame], Rates]:
    """The comparison for the world's first agency (it has a line in every world), or for all."""
    days = {world.months[0]: world.as_of} if world.as_of else {}
    statement, rates = stated(world.tables, world.prices, world.agreements, world.policy, days)
    agency = world.tables["services"][0]["agency"] if one_agency else None
    scenario = Scenario(name="tried", agency=agency, actions=tuple(chosen))
    baseline = statement.rating.frame()
    return compare(scenario, statement.usage, rates, ENGINE, as_of=days, baseline=baseline), statement.usage, rates


@settings(PROFILE, max_examples=10)
@given(worlds(), AGENCY)
def test_a_scenario_without_actions_changes_nothing(world: Given, one_agency: bool) -> None:
    found, _, _ = tried(world, [], one_agency)
    amounts = (found.saving, found.others, found.framework, found.oslo, found.overlap)
    assert {amount.over(measure) for amount in amounts for measure in MEASURES} == {Decimal(0)}
    assert found.lines.is_empty()
    assert (found.unknown, found.worthless) == (0, 0)


@settings(PROFILE, max_examples=10)
@given(worlds(), st.lists(ANY, min_size=1, max_size=3), AGENCY)
def test_savings_are_the_difference_of_two_whole_ratings(world: Given, chosen: list[Any], one_agency: bool) -> None:
    found, usage, rates = tried(world, chosen, one_agency)
    before, after = anew(found, usage, rates, world)
    agency = found.scenario.agency
    own = [lines.filter(pl.col("agency") == agency) if agency else lines for lines in (before, after)]
    # The month measured may come after the data: amounts over all months leave it out, the lines have it.
    there = pl.col("period").is_in(found.months)
    paid = [lines.filter(there)["amount_nok"].sum() for lines in own]
    assert found.baseline.all_months == paid[0]
    if not found.unknown:
        assert found.after.all_months == paid[1]
    if not found.worthless:
        assert found.oslo.all_months == (found.saving + found.others + found.framework).all_months
    for measure in MEASURES:
        assert found.baseline.over(measure) - found.saving.over(measure) == found.after.over(measure)
        marginals = sum(effect.marginal.over(measure) for effect in found.effects)
        assert marginals == found.saving.over(measure)
        alone = sum(effect.alone.over(measure) for effect in found.effects)
        assert alone - found.overlap.over(measure) == found.saving.over(measure)
    saved = found.lines.filter(pl.col("agency") == agency) if agency else found.lines
    assert saved.filter(there)["saved_nok"].sum() == found.saving.all_months
    recurring = saved.filter(pl.col("period") == found.measured, pl.col("recurrence") == "monthly")
    assert recurring["saved_nok"].sum() == found.saving.month


def anew(found: Comparison, usage: dict[str, pl.DataFrame], rates: Rates, world: Given) -> list[pl.DataFrame]:
    """Every line before and after, each agency rated by the prices it has then; also of a month after the data."""
    scenario, days = found.scenario, {world.months[0]: world.as_of} if world.as_of else {}
    if found.looks_ahead:
        more = moved_usage(usage, rates.catalogue, found.months[-1], found.measured)
        usage = {name: pl.concat([frame, more[name]]) for name, frame in usage.items()}

    def lines(now: World) -> pl.DataFrame:
        own = Rates(rates.catalogue, scaled_prices(rates.prices, now.scalings), rates.policy)
        scaled = rate(now.usage, own, ENGINE, days).frame()
        if not (now.scalings and scenario.agency):
            return scaled
        mine = pl.col("agency") == scenario.agency
        return pl.concat([scaled.filter(mine), rate(now.usage, rates, ENGINE, days).frame().filter(~mine)])

    start = now = World(usage)
    for action in scenario.actions:
        current = lines(now)
        months = current["period"].unique().to_list()
        dates: list[date] = [days.get(month) or last_day(month) for month in months]
        as_of = pl.DataFrame({"period": months, "as_of": dates}, schema={"period": pl.String, "as_of": pl.Date})
        at = {table: current.filter(pl.col("table") == table) for table in usage}
        now = apply(action, now, Ground(at.__getitem__, rates.catalogue, as_of, scenario.agency))
    return [lines(start), lines(now)]


@settings(PROFILE, max_examples=5)
@given(
    worlds(),
    st.lists(ANY, min_size=4, max_size=4),
    st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=4), min_size=2, max_size=3),
    AGENCY,
)
def test_scenarios_on_the_same_ratings_differ_from_the_baseline_as_when_all_is_rated(
    world: Given, pool: list[Any], orders: list[list[int]], one_agency: bool
) -> None:
    """One after another, in any order, with actions again and again: no line is another than by rating every row."""
    days = {world.months[0]: world.as_of} if world.as_of else {}
    statement, rates = stated(world.tables, world.prices, world.agreements, world.policy, days)
    ratings = Ratings(statement.usage, rates, ENGINE, days)
    agency = world.tables["services"][0]["agency"] if one_agency else None
    for order in orders:
        scenario = Scenario(name="tried", agency=agency, actions=tuple(pool[place] for place in order))
        found = compare_on(ratings, scenario)
        before, after = anew(found, statement.usage, rates, world)
        assert_frame_equal(found.lines, changed_lines(pairs(before, after)))
        assert found.effects == compare(scenario, statement.usage, rates, ENGINE, as_of=days).effects


@settings(PROFILE, max_examples=10)
@given(worlds(), st.lists(REMOVALS, min_size=1, max_size=3), AGENCY)
def test_removing_never_raises_the_agencys_bill(world: Given, chosen: list[Any], one_agency: bool) -> None:
    """What a removal makes first of its employee or location is covered, or costs no more than what went."""
    found, _, _ = tried(world, chosen, one_agency)
    assert all(amount >= 0 for amount in found.saving.by_month.values())


@settings(PROFILE, max_examples=10)
@given(worlds(), ANY)
def test_other_agencies_usage_stays_as_it_is(world: Given, action: Any) -> None:
    found, _, _ = tried(world, [action], True)
    others = found.lines.filter(pl.col("agency") != found.scenario.agency, pl.col("change") != "changes")
    assert others.is_empty()


@settings(PROFILE, max_examples=10)
@given(worlds())
def test_a_licence_replaced_and_put_back_gives_the_baseline(world: Given) -> None:
    there, back = actions.ReplaceSku(sku="E1", by="UNUSED"), actions.ReplaceSku(sku="UNUSED", by="E1")
    found, _, _ = tried(world, [there, back], True)
    assert found.lines.is_empty()
    assert found.saving.all_months == 0


@settings(PROFILE, max_examples=10)
@given(worlds(), st.lists(REMOVALS, min_size=2, max_size=3))
def test_what_an_action_takes_no_other_action_saves_again(world: Given, chosen: list[Any]) -> None:
    """The same removal twice saves what it saves once: its second marginal is nothing."""
    found, _, _ = tried(world, [*chosen, *chosen[-1:]], True)
    assert found.effects[-1].marginal.all_months == 0
