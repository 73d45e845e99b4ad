"""FOCUS out: what a line becomes by hand, and that the file's sums are the lines' in every world."""

import io
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_core.export import csv_bytes
from billing_core.export.focus import COLUMNS, OWN, VERSIONS, about, focus
from tests.rating.test_properties import PROFILE
from tests.scenarios import stated
from tests.through import as_rows, catalogue
from tests.worlds import World, tidy_worlds

JANUARY = {"period": "2026-01", "agency": "BYM"}
AGREED = "agency,item,variant,price_nok,valid_from,valid_to,reference\nBYM,workplace.active_user,,30,2026-01-01,,A1\n"


def rows_of(tables: dict[str, list[dict[str, str]]], version: str = "1.2", **given: Any) -> list[dict[str, str]]:
    subjects = given.pop("subjects", False)
    statement, rates = stated(tables, **given)
    made = focus(statement.rating.frame(), catalogue(), rates.prices, version, subjects=subjects)
    return as_rows(csv_bytes(made))


def costs(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[f"{kind}Cost"] for kind in ("Billed", "Effective", "Contracted", "List", "x_Covered"))


def licence(**cells: str) -> dict[str, list[dict[str, str]]]:
    return {"licences": [JANUARY | {"user_id": "kari", "account_type": "external", "sku": "E1"} | cells]}


@pytest.mark.parametrize(
    ("tables", "given", "expected", "category"),
    [
        (licence(), {}, ("100.00", "100.00", "100.00", "100.00", "0.00"), "Usage"),
        # Covered: nothing is paid, the list price is what it is worth.
        (licence(account_type="main"), {}, ("0.00", "0.00", "0.00", "100.00", "100.00"), "Usage"),
        (licence(sku="FLOW_FREE"), {}, ("0.00", "0.00", "0.00", "0.00", "0.00"), "Usage"),
        # Ten at an agreed 30 are worth ten at the list's 33.
        (
            {"services": [JANUARY | {"item": "workplace.active_user", "quantity": "10"}]},
            {"agreements": AGREED},
            ("300.00", "300.00", "300.00", "330.00", "0.00"),
            "Usage",
        ),
        # Without a list price the list cost is the amount.
        (
            {"services": [JANUARY | {"item": "hr.integration", "quantity": "2", "unit_price_nok": "40"}]},
            {},
            ("80.00", "80.00", "80.00", "80.00", "0.00"),
            "Usage",
        ),
        (
            {"cloud": [JANUARY | {"provider": "aws", "cost_nok": "-12.50"}]},
            {},
            ("-12.50", "-12.50", "-12.50", "-12.50", "0.00"),
            "Credit",
        ),
    ],
    ids=["billed", "covered", "free of cost", "agreed", "no list price", "credit"],
)
def test_what_a_line_becomes(tables: Any, given: Any, expected: tuple[str, ...], category: str) -> None:
    (row,) = rows_of(tables, **given)
    assert (costs(row), row["ChargeCategory"]) == (expected, category)
    assert (row["BillingPeriodStart"], row["BillingPeriodEnd"]) == ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")
    assert (row["SubAccountId"], row["SubAccountName"], row["BillingCurrency"]) == ("BYM", "Bymiljøetaten", "NOK")


def test_a_month_of_december_ends_in_the_next_year() -> None:
    (row,) = rows_of(licence(period="2025-12"))
    assert row["ChargePeriodEnd"] == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("version", "seller", "others"),
    [("1.2", ("ProviderName", "PublisherName"), "ServiceProviderName"),
     ("1.4", ("ServiceProviderName", "HostProviderName"), "ProviderName")],
)  # fmt: skip
def test_a_version_has_its_own_names_of_who_sells(version: str, seller: tuple[str, str], others: str) -> None:
    (row,) = rows_of(licence(), version)
    assert tuple(row) == (*COLUMNS, *seller, *OWN)
    assert {row[name] for name in seller} == {"Utviklings- og kompetanseetaten"} and others not in row
    assert (row["x_Rule"], row["x_PriceStatus"]) == ("O365-4", "priced")


def test_no_user_is_in_the_file_unless_asked_for() -> None:
    assert not any("kari" in cell for row in rows_of(licence()) for cell in row.values())
    assert [row["ResourceId"] for row in rows_of(licence(), subjects=True)] == ["kari"]


def test_what_is_left_out_is_counted_beside() -> None:
    tables = {
        "services": [JANUARY | {"item": item, "quantity": "1"} for item in ("hr.integration", "general.order")],
        "licences": [
            JANUARY | {"user_id": "a", "account_type": "main", "sku": "E1", "account_status": "deactivated"},
            JANUARY | {"user_id": "b", "account_type": "main", "sku": "E1"},
        ],
    }  # fmt: skip
    statement, _ = stated(tables, prices=PRICES)
    lines = statement.rating.frame()
    told = about(lines, "1.2", "prices.csv", "policy.toml")
    assert len(told.pop("fingerprint")) == 64
    assert told == {
        "version": "1.2", "lines": 4, "rows": 0, "unpriced": 2, "undecided": 1, "covered_unknown": 1,
        "price_list": "prices.csv", "policy": "policy.toml",
    }  # fmt: skip


PRICES = """\
item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status
hr.standard,,1,,2019-01-01,,P,illustrative
"""


@PROFILE
@given(tidy_worlds(), st.sampled_from(VERSIONS))
def test_the_file_read_back_has_the_lines_sums(world: World, version: str) -> None:
    statement, rates = stated(world.tables, prices=world.prices, agreements=world.agreements)
    lines = statement.rating.frame()
    written = csv_bytes(focus(lines, catalogue(), rates.prices, version))
    back = pl.read_csv(io.BytesIO(written), infer_schema=False)
    known = lines.filter(pl.col("amount_nok").is_not_null(), pl.col("covered_nok").is_not_null())
    told = about(lines, version, "prices.csv", "policy.toml")
    assert back.height == known.height == told["rows"]
    assert told["lines"] == told["rows"] + told["unpriced"] + told["undecided"] + told["covered_unknown"]
    for column, of in (("BilledCost", "amount_nok"), ("x_CoveredCost", "covered_nok")):
        for agency in set(known["agency"]):
            ours = back.filter(pl.col("SubAccountId") == agency)[column]
            assert sum(map(Decimal, ours), Decimal(0)) == known.filter(agency=agency)[of].sum()
