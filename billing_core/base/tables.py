"""Every column of every table that is read, once: key, Norwegian heading, kind, choices and meaning.

Readers, the template workbook, the demo and the documentation are made from this register. Source: the contract's
sections 1 (usage) and 2 (prices and agreements).
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl

Kind = Literal["month", "text", "id", "code", "date", "flag", "quantity", "money", "count"]
"""How a column is read and kept:

month     "YYYY-MM" (String)
text      at most 200 characters (String)
id        what names a person or thing (String): one spelling for all that differ in letter case, spaces or composition
code      one of `choices`, kept as the English code (String)
date      a day (Date)
flag      true or false (Boolean); an empty cell is `default`
quantity  at most three decimals, kept as millionths (Int64)
money     kroner with at most four decimals, kept as ten-thousandths (Int64)
count     a whole number (Int64)
"""

DTYPES: dict[str, pl.DataType] = {
    "month": pl.String(),
    "text": pl.String(),
    "id": pl.String(),
    "code": pl.String(),
    "date": pl.Date(),
    "flag": pl.Boolean(),
    "quantity": pl.Int64(),
    "money": pl.Int64(),
    "count": pl.Int64(),
}


@dataclass(frozen=True)
class Column:
    """One column of a usage table. `choices` maps the English code to the Norwegian word; `signed` allows a credit."""

    key: str
    heading: str
    kind: Kind
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    default: bool | str | None = None
    signed: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """One usage table. `key` names the columns that identify a row; empty where every row counts.

    `subject` is the id that its charge lines are about; the column `written` has it as the row itself writes it, where
    that is not the spelling that rows are compared by.
    """

    name: str
    heading: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    subject: str = ""

    def column(self, key: str) -> Column:
        """The column with this key. KeyError if the table has none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    @property
    def amounts(self) -> tuple[str, ...]:
        """The keys of the columns that hold kroner."""
        return tuple(column.key for column in self.columns if column.kind == "money")

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Polars types of a checked table: its columns, the subject's own writing, then where each row came from."""
        written = {"written": pl.String()} if self.subject else {}
        return {c.key: DTYPES[c.kind] for c in self.columns} | written | {"file": pl.String(), "row": pl.Int64()}


PERIOD = Column("period", "periode", "month", required=True)
AGENCY = Column("agency", "virksomhet", "text", required=True)

CHANNEL = Column(
    "channel",
    "kanal",
    "code",
    required=True,
    choices=(
        ("svarut", "svarut"),
        ("digital_mailbox", "sikker digital postkasse"),
        ("signing", "signering"),
        ("other", "annen"),
    ),
)


def _flag(key: str, heading: str, default: bool) -> Column:
    return Column(key, heading, "flag", default=default)


