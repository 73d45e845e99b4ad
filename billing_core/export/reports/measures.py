"""What could be done, and what it saves this year, in a full year, and for Oslo: the same engine on forecast usage.

Each action is counted after those before it, so that no saving stands twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from billing_core.base.months import month_after, months_between
from billing_core.planning.budget import Budget
from billing_core.planning.data import Data
from billing_core.planning.moving import move
from billing_core.scenario import Ratings, Scenario, ScenarioError, compare_on, on_agency
from billing_core.scenario.actions import ConsolidateClients, RemoveDeactivated, RemoveSecondary, UpgradeUnsupported
from billing_core.scenario.savings import Amounts

CLEAN_UPS = (RemoveDeactivated(), RemoveSecondary(), ConsolidateClients(), UpgradeUnsupported())
"""What is proposed where no scenario is given: nobody loses a service."""

_NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Measure:
    """An action of a scenario and what it saves after those before it (NOK).

    this_year_nok  the months of the year after the forecast's base, everything charged in them
    full_year_nok  twelve times what recurs; `oslo_nok` the same for the municipality
    one_off_nok    what it costs once, as the user stated
    unknown        its lines whose saving is not known and left out
    """

    kind: str
    this_year_nok: Decimal
    full_year_nok: Decimal
    oslo_nok: Decimal
    one_off_nok: Decimal
    lines: int
    unknown: int


MONEY = pl.Decimal(38, 2)
SCHEMA: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "this_year_nok": MONEY,
    "full_year_nok": MONEY,
    "oslo_nok": MONEY,
    "one_off_nok": MONEY,
    "lines": pl.Int64(),
    "unknown": pl.Int64(),
}


def measure_frame(found: Iterable[Measure]) -> pl.DataFrame:
    """Measures as a frame (SCHEMA)."""
    return pl.DataFrame([vars(measure) for measure in found], schema=SCHEMA)


def measures(data: Data, made: Budget, scenario: Scenario | None = None) -> tuple[Measure, ...]:
    """The measures of a scenario, else the clean-ups that save anything, on the rest of the budget's first year.

    ScenarioError if the scenario cannot be carried out on the agency's usage.
    """
    year = made.plan.year
    rest = [month for month in months_between(f"{year}-01", f"{year}-12") if month > made.base]
    usage = move(data, made.base, rest or [month_after(made.base)]).usage
    wanted = scenario or Scenario(name="clean_up", actions=CLEAN_UPS)
    try:
        found = _found(Ratings(usage, data.rates, data.engine), on_agency(wanted, data.agency), rest)
    except ScenarioError:
        if scenario:
            raise
        return ()
    return tuple(one for one in found if scenario or one.this_year_nok > 0 or one.full_year_nok > 0)


def _found(ratings: Ratings, scenario: Scenario, rest: list[str]) -> list[Measure]:
    whole = compare_on(ratings, scenario)
    oslo = _NOTHING
    found = []
    for effect in whole.effects:
        # An action's part of what Oslo saves: the scenario up to it less the scenario before it.
        upto = whole if effect is whole.effects[-1] else compare_on(ratings, _first(scenario, effect.number))
        found.append(
            Measure(
                effect.action.kind,
                _in(effect.marginal, rest),
                effect.marginal.full_year,
                upto.oslo.full_year - oslo,
                effect.action.one_off_cost_nok,
                effect.changed,
                effect.unknown,
            )
        )
        oslo = upto.oslo.full_year
    return found


def _first(scenario: Scenario, count: int) -> Scenario:
    return scenario.model_copy(update={"actions": scenario.actions[:count]})


def _in(amounts: Amounts, months: list[str]) -> Decimal:
    return sum((amounts.by_month.get(month, _NOTHING) for month in months), _NOTHING)
