"""A column that names a currency (contract, section 1, Currency), in tables and mapped files."""

from decimal import Decimal

import pytest

from billing_core.intake import ColumnMapping
from tests.intake.support import codes, read_one, rows

AZURE = ColumnMapping(table="cloud", columns={"period": "Date", "cost_nok": "Cost"}, fixed={"provider": "azure"})
RATE = {("USD", "2026-10"): Decimal("10.5")}


@pytest.mark.parametrize("heading", ["BillingCurrency", "Valuta", "currency", "Currency code", "valutakode"])
def test_an_amount_in_dollars_is_refused_without_a_rate_though_its_column_is_not_mapped(heading: str) -> None:
    text = f"Date,Cost,{heading}\n2026-10-05,3.25,USD\n2026-10-06,4,NOK\n2026-10-07,5,kr\n"
    refused = read_one(text, agency="BYM", mapping=AZURE)
    assert rows(refused, "cloud", "cost_nok") == [(40_000,), (50_000,)]
    assert refused.problems.select("severity", "code", "row", "column", "value", "detail").rows() == [
        ("refused", "foreign_currency", 2, heading, "USD", "2026-10")
    ]
    assert (refused.files[0].rows_read, refused.files[0].rows_refused) == (3, 1)
    # 3.25 x 10.5 = 34.125
    read = read_one(text, agency="BYM", mapping=AZURE, exchange_rates=RATE)
    assert rows(read, "cloud", "cost_nok") == [(341_250,), (40_000,), (50_000,)]
    assert codes(read) == ["exchange_rate"]


def test_a_currency_in_the_heading_of_a_mapped_amount_counts_too() -> None:
    mapping = AZURE.model_copy(update={"columns": {"period": "Date", "cost_nok": "CostInUSD"}})
    assert codes(read_one("Date,CostInUSD\n2026-10-05,3\n", agency="BYM", mapping=mapping)) == ["foreign_currency"]


def test_a_table_of_our_own_may_not_be_in_dollars_either() -> None:
    text = "period,agency,item,quantity,unit_price_nok,valuta\n2026-10,BYM,hr.visma_license,2,1.5,EUR\n"
    assert "foreign_currency" in codes(read_one(text), "refused")
    without_amount = "period,agency,item,quantity,valuta\n2026-10,BYM,hr.visma_license,2,EUR\n"
    assert codes(read_one(without_amount), "refused") == []


def test_what_an_external_party_charged_is_whole_ore_in_kroner_too() -> None:
    text = "period,channel,cost_nok,total_quantity,currency\n2026-10,svarut,1.01,10,USD\n"
    intake = read_one(text, exchange_rates={("USD", "2026-10"): Decimal("10.55")})
    # 1.01 x 10.55 = 10.6555
    assert rows(intake, "dispatch_costs", "cost_nok") == [(106_600,)]
