"""Baseline beside scenario: both rated by the same steps, the saving their difference, alone and together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_UP, Decimal

import polars as pl

from billing_core.base.engines import Engine
from billing_core.rating.rate import Rates
from billing_core.scenario.actions import BaseAction, Scenario
from billing_core.scenario.errors import ScenarioError
from billing_core.scenario.places import as_given
from billing_core.scenario.rerated import Ratings
from billing_core.scenario.savings import MEASURES, Amounts, Measure, summed
from billing_core.scenario.world import World


@dataclass(frozen=True)
class Effect:
    """What one action saves the agency: `alone`, and `marginal` after the actions before it.

    `number` is its place among all actions of the scenario, those that are off too. `changed` and `unknown` count its
    lines alone: those that differ, and of these those without a known saving, `undecided` of them for lack of a value.
    """

    number: int
    action: BaseAction
    alone: Amounts
    marginal: Amounts
    changed: int
    unknown: int
    undecided: int


@dataclass(frozen=True)
class Comparison:
    """A scenario beside its baseline. Amounts are what the scenario's agency pays, unless said otherwise.

    A line whose amount is unknown on either side counts as unchanged: no saving is claimed, and `unknown` counts it;
    `undecided` of these lack a value, the others a price. `unknown_now` are those of the monthly lines `measured`.

    months     the months of the agency's baseline; `Amounts` are told over them
    measured   the month that `Amounts.month` is of: the last one, or a later one that an action first holds for, which
               has the usage of the last one moved to it (`moved_usage`), rated by what is in force there
    baseline   what is billed; `saving` = baseline - scenario, to the øre
    others     what other agencies pay less (negative: a shared cost has moved to them)
    framework  what the framework pays less for what it covers (negative: it covers more)
    shared     what a cost that agencies share costs less itself
    oslo       what the municipality pays less in all, `worthless` lines left out whose whole value is unknown
    effects    the part of each action that is not off, in order; the marginals sum to `saving`
    lines      lines of any agency that go, change or come (see `changed_lines`)
    """

    scenario: Scenario
    months: tuple[str, ...]
    measured: str
    baseline: Amounts
    saving: Amounts
    others: Amounts
    framework: Amounts
    shared: Amounts
    oslo: Amounts
    effects: tuple[Effect, ...]
    unknown: int
    undecided: int
    unknown_now: int
    worthless: int
    lines: pl.DataFrame

    @property
    def months_this_year(self) -> tuple[str, ...]:
        """The months that `this_year` is told over: those of the last month's calendar year."""
        return tuple(period for period in self.months if period[:4] == self.months[-1][:4])

    @property
    def looks_ahead(self) -> bool:
        """Whether the month measured comes after the data."""
        return self.measured > self.months[-1]

    @property
    def after(self) -> Amounts:
        """What is billed in the scenario."""
        return self.baseline - self.saving

    @property
    def overlap(self) -> Amounts:
        """What the actions would save more if each were alone; negative where they help one another."""
        alone = self.saving - self.saving
        for effect in self.effects:
            alone += effect.alone
        return alone - self.saving

    @property
    def one_off_nok(self) -> Decimal:
        """What the actions cost once, as the user stated."""
        return sum((effect.action.one_off_cost_nok for effect in self.effects), Decimal("0.00"))

    @property
    def payback_months(self) -> Decimal | None:
        """The months until the recurring saving has paid what it costs once, in tenths rounded up; None if never."""
        return payback(self.one_off_nok, self.saving.month) if self.one_off_nok else None

    @property
    def month_nok(self) -> Decimal | None:
        """What is saved a month; None where nothing known is, but lines of the month measured have no known amount."""
        return None if self.unknown_now and not self.saving.month else self.saving.month

    def waterfall(self, measure: Measure = "full_year") -> list[tuple[str, Decimal]]:
        """From baseline to scenario: ("baseline", amount), ("1", what action 1 adds), ..., ("scenario", amount)."""
        steps = [(str(effect.number), -effect.marginal.over(measure)) for effect in self.effects]
        return [("baseline", self.baseline.over(measure)), *steps, ("scenario", self.after.over(measure))]

    def by_month(self) -> pl.DataFrame:
        """What is billed each month: period, baseline_nok, scenario_nok, saving_nok."""
        spans = {"baseline_nok": self.baseline, "scenario_nok": self.after, "saving_nok": self.saving}
        columns = {name: [amounts.by_month[period] for period in self.months] for name, amounts in spans.items()}
        return pl.DataFrame(
            {"period": self.months} | columns, schema={"period": pl.String} | dict.fromkeys(spans, MONEY)
        )

    def steps(self) -> pl.DataFrame:
        """A row for the baseline, each action and the scenario: step, action, and amounts over each of MEASURES.

        The step of an action is its number among all of the scenario; one that is off is "skipped".
        The baseline's and the scenario's amounts are what is billed, an action's what it saves: in order
        (`month_nok`, ...), and alone (`alone_month_nok`, ...), with `one_off_nok`, `changed_lines`, `unknown_lines`.
        """
        rows = [_row("baseline", self.baseline)]
        effects = {effect.number: effect for effect in self.effects}
        for number, action in enumerate(self.scenario.actions, start=1):
            if action.off:
                rows.append({"step": "skipped", "action": action.kind})
                continue
            effect = effects[number]
            counts = {"changed_lines": effect.changed, "unknown_lines": effect.unknown}
            own = {"action": action.kind, "one_off_nok": action.one_off_cost_nok} | counts
            rows.append(_row(str(number), effect.marginal) | _amounts("alone_", effect.alone) | own)
        rows.append(_row("scenario", self.after) | {"one_off_nok": self.one_off_nok})
        return pl.DataFrame([{name: row.get(name) for name in STEPS} for row in rows], schema=STEPS)


