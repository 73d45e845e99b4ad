"""A budget's costs as a grid: a row a service or an item, a column a month (planning contract, section 2)."""

from collections.abc import Sequence

import polars as pl

from billing_core.planning.budget import COSTS, MONEY

TOTAL = "total"
"""What stands for the code in the row of the whole."""


def grid(rows: pl.DataFrame, months: Sequence[str], service: str = "") -> pl.DataFrame:
    """code, one column a month (NOK, empty where nothing is known), total_nok, unknown; the whole last.

    The codes are services, or the items of one `service`. Of `rows` (`budget.SCHEMA`) only the kinds of cost count.
    """
    costs = rows.filter(pl.col("kind").is_in(COSTS), pl.col("month").is_in(list(months)))
    by = "item" if service else "service"
    costs = costs.filter(pl.col("service") == service) if service else costs
    codes = costs[by].unique().sort().to_list()
    lines = [_line(code, costs.filter(pl.col(by) == code), months) for code in codes]
    schema = {"code": pl.String(), **dict.fromkeys(months, MONEY), "total_nok": MONEY, "unknown": pl.Int64()}
    return pl.DataFrame([*lines, _line(TOTAL, costs, months)], schema=schema)


def _line(code: str, costs: pl.DataFrame, months: Sequence[str]) -> dict[str, object]:
    known = costs.filter(pl.col("amount_nok").is_not_null()).group_by("month").agg(pl.col("amount_nok").sum())
    amounts = dict(known.iter_rows())
    total = sum(amounts.values()) if amounts else None
    by_month = {month: amounts.get(month) for month in months}
    return {"code": code, **by_month, "total_nok": total, "unknown": int(costs["unknown"].sum())}
