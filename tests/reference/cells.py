"""Text cells to values, row by row, and the rows that cannot be read (contract, section 1).

A row read is a plain dict: its columns as values (None where the cell is empty) and `table`, `file`, `row`.
"""

import calendar
import csv
import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "data"

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


def folded(cell: str) -> str:
    """What an id is compared by: any letter case, any spaces around and within, any Unicode composition."""
    seen = "".join(sign for sign in unicodedata.normalize("NFC", cell) if sign not in ZERO_WIDTH)
    return unicodedata.normalize("NFC", " ".join(seen.split()).casefold())


ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"

PLACEHOLDERS = [
    "#N/A", "#I/T", "#REF!", "#VERDI!", "#VALUE!", "#NAVN?", "#NAME?", "#DIV/0!", "#NULL!", "NULL", "null", "None",
    "nan", "N/A", "-", "–", "—", ".", "?", "ukjent", "unknown", "(tom)", "(blank)", "mangler", "ingen",
]  # fmt: skip

SENTINELS = [
    "0001-01-01", "1601-01-01", "1899-12-30", "1899-12-31", "1900-01-00", "1900-01-01", "1970-01-01", "9999-12-31",
]  # fmt: skip

MONTH_NAMES = [
    "januar jan", "februar feb", "mars mar", "april apr", "mai", "juni jun", "juli jul", "august aug",
    "september sep", "oktober okt", "november nov", "desember des",
]  # fmt: skip


def is_empty(cell: str, name: str) -> bool:
    """Whether a cell holds nothing, or what stands for nothing; in an id 0 does too."""
    plain = folded(cell)
    return plain == "" or plain in map(folded, PLACEHOLDERS) or (name in IDS and plain == "0")


def text(cell: str) -> str:
    if len(cell) > 200:
        raise UnreadableError(cell)
    return cell


def identity(cell: str) -> str:
    """An id by which rows are compared. One in scientific notation has lost its digits."""
    if re.fullmatch(r"\d([.,]\d+)?[eE]\+\d+", cell.strip()):
        raise UnreadableError(cell)
    return folded(text(cell))


def agency(cell: str) -> str:
    """An agency's code in the register, from the code or the name in any writing; an unregistered one as written."""
    return agency_codes().get(folded(cell), text(cell))


@cache
def agency_codes() -> dict[str, str]:
    with (DATA / "agencies.csv").open(encoding="utf-8") as file:
        return {folded(row[word]): row["code"] for row in csv.DictReader(file) for word in ("name", "code")}


def item(cell: str) -> str:
    """An item's code, from the code or its name in either language."""
    named = [code for code, names in item_names().items() if folded(cell) in names]
    return named[0] if len(named) == 1 else text(cell)


@cache
def item_names() -> dict[str, list[str]]:
    with (DATA / "items.csv").open(encoding="utf-8") as file:
        return {
            row["item"]: [folded(row[name]) for name in ("item", "name_nb", "name_en")] for row in csv.DictReader(file)
        }


def month(cell: str) -> str:
    """A month: `2026-10`, `202610`, `2026M10`, `10/2026`, `10.2026`, `okt. 2026`, `oktober 2026`, or a day's."""
    year_first = re.fullmatch(r"(\d{4})[-M]?(\d{2})", cell)
    month_first = re.fullmatch(r"(\d{2})[/.](\d{4})", cell)
    named = re.fullmatch(r"([a-z]+)\.? (\d{4})", folded(cell))
    if year_first:
        return known_month(year_first[1], int(year_first[2]))
    if month_first:
        return known_month(month_first[2], int(month_first[1]))
    if named:
        return known_month(named[2], month_number(named[1]))
    found = day(cell)
    if found is None:
        raise UnreadableError(cell)
    return found.strftime("%Y-%m")


def known_month(year: str, number: int) -> str:
    if not 1 <= number <= 12:
        raise UnreadableError(f"{year} {number}")
    return f"{year}-{number:02}"


