"""How far off each way of forecasting was, worked out by hand; and a mean forecast is the mean of the three."""

from datetime import date
from decimal import Decimal

import polars as pl

from billing_core.planning.backtest import SCHEMA, backtest
from billing_core.planning.budget import Plan, budget
from billing_core.planning.quality import best, misses, summary
from tests.planning.test_budget import data_of

TODAY = date(2026, 6, 1)


def tried(costs: list[int]) -> pl.DataFrame:
    """The backtest of an agency whose cloud invoices are these, from January 2026."""
    cloud = [
        {"period": f"2026-{at:02}", "agency": "BYM", "provider": "aws", "cost_nok": str(cost)}
        for at, cost in enumerate(costs, 1)
    ]
    return backtest(data_of({"cloud": cloud}), TODAY)


def test_the_misses_of_both_ways_by_months_ahead() -> None:
    # From March, 400: base says 400, mean (100 + 200 + 400) / 3 = 233,33. April came to 100, May to 300.
    # From April, 100: mean (200 + 400 + 100) / 3 = 233,33 again. May came to 300.
    rows = summary(misses(tried([100, 200, 400, 100, 300])))
    told = [tuple(map(str, row)) for row in rows.iter_rows()]
    assert told == [
        # base misses 300 and 100, and 200: median 200; mean 133,33, 66,67 and 66,67.
        ("base", "0", "3", "200.00", "300.00"),
        ("mean", "0", "3", "66.67", "133.33"),
        ("base", "1", "2", "250.00", "300.00"),
        ("mean", "1", "2", "100.00", "133.33"),
        ("base", "2", "1", "100.00", "100.00"),
        ("mean", "2", "1", "66.67", "66.67"),
    ]
    assert best(rows) == "mean"


def test_a_trend_is_missed_less_by_the_last_month_and_too_little_data_tell_nothing() -> None:
    assert best(summary(misses(tried([100, 200, 300, 400, 500])))) == "base"
    assert best(summary(misses(tried([100, 200, 300])))) == "base"
    assert best(summary(misses(pl.DataFrame(schema=SCHEMA)))) == "base"


def test_a_mean_forecast_is_the_mean_of_those_from_the_last_three_complete_months() -> None:
    cloud = [
        {"period": f"2026-{at:02}", "agency": "BYM", "provider": "aws", "cost_nok": cost}
        for at, cost in enumerate(("100", "200", "400.01"), 1)
    ]
    made = budget(data_of({"cloud": cloud}), Plan(2026, method="mean"), date(2026, 4, 1))
    rows = made.rows.filter(pl.col("item") == "cloud.aws", pl.col("kind") == "forecast")
    # 700,01 / 3 = 233,336...: rounded once.
    assert set(rows["amount_nok"]) == {Decimal("233.34")}
    assert (rows.height, set(rows["lines"])) == (9, {1})


def test_a_backtest_bounded_ahead_and_back_has_those_rows_of_the_whole() -> None:
    cloud = [{"period": f"2026-{at:02}", "agency": "BYM", "provider": "aws", "cost_nok": str(at)} for at in range(1, 6)]
    data = data_of({"cloud": cloud})
    few = backtest(data, TODAY, ahead=1, latest=3).select("month", "made_in").rows()
    assert few == [("2026-04", "2026-03"), ("2026-05", "2026-04")]
    assert backtest(data, TODAY, said={"2026-04": False}).filter(month="2026-04").is_empty()
