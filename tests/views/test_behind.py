"""What is behind a line: worked by hand on a few rows and the cases' price list."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from billing_core.views import behind
from tests.scenarios import Rows, stated

PLACE = {"period": "2026-03", "agency": "BYM"}
FIRST = {"user_id": "a", "employee_id": "1", "account_type": "main", "sku": "E1"}
CLIENT = {"device_kind": "thick", "employee_id": "1"}
ORDINARY = {"location_id": "L", "location_kind": "fixed", "connection_kind": "ordinary"}
SENT = [PLACE | {"channel": "svarut", "quantity": "1"}, PLACE | {"agency": "PBE", "channel": "svarut", "quantity": "2"}]
COST = [{"period": "2026-03", "channel": "svarut", "cost_nok": "100", "total_quantity": "3"}]
STAFF = [PLACE | {"employees": "3", "ftes": "2.5"}]
SERVER = {"system": "s", "kind": "server", "quantity": "1", "service_level": "gold", "supplier_operated": "nei"}
SERVER_PRICES = """item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status
apps.server,gold,1000.00,400.00,2019-01-01,,list,confirmed
"""


def told(
    tables: dict[str, Rows], subject: str, item: str, prices: str | None = None, **more: Any
) -> dict[str, dict[str, Any]]:
    statement, rates = stated(
        {name: [PLACE | row for row in rows] if name != "dispatch_costs" else rows for name, rows in tables.items()},
        prices, **more,
    )  # fmt: skip
    lines = statement.rating.frame()
    line = lines.filter(pl.col("subject").fill_null("") == subject, item=item, agency="BYM").row(0, named=True)
    # Competence's quantity was left out: as read, the row has none.
    read = statement.usage | {"services": statement.usage["services"].with_columns(quantity=pl.lit(None, pl.Int64))}
    return {fact.code: dict(fact.values) for fact in behind.facts(line, lines, statement.usage, read, rates)}


CASES: dict[str, tuple[dict[str, Rows], str, str, str | None, str, dict[str, Any]]] = {
    "a third of 100 kroner": (
        {"dispatch": SENT, "dispatch_costs": COST}, "svarut", "dispatch.svarut", None, "dispatch",
        {"cost": 100, "total": 3, "quantity": 1, "exact": Decimal("33.3333"), "file": "dispatch_costs.csv", "row": 2},
    ),
    "the account of another agency came first": (
        {"licences": [FIRST | {"agency": "ARE"}, FIRST | {"user_id": "b"}]}, "b", "office365.licence", None,
        "first_account", {"agency": "ARE", "subject": "a"},
    ),
    "the first client of the employee": (
        {"devices": [CLIENT | {"device_id": "d1", "established_on": "2020-01-01"}, CLIENT | {"device_id": "d2"}]},
        "d2", "platform.client", None, "covered_client", {"subject": "d1"},
    ),
    "one of three employees has a client, so two are free": (
        {
            "devices": [CLIENT | {"device_id": "d0"}]
            + [{"device_kind": "thick", "device_id": f"d{n}"} for n in (1, 2, 3)],
            "headcount": STAFF,
        },
        "d3", "platform.client", None, "free_clients", {"employees": 3, "with_client": 1, "free": 2},
    ),
    "the first connection of the location": (
        {"connections": [ORDINARY | {"connection_id": "c1"}, ORDINARY | {"connection_id": "c2"}]},
        "c2", "network.redundant", None, "first_connection", {"agency": "BYM", "subject": "c1"},
    ),
    "the list price and what comes off it": (
        {"operations": [SERVER]}, "s", "apps.server", SERVER_PRICES, "deduction", {"listed": 1000, "less": 400},
    ),
    "the price of a shorter variant": (
        {"operations": [SERVER | {"memory_gb": "16"}]}, "s", "apps.server", SERVER_PRICES, "shorter",
        {"asked": "gold/16", "matched": "gold"},
    ),
    "the headcount behind a quantity left out": (
        {"services": [{"item": "hr.competence_dialogue", "quantity": ""}], "headcount": STAFF},
        "", "hr.competence_dialogue", None, "from_headcount",
        {"employees": 3, "ftes": Decimal("2.5"), "file": "headcount.csv", "row": 2},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_line_rests_on(case: Any) -> None:
    tables, subject, item, prices, code, values = case
    assert told(tables, subject, item, prices)[code] == values


@pytest.mark.parametrize("employee", ["1", ""])
def test_a_secondary_account_without_another_has_none_before_it(employee: str) -> None:
    alone = {"licences": [FIRST | {"account_type": "secondary", "employee_id": employee}]}
    assert told(alone, "a", "office365.licence") == {}


@pytest.mark.parametrize("device", ["d2", "d3"])
def test_where_clients_are_counted_for_the_agency_its_whole_number_is_told(device: str) -> None:
    """Two clients are within for two employees; d2, the second of its employee, is beyond as d3 of nobody is."""
    first = [CLIENT | {"device_id": f"d{n}", "employee_id": n, "established_on": "2020-01-01"} for n in ("1", "4")]
    beyond = [CLIENT | {"device_id": "d2"}, {"device_kind": "thick", "device_id": "d3"}]
    tables = {"devices": first + beyond, "headcount": [PLACE | {"employees": "2"}]}
    policy = {"client_allowance": "per_agency"}
    assert told(tables, device, "platform.client", policy=policy) == {"agency_clients": {"employees": 2, "clients": 4}}


def test_a_licence_that_costs_what_it_costs_above_the_standard_one_tells_both_prices() -> None:
    prices = """item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status
office365.licence,E1,95.00,,2019-01-01,,list,confirmed
office365.licence,ENTERPRISEPACK,259.00,,2019-01-01,,list,confirmed
"""
    tables = {"licences": [FIRST | {"sku": "ENTERPRISEPACK"}]}
    assert told(tables, "a", "office365.licence", prices) == {}
    found = told(tables, "a", "office365.licence", prices, policy={"replacing_licence": "difference"})
    assert found == {"replaced": {"listed": 259, "standard": "E1", "less": 95}}


def test_the_shorter_variant_of_an_agreement_is_not_said_of_the_price_list() -> None:
    agreed = "agency,item,variant,price_nok,valid_from,valid_to,reference\nBYM,apps.server,,500,2019-01-01,,avtale 7\n"
    found = told({"operations": [SERVER]}, "s", "apps.server", SERVER_PRICES, agreements=agreed)
    assert found == {"shorter_agreed": {"asked": "gold", "matched": ""}}


def test_a_redundant_line_and_a_price_of_its_own_variant_need_no_more_words() -> None:
    redundant = {"connections": [ORDINARY | {"connection_id": "c", "connection_kind": "redundant"}]}
    assert told(redundant, "c", "network.redundant") == {}
