"""What lacks in a month's figures, by name and as a share; never green while anything does."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from billing_core.views.completeness import Completeness, completeness
from pages._ui.base.format import counted, kroner, percent
from pages._ui.base.pages import link
from pages._ui.base.text import agency_name, t, word
from pages._ui.parts.page import Page
from pages._ui.session import state

NAME = "page.overview"


def show(shown: Page) -> None:
    """Draws the part of the page: tables, prices, values and rows that lack."""
    st.subheader(t(f"{NAME}.complete"), anchor=False)
    listed = state.rates().prices.listed
    made_up = frozenset(listed.filter(status="illustrative")["source"].drop_nulls())
    found = completeness(shown.lines, state.tables(shown.agency), shown.period, made_up)
    refused = state.refused_rows(shown.agency, shown.period)
    if found.whole and not refused:
        st.success(t(f"{NAME}.all_complete"), icon=":material/check_circle:")
        return
    _tables(found)
    _prices(found)
    _left_out(found, shown)
    if refused:
        st.markdown(counted(f"{NAME}.refused", refused))
        link("upload", t(f"{NAME}.see_refused"))


def _tables(found: Completeness) -> None:
    told = [
        t(f"{NAME}.{kind}", agency=agency_name(agency), tables=_words(tables))
        for kind, by_agency in (("lacking", found.lacking), ("thin", found.thin))
        for agency, tables in _first(by_agency)
    ]
    more = max(len(found.lacking), len(found.thin)) - _MOST_AGENCIES
    if more > 0:
        told.append(counted(f"{NAME}.lacking_more", more))
    if found.absent:
        told.append(t(f"{NAME}.absent", tables=_words(found.absent)))
    if told:
        st.warning("\n\n".join(told), icon=":material/warning:")
        link("upload", t(f"{NAME}.see_upload"))


def _prices(found: Completeness) -> None:
    for kind in ("illustrative", "estimated"):
        part = getattr(found, kind)
        if part.lines:
            share = _share(part.share)
            st.markdown(counted(f"{NAME}.{kind}", part.lines, share=share, amount=kroner(part.amount)))


def _left_out(found: Completeness, shown: Page) -> None:
    if found.unpriced:
        st.markdown(counted(f"{NAME}.unpriced", found.unpriced, share=_share(found.share(found.unpriced))))
        link("charges", t(f"{NAME}.see_unpriced"), {"charges_status": "unpriced"})
    if found.undecided:
        stake = state.at_stake(shown.lines)
        known = "undecided_unknown" if stake.unknown == stake.lines else "undecided"
        share = _share(found.share(stake.lines))
        st.markdown(counted(f"{NAME}.{known}", stake.lines, share=share, amount=kroner(stake.amount)))
        if 0 < stake.unknown < stake.lines:
            st.markdown(counted(f"{NAME}.undecided_part", stake.unknown))
        link("charges", t(f"{NAME}.see_undecided"), {"charges_status": "undecided"})
    if found.unvalued:
        st.markdown(counted(f"{NAME}.unvalued", found.unvalued))


_MOST_AGENCIES = 5
"""How many agencies are named; the others are counted."""


def _first(by_agency: Mapping[str, tuple[str, ...]]) -> list[tuple[str, tuple[str, ...]]]:
    return list(by_agency.items())[:_MOST_AGENCIES]


def _words(tables: Sequence[str]) -> str:
    return ", ".join(word("table", name) for name in tables)


def _share(share: Decimal | None) -> str:
    """A share that is there is never told as 0,0 %."""
    small = Decimal("0.001")
    return t(f"{NAME}.less_than", share=percent(small)) if share is not None and share < small else percent(share)
