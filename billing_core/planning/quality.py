"""How far off each way of forecasting was on the data there are: median and largest miss, by months ahead."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from statistics import median_high, median_low

import polars as pl

from billing_core.base.money import kroner, nearest
from billing_core.base.months import months_apart

METHODS = ("base", "mean")
"""Forecast from the last complete month; the average of the forecasts from the last three."""

MEAN_OF = 3
MONEY = pl.Decimal(38, 2)
SCHEMA: dict[str, pl.DataType] = {
    "method": pl.String(),
    "ahead": pl.Int64(),
    "forecasts": pl.Int64(),
    "median_nok": MONEY,
    "largest_nok": MONEY,
}
"""`ahead` months between the month it was made in and the month it is of, 0 for all; misses without their signs."""


def misses(tested: pl.DataFrame) -> pl.DataFrame:
    """A row of `backtest` and method where every method has one: month, made_in, ahead, method, forecast, actual, miss.

    The forecast of `mean` is that of the month as made in `made_in` and the two complete months before it.
    """
    made = tested["made_in"].unique().sort().to_list()
    said = {(month, base): nok for month, base, nok in tested.select("month", "made_in", "forecast_nok").iter_rows()}
    rows = []
    for month, base, actual in tested.select("month", "made_in", "actual_nok").iter_rows():
        at = made.index(base)
        before = [said.get((month, earlier)) for earlier in made[max(0, at - MEAN_OF + 1) : at + 1]]
        known = [nok for nok in before if nok is not None]
        if len(known) < MEAN_OF:
            continue
        for method, forecast in (("base", said[month, base]), ("mean", _mean(known))):
            rows.append((month, base, months_apart(base, month), method, forecast, actual, actual - forecast))
    names = ("month", "made_in", "ahead", "method", "forecast_nok", "actual_nok", "miss_nok")
    types = (pl.String, pl.String, pl.Int64, pl.String, MONEY, MONEY, MONEY)
    return pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")


def summary(missed: pl.DataFrame) -> pl.DataFrame:
    """The misses of each method by months ahead, 0 for all together (SCHEMA)."""
    rows = []
    for method in METHODS:
        mine = missed.filter(pl.col("method") == method)
        for ahead in [0, *mine["ahead"].unique().sort()] if mine.height else []:
            sizes = [abs(miss) for miss in mine.filter(_of(ahead))["miss_nok"]]
            rows.append((method, ahead, len(sizes), _mean([median_low(sizes), median_high(sizes)]), max(sizes)))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("ahead", pl.col("method").cast(pl.Enum(METHODS)))


def best(summed: pl.DataFrame) -> str:
    """The method whose median miss of all forecasts is least; `base` where nothing can be told, or they are equal."""
    medians: dict[str, Decimal] = dict(summed.filter(ahead=0).select("method", "median_nok").iter_rows())
    return min(METHODS, key=medians.__getitem__) if len(medians) == len(METHODS) else METHODS[0]


def _mean(amounts: Sequence[Decimal]) -> Decimal:
    """Rounded once, to the øre."""
    return kroner(nearest(Fraction(sum(amounts)) * 100 / len(amounts)))


def _of(ahead: int) -> pl.Expr:
    return pl.lit(value=True) if not ahead else pl.col("ahead") == ahead
