"""The demo agency tells its story, the shipped archive is what the code makes, and generated worlds are sound.

The expected counts are worked out by hand from the story (billing_core/demo/story.py), not copied from a run.
"""

import csv
import io
import zipfile
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from billing_core.base.tables import TABLES
from billing_core.demo import write, write_demo
from billing_core.demo.world import world
from tests.through import demo_prices, run

DEMO = Path(__file__).parents[2] / "data" / "demo"
MONTHS = ["2025-11", "2025-12", *(f"2026-{month:02}" for month in range(1, 11))]
BROKEN = {"lisenser": 2, "enheter": 1, "tilknytninger": 1, "drift": 2, "tjenester": 1}
"""Rows at the end of a file that cannot be read."""


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def files():
    """The rows of each shipped file as text, under their Norwegian headings."""
    return {
        name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(data.decode()), delimiter=";"))
        for name, data in members(DEMO / "bym.zip").items()
    }


@pytest.fixture(scope="module")
def whole(files):
    """The same rows without those that cannot be read."""
    return {name: rows[: len(rows) - BROKEN.get(name, 0)] for name, rows in files.items()}


@pytest.fixture(scope="module")
def rated():
    """The shipped demo, rated with the frozen prices and policy and the demo's agreements."""
    return run(
        files={"bym.zip": (DEMO / "bym.zip").read_bytes()},
        prices=demo_prices(),
        agreements=(DEMO / "agreements.csv").read_text("utf-8"),
    )


def each_month(rows, *numbers):
    counted = Counter(row["periode"] for row in rows)
    assert [counted[month] for month in MONTHS] == list(numbers)


def day(text):
    return date(*(int(part) for part in reversed(text.split("."))))


# The shipped archive


def test_the_shipped_archive_holds_what_the_code_makes(tmp_path):
    write_demo(tmp_path / "bym.zip")
    assert members(DEMO / "bym.zip") == members(tmp_path / "bym.zip")