def payback(one_off_nok: Decimal, month_nok: Decimal) -> Decimal | None:
    """The months until what is saved a month has paid what it costs once, in tenths rounded up; None if never."""
    return None if month_nok <= 0 else (one_off_nok / month_nok).quantize(Decimal("0.1"), ROUND_UP)


MONEY = pl.Decimal(38, 2)
STEPS: dict[str, pl.DataType] = {
    "step": pl.String(),
    "action": pl.String(),
    **{f"{side}{measure}_nok": MONEY for side in ("", "alone_") for measure in MEASURES},
    "one_off_nok": MONEY,
    "changed_lines": pl.Int64(),
    "unknown_lines": pl.Int64(),
}
"""The columns of `Comparison.steps`."""


def _row(step: str, amounts: Amounts) -> dict[str, object]:
    return {"step": step} | _amounts("", amounts)


def _amounts(side: str, amounts: Amounts) -> dict[str, object]:
    return {f"{side}{measure}_nok": amounts.over(measure) for measure in MEASURES}


def compare(
    scenario: Scenario,
    usage: Mapping[str, pl.DataFrame],
    rates: Rates,
    engine: Engine,
    *,
    as_of: Mapping[str, date] | None = None,
    baseline: pl.DataFrame | None = None,
) -> Comparison:
    """Rates checked usage (`Statement.usage`) with and without the scenario's actions.

    `baseline` spares the first rating: the lines (LINE_SCHEMA) of just this usage, rates and `as_of`. ScenarioError if
    the agency has no lines, or an action cannot be carried out on this usage.
    """
    return compare_on(Ratings(usage, rates, engine, as_of, baseline), scenario)


def compare_on(ratings: Ratings, scenario: Scenario) -> Comparison:
    """As `compare`, on ratings that may know much of the scenario from others that were compared on them."""
    months = tuple(_own(ratings.baseline, scenario.agency)["period"].unique().sort())
    if not months:
        whose = scenario.agency or "*"
        raise ScenarioError("no_lines", f"no charges of {whose} to compare", whose)
    measured = max([months[-1], *(action.start or "" for action in scenario.carried_out)])
    if measured > months[-1]:
        ratings = ratings.reaching(months[-1], measured)

    def amounts(rows: pl.DataFrame, column: str) -> Amounts:
        return summed(rows, column, months, measured)

    world, saving = ratings.start, amounts(ratings.saved(ratings.start), "saved")
    effects = []
    for number, action in enumerate(scenario.actions, start=1):
        if action.off:
            continue
        alone = _own(ratings.saved(ratings.after(action, scenario.agency, ratings.start)), scenario.agency)
        world = ratings.after(action, scenario.agency, world)
        together = amounts(_own(ratings.saved(world), scenario.agency), "saved")
        counts = [_count(alone, column) for column in ("changed", "unknown", "undecided")]
        effects.append(Effect(number, action, amounts(alone, "saved"), together - saving, *counts))
        saving = together
    difference = ratings.saved(world)
    mine = _own(difference, scenario.agency)
    now = mine.filter(pl.col("period") == measured, pl.col("recurrence") == "monthly")
    return Comparison(
        scenario=scenario,
        months=months,
        measured=measured,
        baseline=amounts(_own(ratings.baseline, scenario.agency), "amount_nok"),
        saving=saving,
        **_beyond_the_agency(difference, _shared_cost(ratings.start, world), scenario.agency, amounts),
        effects=tuple(effects),
        unknown=_count(mine, "unknown"),
        undecided=_count(mine, "undecided"),
        unknown_now=_count(now, "unknown"),
        worthless=_count(difference, "worthless"),
        lines=as_given(ratings.changed_lines(world)),
    )


def _own(rows: pl.DataFrame, agency: str | None) -> pl.DataFrame:
    return rows.filter(pl.col("agency") == agency) if agency else rows


def _count(rows: pl.DataFrame, column: str) -> int:
    return int(rows[column].sum())


def _shared_cost(start: World, world: World) -> pl.DataFrame:
    """What the external cost of dispatch is less: period, recurrence, `cost` in NOK (whole øre)."""
    if world.usage["dispatch_costs"] is start.usage["dispatch_costs"]:
        return pl.DataFrame(schema={"period": pl.String, "cost": pl.Decimal(18, 2), "recurrence": pl.String})
    signed = [
        step.usage["dispatch_costs"].select("period", cost=(pl.col("cost_nok") // 100 * sign).cast(pl.Decimal(18, 0)))
        for step, sign in ((start, 1), (world, -1))
    ]
    ore = pl.lit(Decimal("0.01"))
    return pl.concat(signed).select(
        "period", cost=(pl.col("cost") * ore).cast(pl.Decimal(18, 2)), recurrence=pl.lit("monthly")
    )


def _beyond_the_agency(
    difference: pl.DataFrame,
    shared: pl.DataFrame,
    agency: str | None,
    amounts: Callable[[pl.DataFrame, str], Amounts],
) -> dict[str, Amounts]:
    """Who else saves. What an agency saves of a shared cost, others bear, but for what the cost itself is less."""
    sent = pl.col("table") == "dispatch"
    dispatched, rest = difference.filter(sent), difference.filter(~sent)
    external = amounts(shared, "cost")
    foreign = rest.filter(pl.col("agency") != agency) if agency else rest.head(0)
    return {
        "others": amounts(foreign, "saved") + external - amounts(_own(dispatched, agency), "saved"),
        "framework": amounts(rest, "covered"),
        "shared": external,
        "oslo": amounts(rest, "cost") + external,
    }
