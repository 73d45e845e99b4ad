"""The door that invoice checks are tested through: cells of usage and invoices in, rows out as text."""

from decimal import Decimal
from typing import Any

import polars as pl

from billing_core import intake
from billing_core.checking.invoice import Invoices, read_invoices
from billing_core.checking.reconcile import Tolerance, reconcile
from billing_core.rating.statement import Statement
from tests.scenarios import stated
from tests.through import as_csv, catalogue

Rows = list[dict[str, str]]
COLUMNS = [
    "invoice_id",
    "line",
    "period",
    "agency",
    "item",
    "variant",
    "subject",
    "quantity",
    "unit_price_nok",
    "amount_nok",
    "text",
]


def invoice_of(rows: Rows, name: str = "faktura.csv", **given: Any) -> Invoices:
    """A specification with all of its columns, read."""
    return read({name: as_csv([dict.fromkeys(COLUMNS, "") | row for row in rows])}, **given)


def read(files: dict[str, bytes], *, for_all: bool = False, **given: Any) -> Invoices:
    """Invoice files, read with `intake.Options` given."""
    sources = [intake.Source(name, content) for name, content in files.items()]
    return read_invoices(sources, intake.Register.of(catalogue()), intake.Options(**given), for_all=for_all)


def rated(tables: dict[str, Rows], **given: Any) -> Statement:
    """Usage with the cases' prices, rated."""
    return stated(tables, **given)[0]


def tolerance(nok: str | None = None, pct: str | None = None) -> Tolerance:
    return Tolerance(*(None if text is None else Decimal(text) for text in (nok, pct)))


def held(lines: pl.DataFrame, invoice: Invoices, **allowed: str) -> pl.DataFrame:
    """Invoice lines held against charge lines."""
    return reconcile(invoice.lines, lines, tolerance(**allowed))
