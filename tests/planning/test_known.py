"""What is known of the months to come, worked out by hand; and that it is all that differs between them."""

from datetime import date
from decimal import Decimal

import polars as pl
from hypothesis import given

from billing_core.planning.budget import Plan, budget
from billing_core.planning.data import Data
from billing_core.planning.known import effect_in, known
from tests.planning.test_budget import data_of
from tests.planning.test_budget_properties import FEWER, ready

PRICES = """office365.licence,E1,100.00,,2026-01-01,,test,confirmed
workplace.active_user,,33.00,,2026-01-01,2026-04-01,test,confirmed
workplace.active_user,,36.00,,2026-04-01,,test,confirmed
cloud.app_operation,,500.00,,2026-01-01,,test,confirmed
"""
CASE = {
    "price_list": PRICES,
    "agreements": "BYM,cloud.app_operation,,400.00,2026-01-01,2026-06-01,Avtale 7\n",
    "licences": [
        # 31 January is day 31 of the deactivation; 28 February day 59, 31 March day 90: billed from March on.
        {"period": "2026-01", "agency": "BYM", "user_id": "a", "account_type": "main", "sku": "E1",
         "account_status": "deactivated", "deactivated_on": "2025-12-31"},
        {"period": "2026-01", "agency": "BYM", "user_id": "b", "account_type": "main", "sku": "E1"},
    ],
    "services": [
        {"period": "2026-01", "agency": "BYM", "item": "workplace.active_user", "quantity": "10"},
        {"period": "2026-01", "agency": "BYM", "item": "cloud.app_operation", "quantity": "2"},
        # Without a price in January already: it is no news in any month.
        {"period": "2026-01", "agency": "BYM", "item": "contact.casework", "quantity": "2"},
    ],
}  # fmt: skip


def test_a_price_an_agreement_and_a_licence_are_each_named_with_their_kroner() -> None:
    rows = effect_in(known(data_of(CASE), "2026-01", "2026-12"), 2026)
    told = [tuple(row.values()) for row in rows.iter_rows(named=True)]
    nok = Decimal
    # March 100 x 10 months; April 10 x 3 = 30 x 9; June 2 x (500 - 400) = 200 x 7.
    assert told == [
        ("2026-03", "became_billed", "office365", "office365.licence", "E1", 1, nok(100), 0, nok(1000)),
        ("2026-04", "price", "portal", "workplace.active_user", "", 1, nok(30), 0, nok(270)),
        ("2026-06", "agreement_ends", "cloud", "cloud.app_operation", "", 1, nok(200), 0, nok(1400)),
    ]
    assert effect_in(rows.drop("year_nok"), 2027)["year_nok"].to_list() == [nok(1200), nok(360), nok(2400)]
    assert effect_in(rows.drop("year_nok"), 2025)["year_nok"].to_list() == [0, 0, 0]


def test_an_agreement_that_ends_without_any_price_after_it_is_unknown_not_zero() -> None:
    case = CASE | {"price_list": PRICES.replace("cloud.app_operation,,500.00,,2026-01-01,,test,confirmed\n", "")}
    rows = known(data_of(case), "2026-01", "2026-12").filter(kind="agreement_ends")
    assert [(row["month"], row["unknown"]) for row in rows.iter_rows(named=True)] == [("2026-06", 1)]


@FEWER
@given(ready())
def test_what_is_known_is_all_that_differs_between_the_months_to_come(given_: tuple[object, Data, str]) -> None:
    _, data, base = given_
    made = budget(data, Plan(year=2026, base=base), date(2026, 2, 1))
    rows = known(data, made.base, "2026-12").filter(pl.col("kind") != "yearly")
    monthly = {item.item for item in data.rates.catalogue.items.values() if item.recurrence == "monthly"}
    recurring = made.rows.filter(pl.col("kind") == "forecast", pl.col("item").is_in(sorted(monthly)))
    by_month = {month: Decimal(0) for month in made.plan.months if month > made.base}
    for month, amount in recurring.select("month", "amount_nok").iter_rows():
        by_month[month] += amount or 0
    first, last = min(by_month), max(by_month)
    differs = sum(rows.filter(pl.col("month") > first)["amount_nok"], Decimal(0))
    # Each item and month is rounded once where a quarter's rows are divided.
    assert abs(by_month[last] - by_month[first] - differs) <= Decimal("0.01") * max(1, rows.height + recurring.height)
