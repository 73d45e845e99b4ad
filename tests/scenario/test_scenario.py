"""Each action worked by hand on the cases' price list, in March 2026 (whose last day is the 31st)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billing_core.scenario import Ratings, Scenario, ScenarioError, compare, compare_on, rerated, summary
from billing_core.scenario.actions import (
    ChangePrice,
    ChangeQuantity,
    ChangeServiceLevel,
    ConsolidateClients,
    CutWorkplace,
    EndConnections,
    MoveStorage,
    Only,
    RemoveDeactivated,
    RemoveExternal,
    RemoveNonstandard,
    RemoveSecondary,
    ReplaceSku,
    RetireSupport,
    UpgradeUnsupported,
)
from tests.scenarios import compared, stated, told
from tests.through import engine_named

LICENCE, MANAGEMENT = "office365.licence", "office365.management"


def user(user_id: str, sku: str = "E1", **cells: str) -> dict[str, str]:
    return {"user_id": user_id, "account_type": "main", "sku": sku} | cells


def saving(comparison: Any) -> str:
    """What the one month of a case costs less."""
    assert comparison.baseline.all_months - comparison.after.all_months == comparison.saving.all_months
    return str(comparison.saving.all_months)


# Licences

LEAVERS = [
    user("61-days", deactivated_on="2026-01-29"),
    user("60-days", deactivated_on="2026-01-30"),
    user("no-date", account_status="deactivated"),
    user("says-active", account_status="active", deactivated_on="2025-01-01"),
    user("tomorrow", deactivated_on="2026-04-01"),
    user("stays"),
]


@pytest.mark.parametrize(
    ("action", "gone"),
    [
        (RemoveDeactivated(), {"61-days", "60-days", "no-date"}),
        (RemoveDeactivated(over_days=60), {"61-days"}),
        (RemoveDeactivated(over_days=59), {"61-days", "60-days"}),
        (RemoveDeactivated(over_days=60, about_to_become_billable=True), {"61-days", "60-days", "tomorrow"}),
        (RemoveDeactivated(only=Only(user_ids=("60-days", "stays"))), {"60-days"}),
    ],
)
def test_licences_of_deactivated_users_go_as_asked(action: RemoveDeactivated, gone: set[str]) -> None:
    assert {subject for _, subject, _, _ in told(compared(action, licences=LEAVERS))} == gone


def test_a_deactivated_users_covered_licence_saves_the_framework_and_an_undecided_one_nothing_known() -> None:
    found = compared(RemoveDeactivated(), licences=LEAVERS)
    assert saving(found) == "100.00"
    assert (found.framework.month, found.oslo.month) == (Decimal("100.00"), Decimal("200.00"))
    assert (found.unknown, found.worthless) == (1, 1)
    assert ("goes", "no-date", LICENCE, "?") in told(found)


def test_second_accounts_go_and_the_employees_first_stays() -> None:
    licences = [
        user("a", employee_id="1"),
        user("b", employee_id="1", account_type="secondary"),
        user("z", employee_id="1"),
        user("other", employee_id="2"),
    ]
    found = compared(RemoveSecondary(), licences=licences)
    assert told(found) == [("goes", "b", LICENCE, "100.00"), ("goes", "z", LICENCE, "100.00")]
    assert saving(found) == "200.00"


@pytest.mark.parametrize(("agency", "amount"), [("BYM", "0.00"), ("UKE", "100.00")])
def test_an_account_that_is_first_in_another_agency_is_a_second_one_here(agency: str, amount: str) -> None:
    licences = [user("a", employee_id="1"), user("b", employee_id="1", agency="UKE")]
    assert saving(compared(RemoveSecondary(), agency=agency, licences=licences)) == amount


def test_ending_the_first_account_covers_the_next_so_that_two_actions_overlap() -> None:
    """a: Visio 150 + 35, z: E1 100 as second. Without a, z is first and covered: 285; z alone: 100; both: 285."""
    licences = [user("a", "VISIOCLIENT", employee_id="1"), user("z", employee_id="1")]
    found = compared(RemoveNonstandard(), RemoveSecondary(), licences=licences)
    assert [str(effect.alone.month) for effect in found.effects] == ["285.00", "100.00"]
    assert [str(effect.marginal.month) for effect in found.effects] == ["285.00", "0.00"]
    assert saving(found) == "285.00"
    assert found.overlap.month == Decimal("100.00")
    assert found.waterfall("month") == [
        ("baseline", Decimal("285.00")),
        ("1", Decimal("-285.00")),
        ("2", Decimal("0.00")),
        ("scenario", Decimal("0.00")),
    ]


def test_removing_the_main_account_makes_another_agencys_account_first() -> None:
    licences = [user("a", "VISIOCLIENT", employee_id="1"), user("b", employee_id="1", agency="UKE")]
    found = compared(RemoveNonstandard(), licences=licences)
    assert (saving(found), found.others.month) == ("185.00", Decimal("100.00"))
    # What UKE no longer pays the framework covers.
    assert (found.framework.month, found.oslo.month) == (Decimal("-100.00"), Decimal("185.00"))


def test_licences_of_external_users_go() -> None:
    found = compared(RemoveExternal(), licences=[user("x", account_type="external"), user("a")])
    assert told(found) == [("goes", "x", LICENCE, "100.00")]


def test_a_replaced_licence_is_not_held_twice() -> None:
    licences = [user("a", "ENTERPRISEPACK"), user("b", "ENTERPRISEPACK"), user("b")]
    found = compared(ReplaceSku(sku="ENTERPRISEPACK", by="Office 365 E1"), licences=licences)
    assert told(found) == [
        ("changes", "a", LICENCE, "300.00"),
        ("goes", "a", MANAGEMENT, "20.00"),
        ("goes", "b", LICENCE, "300.00"),
        ("goes", "b", MANAGEMENT, "20.00"),
    ]
    assert saving(found) == "640.00"
    assert (found.framework.month, found.oslo.month) == (Decimal("-100.00"), Decimal("540.00"))


def test_a_licence_without_price_saves_nothing_known() -> None:
    found = compared(ReplaceSku(sku="VISIOCLIENT", by="NO_PRICE"), licences=[user("a", "VISIOCLIENT")])
    assert told(found) == [("changes", "a", LICENCE, "?"), ("changes", "a", MANAGEMENT, "15.00")]
    assert (saving(found), found.unknown) == ("15.00", 1)


def test_a_licence_that_has_no_price_before_or_after_is_counted_as_unknown() -> None:
    found = compared(ReplaceSku(sku="NO_PRICE", by="NONE_EITHER"), licences=[user("a", "NO_PRICE")])
    assert (saving(found), found.unknown, found.effects[0].changed) == ("0.00", 1, 2)


def test_a_licence_that_became_a_standard_one_is_not_removed_as_one_outside_it() -> None:
    licences = [user("a", "ENTERPRISEPACK"), user("b", "VISIOCLIENT")]
    found = compared(ReplaceSku(sku="ENTERPRISEPACK", by="E1"), RemoveNonstandard(), licences=licences)
    assert [str(effect.marginal.month) for effect in found.effects] == ["320.00", "185.00"]
    assert [change for change, subject, *_ in told(found) if subject == "a"] == ["changes", "goes"]


def test_a_licence_is_narrowed_by_sku() -> None:
    licences = [user("a", "ENTERPRISEPACK"), user("b", "VISIOCLIENT")]
    assert saving(compared(RemoveNonstandard(only=Only(skus=("VISIOCLIENT",))), licences=licences)) == "185.00"


def test_an_exempt_agencys_licences_outside_the_standard_go_and_the_others_stay_billed() -> None:
    licences = [user("a", agency="VAV"), user("a", "VISIOCLIENT", agency="VAV")]
    found = compared(RemoveNonstandard(), agency="VAV", licences=licences)
    assert (saving(found), str(found.after.month)) == ("185.00", "100.00")


# Devices and connections


def device(device_id: str, established_on: str = "", **cells: str) -> dict[str, str]:
    return {"device_id": device_id, "device_kind": "thick", "established_on": established_on} | cells


def test_clients_beyond_an_employees_first_go_and_undecided_ones_stay() -> None:
    devices = [
        device("new", "2021-01-01", employee_id="1"),
        device("old", "2020-01-01", employee_id="1"),
        device("unassigned"),
    ]
    found = compared(ConsolidateClients(), devices=devices)
    assert {(change, subject) for change, subject, *_ in told(found)} == {("goes", "new")}
    assert saving(found) == "250.00"


SUPPORT = [
    device("after", "2022-01-02", device_kind="support", licensed="true"),
    device("on", "2022-01-01", device_kind="support"),
    device("undated", device_kind="support"),
    device("client", "2023-01-01", employee_id="1"),
]


@pytest.mark.parametrize(
    ("action", "gone", "amount"),
    [
        (RetireSupport(), {"after"}, "110.00"),
        (RetireSupport(which="all"), {"after", "on", "undated"}, "110.00"),
        (RetireSupport(which="all", established_before="2022-01-02"), {"on"}, "0.00"),
        (RetireSupport(which="all", established_after="2022-01-01"), {"after"}, "110.00"),
        (RetireSupport(which="all", only=Only(device_ids=("on", "client"))), {"on"}, "0.00"),
    ],
)
def test_support_machines_are_retired_as_asked(action: RetireSupport, gone: set[str], amount: str) -> None:
    found = compared(action, devices=SUPPORT)
    assert {subject for _, subject, _, _ in told(found)} == gone
    assert saving(found) == amount


def connection(connection_id: str, kind: str, location: str = "l1", where: str = "fixed") -> dict[str, str]:
    return {"connection_id": connection_id, "location_id": location, "location_kind": where, "connection_kind": kind}


CONNECTIONS = [
    connection("c1", "ordinary"),
    connection("c2", "redundant"),
    connection("c3", "dark_fibre"),
    connection("t1", "ordinary", "l2", "temporary"),
    connection("t2", "ordinary", "l2", "temporary"),
]


@pytest.mark.parametrize(
    ("action", "amount"),
    [
        (EndConnections(which=("redundant",)), "3000.00"),  # c2, and t2 beyond the location's first
        (EndConnections(which=("dark_fibre",)), "2500.00"),
        (EndConnections(which=("redundant", "temporary", "dark_fibre")), "6300.00"),
        (EndConnections(which=("redundant",), only=Only(location_ids=("l1",))), "1500.00"),
        (EndConnections(which=("redundant",), only=Only(connection_ids=("c1", "t2"))), "1500.00"),
    ],
)
def test_connections_end_as_asked(action: EndConnections, amount: str) -> None:
    assert saving(compared(action, connections=CONNECTIONS)) == amount


def test_the_connection_that_becomes_a_locations_first_is_still_the_same_connection() -> None:
    """t1 ends (800); t2 was redundant (1500) and is now the temporary one (800)."""
    found = compared(EndConnections(which=("temporary",)), connections=CONNECTIONS)
    assert told(found) == [
        ("goes", "t1", "network.temporary", "800.00"),
        ("changes", "t2", "network.redundant", "700.00"),
    ]
    assert found.lines["item_after"].to_list() == [None, "network.temporary"]


# Operation


def system(kind: str, quantity: str, **cells: str) -> dict[str, str]:
    return {"system": kind, "kind": kind, "quantity": quantity, "service_level": "gold"} | cells


OPERATIONS = [
    system("storage", "100", disk="ssd"),
    system("backup", "100", disk="ssd"),
    system("server", "2", memory_gb="16"),
    system("application", "1", complexity="high"),
]


@pytest.mark.parametrize(
    ("action", "amount"),
    [
        (MoveStorage(to_disk="hdd"), "50.00"),  # 100 x 2.00 -> 100 x 1.50 (gold)
        (MoveStorage(from_disk="hdd", to_disk="ssd"), "0.00"),
        (MoveStorage(of="backup", from_level="gold", to_level="silver"), "45.00"),  # 0.95 -> 0.50
        # Two servers 2500 -> 700, 32 GB 25 -> 20.
        (ChangeServiceLevel(of=("server",), to_level="bronze"), "3760.00"),
        (ChangeServiceLevel(from_level="silver", to_level="bronze"), "0.00"),
        (ChangeServiceLevel(to_level="bronze", only=Only(systems=("application",))), "3000.00"),  # 7000 -> 4000
    ],
)
def test_systems_move_as_asked(action: Any, amount: str) -> None:
    assert saving(compared(action, operations=OPERATIONS)) == amount


def test_an_upgrade_ends_the_extra_cost_and_its_own_cost_stands_apart() -> None:
    operations = [
        system("server", "1", unsupported="true", unsupported_cost_nok="1500"),
        system("database", "1", unsupported="true"),
    ]
    found = compared(UpgradeUnsupported(one_off_cost_nok="10000"), operations=operations)
    assert (saving(found), found.unknown) == ("1500.00", 1)
    assert (found.one_off_nok, found.payback_months) == (Decimal(10000), Decimal("6.7"))
    assert compared(UpgradeUnsupported(), operations=operations).payback_months is None


# Quantities and prices


def order(item: str, quantity: str = "10", **cells: str) -> dict[str, str]:
    return {"item": item, "quantity": quantity} | cells


WORKPLACE = "workplace.active_user"


@pytest.mark.parametrize(
    ("action", "amount"),
    [
        (CutWorkplace(users=5), "165.00"),
        (CutWorkplace(users=20), "330.00"),  # at most all there are
        (CutWorkplace(percent="25"), "82.50"),
    ],
)
def test_workplace_users_are_cut_over_all_rows(action: CutWorkplace, amount: str) -> None:
    assert saving(compared(action, services=[order(WORKPLACE, "4"), order(WORKPLACE, "6")])) == amount


SENT = {
    "dispatch": [{"channel": "svarut", "quantity": "40"}, {"channel": "svarut", "quantity": "10", "agency": "UKE"}],
    "dispatch_costs": [{"channel": "svarut", "cost_nok": "1000", "total_quantity": "100"}],
}


def test_fewer_dispatches_move_the_cost_to_others_and_save_oslo_nothing() -> None:
    """40 of 100 for 1000 is 400; 20 of 80 is 250. The 150 are borne by UKE and those who are not in the files."""
    found = compared(ChangeQuantity(item="dispatch.svarut", percent="-50"), **SENT)
    assert (saving(found), found.others.month, found.oslo.month) == ("150.00", Decimal("-150.00"), Decimal("0.00"))
    assert told(found) == [
        ("changes", "svarut", "dispatch.svarut", "150.00"),
        ("changes", "svarut", "dispatch.svarut", "-25.00"),
    ]


def test_the_last_sender_who_stops_leaves_the_cost_to_others() -> None:
    costs = [{"channel": "svarut", "cost_nok": "1000", "total_quantity": "40"}]
    change = ChangeQuantity(item="dispatch.svarut", percent="-100")
    found = compared(change, dispatch=SENT["dispatch"][:1], dispatch_costs=costs)
    assert (saving(found), found.oslo.month) == ("1000.00", Decimal("0.00"))


def test_a_lower_cost_of_dispatch_saves_everyone() -> None:
    found = compared(ChangePrice(item="dispatch.svarut", percent="-10"), **SENT)
    assert (saving(found), found.others.month, found.oslo.month) == ("40.00", Decimal("60.00"), Decimal("100.00"))


def test_of_things_the_last_by_name_go_and_copies_come() -> None:
    licences = [user(name, account_type="external") for name in "dbca"]
    fewer = compared(ChangeQuantity(item=LICENCE, percent="-50"), licences=licences)
    assert sorted(subject for _, subject, *_ in told(fewer)) == ["c", "d"]
    more = compared(ChangeQuantity(item=LICENCE, percent="150"), licences=licences)
    came = sorted((change, subject) for change, subject, *_ in told(more))
    assert came == [("comes", name) for name in ("a +1", "a +2", "b +1", "b +2", "c +1", "d +1")]
    assert saving(more) == "-600.00"


CLOUD = {"provider": "aws", "cost_nok": "1000"}
CASEWORK = order("contact.casework", "1", unit_price_nok="1000")
CONSUMED = OPERATIONS[2] | {"supplier_operated": "false"}


@pytest.mark.parametrize(
    ("action", "table", "rows", "amount"),
    [
        (ChangeQuantity(item=WORKPLACE, percent="10"), "services", [order(WORKPLACE)], "-33.00"),
        # 2 GB more on each of two servers: 4 x 25, and the server's own price is no longer gold/16's.
        (ChangeQuantity(item="apps.server_memory", percent="12.5"), "operations", OPERATIONS, "900.00"),
        (ChangeQuantity(item="cloud.aws", percent="-20"), "cloud", [CLOUD | {"cost_nok": "999.99"}], "200.00"),
        (ChangeQuantity(item="platform.client", percent="50"), "devices", SUPPORT, "0.00"),  # none is billed
        (ChangePrice(item=WORKPLACE, percent="10"), "services", [order(WORKPLACE)], "-33.00"),
        (ChangePrice(item="contact.casework", percent="-10"), "services", [CASEWORK], "100.00"),
        (ChangePrice(item="invoice.other", percent="-10"), "services", [order("invoice.documentation")], "600.00"),
        (ChangePrice(item="cloud.aws", percent="-20"), "cloud", [CLOUD], "200.00"),
        (ChangePrice(item="network.redundant", percent="-1"), "connections", CONNECTIONS, "30.00"),
        # Without application operation: 2 x (2500 - 900) -> 2 x (1250 - 450).
        (ChangePrice(item="apps.server", percent="-50"), "operations", [CONSUMED], "1600.00"),
    ],
)
def test_an_item_changes_by_a_percentage(action: Any, table: str, rows: list[dict[str, str]], amount: str) -> None:
    assert saving(compared(action, **{table: rows})) == amount


def test_another_agencys_prices_and_quantities_stay() -> None:
    services = [order(WORKPLACE), order(WORKPLACE, agency="UKE")]
    actions = ChangePrice(item=WORKPLACE, percent="-50"), ChangeQuantity(item=WORKPLACE, percent="-50")
    found = compared(*actions, services=services)
    assert saving(found) == "247.50"  # 330 -> 5 x 16.50
    assert found.others.month == Decimal("0.00")
    assert set(found.lines["agency"]) == {"BYM"}


# Months


def test_a_saving_is_told_for_the_month_the_year_and_a_full_year() -> None:
    services = [
        order(item, quantity, period=period)
        for period in ("2025-12", "2026-01", "2026-02")
        for item, quantity in ((WORKPLACE, "10"), ("invoice.other", "1"))
    ]
    change = [ChangeQuantity(item=item, percent="-100") for item in (WORKPLACE, "invoice.other")]
    found = compared(*change, services=services)
    assert [str(amount) for amount in found.saving.by_month.values()] == ["800.00", "930.00", "930.00"]
    measures = (found.saving.month, found.saving.this_year, found.saving.full_year, found.saving.all_months)
    assert [str(amount) for amount in measures] == ["330.00", "1860.00", "3960.00", "2660.00"]
    assert found.months_this_year == ("2026-01", "2026-02")


def test_an_action_holds_from_its_start_month() -> None:
    services = [order(WORKPLACE, period=period) for period in ("2026-01", "2026-02", "2026-03")]
    for action in (ChangePrice, ChangeQuantity):
        found = compared(action(item=WORKPLACE, percent="-10", start="2026-02"), services=services)
        assert [str(amount) for amount in found.saving.by_month.values()] == ["0.00", "33.00", "33.00"]


def ahead(*actions: Any, agency: str | None = "BYM") -> Any:
    """November 2025, and what is moved from it: E1 is 80.00 and Workplace 30.00 in 2025, 100.00 and 33.00 in 2026."""
    month = {"period": "2025-11"}
    licences = [month | user(name, deactivated_on="2025-11-20", agency=of) for name, of in (("a", "BYM"), ("b", "PBE"))]
    orders = [
        order(WORKPLACE, "10", period="2025-11"),
        order(WORKPLACE, "-2", period="2025-11"),
        order(WORKPLACE, "4", period="2025-10", agency="UKE"),
        order("invoice.other", "1", period="2025-11"),
    ]
    return compared(*actions, agency=agency, licences=licences, services=orders)


def test_an_action_that_begins_after_the_data_is_measured_where_it_begins_on_the_last_months_usage() -> None:
    # On 31 January 2026 the account has been deactivated for 72 days, so its E1 is billed; on 30 November it was 10.
    found = ahead(RemoveDeactivated(start="2026-01"), CutWorkplace(users=3, start="2025-12"))
    assert (found.months, found.measured, found.looks_ahead) == (("2025-11",), "2026-01", True)
    # 8 Workplace at 30.00 and 500.00 once; then, without the credit and that, 10 at 33.00 and the licence.
    assert (str(found.baseline.this_year), str(found.baseline.month)) == ("740.00", "430.00")
    saved = (found.saving.this_year, found.saving.all_months, found.saving.month, found.saving.full_year)
    assert [str(amount) for amount in saved] == ["0.00", "0.00", "199.00", "2388.00"]
    assert [str(effect.marginal.month) for effect in found.effects] == ["100.00", "99.00"]
    assert found.by_month()["period"].to_list() == ["2025-11"]
    assert set(found.lines["period"]) == {"2026-01"}


def test_an_agency_without_the_last_month_has_its_newest_moved() -> None:
    found = ahead(ChangeQuantity(item=WORKPLACE, percent="-50", start="2026-01"), agency=None)
    assert str(found.baseline.month) == "662.00"  # 14 Workplace at 33.00 and two licences
    assert str(found.saving.month) == "231.00"


def test_an_agency_that_has_the_month_already_is_not_there_twice_nor_a_shared_cost() -> None:
    services = [
        order(WORKPLACE, "10", period="2025-11"),
        order(WORKPLACE, "5", period="2025-11", agency="UKE"),
        order(WORKPLACE, "7", period="2026-01", agency="UKE"),
    ]
    sent = [
        {"period": period, "agency": agency, "channel": "svarut", "quantity": "10"}
        for period, agency in (("2025-11", "BYM"), ("2026-01", "UKE"))
    ]
    costs = [
        {"period": period, "channel": "svarut", "cost_nok": "100", "total_quantity": "10"}
        for period in ("2025-11", "2026-01")
    ]
    action = ChangeQuantity(item=WORKPLACE, percent="-50", start="2026-01")
    found = compared(action, services=services, dispatch=sent, dispatch_costs=costs)
    assert (str(found.baseline.month), str(found.saving.month)) == ("330.00", "165.00")
    assert str(found.others.month) == "0.00"


def test_what_is_moved_to_a_month_stands_beside_what_others_have_there() -> None:
    # In January the employee's first account is AAA's: BYM's, moved there, is billed at 100.00. Alone it was covered.
    licences = [
        user("b", period="2025-11", employee_id="e1"),
        user("a", period="2026-01", agency="AAA", employee_id="e1"),
    ]
    found = compared(RemoveSecondary(start="2026-01"), licences=licences)
    assert (str(found.baseline.all_months), str(found.baseline.month)) == ("0.00", "100.00")
    assert str(found.saving.month) == "100.00"


def test_scenarios_that_begin_in_one_month_share_its_ratings() -> None:
    statement, rates = stated({"services": [order(WORKPLACE, "10", period="2025-11")]})
    ratings = Ratings(statement.usage, rates, engine_named("polars"))
    first = ratings.reaching("2025-11", "2026-01")
    assert ratings.reaching("2025-11", "2026-01") is first
    assert ratings.reaching("2025-11", "2026-02") is not first


def test_the_steps_and_months_stand_in_tables() -> None:
    found = compared(CutWorkplace(users=1, one_off_cost_nok="50"), services=[order(WORKPLACE)])
    steps = found.steps().select("step", "action", "month_nok", "alone_month_nok", "one_off_nok", "changed_lines")
    assert [tuple(None if cell is None else str(cell) for cell in row) for row in steps.rows()] == [
        ("baseline", None, "330.00", None, None, None),
        ("1", "cut_workplace", "33.00", "33.00", "50.00", "1"),
        ("scenario", None, "297.00", None, "50.00", None),
    ]
    assert [str(cell) for cell in found.by_month().row(0)] == ["2026-03", "330.00", "297.00", "33.00"]


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (ChangeQuantity(item="workplace.user", percent="1"), "unknown_item"),
        (ChangeQuantity(item=WORKPLACE, percent="1", only=Only(systems=("Sak",))), "wrong_narrowing"),
        (ChangeQuantity(item=WORKPLACE, percent="1000"), "too_large"),
        (ReplaceSku(sku="STANDARDPACK", by="E1"), "same_sku"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(action: Any, code: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        compared(action, services=[order(WORKPLACE, "1000000000")], licences=[user("a")])
    assert caught.value.code == code


def test_an_agency_without_lines_cannot_be_compared() -> None:
    with pytest.raises(ScenarioError, match="no charges of UKE"):
        compared(agency="UKE", licences=[user("a")])


def test_an_action_that_is_off_changes_nothing_and_is_named_as_skipped() -> None:
    off, on = RemoveExternal(off=True, one_off_cost_nok="500"), RemoveSecondary()
    licences = [user("a", account_type="external"), user("b", account_type="secondary")]
    found = compared(off, on, licences=licences)
    assert told(found) == [("goes", "b", LICENCE, "100.00")]
    assert saving(found) == "100.00"
    assert (found.one_off_nok, [effect.action.kind for effect in found.effects]) == (0, ["remove_secondary"])
    steps = found.steps().select("step", "action", "all_months_nok").rows()
    assert steps == [
        ("baseline", None, Decimal("200.00")),
        ("skipped", "remove_external", None),
        ("2", "remove_secondary", Decimal("100.00")),
        ("scenario", None, Decimal("100.00")),
    ]
    # The chart and the list number an action alike.
    assert [code for code, _ in found.waterfall()] == ["baseline", "2", "scenario"]
    assert summary.apart(found, "month")["step"].to_list() == ["2", "all"]


def test_with_every_action_off_nothing_is_saved() -> None:
    found = compared(RemoveExternal(off=True), licences=[user("a", account_type="external")])
    assert saving(found) == "0.00"
    assert (found.effects, found.lines.height) == ((), 0)


TWO_ACCOUNTS = [user("a", employee_id="1"), user("b", employee_id="1", account_type="secondary"), user("c", "EMS_E3")]
REPLACED_AND_GONE = (ReplaceSku(sku="EMS_E3", by="E1"), RemoveSecondary())


@pytest.mark.parametrize("most_rows", [0, 1_000])
def test_scenarios_on_the_same_ratings_come_to_the_same_however_much_is_kept(
    monkeypatch: pytest.MonkeyPatch, most_rows: int
) -> None:
    monkeypatch.setattr(rerated, "MOST_ROWS", most_rows)
    licences = [{"period": "2026-03", "agency": "BYM"} | row for row in TWO_ACCOUNTS]
    statement, rates = stated({"licences": licences})
    ratings = Ratings(statement.usage, rates, engine_named("polars"))
    for chosen in (REPLACED_AND_GONE, REPLACED_AND_GONE[1:], REPLACED_AND_GONE[::-1], REPLACED_AND_GONE):
        found = compare_on(ratings, Scenario(name="a", agency="BYM", actions=chosen))
        assert found == replace(compared(*chosen, licences=TWO_ACCOUNTS), scenario=found.scenario, lines=found.lines)
        assert told(found) == told(compared(*chosen, licences=TWO_ACCOUNTS))


def test_an_action_that_only_costs_otherwise_is_not_rated_again(monkeypatch: pytest.MonkeyPatch) -> None:
    statement, rates = stated({"licences": [{"period": "2026-03", "agency": "BYM"} | row for row in TWO_ACCOUNTS]})
    ratings = Ratings(statement.usage, rates, engine_named("polars"))
    first = compare_on(ratings, Scenario(name="a", actions=(RemoveSecondary(),)))
    monkeypatch.setattr(rerated, "rate", None)
    second = compare_on(ratings, Scenario(name="b", actions=(RemoveSecondary(one_off_cost_nok="900"),)))
    assert (second.saving, second.one_off_nok) == (first.saving, 900)


def test_an_account_that_loses_its_standard_licence_pays_less_for_the_one_beside_it() -> None:
    """Under the reading `difference` Office 365 E3 (300.00) costs an account without E1 its 100.00 less."""
    rows = [user("a"), user("a", "ENTERPRISEPACK")]
    licences = [{"period": "2026-03", "agency": "BYM"} | row for row in rows]
    statement, rates = stated({"licences": licences}, policy={"replacing_licence": "difference"})
    wanted = Scenario(name="a", agency="BYM", actions=(ReplaceSku(sku="E1", by="FLOW_FREE"),))
    found = compare(wanted, statement.usage, rates, engine_named("polars"))
    assert [line for line in told(found) if line[3] != "0.00"] == [("changes", "a", LICENCE, "100.00")]
    assert saving(found) == "100.00"
