"""The skeleton of a page: guard, title, what it shows of whom, and the lines of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st

from pages._ui.base import address
from pages._ui.base.format import listed_month, month
from pages._ui.base.pages import link
from pages._ui.base.plain import joined
from pages._ui.base.text import agency_label, t
from pages._ui.session import state

_ALL = "all"
"""What the address says for all agencies together."""


WITHOUT_DATA = ("upload", "estimate")
"""The pages that need no data."""


@dataclass(frozen=True)
class Page:
    """The agency ("" for all) and month chosen, the months there are (latest first), and the lines of that month."""

    agency: str
    period: str
    periods: list[str]
    lines: pl.DataFrame


def begin(name: str, *, of_demo: bool = True) -> None:
    """The page's title and lead; the way back where the address names data that are gone, and then no more.

    A page whose figures are not `of_demo`, though the session's data are, does not say that they are.
    """
    st.title(t(f"page.{name}.title"))
    if of_demo and state.is_demo():
        st.markdown(f":orange-badge[:material/science: {t('ui.demo')}]")
    st.markdown(t(f"page.{name}.lead"))
    if name != "rules":
        _tell_changes()
    for kind in state.lost_prices():
        st.warning(t(f"ui.lost_{kind}"))
    if state.dataset() is None and name not in WITHOUT_DATA:
        _offer_way_back(t(state.why_gone()))


def page(name: str, *, of_month: bool = True, of_all: bool = False) -> Page:
    """`begin`, then the choice of agency and month in the sidebar. Ends the run where there is nothing to show.

    A page that is not `of_month` shows every month of the agency's: no month is asked for, and `period` is the last.
    One that is `of_all` can show all agencies together; the others ask for one.
    """
    begin(name)
    agencies = state.agencies()
    if not agencies:
        _offer_way_back(t("ui.no_lines"))
    agency = choose_agency(agencies, of_all=of_all)
    periods = state.periods(agency)
    period = choose_month(periods) if of_month else periods[0]
    shown_month = month(period) if of_month else f"{month(periods[-1])}–{month(period)}"
    shown = t("ui.shown", agency=agency_label(agency) if agency else t("ui.all_agencies"), month=shown_month)
    st.markdown(f"**{shown}** {illustrative_badge()}")
    return Page(agency, period, periods, state.lines(agency, period if of_month else None))


def choose_agency(agencies: Sequence[str], *, of_all: bool = False) -> str:
    """One of the agencies that have data, or "" for all together, where there are several.

    All is a choice on every page, so that moving between pages keeps it; one that is not `of_all` then asks for one
    agency, and ends the run.
    """
    options = [_ALL, *agencies] if len(agencies) > 1 else agencies
    first = next(iter(agencies), "")

    def name(code: str) -> str:
        return t("ui.all_agencies") if code == _ALL else agency_label(code)

    chosen = address.select(
        t("ui.agency"), options, key="agency", default=first, format=name, always=True, widget=st.sidebar.selectbox
    )
    if chosen != _ALL:
        return chosen
    if not of_all:
        st.info(t("ui.choose_agency"), icon=":material/apartment:")
        st.stop()
    return ""


def show_agency(code: str) -> None:
    """Makes an agency the one chosen. A callback: before the sidebar is drawn."""
    st.session_state["agency"] = code


def choose_month(periods: Sequence[str]) -> str:
    """One of the months that there are data of."""
    widget = st.sidebar.selectbox
    return address.select(t("ui.month"), periods, key="month", format=listed_month, always=True, widget=widget)


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
            st.markdown(f":material/tune: {t('page.rules.banner', changes=joined(', ', told))}")
            link("rules", t("page.rules.banner_link"), {"rules_section": "readings" if state.readings() else "prices"})


def _offer_way_back(message: str) -> None:
    st.warning(message)
    link("upload", t("ui.to_upload"), icon=":material/upload_file:")
    st.button(t("ui.start_demo"), on_click=state.start_demo, icon=":material/play_arrow:")
    st.stop()


def choose_part(name: str, codes: Iterable[str], kind: str = "section") -> str:
    """Which part of a page is shown; the address keeps it as `<name>_<kind>`, the texts stand under the same name."""
    label = f"page.{name}.{kind}"
    return address.select(
        t(label),
        list(codes),
        key=f"{name}_{kind}",
        format=lambda code: t(f"{label}_{code}"),
        widget=st.segmented_control,
    )
