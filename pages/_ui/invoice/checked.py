"""The invoices held against our lines, with the tolerance and the cases of the session."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import polars as pl
import streamlit as st

from billing_core.checking import findings
from billing_core.checking.cases import Cases, followed, with_cases
from billing_core.checking.invoice import Invoices
from billing_core.checking.reconcile import Reconciled, Tolerance, reconciled
from pages._ui.base import address
from pages._ui.base.format import NotUnderstood, counted, typed_number
from pages._ui.base.text import t
from pages._ui.invoice.files import given_as
from pages._ui.parts.page import Page
from pages._ui.session import checking, state
from pages._ui.session.door import once
from pages._ui.session.files import short_digest
from pages._ui.session.keys import CHECKED

NAME = "page.invoice"
_KEPT, _MOST = 4, 10**9
_ABOUT = ("invoice_id", "line", "period", "agency", "item", "variant", "subject", "class", "rated_period")
Row = dict[str, Any]


@dataclass(frozen=True)
class Checked:
    """An agency's ("" for all) invoice lines and our lines, and `rows` with their kind, the dearest first."""

    agency: str
    invoice: pl.DataFrame
    lines: pl.DataFrame
    found: Reconciled
    rows: pl.DataFrame

    @property
    def cases(self) -> Cases:
        """The cases that somebody has touched."""
        return checking.cases()

    @cached_property
    def with_cases(self) -> pl.DataFrame:
        """The rows with what is done of each."""
        return with_cases(self.rows, self.cases)

    @cached_property
    def sums(self) -> dict[str, Row]:
        """Rows, lines and kroner of each kind."""
        return {row["kind"]: row for row in findings.kind_sums(self.rows).to_dicts()}

    @property
    def months(self) -> list[str]:
        """The first and the last month invoiced."""
        return [str(self.invoice["first"].min()), str(self.invoice["last"].max())]

    def invoice_lines(self, row: Row) -> pl.DataFrame:
        """The invoice lines behind a row."""
        return findings.invoice_lines(self.found, row["row"], self.invoice)

    def our_lines(self, row: Row) -> pl.DataFrame:
        """Our charge lines behind a row."""
        return findings.our_lines(self.found, row["row"], self.lines)


def ask(shown: Page, given: Invoices) -> Checked | None:
    """Draws the tolerance; gives the check, None where there is no invoice line of the agency's."""
    if given.lines.is_empty():
        return None
    invoice = given.lines.filter(agency=shown.agency) if shown.agency else given.lines
    if others := given.lines.height - invoice.height:
        st.caption(counted(f"{NAME}.others", others))
    if invoice.is_empty():
        st.info(t(f"{NAME}.none_of_agency"), icon=":material/apartment:")
        return None
    made = _made(shown, invoice, _tolerance())
    checking.follow_cases(followed(checking.cases(), made.found.rows, findings.credit_notes(invoice)))
    return made


def _made(shown: Page, invoice: pl.DataFrame, tolerance: Tolerance) -> Checked:
    def work() -> Checked:
        with st.spinner(t(f"{NAME}.checking")):
            ours = state.lines(shown.agency)
            found = reconciled(invoice, ours, tolerance)
            return Checked(shown.agency, invoice, ours, found, _named(findings.with_kind(found.rows)))

    key = (state.basis(), shown.agency, given_as("check"), tolerance)
    return once(CHECKED, key, work, _KEPT)


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `code`, a short name of each that an address can carry."""
    words = rows.select(pl.concat_str(pl.col(_ABOUT).fill_null(""), separator="|")).to_series()
    return rows.with_columns(code=pl.Series([short_digest(told.encode()) for told in words], dtype=pl.String))


def _tolerance() -> Tolerance:
    """How far an amount may be off: the stricter of both."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kroner = _typed(f"{NAME}.tolerance_nok", "invoice_tolerance_nok", _MOST)
        percent = _typed(f"{NAME}.tolerance_pct", "invoice_tolerance_pct", 100)
    return Tolerance(kroner, percent)


def _typed(label: str, key: str, most: int) -> Decimal | None:
    written = address.text(t(label), key=key, help=t(f"{NAME}.tolerance_help"), width=220)
    if not written:
        return None
    try:
        return typed_number(written, 0, most)
    except NotUnderstood as error:
        st.error(str(error))
        return None
