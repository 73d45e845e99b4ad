"""What is billed as postings: the sentence, the figures, the journal and its files."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl
import streamlit as st

from billing_core.checking.accounts import STRING
from billing_core.checking.postings import journal, posted_sums, postings, without_string
from billing_core.export import Readable
from pages._ui.base.format import counted, kroner, month_name, whole_kroner
from pages._ui.base.plain import bare
from pages._ui.base.text import t
from pages._ui.parts.head import head
from pages._ui.parts.page import Page
from pages._ui.parts.tables import Form, downloads, heading, table, worded
from pages._ui.postings.strings import NAME
from pages._ui.session import checking, state
from pages._ui.session.door import once
from pages._ui.session.keys import POSTED

_KEPT = 4
_JOURNAL = ["date", "period", "agency", *STRING, "amount_nok"]
_FORMS: dict[str, Form] = {"debit_nok": "kroner", "credit_nok": "kroner", "date": "day", "unknown": "number"}
NO_STRINGS = pl.DataFrame(
    schema={"agency": pl.String, "service": pl.String, "item": pl.String, "side": pl.String}
    | dict.fromkeys(STRING, pl.String)
    | {"valid_from": pl.Date, "valid_to": pl.Date}
)
"""Account strings where there are none: all that is billed then lacks one."""


@dataclass(frozen=True)
class Posted:
    """The postings of what is shown, and what lacks a string."""

    shown: Page
    rows: pl.DataFrame
    lacking: pl.DataFrame

    @property
    def missing(self) -> Decimal:
        """Kroner of the debit side without a string."""
        return Decimal(self.lacking.filter(side="debit")["amount_nok"].sum())


def ask(shown: Page) -> Posted:
    """The month's lines on the strings there are."""
    held = checking.strings()
    accounts = held.frame if held else NO_STRINGS

    def work() -> Posted:
        return Posted(shown, postings(shown.lines, accounts), without_string(shown.lines, accounts))

    return once(POSTED, (state.basis(), shown.agency, shown.period, held.id if held else ""), work, _KEPT)


def sentence(made: Posted) -> None:
    """Draws what is billed, whether all of it has a string, and the figures."""
    sums = posted_sums(made.rows)
    billed = Decimal(sums["debit_nok"].sum())
    told: str = t(f"{NAME}.sentence", month=month_name(made.shown.period), amount=whole_kroner(billed))
    debit = made.lacking.filter(side="debit")
    if debit.is_empty():
        told += " " + t(f"{NAME}.all_posted")
    else:
        told += " " + counted(f"{NAME}.some_lacking", int(debit["lines"].sum()), amount=whole_kroner(made.missing))
    st.markdown(told)
    if unknown := int(sums["unknown"].sum()):
        st.caption(counted(f"{NAME}.unknown", unknown))
    figures = st.container(horizontal=True)
    for label, amount in (
        (t(f"{NAME}.debit"), billed),
        (t(f"{NAME}.credit"), Decimal(sums["credit_nok"].sum())),
        (t(f"{NAME}.lacking_nok"), made.missing),
    ):
        figures.metric(label, kroner(amount), border=True, height="stretch")


def show(made: Posted) -> None:
    """Draws the postings, and gives them as files."""
    title = t(f"{NAME}.postings", month=month_name(made.shown.period))
    st.subheader(title, anchor=False)
    several = ["agency"] * (made.rows["agency"].n_unique() > 1)
    columns = ["text", "debit_nok", "credit_nok", *STRING[:-1], *several, "lines", "unknown"]
    told = {name: t(f"{NAME}.column.{name}") for name in (*STRING, "debit_nok", "credit_nok", "date", "unknown")}
    table(made.rows, key="postings_rows", alt=title, columns=columns, forms=_FORMS, headings=told, empty="–")
    rows, machine = made.rows, journal(made.rows).select(_JOURNAL)
    agency, period = made.shown.agency, made.shown.period
    of = head(agency, [period], t(f"{NAME}.title"), date.today())
    name, last, amount = bare(t(f"{NAME}.title")), bare(t("ui.head_sum")), bare(t("column.amount_nok"))

    def readable(frame: pl.DataFrame) -> Readable:
        told_as = worded(frame, _JOURNAL, _FORMS, told)
        return Readable(name, name, of, told_as, (heading("amount_nok", "kroner", amount),), last)

    st.caption(t(f"{NAME}.journal_lead"))
    whose = agency or bare(t("ui.all"))
    file = f"{t(f'{NAME}.file')}-{whose}-{period}"
    downloads(file, lambda: machine, key="postings_journal", readable=readable)
    st.caption(t(f"{NAME}.postings_lead"))
    downloads(f"{t(f'{NAME}.file_sums')}-{whose}-{period}", lambda: rows, key="postings_sums")
