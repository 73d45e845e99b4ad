"""Four years ahead, worked out by hand: levels, full-year effects, measures, and prices that stand still."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing_core.planning.assumptions import Assumptions, Change, Own
from billing_core.planning.budget import Plan, budget
from billing_core.planning.known import known
from billing_core.planning.years import effects, full_year, in_fixed_prices, levels
from billing_core.scenario import Scenario
from tests.planning.test_budget import data_of

TODAY = date(2026, 2, 1)
CASE: dict[str, Any] = {
    "price_list": "workplace.active_user,,33.00,,2026-01-01,2027-07-01,test,confirmed\n"
    "workplace.active_user,,36.00,,2027-07-01,,test,confirmed\n",
    "services": [{"period": "2026-01", "agency": "BYM", "item": "workplace.active_user", "quantity": "10"}],
    "cloud": [{"period": "2026-01", "agency": "BYM", "provider": "aws", "cost_nok": "1000"}],
}
DEARER = Change(service="cloud", **{"from": "2026-07"}, price_pct=Decimal(10), note="Avtale")
LATER = Change(service="cloud", **{"from": "2028-01"}, price_pct=Decimal(10), note="Avtale")
COURSE = Own(name="Kurs", month="2026-12", amount_nok=Decimal(500))


def told(frame: Any) -> list[tuple[str, ...]]:
    return [tuple("" if value is None else str(value) for value in row) for row in frame.iter_rows()]


def test_levels_and_effects_of_four_years() -> None:
    data = data_of(CASE)
    plan = Plan(2026, 4, assumptions=Assumptions(change=(DEARER,), own=(COURSE,)))
    made = budget(data, plan, TODAY)
    # Cloud 1 000 a month, 1 100 from July 2026. Users 330 a month, 360 from July 2027.
    assert [row[:-1] for row in told(levels(made)) if row[0] in ("", "cloud", "portal", "total")] == [
        ("", "500.00", "0.00", "0.00", "0.00"),
        ("cloud", "12600.00", "13200.00", "13200.00", "13200.00"),
        ("portal", "3960.00", "4140.00", "4320.00", "4320.00"),
        ("total", "17060.00", "17340.00", "17520.00", "17520.00"),
    ]
    fewer = Scenario(
        name="Færre", agency="BYM",
        actions=({"kind": "change_quantity", "item": "workplace.active_user", "percent": "-50", "start": "2026-10",
                  "one_off_cost_nok": "100"},),
    )  # fmt: skip
    rows = effects(data, made, TODAY, known(data, made.base, "2029-12"), [fewer])
    assert told(rows) == [
        ("known", "workplace.active_user", "0.00", "180.00", "360.00", "360.00", "360.00"),
        ("assumed", "", "600.00", "1200.00", "1200.00", "1200.00", "1200.00"),
        ("own", "Kurs", "500.00", "0.00", "0.00", "0.00", "500.00"),
        # Half of 330 in three months, and 100 once; a full year from October is 9 x 165 + 3 x 180.
        ("measure", "Færre", "-395.00", "-2070.00", "-2160.00", "-2160.00", "-2025.00"),
    ]


def test_fixed_prices_are_those_of_the_first_december() -> None:
    data, plan = in_fixed_prices(data_of(CASE), Plan(2026, 4, assumptions=Assumptions(change=(DEARER, LATER))))
    assert plan.assumptions.change == (DEARER,)
    rows = {row[0]: row[1:-1] for row in told(levels(budget(data, plan, TODAY)))}
    assert rows["portal"] == ("3960.00",) * 4
    assert rows["cloud"] == ("12600.00", "13200.00", "13200.00", "13200.00")


@pytest.mark.parametrize(
    ("first", "found"), [("2026-10", Decimal(12)), ("2029-01", Decimal(12)), ("2029-02", None), ("2030-01", Decimal(0))]
)
def test_a_full_year_is_twelve_months_or_unknown(first: str, found: Decimal | None) -> None:
    months = [f"{year}-{month:02}" for year in range(2026, 2030) for month in range(1, 13)]
    assert full_year({month: Decimal(month >= first) for month in months}, "2029-12") == found
