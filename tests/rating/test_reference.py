"""The core against an independent reference of the contract, on worlds made at random and a few made by hand."""

import os
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from tests import reference
from tests.engines import ENGINES
from tests.reference.charges import COLUMNS, four, nok
from tests.reference.dispatch import shares
from tests.through import run
from tests.worlds import World, worlds

EXAMPLES = {"polars": 60, "duckdb": 25}


def thorough(examples: int) -> settings:
    """Settings for a comparison: the same worlds each time in continuous integration."""
    return settings(
        max_examples=examples * int(os.environ.get("UTOVER_WORLDS", "1")),
        derandomize="CI" in os.environ,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def supplied(rows: list[dict[str, str]], period: str | None) -> list[dict[str, str]]:
    """The rows of a file; one that is without a month in every row gets the caller's (contract, section 7)."""
    if period is None or any(row.get("period") for row in rows):
        return rows
    return [row | {"period": period} for row in rows]


def compare(world: World, engine: str) -> None:
    """Every column of every line equal, and the same rows refused, each once."""
    period = world.months[0] if world.as_of else None
    lines, refused = reference.rate(
        {name: supplied(rows, period) for name, rows in world.tables.items()},
        world.prices,
        world.agreements,
        world.policy,
        {period: world.as_of} if period and world.as_of else None,
    )
    result = run(
        world.tables,
        prices=world.prices,
        agreements=world.agreements,
        policy=world.policy,
        as_of=world.as_of,
        period=period,
        engine=engine,
    )
    said = [(p["table"], p["file"], int(p["row"])) for p in result.problems if p["severity"] == "refused"]
    assert sorted(said) == sorted((file.removesuffix(".csv"), file, row) for file, row in refused)
    for ours, theirs in zip(result.lines, lines, strict=False):
        assert ours == theirs
    assert len(result.lines) == len(lines)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_core_gives_the_lines_and_refusals_of_the_reference(engine: str) -> None:
    @thorough(EXAMPLES[engine])
    @given(worlds())
    def in_any_world(world: World) -> None:
        compare(world, engine)

    in_any_world()


# The reference itself, on what can be worked out by hand.

PRICES = """item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status
office365.licence,E1,100,,2025-01-01,2026-01-01,old,illustrative
office365.licence,E1,110.50,,2026-01-01,,new,illustrative
office365.licence,,200,,2025-01-01,,any,illustrative
office365.management,,15,,2025-01-01,,managed,illustrative
apps.server,gold,1000,400,2025-01-01,,gold server,illustrative
apps.server_memory,,2.5,,2025-01-01,,memory,illustrative
platform.client,,50,,2025-01-01,,client,illustrative
invoice.hour,,995,,2025-01-01,,hour,illustrative
"""


def only(lines: list[dict[str, str]], item: str) -> dict[str, str]:
    (line,) = [line for line in lines if line["item"] == item]
    return line


def licence(**cells: str) -> dict[str, str]:
    return {"period": "2026-01", "agency": "BYM", "user_id": "u1", "account_type": "main", "sku": "E1"} | cells


def test_a_line_has_every_column_in_the_contract_s_order() -> None:
    lines, refused = reference.rate({"licences": [licence(sku="Office 365 E1")]}, PRICES)
    assert refused == []
    assert lines == [
        {
            "period": "2026-01",
            "agency": "BYM",
            "service": "office365",
            "item": "office365.licence",
            "variant": "E1",
            "rule": "O365-1",
            "rules": "O365-1",
            "funding": "framework",
            "table": "licences",
            "file": "licences.csv",
            "row": "2",
            "subject": "u1",
            "quantity": "1",
            "unit": "licence",
            "recurrence": "monthly",
            "unit_price_nok": "110.50",
            "amount_nok": "0.00",
            "covered_nok": "110.50",
            "price_status": "not_charged",
            "price_source": "new",
            "measured": "",
            "limit": "",
            "billable_from": "",
        }
    ]
    assert list(lines[0]) == COLUMNS


@pytest.mark.parametrize(
    ("deactivated_on", "rule", "measured", "billable_from"),
    [("2025-12-02", "O365-1", "", "2026-02-01"), ("2025-12-01", "O365-5", "61", "")],
)
def test_sixty_days_are_covered_and_sixty_one_billed(
    deactivated_on: str, rule: str, measured: str, billable_from: str
) -> None:
    (line,), _ = reference.rate({"licences": [licence(deactivated_on=deactivated_on)]}, PRICES)
    assert (line["rule"], line["measured"], line["billable_from"]) == (rule, measured, billable_from)


def test_an_exempt_agency_pays_the_list_price_as_an_estimate() -> None:
    (line,), _ = reference.rate({"licences": [licence(agency="VAV")]}, PRICES)
    assert (line["rules"], line["amount_nok"], line["price_status"]) == ("GEN-1;O365-1", "110.50", "estimate")


def test_the_second_active_account_is_billed_across_agencies() -> None:
    rows = [licence(user_id="a", employee_id="e", account_type="external"), licence(agency="XYZ", employee_id="e")]
    lines, _ = reference.rate({"licences": rows}, PRICES)
    assert [line["rules"] for line in lines] == ["O365-4;O365-3", "O365-1"]


def test_a_licence_in_place_of_e1_costs_the_difference_only_by_that_reading() -> None:
    tables = {"licences": [licence(sku="ENTERPRISEPACK")]}
    full, _ = reference.rate(tables, PRICES)
    difference, _ = reference.rate(tables, PRICES, policy={"replacing_licence": "difference"})
    assert only(full, "office365.licence")["amount_nok"] == "200.00"
    assert only(difference, "office365.licence")["amount_nok"] == "89.50"
    assert only(difference, "office365.management")["amount_nok"] == "15.00"


def test_a_server_that_others_operate_costs_its_price_less_operation() -> None:
    row = {"period": "2026-01", "agency": "BYM", "system": "Sak", "kind": "server", "quantity": "3"}
    row |= {"service_level": "gold", "memory_gb": "16.0", "supplier_operated": "nei"}
    lines, _ = reference.rate({"operations": [row]}, PRICES)
    server, memory = only(lines, "apps.server"), only(lines, "apps.server_memory")
    assert (server["variant"], server["unit_price_nok"], server["amount_nok"]) == ("gold/16", "600.00", "1800.00")
    assert (server["service"], server["rules"]) == ("consumption", "APP-7;APP-3")
    assert (memory["quantity"], memory["amount_nok"], memory["service"]) == ("48", "120.00", "consumption")


def test_unassigned_clients_are_covered_while_employees_lack_one() -> None:
    device = {"period": "2026-01", "agency": "BYM", "device_kind": "thick"}
    devices = [device | {"device_id": f"d{n}"} for n in (3, 2, 1)] + [device | {"device_id": "d0", "employee_id": "e"}]
    counted = [{"period": "2026-01", "agency": "BYM", "employees": "2"}]
    lines, _ = reference.rate({"devices": devices, "headcount": counted}, PRICES)
    rules = {line["subject"]: line["rule"] for line in lines if line["item"] == "platform.client"}
    assert rules == {"d0": "PLT-1", "d1": "PLT-1", "d2": "PLT-2", "d3": "PLT-2"}


def test_items_that_share_a_price_take_it() -> None:
    row = {"period": "2026-01", "agency": "BYM", "item": "invoice.other", "quantity": "0,5", "price_kind": "estimat"}
    (line,), _ = reference.rate({"services": [row]}, PRICES)
    assert (line["amount_nok"], line["price_status"], line["price_source"]) == ("497.50", "estimate", "hour")


def test_a_cost_is_shared_to_the_ore_with_ties_by_code_and_others_last() -> None:
    cost = {"total_quantity": Decimal(4), "cost_nok": Decimal("0.06")}
    rows = [{"agency": agency, "quantity": Decimal(1)} for agency in ("UKE", "BYM", "DEB")]
    assert shares(cost, rows) == {
        "BYM": Decimal("0.02"),
        "DEB": Decimal("0.02"),
        "UKE": Decimal("0.01"),
        "others": Decimal("0.01"),
    }


def test_bad_and_repeated_rows_are_refused_by_the_number_that_the_user_sees() -> None:
    rows = [licence(), licence(sku="STANDARDPACK"), licence(deactivated_on="2026-02-30"), licence(user_id="u2")]
    lines, refused = reference.rate({"licences": rows}, PRICES)
    assert refused == [("licences.csv", 3), ("licences.csv", 4)]
    assert [line["row"] for line in lines] == ["2", "5"]


def test_amounts_and_prices_are_written_with_two_decimals_or_more() -> None:
    assert [nok(Decimal(text)) for text in ("1.5", "-0.00")] == ["1.50", "0.00"]
    assert [four(Decimal(text)) for text in ("100", "89.5", "0.1230", "0.1234")] == [
        "100.00",
        "89.50",
        "0.123",
        "0.1234",
    ]
