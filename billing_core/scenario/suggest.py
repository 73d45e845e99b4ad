"""Which actions would save an agency most: each alone on the last month, the same rating as always."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from billing_core.base.engines import Engine
from billing_core.rating.rate import Rates
from billing_core.scenario.actions import (
    Action,
    ConsolidateClients,
    EndConnections,
    RemoveDeactivated,
    RemoveExternal,
    RemoveNonstandard,
    RemoveSecondary,
    RetireSupport,
    Scenario,
    UpgradeUnsupported,
)
from billing_core.scenario.compare import compare_on
from billing_core.scenario.rerated import Ratings

CANDIDATES: tuple[Action, ...] = (
    RemoveDeactivated(),
    RemoveSecondary(),
    RemoveExternal(),
    RemoveNonstandard(),
    ConsolidateClients(),
    RetireSupport(),
    EndConnections(which=("redundant",)),
    EndConnections(which=("temporary",)),
    EndConnections(which=("dark_fibre",)),
    UpgradeUnsupported(),
)
"""The actions that need no choice of the user's: which level, licence or percentage is right, no line can say."""


@dataclass(frozen=True)
class Suggestion:
    """An action and what it alone saves the agency in the last month (NOK), and twelve times that.

    `lines` differ; of these `unknown` have no known amount, no saving being claimed for them: `undecided` lack a value,
    the others a price.
    """

    action: Action
    month_nok: Decimal
    full_year_nok: Decimal
    lines: int
    unknown: int
    undecided: int


def suggestions(
    agency: str, usage: Mapping[str, pl.DataFrame], rates: Rates, engine: Engine, baseline: pl.DataFrame
) -> list[Suggestion]:
    """What each of CANDIDATES alone would save, the most first; those that save nothing known are left out.

    `usage` and `baseline` as for `compare`; only the agency's last month is rated. ScenarioError if it has no lines.
    """
    last = baseline.filter(pl.col("agency") == agency)["period"].max()
    usage = {name: frame.filter(pl.col("period") == last) for name, frame in usage.items()}
    ratings = Ratings(usage, rates, engine, baseline=baseline.filter(pl.col("period") == last))
    found = []
    for action in CANDIDATES:
        comparison = compare_on(ratings, Scenario(name=action.kind, agency=agency, actions=(action,)))
        month, effect = comparison.saving, comparison.effects[0]
        found.append(Suggestion(action, month.month, month.full_year, effect.changed, effect.unknown, effect.undecided))
    saving = [suggestion for suggestion in found if suggestion.month_nok > 0]
    return sorted(saving, key=lambda suggestion: suggestion.month_nok, reverse=True)
