"""Text cells to values, row by row, and the rows that cannot be read (contract, section 1).

A row read is a plain dict: its columns as values (None where the cell is empty) and `table`, `file`, `row`.
"""

import calendar
import re
from datetime import date
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
Refused = set[tuple[str, int]]

ACCOUNT_TYPES = {"main": "hoved", "secondary": "bi", "external": "ekstern"}
STATUSES = {"active": "aktiv", "deactivated": "deaktivert"}
DEVICE_KINDS = {"thick": "tykk", "thin": "tynn", "support": "støttemaskin"}
LOCATIONS = {"fixed": "fast", "temporary": "midlertidig"}
CONNECTIONS = {"ordinary": "ordinær", "redundant": "redundant", "dark_fibre": "mørk fiber"}
OPERATIONS = {
    "application": "applikasjon",
    "server": "server",
    "database": "database",
    "storage": "lagring",
    "backup": "sikkerhetskopi",
}
PRICE_KINDS = {"agreed": "avtalt", "estimate": "estimat"}
PROVIDERS = {"aws": "aws", "azure": "azure", "gcp": "gcp"}
CHANNELS = {"svarut": "svarut", "digital_mailbox": "", "signing": "", "other": ""}

SKU_ALIASES = {
    "STANDARDPACK": "E1",
    "Office 365 E1": "E1",
    "EMS": "EMS_E3",
    "Visio Plan 2": "VISIOCLIENT",
}
"""The contract's own examples; the worlds use no other spelling."""


class UnreadableError(ValueError):
    """A cell that makes its row refused."""


def text(cell: str) -> str:
    if len(cell) > 200:
        raise UnreadableError(cell)
    return cell


def month(cell: str) -> str:
    if re.fullmatch(r"\d{4}-\d{2}", cell):
        return day(cell + "-01").strftime("%Y-%m")
    return day(cell).strftime("%Y-%m")


def day(cell: str) -> date:
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", cell)
    norwegian = re.fullmatch(r"(\d{2})\.(\d{2})\.(\d{4})", cell)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if norwegian:
            return date(int(norwegian[3]), int(norwegian[2]), int(norwegian[1]))
    except ValueError:
        pass
    raise UnreadableError(cell)


def number(cell: str, decimals: int, signed: bool = False) -> Decimal:
    """A number with at most `decimals` decimals, not beyond a thousand million; below 0 only if `signed`."""
    if not re.fullmatch(r"-?\d+([.,]\d+)?", cell):
        raise UnreadableError(cell)
    value = Decimal(cell.replace(",", "."))
    too_fine = value != round(value, decimals)
    if too_fine or abs(value) > 1_000_000_000 or (value < 0 and not signed):
        raise UnreadableError(cell)
    return value


def quantity(cell: str) -> Decimal:
    return number(cell, 3)


def signed_quantity(cell: str) -> Decimal:
    return number(cell, 3, signed=True)


def money(cell: str) -> Decimal:
    return number(cell, 4)


def signed_money(cell: str) -> Decimal:
    return number(cell, 4, signed=True)


def whole_ore(cell: str) -> Decimal:
    return number(cell, 2)


def above_zero(cell: str) -> Decimal:
    value = number(cell, 3)
    if value == 0:
        raise UnreadableError(cell)
    return value


def count(cell: str) -> int:
    return int(number(cell, 0))


def flag(cell: str) -> bool:
    words = {"true": True, "ja": True, "1": True, "false": False, "nei": False, "0": False}
    if cell.lower() not in words:
        raise UnreadableError(cell)
    return words[cell.lower()]


def code(words: dict[str, str]):
    """A reader of one of the English codes or its Norwegian word."""

    def read(cell: str) -> str:
        for english, norwegian in words.items():
            if cell.lower() == english or (norwegian and cell.lower() == norwegian):
                return english
        raise UnreadableError(cell)

    return read


REQUIRED = object()
"""Stands where a column has no default: an empty cell refuses the row."""

