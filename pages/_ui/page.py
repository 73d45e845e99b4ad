"""The skeleton of a page: guard, title, what it shows of whom, and the lines of it."""

from dataclasses import dataclass

import polars as pl
import streamlit as st

from pages._ui import address, state
from pages._ui.format import month
from pages._ui.pages import link
from pages._ui.text import agency_label, t


@dataclass(frozen=True)
class Page:
    """The agency and month chosen, the months there are (latest first), and the agency's lines of that month."""

    agency: str
    period: str
    periods: list[str]
    lines: pl.DataFrame


def begin(name: str) -> None:
    """The page's title and lead; the way back where the address names data that are gone, and then no more."""
    st.title(t(f"page.{name}.title"))
    st.markdown(t(f"page.{name}.lead"))
    if name != "rules":
        _tell_changes()
    for kind in state.lost_prices():
        st.warning(t(f"ui.lost_{kind}"))
    if state.dataset() is None and name != "upload":
        _offer_way_back(t("ui.lost_dataset"))


def page(name: str, *, of_month: bool = True) -> Page:
    """`begin`, then the choice of agency and month in the sidebar. Ends the run where there is nothing to show.

    A page that is not `of_month` shows every month of the agency's: no month is asked for, and `period` is the last.
    """
    begin(name)
    agencies = state.agencies()
    if not agencies:
        _offer_way_back(t("ui.no_lines"))
    with st.sidebar:
        agency = address.select(t("ui.agency"), agencies, key="agency", format=agency_label, always=True)
        periods = state.periods(agency)
        period = periods[0]
        if of_month:
            period = address.select(t("ui.month"), periods, key="month", format=month, always=True)
    shown_month = month(period) if of_month else f"{month(periods[-1])}–{month(period)}"
    shown = t("ui.shown", agency=agency_label(agency), month=shown_month)
    st.markdown(f"**{shown}** {illustrative_badge()}")
    return Page(agency, period, periods, state.lines(agency, period if of_month else None))


def illustrative_badge() -> str:
    """Markdown that says that amounts rest on illustrative prices; empty where they do not."""
    return f":orange-badge[:material/info: {t('ui.illustrative')}]" if state.statement().rating.illustrative else ""


def _tell_changes() -> None:
    """Says on every page that the amounts rest on values or prices that the user has changed."""
    own = [(kind, held.name) for kind, held in (("prices", state.prices()), ("agreements", state.agreements())) if held]
    told = [t(f"page.rules.banner_{kind}", name=name) for kind, name in own]
    if state.readings():
        told.insert(0, t("page.rules.banner_policy", count=len(state.readings())))
    if told:
        with st.container(border=True):
            st.markdown(f":material/tune: {t('page.rules.banner', changes=', '.join(told))}")
            link("rules", t("page.rules.banner_link"), {"rules_section": "readings" if state.readings() else "prices"})


def _offer_way_back(message: str) -> None:
    st.warning(message)
    link("upload", t("ui.to_upload"), icon=":material/upload_file:")
    st.button(t("ui.start_demo"), on_click=state.start_demo, icon=":material/play_arrow:")
    st.stop()
