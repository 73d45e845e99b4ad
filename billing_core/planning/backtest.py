"""How good the forecast is: what earlier months would have said, beside what came (planning contract, section 2)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl

from billing_core.base.money import kroner, nearest
from billing_core.planning.complete import as_counted, months_of
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

NOTHING_SAID: Mapping[str, bool] = {}
_RECURRING = pl.col("recurrence") == "monthly"


def backtest(
    data: Data,
    today: date,
    *,
    ahead: int | None = None,
    latest: int | None = None,
    said: Mapping[str, bool] = NOTHING_SAID,
) -> pl.DataFrame:
    """Every complete month of the agency as each earlier complete one would have forecast it, recurring items only.

    In SCHEMA, by month and the month it was made in. Amounts are what is known; the unknown are counted. With `ahead`
    and `latest` only that many complete months ahead, and made in the latest so many. `said` as `as_counted`.
    """
    found = as_counted(months_of(data.usage, data.agency, today), said)
    months = [month.period for month in found if month.complete][-(latest or 0) :]
    came = _monthly(sums(data.rating, data.agency, months).with_columns(apart=pl.lit(1)))
    rows = []
    for place, base in enumerate(months[:-1]):
        # Prices and policy are known ahead; usage is not.
        known = {table: frame.filter(pl.col("period") <= base) for table, frame in data.usage.items()}
        made = forecast(replace(data, usage=known), base, months[place + 1 :][:ahead])
        told = _monthly(made.sums)
        for month in made.months:
            (guess, dark), (paid, unknown) = told.get(month, _NOTHING), came.get(month, _NOTHING)
            rows.append((month, base, guess, paid, paid - guess, dark, unknown))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("month", "made_in")


_NOTHING = (Decimal("0.00"), 0)


def _monthly(found: pl.DataFrame) -> dict[str, tuple[Decimal, int]]:
    """By month, what recurs (NOK, each item and variant rounded as in a budget), and how many lines have no amount."""
    exact: dict[tuple[str, ...], Fraction] = {}
    dark: dict[str, int] = {}
    columns = ("period", "service", "item", "variant", "apart", "amount", "unknown")
    for *key, apart, amount, unknown in found.filter(_RECURRING).select(columns).iter_rows():
        place = tuple(key)
        exact[place] = exact.get(place, Fraction(0)) + Fraction(int(amount), apart)
        dark[place[0]] = dark.get(place[0], 0) + unknown
    ore = dict.fromkeys(dark, 0)
    for place, amount in exact.items():
        ore[place[0]] += nearest(amount)
    return {month: (kroner(amount), dark[month]) for month, amount in ore.items()}