def month_number(name: str) -> int:
    for place, names in enumerate(MONTH_NAMES, 1):
        if name in names.split():
            return place
    raise UnreadableError(name)


def day(cell: str) -> date | None:
    """A day: ISO, `20230301`, `01.03.2023`, `01-03-2023`, `1. mars 2023`; None of one that stands for no date."""
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", cell) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", cell)
    norwegian = re.fullmatch(r"(\d{1,2})([.-])(\d{1,2})\2(\d{4})", cell)
    named = re.fullmatch(r"(\d{1,2})\. ([a-z]+) (\d{4})", folded(cell))
    if iso:
        year, number, when = int(iso[1]), int(iso[2]), int(iso[3])
    elif norwegian:
        year, number, when = int(norwegian[4]), int(norwegian[3]), int(norwegian[1])
    elif named:
        year, number, when = int(named[3]), month_number(named[2]), int(named[1])
    else:
        raise UnreadableError(cell)
    if f"{year:04}-{number:02}-{when:02}" in SENTINELS:
        return None
    try:
        return date(year, number, when)
    except ValueError as error:
        raise UnreadableError(cell) from error


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
    words = dict.fromkeys(("true", "ja", "1", "x", "j", "sant"), True)
    words |= dict.fromkeys(("false", "nei", "0", "n", "usant"), False)
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
        "user_id": (identity, REQUIRED),
        "employee_id": (identity, None),
        "account_type": (code(ACCOUNT_TYPES), REQUIRED),
        "sku": (text, REQUIRED),
        "account_status": (code(STATUSES), None),
        "deactivated_on": (day, None),
        "on_platform": (flag, True),
    },
    "devices": {
        "device_id": (identity, REQUIRED),
        "device_kind": (code(DEVICE_KINDS), REQUIRED),
        "employee_id": (identity, None),
        "established_on": (day, None),
        "licensed": (flag, False),
    },
    "connections": {
        "connection_id": (identity, REQUIRED),
        "location_id": (identity, REQUIRED),
        "location_kind": (code(LOCATIONS), REQUIRED),
        "connection_kind": (code(CONNECTIONS), REQUIRED),
        "established_on": (day, None),
        "moved_on": (day, None),
    },
    "operations": {
        "system": (identity, REQUIRED),
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
        "item": (item, REQUIRED),
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

IDS = ("user_id", "employee_id", "device_id", "connection_id", "location_id", "system", "agency")

TOTALS = ("sum", "total", "totalt", "i alt")
"""The contract's own examples of a word for a total."""


def is_no_row(table: str, cells: dict[str, str]) -> bool:
    """Whether a row below the first is a total, or a note: text in a single cell."""
    needed = [name for name, (_, default) in COLUMNS[table].items() if default is REQUIRED]
    names = KEYS.get(table) or ("period", "agency", *(name for name in needed if name in TEXTS))
    key = [folded(cells.get(name, "")) for name in names]
    words = [folded(cell) for cell in cells.values() if cell.strip()]
    if any(word in TOTALS for word in words) and all(value == "" or value in TOTALS for value in key):
        return True
    return len(words) == 1 and not re.fullmatch(r"[-+0-9., ]+", words[0])


TEXTS = ("system", "kind", "item", "provider", "channel")
"""What says which thing a row is about, in tables without a key."""


def read_row(table: str, cells: dict[str, str]) -> Row:
    """The row's values. UnreadableError if any cell is."""
    columns = {"period": (month, REQUIRED)}
    if table != "dispatch_costs":
        columns["agency"] = (agency, REQUIRED)
    row: Row = {}
    for name, (read, default) in (columns | COLUMNS[table]).items():
        cell = cells.get(name, "")
        if not is_empty(cell, name):
            row[name] = read(cell.strip())
            row[f"written {name}"] = cell.strip()
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
        if place > 2 and is_no_row(table, cells):
            continue
        try:
            found = rows_of(table, cells)
        except UnreadableError:
            refused.add((file, place))
            continue
        for row in found:
            key = tuple(folded(row[name]) for name in KEYS.get(table, ()))
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
