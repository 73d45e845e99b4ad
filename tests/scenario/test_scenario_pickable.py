"""What an action can be narrowed to, and what it costs: worked by hand on the few prices below."""

from datetime import date
from typing import Any

import polars as pl

from billing_core.scenario.pickable import matching, pickable
from tests.scenarios import Rows, stated

PRICES = """\
item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status
office365.licence,E1,100.00,,2019-01-01,,list,confirmed
office365.licence,VISIOCLIENT,150.00,,2019-01-01,,list,confirmed
office365.management,VISIOCLIENT,35.00,,2019-01-01,,list,confirmed
network.redundant,,1500.00,,2019-01-01,,list,confirmed
network.establishment,redundant,6000.00,,2019-01-01,,list,confirmed
"""
MARCH, FEBRUARY = ({"period": period, "agency": "BYM"} for period in ("2026-03", "2026-02"))
E1, VISIO = {"sku": "E1", "account_type": "main"}, {"sku": "VISIOCLIENT", "account_type": "main"}
EXTERNAL = {"sku": "E1", "account_type": "external"}
LICENCES = [
    MARCH | EXTERNAL | {"user_id": "one", "employee_id": "1"},
    MARCH | E1 | {"user_id": "two", "employee_id": "2"},
    MARCH | VISIO | {"user_id": "two", "employee_id": "2"},
    MARCH | EXTERNAL | {"user_id": "three", "employee_id": "3", "sku": "NO_PRICE"},
    # Was here in February, with Visio then; what was billed in February is not what it costs now.
    FEBRUARY | VISIO | {"user_id": "gone", "employee_id": "4", "deactivated_on": "2026-02-15"},
    FEBRUARY | VISIO | {"user_id": "one", "employee_id": "1"},
    MARCH | E1 | {"user_id": "other", "employee_id": "5", "agency": "UKE"},
]


def told(kind: str, name: str, *columns: str, **tables: Rows) -> list[tuple[Any, ...]]:
    statement, _ = stated(tables, PRICES)
    lines = statement.rating.frame().filter(pl.col("agency") == "BYM")
    found = pickable(kind, name, "BYM", statement.usage, lines).with_columns(pl.col("amount_nok").cast(pl.String))
    return found.select("code", *columns, "amount_nok").rows()


def test_users_stand_dearest_first_with_what_the_agency_pays_for_them_in_its_last_month() -> None:
    """Two: the E1 is covered, Visio 150 and 35. One: an external's E1. What three has, has no price; gone is gone."""
    columns = ("employee_id", "sku", "deactivated_on", "rows")
    assert told("replace_sku", "user_ids", *columns, licences=LICENCES) == [
        ("two", ["2"], ["E1", "VISIOCLIENT"], None, 2, "185.00"),
        ("one", ["1"], ["E1"], None, 1, "100.00"),
        ("gone", ["4"], ["VISIOCLIENT"], date(2026, 2, 15), 1, None),
        ("three", ["3"], ["NO_PRICE"], None, 1, None),
    ]


def test_an_amount_is_of_the_rows_that_the_action_means_alone() -> None:
    """One has an E1 as external (100) and a Visio outside the standard (150 and 35): each action means one of them."""
    rows = [MARCH | EXTERNAL | {"user_id": "one"}, MARCH | VISIO | {"user_id": "one", "employee_id": "1"}]
    assert told("remove_external", "user_ids", "sku", licences=rows) == [("one", ["E1"], "100.00")]
    assert told("remove_nonstandard", "user_ids", "sku", licences=rows) == [("one", ["VISIOCLIENT"], "185.00")]
    assert told("remove_nonstandard", "skus", "rows", licences=rows) == [("VISIOCLIENT", 1, "185.00")]


def test_what_is_known_is_summed_and_lines_without_a_price_are_counted() -> None:
    """Three's own licence and what it takes to manage it have no price; the Visio (150 and 35) and the E1 have."""
    more = ({"user_id": "three", "employee_id": "3"} | licence for licence in (VISIO, EXTERNAL))
    licences = [*LICENCES, *(MARCH | licence for licence in more)]
    assert ("three", 2, "285.00") in told("replace_sku", "user_ids", "unpriced", licences=licences)


def test_a_location_counts_its_connections_and_what_was_paid_once_is_no_monthly_cost() -> None:
    """L1: 1500 for the redundant one; that it was established in March is billed once, and left out."""
    fixed = MARCH | {"location_kind": "fixed", "established_on": "2020-01-01"}
    connections = [
        fixed | {"location_id": "L1", "connection_id": "c1", "connection_kind": "ordinary"},
        fixed
        | {"location_id": "L1", "connection_id": "c2", "connection_kind": "redundant", "established_on": "2026-03-05"},
        fixed | {"location_id": "L2", "connection_id": "c3", "connection_kind": "ordinary"},
    ]
    found = told("change_quantity", "location_ids", "rows", connections=connections)
    assert found == [("L1", 2, "1500.00"), ("L2", 1, "0.00")]


def test_a_search_looks_in_every_text_in_capitals_or_not() -> None:
    people = pl.DataFrame({"code": ["a1", "b2"], "product": ["Visio Plan 2", "E1"], "rows": [12, 1]})
    assert matching(people, " VISIO ")["code"].to_list() == ["a1"]
    assert matching(people, "2")["code"].to_list() == ["a1", "b2"]
    assert matching(people, "12").is_empty()
    assert matching(people, " ").equals(people)
