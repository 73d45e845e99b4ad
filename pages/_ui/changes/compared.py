"""Which two months are compared, and what changed between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

import polars as pl
import streamlit as st

from billing_core.base.engines import engine
from billing_core.planning import change_sums
from billing_core.planning.changes import changes
from billing_core.planning.complete import Month, last_two, months_of
from billing_core.views.sums import totals
from pages._ui.base import address
from pages._ui.base.data import catalogue
from pages._ui.base.format import listed_month, month_name
from pages._ui.base.plain import joined
from pages._ui.base.text import t, word
from pages._ui.parts.page import Page
from pages._ui.session import state
from pages._ui.session.door import once
from pages._ui.session.keys import ACCOUNTS, CHANGED

NAME = "page.changes"
_KEPT = 6


@dataclass(frozen=True)
class Compared:
    """An agency ("" for all) in two months: `rows` of `changes` with their kind and who is the same on both sides."""

    agency: str
    earlier: str
    later: str
    rows: pl.DataFrame

    def lines(self, period: str) -> pl.DataFrame:
        """The charge lines of one of the months."""
        return state.lines(self.agency, period)

    @cached_property
    def billed(self) -> tuple[Decimal, Decimal]:
        """What each month comes to (NOK)."""
        return totals(self.lines(self.earlier)).billed, totals(self.lines(self.later)).billed

    @cached_property
    def kinds(self) -> Mapping[str, Decimal]:
        """What each kind of change comes to (NOK)."""
        return change_sums.kind_sums(self.rows)


def ask(shown: Page, today: date) -> Compared:
    """Draws the choice of the two months; ends the run where there is one month only."""
    if len(shown.periods) < 2:
        st.info(t(f"{NAME}.one_month", month=month_name(shown.periods[0])))
        st.stop()
    months = {month.period: month for month in _accounts(shown.agency, today)}
    known = [months.get(period, Month(period, over=True)) for period in sorted(shown.periods)]
    first, last = last_two(known) or (shown.periods[1], shown.periods[0])
    places = st.columns(2)
    later = address.select(
        t(f"{NAME}.to"), shown.periods[:-1], key="changes_to", default=last, format=listed_month,
        widget=places[1].selectbox,
    )  # fmt: skip
    earlier_ones = [period for period in shown.periods if period < later]
    default = first if first < later else earlier_ones[0]
    earlier = address.select(
        t(f"{NAME}.from"), earlier_ones, key="changes_from", default=default, format=listed_month,
        widget=places[0].selectbox,
    )  # fmt: skip
    for month in known:
        if month.period in (earlier, later) and not month.complete:
            st.warning(joined(" ", _why_not(month)), icon=":material/warning:")
    return Compared(shown.agency, earlier, later, _rows(shown.agency, earlier, later))


def _why_not(month: Month) -> list[str]:
    """Why a month is no whole month of accounts."""
    name = month_name(month.period)
    told: list[str] = [] if month.over else [t(f"{NAME}.not_over", month=name)]
    lacking = {"lacking": month.lacking, "thin": month.thin}
    return told + [
        t(f"{NAME}.{kind}", month=name, tables=", ".join(word("table", table) for table in tables))
        for kind, tables in lacking.items()
        if tables
    ]


def _accounts(agency: str, today: date) -> list[Month]:
    return once(
        ACCOUNTS,
        (state.basis(), agency, today),
        lambda: months_of(state.statement().usage, agency, today),
        _KEPT,
    )


def _rows(agency: str, earlier: str, later: str) -> pl.DataFrame:
    """Of all agencies together, since nothing is rated anew where the policy stood still."""

    def work() -> pl.DataFrame:
        rated = state.rated()
        found = changes(rated.statement.usage, state.rates(), engine("polars"), (earlier, later), rated=rated.lines)
        return change_sums.paired(change_sums.with_kind(found, catalogue()))

    rows = once(CHANGED, (state.basis(), earlier, later), work, _KEPT)
    return rows.filter(agency=agency) if agency else rows