COLUMNS: dict[str, dict[str, tuple[Any, Any]]] = {
    "licences": {
        "user_id": (text, REQUIRED),
        "employee_id": (text, None),
        "account_type": (code(ACCOUNT_TYPES), REQUIRED),
        "sku": (text, REQUIRED),
        "account_status": (code(STATUSES), None),
        "deactivated_on": (day, None),
        "on_platform": (flag, True),
    },
    "devices": {
        "device_id": (text, REQUIRED),
        "device_kind": (code(DEVICE_KINDS), REQUIRED),
        "employee_id": (text, None),
        "established_on": (day, None),
        "licensed": (flag, False),
    },
    "connections": {
        "connection_id": (text, REQUIRED),
        "location_id": (text, REQUIRED),
        "location_kind": (code(LOCATIONS), REQUIRED),
        "connection_kind": (code(CONNECTIONS), REQUIRED),
        "established_on": (day, None),
        "moved_on": (day, None),
    },
    "operations": {
        "system": (text, REQUIRED),
        "kind": (code(OPERATIONS), REQUIRED),
        "quantity": (quantity, REQUIRED),
        "service_level": (text, None),
        "disk": (text, None),
        "memory_gb": (quantity, None),
        "complexity": (text, None),
        "criticality": (text, None),
        "supplier_operated": (flag, True),
        "unsupported": (flag, False),
        "unsupported_cost_nok": (money, None),
    },
    "services": {
        "item": (text, REQUIRED),
        "quantity": (signed_quantity, None),  # required but for one item: services.refused
        "unit_price_nok": (money, None),
        "price_kind": (code(PRICE_KINDS), "agreed"),
        "reference": (text, None),
    },
    "headcount": {"employees": (count, REQUIRED), "ftes": (quantity, None)},
    "cloud": {"provider": (code(PROVIDERS), REQUIRED), "cost_nok": (signed_money, REQUIRED)},
    "dispatch": {"channel": (code(CHANNELS), REQUIRED), "quantity": (quantity, REQUIRED)},
    "dispatch_costs": {
        "channel": (code(CHANNELS), REQUIRED),
        "cost_nok": (whole_ore, REQUIRED),
        "total_quantity": (above_zero, REQUIRED),
    },
}

KEYS = {
    "licences": ("period", "agency", "user_id", "sku"),
    "devices": ("period", "device_id"),
    "connections": ("period", "agency", "connection_id"),
    "headcount": ("period", "agency"),
    "dispatch": ("period", "agency", "channel"),
    "dispatch_costs": ("period", "channel"),
}


def read_row(table: str, cells: dict[str, str]) -> Row:
    """The row's values. UnreadableError if any cell is."""
    columns = {"period": (month, REQUIRED)}
    if table != "dispatch_costs":
        columns["agency"] = (text, REQUIRED)
    row: Row = {}
    for name, (read, default) in (columns | COLUMNS[table]).items():
        cell = cells.get(name, "")
        if cell != "":
            row[name] = read(cell)
        elif default is REQUIRED:
            raise UnreadableError(name)
        else:
            row[name] = default
    if "sku" in row:
        row["sku"] = SKU_ALIASES.get(row["sku"], row["sku"])
    return row


def licences_in(cell: str) -> list[str]:
    """The licences of one cell: parted by `+`, `;` or `|`; none where it says that there is none."""
    if cell in ("[]", "Unlicensed"):
        return []
    if cell.startswith(("[object", "System.", "Microsoft.")):
        raise UnreadableError(cell)
    return list(dict.fromkeys(part.strip() for part in re.split(r"(?<! )\+(?! )|[;|]", cell)))


def rows_of(table: str, cells: dict[str, str]) -> list[Row]:
    """The row's values, once for each licence of its cell. UnreadableError if any cell is."""
    row = read_row(table, cells)
    if table != "licences":
        return [row]
    skus = [SKU_ALIASES.get(part, part) for part in licences_in(row["sku"])]
    return [row | {"sku": sku} for sku in dict.fromkeys(skus)]


def read_table(table: str, texts: list[dict[str, str]], refused: Refused) -> list[Row]:
    """The readable rows of one file, the first of each key; the others are put in `refused`."""
    file, rows, seen = f"{table}.csv", [], set()
    for place, cells in enumerate(texts, start=2):
        try:
            found = rows_of(table, cells)
        except UnreadableError:
            refused.add((file, place))
            continue
        for row in found:
            key = tuple(row[name] for name in KEYS.get(table, ()))
            if key and key in seen:
                refused.add((file, place))
                continue
            seen.add(key)
            rows.append(row | {"table": table, "file": file, "row": place})
    return rows


def first_day(period: str) -> date:
    return date(int(period[:4]), int(period[5:]), 1)


def last_day(period: str) -> date:
    first = first_day(period)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])