_TABLES = (
    Table(
        "licences",
        "lisenser",
        (
            PERIOD,
            AGENCY,
            Column("user_id", "bruker", "id", required=True),
            Column("employee_id", "ansatt", "id"),
            Column(
                "account_type",
                "brukertype",
                "code",
                required=True,
                choices=(("main", "hoved"), ("secondary", "bi"), ("external", "ekstern")),
            ),
            Column("sku", "lisens", "text", required=True),
            Column("account_status", "status", "code", choices=(("active", "aktiv"), ("deactivated", "deaktivert"))),
            Column("deactivated_on", "deaktivert dato", "date"),
            _flag("on_platform", "felles plattform", True),
        ),
        key=("period", "agency", "user_id", "sku"),
        subject="user_id",
    ),
    Table(
        "devices",
        "enheter",
        (
            PERIOD,
            AGENCY,
            Column("device_id", "enhet", "id", required=True),
            Column(
                "device_kind",
                "type",
                "code",
                required=True,
                choices=(("thick", "tykk"), ("thin", "tynn"), ("support", "støttemaskin")),
            ),
            Column("employee_id", "ansatt", "id"),
            Column("established_on", "etablert dato", "date"),
            _flag("licensed", "lisens", False),
        ),
        key=("period", "device_id"),
        subject="device_id",
    ),
    Table(
        "connections",
        "tilknytninger",
        (
            PERIOD,
            AGENCY,
            Column("connection_id", "tilknytning", "id", required=True),
            Column("location_id", "lokasjon", "id", required=True),
            Column(
                "location_kind",
                "lokasjonstype",
                "code",
                required=True,
                choices=(("fixed", "fast"), ("temporary", "midlertidig")),
            ),
            Column(
                "connection_kind",
                "tilknytningstype",
                "code",
                required=True,
                choices=(("ordinary", "ordinær"), ("redundant", "redundant"), ("dark_fibre", "mørk fiber")),
            ),
            Column("established_on", "etablert dato", "date"),
            Column("moved_on", "flyttet dato", "date"),
        ),
        key=("period", "agency", "connection_id"),
        subject="connection_id",
    ),
    Table(
        "operations",
        "drift",
        (
            PERIOD,
            AGENCY,
            Column("system", "system", "id", required=True),
            Column(
                "kind",
                "type",
                "code",
                required=True,
                choices=(
                    ("application", "applikasjon"),
                    ("server", "server"),
                    ("database", "database"),
                    ("storage", "lagring"),
                    ("backup", "sikkerhetskopi"),
                ),
            ),
            Column("quantity", "antall", "quantity", required=True),
            Column("service_level", "tjenestenivå", "text"),
            Column("disk", "harddiskteknologi", "text"),
            Column("memory_gb", "minne", "quantity", unit="GB per server"),
            Column("complexity", "kompleksitet", "text"),
            Column("criticality", "kritikalitet", "text"),
            _flag("supplier_operated", "driftes av leverandør", True),
            _flag("unsupported", "ikke supportert", False),
            Column("unsupported_cost_nok", "merkostnad", "money", unit="NOK, of the whole row"),
        ),
        subject="system",
    ),
    Table(
        "services",
        "tjenester",
        (
            PERIOD,
            AGENCY,
            Column("item", "tjeneste", "text", required=True),
            # Empty is allowed for hr.competence_dialogue alone (contract, section 3): see `check`.
            Column("quantity", "antall", "quantity", signed=True),
            Column("unit_price_nok", "avtalt pris", "money", unit="NOK"),
            Column(
                "price_kind",
                "pristype",
                "code",
                choices=(("agreed", "avtalt"), ("estimate", "estimat")),
                default="agreed",
            ),
            Column("reference", "referanse", "text"),
        ),
    ),
    Table(
        "headcount",
        "ansatte",
        (
            PERIOD,
            AGENCY,
            Column("employees", "ansatte", "count", required=True),
            Column("ftes", "årsverk", "quantity"),
        ),
        key=("period", "agency"),
    ),
    Table(
        "cloud",
        "sky",
        (
            PERIOD,
            AGENCY,
            Column(
                "provider",
                "leverandør",
                "code",
                required=True,
                choices=(("aws", "aws"), ("azure", "azure"), ("gcp", "gcp")),
            ),
            Column("cost_nok", "kostnad", "money", required=True, signed=True, unit="NOK"),
        ),
    ),
    Table(
        "dispatch",
        "forsendelse",
        (
            PERIOD,
            AGENCY,
            CHANNEL,
            Column("quantity", "antall", "quantity", required=True),
        ),
        key=("period", "agency", "channel"),
    ),
    Table(
        "dispatch_costs",
        "forsendelseskostnader",
        (
            PERIOD,
            CHANNEL,
            Column("cost_nok", "kostnad", "money", required=True, unit="NOK, whole øre"),
            Column("total_quantity", "antall totalt", "quantity", required=True),
        ),
        key=("period", "channel"),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
"""The nine usage tables by name, in the contract's order."""

_ITEM = Column("item", "tjeneste", "text", required=True)
_VARIANT = Column("variant", "variant", "text")
_PRICE = Column("price_nok", "pris", "money", required=True, unit="NOK")
_FROM = Column("valid_from", "gjelder fra", "date", required=True)
_TO = Column("valid_to", "gjelder til", "date")

_PRICE_TABLES = (
    Table(
        "prices",
        "priser",
        (
            _ITEM,
            _VARIANT,
            _PRICE,
            Column("app_operation_nok", "applikasjonsdrift", "money", unit="NOK"),
            _FROM,
            _TO,
            Column("source", "kilde", "text"),
            Column(
                "status",
                "status",
                "code",
                required=True,
                choices=(("illustrative", "illustrativ"), ("confirmed", "bekreftet")),
            ),
        ),
    ),
    Table(
        "agreements",
        "avtaler",
        (AGENCY, _ITEM, _VARIANT, _PRICE, _FROM, _TO, Column("reference", "referanse", "text")),
    ),
)

PRICE_TABLES: dict[str, Table] = {table.name: table for table in _PRICE_TABLES}
"""What usage is rated by: the price list and the agencies' agreements (contract, section 2)."""

INVOICE = Table(
    "invoice",
    "faktura",
    (
        Column("invoice_id", "fakturanummer", "id", required=True),
        Column("line", "linje", "text"),
        PERIOD,
        Column("period_to", "til periode", "month"),
        AGENCY,
        Column("item", "tjeneste", "text", required=True),
        Column("variant", "variant", "text"),
        Column("subject", "gjelder", "text"),
        Column("quantity", "antall", "quantity", signed=True),
        Column("unit_price_nok", "enhetspris", "money", signed=True, unit="NOK"),
        Column("amount_nok", "beløp", "money", required=True, signed=True, unit="NOK, net, whole øre"),
        Column("text", "tekst", "text"),
        Column("credits", "krediterer", "text"),
    ),
)
"""An invoice specification's columns; `credits` is the invoice that a credit note is of.

`period` may be a range, `2026-01..2026-03`."""

BESIDE_USAGE: dict[str, Table] = PRICE_TABLES | {INVOICE.name: INVOICE}
"""Every table that a mapping can be of and usage is not."""
