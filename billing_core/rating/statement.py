"""From what was read to what is charged: check -> rate -> refuse what would not fit -> notices."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from billing_core.base.engines import Engine
from billing_core.base.problems import merge
from billing_core.rating.check import Checked, check, without
from billing_core.rating.notices import notices, yearly_again
from billing_core.rating.rate import Rates, Rating, may_exceed, rate


@dataclass(frozen=True)
class Statement:
    """A rating with the usage it rests on and every problem met on the way (frame in `problems.SCHEMA`)."""

    rating: Rating
    usage: dict[str, pl.DataFrame]
    problems: pl.DataFrame

    @property
    def rows_rated(self) -> int:
        """How many usage rows were rated."""
        return sum(frame.height for frame in self.usage.values())


def state(
    usage: Mapping[str, pl.DataFrame],
    problems: pl.DataFrame,
    rates: Rates,
    engine: Engine,
    as_of: Mapping[str, date] | None = None,
) -> Statement:
    """Checks and rates what was read (`Intake.usage`, `Intake.problems`)."""
    stated = state_months(usage, rates, engine, as_of)
    again = yearly_again(stated.usage["services"], rates.catalogue)
    return replace(stated, problems=merge([problems, stated.problems, again]))


def state_months(
    usage: Mapping[str, pl.DataFrame], rates: Rates, engine: Engine, as_of: Mapping[str, date] | None = None
) -> Statement:
    """Checks and rates months, and tells what looks no further than each: the same for one of them as for all."""
    checked, rating = _rated(check(usage, rates.catalogue, rates.policy), rates, engine, as_of)
    told = notices(checked.usage, rates.policy, as_of)
    return Statement(rating, checked.usage, merge([checked.problems, told]))


def _rated(checked: Checked, rates: Rates, engine: Engine, as_of: Mapping[str, date] | None) -> tuple[Checked, Rating]:
    """Rates, and refuses rows whose amount would not fit, until none is left (others' lines may hang on them)."""
    while True:
        rating = rate(checked.usage, rates, engine, as_of)
        if not may_exceed(checked.usage, rates):
            return checked, rating
        oversized = rating.oversized()
        if oversized.is_empty():
            return checked, rating
        checked = without(checked, oversized, "amount_too_large", "quantity")
