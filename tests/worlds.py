"""Hypothesis strategies for small worlds: usage as text cells, prices, agreements, readings.

Few people, things and days shared by few agencies, so that rules meet, orders tie and thresholds are hit.
Spellings vary within what the contract allows; `with_bad_cells` breaks some rows.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.reference.cells import KEYS, folded, read_row
from tests.world_prices import agreement_lists, price_lists

Cells = dict[str, str]
Tables = dict[str, list[Cells]]

MONTHS = ["2026-01", "2025-12", "2024-02"]
AGENCIES = ["BYM", "UKE", "VAV", "XYZ"]  # VAV is outside the new financing, XYZ in no register
SKUS = ["E1", "EMS_E3", "E1", "Office 365 E1", "FLOW_FREE", "VISIOCLIENT", "Visio Plan 2", "SOMETHING_UNKNOWN"]
SKUS += ["ENTERPRISEPACK", "ENTERPRISEPREMIUM", "EMSPREMIUM"]  # in place of E1, E1 and EMS_E3
SKUS += ["STANDARDPACK+Visio Plan 2", "FLOW_FREE;EMS", "Unlicensed"]

# 60 and 61 days before the last days of the three months, their neighbours, the last days and the day after.
DEACTIVATED = ["2025-12-02", "2025-12-01", "2025-11-01", "2025-10-31", "31.12.2023", "2023-12-30", "2024-02-29"]
DEACTIVATED += ["2026-01-31", "2026-02-01", "2025-12-31", "2020-05-05"]
ESTABLISHED = [
    "2021-12-31",
    "20220101",
    "2. januar 2022",
    "1970-01-01",
    "-",
    "2026-01-01",
    "2026-01-31",
    "2025-12-31",
    "29.02.2024",
    "",
]


@dataclass
class World:
    """What one rating is given. `as_of` is set in worlds of a single month only."""

    tables: Tables
    prices: str
    agreements: str
    policy: dict[str, Any]
    months: list[str]
    as_of: date | None = None


def cell(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


def flag(*usual: str) -> st.SearchStrategy[str]:
    return cell(*usual, "true", "nei", "1", "FALSE")


def table_rows(columns: dict[str, st.SearchStrategy[str]], most: int) -> st.SearchStrategy[list[Cells]]:
    return st.lists(st.fixed_dictionaries(columns), max_size=most)


def all_tables(months: list[str], agencies: list[str]) -> dict[str, st.SearchStrategy[list[Cells]]]:
    """The nine tables. Names of users and the like are few, so that keys repeat now and then."""
    written = [*months, *months, *(f"{month[5:]}/{month[:4]}" for month in months)]
    known = [agency for agency in agencies if agency != "XYZ"]
    where = {
        "period": st.sampled_from(written),
        "agency": st.sampled_from([*agencies, *agencies, *(f" {agency.lower()}" for agency in known)]),
    }
    licences = where | {
        "user_id": cell("u1", "u2", "u3", "u4", "u5", "u6", "u7", "U1", "u 8", "U\u00a08"),
        "employee_id": cell("e1", "e2", "E1\u200b", "", "#N/A", "0"),
        "account_type": cell("main", "main", "main", "bi", "external"),
        "sku": cell(*SKUS),
        "account_status": cell("", "", "active", "deaktivert", "deactivated"),
        "deactivated_on": cell("", "", "", *DEACTIVATED),
        "on_platform": flag("", "", "", "ja"),
    }
    devices = where | {
        "device_id": cell(*(f"d{n}" for n in range(25)), "D1", "D2"),
        "device_kind": cell("thick", "tynn", "thin", "support", "støttemaskin"),
        "employee_id": cell("e1", "E2 ", "", "e3", "ukjent"),
        "established_on": cell(*ESTABLISHED),
        "licensed": flag("", ""),
    }
    connections = where | {
        "connection_id": cell(*(f"c{n}" for n in range(20))),
        "location_id": cell("l1", "L1", "l2"),
        "location_kind": cell("fixed", "fast", "temporary"),
        "connection_kind": cell("ordinary", "ordinær", "ordinary", "redundant", "mørk fiber", "dark_fibre"),
        "established_on": cell(*ESTABLISHED),
        "moved_on": cell("", *ESTABLISHED),
    }
    operations = where | {
        "system": cell("Sak", "Arkiv"),
        "kind": cell("application", "server", "server", "database", "lagring", "backup"),
        "quantity": cell("1", "2", "0", "0.5", "12,25", "40000000"),
        "service_level": cell("gold", "silver", ""),
        "disk": cell("ssd", ""),
        "memory_gb": cell("", "8", "16.0", "0,125"),
        "complexity": cell("high", ""),
        "criticality": cell("a", ""),
        "supplier_operated": flag("", "nei", "false"),
        "unsupported": flag("", "", "ja"),
        "unsupported_cost_nok": cell("", "0", "1000", "99,9950"),
    }
    services = where | {
        "period": st.sampled_from(months + [f"{month}-15" for month in months]),
        "item": cell(*REPORTED),
        "quantity": cell("1", "10", "-1", "2,5", "0.001", "", "1000000000"),
        "unit_price_nok": cell("", "", "100", "0.0050", "33,3333", "0"),
        "price_kind": cell("", "", "agreed", "estimat"),
        "reference": cell("", "A-1"),
    }
    headcount = where | {"employees": cell("0", "1", "2", "120"), "ftes": cell("", "1,5", "99.25")}
    cloud = where | {"provider": cell("aws", "azure", "gcp"), "cost_nok": cell("12345.6789", "-0,005", "0", "-12.3450")}
    channel = cell("svarut", "digital_mailbox", "signing", "other", "svarut")
    dispatch = where | {"channel": channel, "quantity": cell("1", "1", "2", "0", "0,5", "7")}
    costs = {
        "period": where["period"],
        "channel": channel,
        "cost_nok": cell("100", "0.01", "0,02", "0", "1000.05"),
        "total_quantity": cell("3", "2", "7", "0.5", "100"),
    }
    return {
        "licences": table_rows(licences, 14),
        "devices": table_rows(devices, 10),
        "connections": table_rows(connections, 8),
        "operations": table_rows(operations, 5),
        "services": table_rows(services, 6),
        "headcount": table_rows(headcount, 4),
        "cloud": table_rows(cloud, 2),
        "dispatch": table_rows(dispatch, 7),
        "dispatch_costs": table_rows(costs, 3),
    }


@st.composite
def usage(draw: st.DrawFn, months: list[str], agencies: list[str]) -> Tables:
    """The tables that have any row. One row is always there and never broken: something can be rated."""
    tables = draw(st.fixed_dictionaries(all_tables(months, agencies)))
    sure = {"period": months[0], "agency": agencies[0], "item": "workplace.active_user", "quantity": "3"}
    tables["services"] = [sure, *tables["services"]]
    return {table: rows for table, rows in tables.items() if rows}


# Each basis and funding, an item made from the headcount, a shared price, two that are refused.
REPORTED = [
    "hr.standard",
    "hr.integration",
    "hr.competence_dialogue",
    "hr.competence.maintenance",
    "contact.standard",
    "invoice.other",
    "network.equipment",
    "platform.order.replacement",
    "visual_profile.standard",
    "apps.order_quote",
    "cloud.app_operation",
    "general.order",
    "office365.licence",
    "no.such.item",
]

BAD_CELLS = [
    ("licences", "user_id", ""),
    ("licences", "user_id", "(blank)"),
    ("licences", "user_id", "1,23457E+11"),
    ("licences", "period", "10/26"),
    ("licences", "account_type", "boss"),
    ("licences", "deactivated_on", "2026-02-30"),
    ("licences", "on_platform", "perhaps"),
    ("licences", "period", ""),
    ("devices", "device_kind", ""),
    ("devices", "device_id", "d" * 201),
    ("devices", "established_on", "29.02.2025"),
    ("devices", "established_on", "01.03.23"),
    ("connections", "location_kind", "floating"),
    ("connections", "agency", ""),
    ("operations", "quantity", "-1"),
    ("operations", "quantity", "1.0001"),
    ("operations", "memory_gb", "much"),
    ("operations", "unsupported_cost_nok", "0.00001"),
    ("services", "unit_price_nok", "-5"),
    ("services", "price_kind", "guess"),
    ("services", "quantity", "1000000001"),
    ("headcount", "employees", "12.5"),
    ("headcount", "employees", "-1"),
    ("cloud", "cost_nok", ""),
    ("dispatch", "channel", "pigeon"),
    ("dispatch", "quantity", "inf"),
    ("dispatch_costs", "cost_nok", "0.001"),
    ("dispatch_costs", "total_quantity", "0"),
]


@st.composite
def with_bad_cells(draw: st.DrawFn, tables: Tables) -> Tables:
    """The tables with up to four cells replaced by what cannot be read."""
    for table, column, value in draw(st.lists(st.sampled_from(BAD_CELLS), max_size=4)):
        if len(tables.get(table, [])) > (table == "services"):
            row = draw(st.integers(1 if table == "services" else 0, len(tables[table]) - 1))
            tables[table][row] = tables[table][row] | {column: value}
    return tables


def readings() -> st.SearchStrategy[dict[str, Any]]:
    """No override, or any of the readings and some of the numbers of data/policy.toml."""
    data = tomllib.loads((Path(__file__).parents[1] / "data" / "policy.toml").read_text("utf-8"))
    choices = {key: st.sampled_from(said["choices"]) for key, said in data.items() if "choices" in said}
    numbers: dict[str, st.SearchStrategy[Any]] = {
        "deactivated_grace_days": st.sampled_from([30, 59]),
        "support_machine_cutoff": st.just(date(2021, 12, 31)),
        "standard_skus": st.just(["E1"]),
        "no_cost_skus": st.just([]),
        "exempt_agencies": st.just(["BYM"]),
    }
    return st.one_of(
        st.just({}), st.fixed_dictionaries({}, optional=choices), st.fixed_dictionaries({}, optional=numbers)
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Any world: repeated keys and bad cells too."""
    months = draw(st.lists(st.sampled_from(MONTHS), min_size=1, max_size=3, unique=True))
    agencies = draw(st.lists(st.sampled_from(AGENCIES), min_size=2, max_size=4, unique=True))
    tables = draw(usage(months, agencies))
    as_of = None
    if len(months) == 1:
        as_of = draw(st.sampled_from([None, date.fromisoformat(months[0] + "-15")]))
    return World(
        tables=draw(with_bad_cells(tables)),
        prices=draw(price_lists()),
        agreements=draw(agreement_lists(agencies)),
        policy=draw(readings()),
        months=months,
        as_of=as_of,
    )


