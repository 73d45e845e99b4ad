"""Entries as the usage they stand for, month by month, with the rows around them that the rules look at.

Things that are counted are rated one of each kind and multiplied afterwards: all of them have the same lines. Every
made-up id begins so that what the rules cover first comes first: `a` before `b`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from billing_core.base.money import QUANTITY
from billing_core.base.months import first_day, months_apart
from billing_core.base.tables import TABLES
from billing_core.law.catalogue import Catalogue
from billing_core.law.policy import Policy, Terms
from billing_core.planning.entry_checks import Entry, memory_of
from billing_core.rating.check import EMPTY_QUANTITY


class Month(NamedTuple):
    """A month that an entry is rated in: its first, what its agency is, and how many its `employee` entries count."""

    period: str
    first: str
    terms: Terms
    staff: int


class Row(NamedTuple):
    """One usage row of an entry: how many `times` it stands for (0: only around), and the one item wanted of it."""

    table: str
    cells: Mapping[str, Any]
    times: int = 0
    only: str | None = None


OWNED: dict[str, pl.DataType] = {
    "table": pl.String(),
    "row": pl.Int64(),
    "entry": pl.Int64(),
    "times": pl.Int64(),
    "only": pl.String(),
}
"""Which usage rows are an entry's own."""


def usage_of(
    entries: Sequence[Entry], months: Mapping[int, Collection[str]], agency: str, by: tuple[Catalogue, Policy]
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Checked usage of all entries, `months` being those that each row number is rated in; and whose it is (OWNED).

    The headcount of a month is one row: the employees that the clients' rule counts.
    """
    catalogue, policy = by
    made: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    owned: list[tuple[Any, ...]] = []
    counted = staff(entries, months)
    for entry in entries:
        for period in months[entry.row]:
            month = Month(period, first_month(entry, months), policy.of(period), counted.get(period, 0))
            for row in _rows(entry, month, catalogue):
                place = len(made[row.table])
                where = {"period": period, "agency": agency, "file": "", "row": place}
                made[row.table].append({**where, **_DEFAULTS.get(row.table, {}), **row.cells})
                if row.times:
                    owned.append((row.table, place, entry.row, row.times, row.only))
    made["headcount"] = _headcount(made["devices"], agency)
    usage = {name: pl.DataFrame(rows, schema=TABLES[name].schema) for name, rows in made.items()}
    return usage, pl.DataFrame(owned, schema=OWNED, orient="row")


def headcount_of(
    entries: Sequence[Entry], months: Mapping[int, Collection[str]], agency: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The headcount that each `employee` entry is by itself, and whose row is whose (OWNED)."""
    rows: list[dict[str, Any]] = []
    owned: list[tuple[Any, ...]] = []
    for entry in (entry for entry in entries if entry.what == "employee"):
        for period in months[entry.row]:
            owned.append(("headcount", len(rows), entry.row, 1, None))
            cells = {"employees": (entry.quantity or 0) // QUANTITY, "file": "", "row": len(rows)}
            rows.append({"period": period, "agency": agency} | cells)
    return (
        pl.DataFrame(rows, schema=TABLES["headcount"].schema),
        pl.DataFrame(owned, schema=OWNED, orient="row"),
    )


def staff(entries: Sequence[Entry], months: Mapping[int, Collection[str]]) -> dict[str, int]:
    """How many employees the `employee` entries have in each month."""
    found: dict[str, int] = {}
    for entry in (entry for entry in entries if entry.what == "employee"):
        for period in months[entry.row]:
            found[period] = found.get(period, 0) + (entry.quantity or 0) // QUANTITY
    return found


def first_month(entry: Entry, months: Mapping[int, Collection[str]]) -> str:
    """The month that an entry begins in, which may be before those that are rated."""
    return entry.first or min(months[entry.row])


_DEFAULTS: dict[str, dict[str, Any]] = {
    "licences": {"account_status": "active", "on_platform": True},
    "devices": {"licensed": False},
    "operations": {"supplier_operated": True, "unsupported": False, "quantity": QUANTITY},
    "services": {"price_kind": "agreed"},
}


def _headcount(devices: Sequence[Mapping[str, Any]], agency: str) -> list[dict[str, Any]]:
    """One employee for each first client: those that the reading `per_agency` covers."""
    covered: dict[str, int] = {}
    for device in devices:
        if device["device_id"].startswith("a"):
            covered[device["period"]] = covered.get(device["period"], 0) + 1
    return [
        {"period": period, "agency": agency, "employees": number, "file": "", "row": place}
        for place, (period, number) in enumerate(covered.items())
    ]


def _rows(entry: Entry, month: Month, catalogue: Catalogue) -> list[Row]:
    make = _MAKERS.get(entry.what)
    return make(entry, month) if make else _ordered(entry, month, catalogue.items[entry.what].recurrence)


def _ordered(entry: Entry, month: Month, recurrence: str) -> list[Row]:
    """An item of the catalogue: one-off once, yearly each twelfth month."""
    since = months_apart(month.first, month.period)
    if (recurrence == "one_off" and since) or (recurrence == "yearly" and since % 12):
        return []
    quantity = month.staff * QUANTITY if entry.what == EMPTY_QUANTITY and entry.quantity is None else entry.quantity
    cells = {"item": entry.what, "quantity": quantity, "unit_price_nok": entry.unit_price, "reference": entry.note}
    return [Row("services", cells, 1)]


def _times(entry: Entry) -> int:
    return (entry.quantity or 0) // QUANTITY


def _account(entry: Entry, kind: str, skus: Sequence[str], times: int, employee: str | None) -> list[Row]:
    cells = {"user_id": f"{kind} {entry.row}", "employee_id": employee, "account_type": kind}
    return [Row("licences", cells | {"sku": sku}, times) for sku in skus]


def _employee(entry: Entry, month: Month) -> list[Row]:
    accounts = _account(entry, "main", month.terms.standard_skus, _times(entry), _person(entry))
    return [*accounts, Row("devices", _client(entry, "a", "thick"), _times(entry))]


def _second(entry: Entry, month: Month) -> list[Row]:
    first = _account(entry, "main", month.terms.standard_skus, 0, _person(entry))
    skus = [entry.variant] if entry.variant else month.terms.standard_skus
    return [*first, *_account(entry, "secondary", skus, _times(entry), _person(entry))]


def _external(entry: Entry, month: Month) -> list[Row]:
    skus = [entry.variant] if entry.variant else month.terms.standard_skus
    return _account(entry, "external", skus, _times(entry), None)


def _licence(entry: Entry, month: Month) -> list[Row]:
    held = [sku for sku in month.terms.standard_skus if sku != entry.variant]
    person = _person(entry)
    return [
        *_account(entry, "main", held, 0, person),
        *_account(entry, "main", [entry.variant], _times(entry), person),
    ]


def _person(entry: Entry) -> str:
    return f"employee {entry.row}"


def _client(entry: Entry, place: str, kind: str) -> dict[str, Any]:
    return {"device_id": f"{place} {entry.row}", "device_kind": kind, "employee_id": _person(entry)}


def _extra(entry: Entry, _month: Month) -> list[Row]:
    first, extra = _client(entry, "a", "thick"), _client(entry, "b", entry.variant)
    return [Row("devices", first), Row("devices", extra, _times(entry))]


def _machine(entry: Entry, month: Month) -> list[Row]:
    cells = {
        "device_id": f"s {entry.row}",
        "device_kind": "support",
        "established_on": first_day(month.first),
        "licensed": entry.variant == "licensed",
    }
    return [Row("devices", cells, _times(entry))]


def _connected(place: str, kind: str) -> Callable[[Entry, Month], list[Row]]:
    def rows(entry: Entry, month: Month) -> list[Row]:
        name, day = f"{entry.row}", first_day(month.first)
        cells = {"connection_id": name, "location_id": name, "location_kind": place, "connection_kind": kind}
        return [Row("connections", cells | {"established_on": day}, _times(entry))]

    return rows


def _system(entry: Entry, _month: Month) -> list[Row]:
    parts = dict(zip(entry.kind.parts, entry.variant.split("/"), strict=False))
    values: dict[str, Any] = {name: part or None for name, part in parts.items()}
    if "memory_gb" in values:
        values["memory_gb"] = memory_of(parts["memory_gb"])
    return [Row("operations", {"system": f"{entry.row}", "kind": entry.what, "quantity": entry.quantity} | values, 1)]


def _unsupported(entry: Entry, _month: Month) -> list[Row]:
    cells = {"system": f"{entry.row}", "kind": "application", "unsupported": True}
    return [Row("operations", cells | {"unsupported_cost_nok": entry.unit_price}, _times(entry), "apps.unsupported")]


def _cloud(entry: Entry, _month: Month) -> list[Row]:
    provider = entry.what.removeprefix("cloud_")
    return [Row("cloud", {"provider": provider, "cost_nok": entry.unit_price}, _times(entry))]


def _dispatch(entry: Entry, _month: Month) -> list[Row]:
    return [Row("dispatch", {"channel": entry.what.removeprefix("dispatch_"), "quantity": entry.quantity}, 1)]


_MAKERS: dict[str, Callable[[Entry, Month], list[Row]]] = {
    "employee": _employee,
    "account_second": _second,
    "account_external": _external,
    "licence": _licence,
    "client_extra": _extra,
    "support_machine": _machine,
    "connection_fixed": _connected("fixed", "ordinary"),
    "connection_temporary": _connected("temporary", "ordinary"),
    "connection_redundant": _connected("fixed", "redundant"),
    "dark_fibre": _connected("fixed", "dark_fibre"),
    **dict.fromkeys(("server", "database", "storage", "backup", "application"), _system),
    "unsupported": _unsupported,
    **dict.fromkeys(("cloud_aws", "cloud_azure", "cloud_gcp"), _cloud),
    **dict.fromkeys(("dispatch_svarut", "dispatch_digital_mailbox", "dispatch_signing", "dispatch_other"), _dispatch),
}
"""How each word's usage is made; items of the catalogue are `_ordered`."""
