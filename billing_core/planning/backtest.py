"""How good the forecast is: what earlier months would have said, beside what came (planning contract, section 2)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl

from billing_core.base.money import kroner, nearest
from billing_core.planning.complete import months_of
from billing_core.planning.data import Data
from billing_core.planning.forecast import forecast
from billing_core.planning.sums import sums

MONEY = pl.Decimal(38, 2)
SCHEMA: dict[str, pl.DataType] = {
    "month": pl.String(),
    "made_in": pl.String(),
    "forecast_nok": MONEY,
    "actual_nok": MONEY,
    "miss_nok": MONEY,
    "unknown_forecast": pl.Int64(),
    "unknown_actual": pl.Int64(),
}
"""The columns of a backtest; `miss_nok` is actual - forecast."""

_RECURRING = pl.col("recurrence") == "monthly"


def backtest(data: Data, today: date) -> pl.DataFrame:
    """Every complete month of the agency as each earlier complete one would have forecast it, recurring items only.

    In SCHEMA, by month and the month it was made in. Amounts are what is known; the unknown are counted.
    """
    months = [month.period for month in months_of(data.usage, data.agency, today) if month.complete]
    came = _monthly(sums(data.rating, data.agency, months), {})
    rows = []
    for place, base in enumerate(months[:-1]):
        # Prices and policy are known ahead; usage is not.
        known = {table: frame.filter(pl.col("period") <= base) for table, frame in data.usage.items()}
        made = forecast(replace(data, usage=known), base, months[place + 1 :])
        said = _monthly(made.sums, made.moved.distances)
        for month in made.months:
            (guess, dark), (paid, unknown) = said.get(month, _NOTHING), came.get(month, _NOTHING)
            rows.append((month, base, guess, paid, paid - guess, dark, unknown))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("month", "made_in")


_NOTHING = (Decimal("0.00"), 0)


def _monthly(found: pl.DataFrame, distances: Mapping[str, int]) -> dict[str, tuple[Decimal, int]]:
    """By month, what recurs (NOK, each item and variant rounded as in a budget), and how many lines have no amount."""
    exact: dict[tuple[str, ...], Fraction] = {}
    dark: dict[str, int] = {}
    columns = ("period", "service", "item", "variant", "table", "amount", "unknown")
    for *key, table, amount, unknown in found.filter(_RECURRING).select(columns).iter_rows():
        place = tuple(key)
        exact[place] = exact.get(place, Fraction(0)) + Fraction(int(amount), distances.get(table, 1))
        dark[place[0]] = dark.get(place[0], 0) + unknown
    ore = dict.fromkeys(dark, 0)
    for place, amount in exact.items():
        ore[place[0]] += nearest(amount)
    return {month: (kroner(amount), dark[month]) for month, amount in ore.items()}
