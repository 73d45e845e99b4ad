"""From what was read to what is charged: check -> rate -> refuse what would not fit -> notices."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

import narwhals as nw
import polars as pl

from billing_core.base.engines import Engine
from billing_core.base.problems import merge
from billing_core.base.tables import TABLES
from billing_core.rating.check import LARGE, Checked, check, repeated_keys, without
from billing_core.rating.notices import notices, yearly_again
from billing_core.rating.rate import Given, Rates, Rating, may_exceed, rate, rows_by_month
from billing_core.rules.charges import Lazy


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


def statement_of(
    usage: Mapping[str, pl.DataFrame],
    problems: pl.DataFrame,
    rates: Rates,
    engine: Engine,
    as_of: Mapping[str, date] | None = None,
) -> Statement:
    """Checks and rates what was read (`Intake.usage`, `Intake.problems`)."""
    checked, rating = _rated(check(usage, rates.catalogue, rates.policy), {}, rates, engine, as_of)
    licences = checked.usage["licences"]
    told = notices(engine.load(licences), rates.policy, sorted(licences["period"].unique()), engine, as_of)
    again = yearly_again(checked.usage["services"], rates.catalogue)
    return Statement(rating, checked.usage, merge([problems, checked.problems, told, again]))


class Read(Protocol):
    """Usage of some months that an engine reads."""

    def rows(self, name: str, engine: Engine) -> Lazy:
        """A table in `Table.schema`."""

    def of_keys(self, name: str, keys: pl.DataFrame) -> pl.DataFrame:
        """The rows of a table with these values of its key, in `Table.schema` and the order given."""


@dataclass(frozen=True)
class Months:
    """Months rated by their engine: the rating, the problems met, and how many rows of each month were rated."""

    rating: Rating
    problems: pl.DataFrame
    rows: Mapping[str, int]


def rated_months(read: Read, rates: Rates, engine: Engine, as_of: Mapping[str, date] | None = None) -> Months:
    """Checks and rates months, and tells what looks no further than each; large tables stay with the engine."""
    large = {name: read.rows(name, engine) for name in LARGE}
    repeated = {name: repeated_keys(rows, name, engine) for name, rows in large.items()}
    usage = {
        name: read.of_keys(name, repeated[name]) if name in LARGE else engine.collect(read.rows(name, engine))
        for name in TABLES
    }
    checked = check(usage, rates.catalogue, rates.policy)
    for name, keys in repeated.items():
        if keys.height:
            others = large[name].join(engine.load(keys), on=keys.columns, how="anti")
            large[name] = nw.concat([others, engine.load(checked.usage[name])])
    small = replace(checked, usage={name: rows for name, rows in checked.usage.items() if name not in LARGE})
    checked, rating = _rated(small, large, rates, engine, as_of)
    rows, licences = Counter[str](), rows_by_month(large["licences"], engine)
    for frame in (checked.usage | large).values():
        rows.update(rows_by_month(frame, engine))
    told = notices(large["licences"], rates.policy, sorted(licences), engine, as_of)
    return Months(rating, merge([checked.problems, told]), rows)


def _rated(
    checked: Checked, large: Mapping[str, Lazy], rates: Rates, engine: Engine, as_of: Mapping[str, date] | None
) -> tuple[Checked, Rating]:
    """Rates, and refuses rows whose amount would not fit, until none is left (others' lines may hang on them).

    What only the engine has, `large`, has rows of one thing each, so that no amount of theirs can be too large.
    """
    while True:
        usage: dict[str, Given] = {**checked.usage, **large}
        rating = rate(usage, rates, engine, as_of)
        if not may_exceed(checked.usage, rates):
            return checked, rating
        oversized = rating.oversized()
        if oversized.is_empty():
            return checked, rating
        checked = without(checked, oversized, "amount_too_large", "quantity")
