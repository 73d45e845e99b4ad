"""Follow-up in the municipality's columns: budget beside accounts and forecast (planning contract, section 2)."""

from decimal import Decimal
from fractions import Fraction

import polars as pl

from billing_core.base.money import nearest
from billing_core.planning.budget import COSTS, MONEY, Budget

TOTAL = "total"
"""What stands for the service in the row of the whole agency."""

SCHEMA: dict[str, pl.DataType] = {
    "agency": pl.String(),
    "service": pl.String(),
    "adopted_nok": MONEY,
    "changes_nok": MONEY,
    "regulated_nok": MONEY,
    "periodised_to_date_nok": MONEY,
    "actual_to_date_nok": MONEY,
    "deviation_to_date_nok": MONEY,
    "forecast_rest_nok": MONEY,
    "forecast_year_nok": MONEY,
    "deviation_year_nok": MONEY,
    "used_pct": pl.Decimal(38, 1),
    "unknown": pl.Int64(),
    "missing_months": pl.Int64(),
}
"""Deviation = budget - actual: positive is less spent (mindreforbruk), negative more (merforbruk)."""


def follow_up(made: Budget) -> pl.DataFrame:
    """The first year of a budget: a row a service with budget or cost, then the total (SCHEMA).

    To date is up to base; the rest is forecast, scenario, own lines, and what the data have after base. A service
    without a name is budget of the whole agency, or an own line or cost that names none.
    """
    year = made.rows.filter(pl.col("month").str.head(4) == str(made.plan.year))
    missing = year.filter(pl.col("kind") == "missing")["month"].n_unique()
    of_service = year.filter(pl.col("kind") != "missing")
    services = of_service["service"].unique().sort()
    rows = [_row(of_service.filter(pl.col("service") == s), made, s, missing) for s in services]
    return pl.DataFrame([*rows, _row(of_service, made, TOTAL, missing)], schema=SCHEMA)


def way(rows: pl.DataFrame) -> pl.DataFrame:
    """Follow-up rows with the `way` of the year's deviation: less (mindreforbruk), more (merforbruk) or even."""
    deviation = pl.col("deviation_year_nok")
    more = pl.when(deviation < 0).then(pl.lit("more")).otherwise(pl.lit("even"))
    return rows.with_columns(way=pl.when(deviation > 0).then(pl.lit("less")).otherwise(more))


def stated_range(made: Budget) -> tuple[Decimal, Decimal] | None:
    """What the first year is stated to lie between (NOK): low and high where they are, amounts elsewhere.

    None where no range is stated.
    """
    year = made.rows.filter(pl.col("month").str.head(4) == str(made.plan.year), pl.col("kind").is_in(COSTS))
    if not made.plan.assumptions.range:
        return None
    low, high = (
        sum(year.select(pl.coalesce(side, "amount_nok").alias(side))[side].drop_nulls(), Decimal("0.00"))
        for side in ("low_nok", "high_nok")
    )
    return low, high


def _row(rows: pl.DataFrame, made: Budget, service: str, missing: int) -> dict[str, object]:
    to_date, cost = pl.col("month") <= made.base, pl.col("kind").is_in(COSTS)
    adopted, changes = (_sum(rows, pl.col("kind") == kind) for kind in ("adopted", "change"))
    periodised = _sum(rows, ~cost & to_date)
    actual, rest = _sum(rows, cost & to_date), _sum(rows, cost & ~to_date)
    regulated = adopted + changes
    return {
        "agency": made.agency,
        "service": service,
        "adopted_nok": adopted,
        "changes_nok": changes,
        "regulated_nok": regulated,
        "periodised_to_date_nok": periodised,
        "actual_to_date_nok": actual,
        "deviation_to_date_nok": periodised - actual,
        "forecast_rest_nok": rest,
        "forecast_year_nok": actual + rest,
        "deviation_year_nok": regulated - actual - rest,
        "used_pct": _per_cent(actual, regulated),
        "unknown": int(rows.filter(cost)["unknown"].sum()),
        "missing_months": missing,
    }


def _per_cent(part: Decimal, whole: Decimal) -> Decimal | None:
    """In tenths; None of nothing."""
    return Decimal(nearest(Fraction(part) / Fraction(whole) * 1000)).scaleb(-1) if whole else None


def _sum(rows: pl.DataFrame, which: pl.Expr) -> Decimal:
    return sum(rows.filter(which)["amount_nok"].drop_nulls(), Decimal("0.00"))