def test_two_archives_are_equal_byte_for_byte(tmp_path):
    write_demo(tmp_path / "one.zip")
    write_demo(tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_the_archive_is_small_enough_to_ship():
    assert (DEMO / "bym.zip").stat().st_size < 700_000


def test_the_archive_has_a_file_for_every_table_under_the_tables_own_headings(files):
    assert list(files) == [table.heading for table in TABLES.values()]
    for table in TABLES.values():
        assert set(files[table.heading][0]) <= {column.heading for column in table.columns}
        assert {column.heading for column in table.columns if column.required} <= set(files[table.heading][0])


def test_every_file_covers_the_twelve_months(whole):
    assert all(sorted({row["periode"] for row in rows}) == MONTHS for rows in whole.values())


# The story


def test_the_agency_has_about_1200_employees(files):
    # November: 1 160 who stay, 5 later blocked, and the 59 of 63 leavers not yet gone.
    employees = {row["periode"]: int(row["ansatte"]) for row in files["ansatte"]}
    assert [employees[month] for month in MONTHS] == [
        1224, 1218, 1230, 1234, 1229, 1235, 1231, 1223, 1223, 1224, 1208, 1200,
    ]  # fmt: skip


def test_people_leave_on_different_days(whole):
    people = {row["bruker"]: row["deaktivert dato"] for row in whole["lisenser"] if row["deaktivert dato"]}
    assert Counter(people.values()) == {
        "15.10.2025": 4, "31.12.2025": 6, "31.03.2026": 5, "15.05.2026": 4, "30.06.2026": 8, "01.08.2026": 3,
        "31.08.2026": 6, "01.09.2026": 2, "04.09.2026": 3, "07.09.2026": 2, "15.09.2026": 5, "30.09.2026": 4,
        "15.10.2026": 6, "30.10.2026": 3, "31.10.2026": 2,
    }  # fmt: skip


def test_a_date_of_deactivation_stands_only_in_months_that_know_it(whole):
    for row in whole["lisenser"]:
        if row["deaktivert dato"]:
            assert f"{day(row['deaktivert dato']):%Y-%m}" <= row["periode"]


def test_licences_of_the_first_leavers_were_cancelled(whole):
    last = defaultdict(str)
    for row in whole["lisenser"]:
        last[row["deaktivert dato"]] = max(last[row["deaktivert dato"]], row["periode"])
    assert (last["15.10.2025"], last["31.12.2025"], last["31.03.2026"]) == ("2026-01", "2026-03", "2026-10")


def test_accounts_are_blocked_without_a_date_from_august(whole):
    blocked = [row for row in whole["lisenser"] if row["status"] == "deaktivert"]
    assert {row["deaktivert dato"] for row in blocked} == {""}
    each_month([row for row in blocked if row["lisens"] == "E1"], 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5, 5)


def test_there_are_secondary_second_main_external_and_off_platform_accounts(whole):
    standard = [row for row in whole["lisenser"] if row["lisens"] == "E1"]
    each_month([row for row in standard if row["brukertype"] == "bi"], *[14] * 12)
    each_month([row for row in standard if row["bruker"].endswith("-2")], *[3] * 12)
    each_month([row for row in standard if row["brukertype"] == "ekstern"], *[22] * 6, *[31] * 6)
    each_month([row for row in standard if row["felles plattform"] == "nei"], *[6] * 12)


def test_licences_outside_the_standard_spread(whole):
    held = defaultdict(list)
    for row in whole["lisenser"]:
        held[row["lisens"]].append(row)
    each_month(held["Visio Plan 2"], *[24] * 12)
    each_month(held["ENTERPRISEPACK"], *[30] * 12)
    each_month(held["Microsoft 365 E3"], *[12] * 12)
    each_month(held["Microsoft_365_Copilot"], 0, 0, 0, *[20] * 4, *[60] * 5)
    each_month(held["GIS_FELTAPP"], *[0] * 4, *[3] * 8)
    each_month(held["POWER BI (FREE)"], *[180] * 12)


def test_some_have_extra_machines_and_some_machines_have_nobody(whole):
    clients = [row for row in whole["enheter"] if row["type"] != "støttemaskin"]
    assigned = [row for row in clients if row["ansatt"]]
    each_month([row for row in clients if not row["ansatt"]], *[48] * 12)
    extra = [
        {"periode": month}
        for (month, _), number in Counter((row["periode"], row["ansatt"]) for row in assigned).items()
        for _ in range(number - 1)
    ]
    each_month(extra, *[55] * 3, *[73] * 9)  # 45 second and 10 third ones, and 18 more from February


def test_support_machines_are_old_new_on_the_day_the_day_after_and_undated(whole):
    october = [row for row in whole["enheter"] if row["type"] == "støttemaskin" and row["periode"] == "2026-10"]
    dates = [row["etablert dato"] for row in october]
    assert dates.count("") == 2
    assert dates.count("01.01.2022") == dates.count("02.01.2022") == 1
    assert sum(bool(text) and day(text) <= date(2022, 1, 1) for text in dates) == 30
    assert sum(bool(text) and day(text) > date(2022, 1, 1) for text in dates) == 12


def test_connections_come_move_and_end(whole):
    rows = whole["tilknytninger"]
    each_month([row for row in rows if row["lokasjonstype"] == "midlertidig"], *[1] * 8, *[0] * 4)
    each_month([row for row in rows if row["tilknytningstype"] == "redundant"], *[0] * 4, *[1] * 8)
    each_month([row for row in rows if row["tilknytningstype"] == "mørk fiber"], *[1] * 12)
    each_month([row for row in rows if row["flyttet dato"] == "15.04.2026"], *[0] * 5, *[1] * 7)
    each_month([row for row in rows if row["etablert dato"] == "20.08.2026"], *[0] * 9, *[1] * 3)


def test_an_unsupported_system_is_upgraded_in_september_and_storage_grows(whole):
    unsupported = [row for row in whole["drift"] if row["ikke supportert"] == "ja"]
    each_month([row for row in unsupported if row["merkostnad"] == "18500"], *[1] * 10, 0, 0)
    each_month([row for row in unsupported if not row["merkostnad"]], *[0] * 8, *[1] * 4)
    kartportal = {
        row["periode"]: int(row["antall"])
        for row in whole["drift"]
        if (row["system"], row["type"]) == ("Kartportal", "lagring")
    }
    assert [kartportal[month] for month in MONTHS] == [1200 + 150 * number for number in range(12)]
    each_month([row for row in whole["drift"] if row["driftes av leverandør"] == "nei"], *[3] * 12)


def test_the_cloud_brings_a_credit_and_the_municipalitys_dispatch_costs_are_there(whole):
    assert [row["periode"] for row in whole["sky"] if row["kostnad"] == "-12500"] == ["2026-06"]
    each_month(whole["forsendelseskostnader"], *[3] * 12)
    each_month(whole["forsendelse"], *[4] * 12)


# Its charges


def test_seven_rows_are_refused_each_for_a_reason_of_its_own(rated):
    refused = Counter((p["table"], p["column"]) for p in rated.problems if p["severity"] == "refused")
    assert refused == {
        ("licences", "deactivated_on"): 1,
        ("licences", "sku"): 1,
        ("devices", "device_kind"): 1,
        ("connections", "location_id"): 1,
        ("operations", "quantity"): 2,
        ("services", "item"): 1,
    }


def test_leavers_with_a_licence_become_a_growing_charge(rated):
    # People 61 days or more after deactivation on the month's last day, with E1 and EMS_E3 each.
    billed = [{"periode": line["period"]} for line in rated.lines if line["rule"] == "O365-5" and line["amount_nok"]]
    each_month(billed, 0, 2 * 4, 2 * 4, 0, 2 * 6, 0, 2 * 5, 2 * 5, 2 * 9, 2 * 17, 2 * 17, 2 * 26)


@pytest.mark.parametrize(("days", "people"), [(7, 7), (30, 16), (60, 25)])
def test_some_become_billable_in_the_days_to_come(rated, days, people):
    until = date(2026, 10, 31) + timedelta(days=days)
    soon = {
        line["subject"]
        for line in rated.lines
        if line["period"] == "2026-10" and line["billable_from"] and date.fromisoformat(line["billable_from"]) <= until
    }
    assert len(soon) == people


def test_unassigned_machines_are_covered_as_long_as_someone_has_none(rated):
    # 40 employees without a client, 45 until five of them were blocked; 48 unassigned machines.
    lines = [
        line
        for line in rated.lines
        if line["item"] == "platform.client" and line["rule"] == "PLT-2" and "LAGER" in line["subject"]
    ]
    each_month([{"periode": line["period"]} for line in lines], *[3] * 9, *[8] * 3)


def test_a_new_year_changes_the_price_and_not_the_past(rated):
    prices = {
        line["period"]: line["unit_price_nok"]
        for line in rated.lines
        if line["variant"] == "E1" and line["item"] == "office365.licence"
    }
    assert [prices[month] for month in MONTHS] == ["91.00"] * 2 + ["95.00"] * 10


def test_what_has_no_price_or_no_decision_says_so(rated):
    october = [line for line in rated.lines if line["period"] == "2026-10"]
    unpriced = Counter((line["item"], line["price_status"]) for line in october if "missing" in line["price_status"])
    assert unpriced == {("office365.licence", "missing"): 3, ("platform.order.replacement", "missing"): 1}
    assert [line["item"] for line in october if line["price_status"] == "by_agreement"] == ["general.order"]
    undecided = Counter(line["rule"] for line in october if line["funding"] == "undecided")
    assert undecided == {"O365-5": 10, "PLT-3": 2, "APP-5": 1, "APP-7": 1}


def rules_not_met(rated):
    """Of every service that the usage has any of; a service that is new need not be in it."""
    with (DEMO.parent / "rules.csv").open(encoding="utf-8", newline="") as file:
        rules = {row["rule"]: row["service"] for row in csv.DictReader(file)}
    met = {rule for line in rated.lines for rule in line["rules"].split(";")}
    services = {line["service"] for line in rated.lines} | {"all"}
    assert len(services) > len(set(rules.values())) / 2
    return {rule for rule, service in rules.items() if service in services} - met


def test_every_rule_but_those_of_other_agencies_meets_the_demo(rated):
    assert rules_not_met(rated) == {"GEN-1", "O365-8"}


# Generated worlds


def frames(*size):
    return {name: frame.collect() for name, frame in world(*size).items()}


@pytest.mark.parametrize("size", [(1, 1, 1), (1, 40, 3), (3, 150, 12), (45, 5, 2)])
def test_every_size_of_world_has_unique_keys_and_the_columns_of_the_contract(size):
    for name, frame in frames(*size, 7).items():
        table = TABLES[name]
        assert {column.key for column in table.columns if column.required} <= set(frame.columns), name
        assert set(frame.columns) <= {column.key for column in table.columns}, name
        if table.key:
            assert not frame.select(table.key).is_duplicated().any(), name
        for column in table.columns:
            if column.required:
                assert frame[column.key].null_count() == 0, (name, column.key)


def test_a_world_has_the_agencies_employees_and_months_asked_for():
    made = frames(3, 150, 12, 7)
    assert made["headcount"]["agency"].n_unique() == 3
    assert sorted(made["headcount"]["period"].unique()) == MONTHS
    assert made["headcount"].height == 3 * 12
    assert made["headcount"]["employees"].is_between(110, 150).all()


def test_the_same_seed_makes_the_same_world_and_another_seed_another():
    one, again, other = (frames(2, 100, 3, seed) for seed in (1, 1, 2))
    assert all(one[name].equals(again[name]) for name in TABLES)
    assert not one["licences"].equals(other["licences"])


def test_written_files_hold_the_world_in_either_format(tmp_path):
    write(tmp_path / "csv", 2, 60, 2, 5)
    write(tmp_path / "parquet", 2, 60, 2, 5, "parquet")
    for name, frame in frames(2, 60, 2, 5).items():
        assert pl.read_parquet(tmp_path / "parquet" / f"{name}.parquet").equals(frame)
        with (tmp_path / "csv" / f"{name}.csv").open(encoding="utf-8") as file:
            assert sum(1 for _ in csv.DictReader(file)) == frame.height


@pytest.mark.parametrize("size", [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_an_empty_world_is_refused(size):
    with pytest.raises(ValueError, match="at least one"):
        world(*size, 1)


def test_a_world_is_valid_and_meets_every_rule(tmp_path):
    write(tmp_path, 5, 300, 2, 3)
    rated = run(files={path.name: path.read_bytes() for path in sorted(tmp_path.glob("*.csv"))})
    assert [problem for problem in rated.problems if problem["severity"] == "refused"] == []
    assert rules_not_met(rated) == {"O365-8"}
    assert "extensive_use" in {problem["code"] for problem in rated.problems}
