"""The contract once more, row by row: plain Python, Decimal, dicts and loops.

Written from the contract's text alone to be compared with the core. Nothing here is fast, and nothing is shared with
the core but the two data files, the items and the policy values.
"""

import csv
from datetime import date
from typing import Any

from tests.reference import devices, dispatch, licences, network, operations, services
from tests.reference.cells import COLUMNS, DATA, Refused, Row, folded, last_day, read_table
from tests.reference.charges import Book, Line, line
from tests.reference.prices import read_prices
from tests.reference.readings import Policy

Tables = dict[str, list[dict[str, str]]]


def rate(
    tables: Tables,
    prices: str,
    agreements: str = "",
    policy: dict[str, Any] | None = None,
    as_of: dict[str, date] | None = None,
) -> tuple[list[Line], list[tuple[str, int]]]:
    """The lines in section 5's order and the (file, row) of every refused row.

    `tables` holds text cells by English key; row i of a table is file row i + 2 of "<table>.csv". `prices` and
    `agreements` are the texts of their files, `policy` overrides single values, `as_of` gives months another day.
    """
    readings = Policy(policy or {})
    with (DATA / "items.csv").open(encoding="utf-8") as file:
        items = {row["item"]: row for row in csv.DictReader(file)}
    book = Book(items, read_prices(prices), read_prices(agreements))

    refused: Refused = set()
    rows = {table: read_table(table, tables.get(table, []), refused) for table in COLUMNS}
    name_agencies([row for name in tables for row in rows[name]])
    headcount = rows["headcount"]
    reported = services.accepted(rows["services"], headcount, book, readings, refused)
    costs = dispatch.accepted_costs(rows["dispatch_costs"], rows["dispatch"], refused)
    days = {row["period"]: last_day(row["period"]) for row in rows["licences"]} | (as_of or {})

    charges = [
        *licences.charges(rows["licences"], book, readings, days),
        *devices.charges(rows["devices"], headcount, readings),
        *network.charges(rows["connections"], readings),
        *operations.charges(rows["operations"], readings),
        *services.charges(reported, book),
        *services.derived_charges(headcount, reported, book),
        *services.cloud_charges(rows["cloud"]),
        *dispatch.charges(rows["dispatch"], costs),
    ]
    lines = [line(charge, book, readings) for charge in charges]
    place = ("period", "agency", "table", "file", "row", "item", "variant")
    lines.sort(key=lambda one: [int(one[name]) if name == "row" else one[name] for name in place])
    return lines, sorted(refused)


def name_agencies(rows: list[Row]) -> None:
    """An agency that no register knows goes by the writing that comes first."""
    first: dict[str, str] = {}
    for row in rows:
        if "agency" in row:
            row["agency"] = first.setdefault(folded(row["agency"]), row["agency"])