@st.composite
def tidy_worlds(draw: st.DrawFn, *, own_things: bool = False) -> World:
    """A world without bad cells and repeated rows. With `own_things` no employee or device is in two agencies."""
    months = draw(st.lists(st.sampled_from(MONTHS), min_size=1, max_size=2, unique=True))
    agencies = draw(st.lists(st.sampled_from(AGENCIES), min_size=2, max_size=4, unique=True))
    tables = draw(usage(months, agencies))
    if own_things:
        tables = {table: [_own(row) for row in rows] for table, rows in tables.items()}
    return World(
        tables={table: _distinct(table, rows) for table, rows in tables.items()},
        prices=draw(price_lists()),
        agreements=draw(agreement_lists(agencies)),
        policy={},
        months=months,
    )


def _own(row: Cells) -> Cells:
    """The row with its employee and device named after its agency."""
    named = {key: f"{row['agency']}-{row[key]}" for key in ("employee_id", "device_id") if row.get(key)}
    return row | named


def _distinct(table: str, rows: list[Cells]) -> list[Cells]:
    """The first row of each key; in a table without one, the first of equal rows however they are spelt."""
    first: dict[tuple[Any, ...], Cells] = {}
    for row in rows:
        values = read_row(table, row)
        names = [name for name in values if not name.startswith("written ")]
        key = [values[name] for name in KEYS.get(table, names)]
        first.setdefault(tuple(folded(value) if isinstance(value, str) else value for value in key), row)
    return list(first.values())
