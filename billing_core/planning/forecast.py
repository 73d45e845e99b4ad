"""A forecast: the rating of moved usage, with what has no price in force by its last one where that is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from billing_core.planning.data import Data
from billing_core.planning.moving import Moved, move
from billing_core.planning.sums import BY, sums
from billing_core.rating.rate import Rates, rate


@dataclass(frozen=True)
class Forecast:
    """An agency's months to come.

    sums   its lines summed (`sums`), with `lapsed`: whether any rests on a price that has ended, and `apart`: what
           their amounts are divided by
    moved  the usage that was rated, by `rates`
    """

    months: tuple[str, ...]
    sums: pl.DataFrame
    moved: Moved
    rates: Rates

    @property
    def apart(self) -> pl.Expr:
        """What the amounts of a table's lines are divided by where its rows are not of each month."""
        return pl.col("table").replace_strict(self.moved.distances, default=1, return_dtype=pl.Int64)


def mean_forecast(data: Data, bases: Sequence[str], months: Sequence[str], *, lasting: bool = False) -> Forecast:
    """The average of the forecasts from several months, the newest last; counts of lines and notices are its own."""
    made = [forecast(data, base, months, lasting=lasting) for base in bases]
    counts = [pl.lit(0, dtype=pl.Int64).alias(name) for name in ("lines", "unknown", "worthless")]
    older = [one.sums.with_columns(*counts) for one in made[:-1]]
    together = pl.concat([*older, made[-1].sums]).with_columns(apart=pl.col("apart") * len(bases))
    return replace(made[-1], sums=together)


def forecast(data: Data, base: str, months: Sequence[str], *, lasting: bool = False) -> Forecast:
    """Base's usage rated in later months. `lasting`: a price that has ended without a successor still stands."""
    moved = move(data, base, months)
    by = replace(data.rates, prices=replace(data.rates.prices, lasting=lasting))
    # Months together: a tenth of the time that they take one by one.
    found = sums(rate(moved.usage, by, data.engine), data.agency, months)
    lapsed = pl.lit(value=False)
    if lasting:
        ended = sums(rate(moved.usage, data.rates, data.engine), data.agency, months).select(
            *BY, before=pl.col("unknown") + pl.col("worthless")
        )
        found = found.join(ended, on=BY, how="left", nulls_equal=True, maintain_order="left")
        lapsed = pl.col("before") > pl.col("unknown") + pl.col("worthless")
    made = Forecast(tuple(months), found, moved, by)
    return replace(made, sums=found.with_columns(lapsed=lapsed, apart=made.apart))
