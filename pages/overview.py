"""Oversikt: billed, covered, what comes, and how complete the picture is."""

from collections.abc import Callable

import polars as pl
import streamlit as st

from billing_core import views
from billing_core.base.months import last_day, month_before
from pages._ui import charts
from pages._ui.base.format import counted, kroner, month, percent, whole_kroner
from pages._ui.base.pages import link
from pages._ui.base.text import agency_label, agency_name, service_name, t, word
from pages._ui.parts.page import page, show_agency
from pages._ui.parts.show import Choice, chart, metric, unfolded
from pages._ui.parts.tables import table
from pages._ui.session import state

NAME = "page.overview"
DAYS = (7, 30, 60)
MOST_BARS = 50
"""All agencies have room, and all services."""


def draw_billed_by(level: str, sums: pl.DataFrame, name: Callable[[str], str], label: Callable[[str], str]) -> str:
    """What is billed by service or agency, the largest first; gives the one chosen, "" for all."""
    first = sums.row(0, named=True)
    return chart(
        charts.bars(sums, code=level, value="billed_nok", name=name, write=whole_kroner, top=MOST_BARS),
        key=f"overview_by_{level}",
        title=t(f"{NAME}.by_{level}", month=month(shown.period)),
        alt=t(f"{NAME}.by_{level}_alt", first=name(first[level]), amount=kroner(first["billed_nok"])),
        numbers=sums,
        columns=[level, "billed_nok", "covered_nok", "lines", "unpriced", "undecided"],
        choice=Choice(t(f"{NAME}.choose_{level}"), f"overview_{level}", sums[level].to_list(), label),
    )


shown = page("overview", of_all=True)
sums = views.totals(shown.lines)
before = month_before(shown.period)
changed = views.change(shown.lines, state.lines(shown.agency, before))

figures = st.container(horizontal=True)
metric(
    figures,
    t(f"{NAME}.billed"),
    kroner(sums.billed),
    changed.amount if changed else None,
    t(f"{NAME}.change", month=month(before)) if changed else t(f"{NAME}.no_change"),
)
for name, told in (("covered", kroner(sums.covered)), ("share", percent(sums.share))):
    figures.metric(t(f"{NAME}.{name}"), told, help=t(f"{NAME}.{name}_help"), border=True, height="stretch")
if changed and changed.alone:
    st.caption(t(f"{NAME}.change_alone", tables=", ".join(word("table", name) for name in changed.alone)))

services = views.by(shown.lines, "service").filter(pl.col("billed_nok") != 0).sort("billed_nok", descending=True)
if services.is_empty():
    st.info(t(f"{NAME}.nothing_billed"))
elif service := draw_billed_by("service", services, service_name, service_name):
    link("charges", t(f"{NAME}.see_service", service=service_name(service)), {"charges_service": service})
if not shown.agency:
    agencies = views.by(shown.lines, "agency").sort("billed_nok", descending=True)
    if agency := draw_billed_by("agency", agencies, agency_name, agency_label):
        label = t(f"{NAME}.see_agency", agency=agency_label(agency))
        st.button(label, key="overview_see_agency", on_click=show_agency, args=(agency,), icon=":material/apartment:")

st.subheader(t(f"{NAME}.upcoming"), anchor=False)
st.markdown(t(f"{NAME}.upcoming_lead"))
as_of = last_day(shown.period)
for column, soon in zip(st.columns(len(DAYS), border=True), views.upcoming(shown.lines, as_of, DAYS), strict=True):
    column.metric(t(f"{NAME}.within", days=soon.days), kroner(soon.monthly))
    column.caption(counted(f"{NAME}.upcoming_lines", soon.lines))
    if soon.unpriced:
        column.caption(counted(f"{NAME}.upcoming_unpriced", soon.unpriced))
coming = views.becoming_billable(shown.lines, as_of, DAYS[-1])
list_title = t(f"{NAME}.upcoming_list", days=DAYS[-1])
if place := unfolded(list_title, key="overview_coming", icon=":material/event_upcoming:"):
    with place:
        if coming.is_empty():
            st.markdown(t(f"{NAME}.none_upcoming", days=DAYS[-1]))
        else:
            told = ["billable_from", "subject", "variant", "covered_nok"]
            table(coming, key="overview_coming", alt=list_title, columns=told)

st.subheader(t(f"{NAME}.complete"), anchor=False)
refused = state.refused_rows(shown.agency, shown.period)
if not (sums.unpriced or sums.undecided or refused or sums.unvalued):
    st.success(t(f"{NAME}.all_complete"), icon=":material/check_circle:")
if sums.unpriced:
    st.markdown(counted(f"{NAME}.unpriced", sums.unpriced))
    link("charges", t(f"{NAME}.see_unpriced"), {"charges_status": "unpriced"})
if sums.undecided:
    stake = state.at_stake(shown.lines)
    known = "undecided_unknown" if stake.unknown == stake.lines else "undecided"
    st.markdown(counted(f"{NAME}.{known}", stake.lines, amount=kroner(stake.amount)))
    if 0 < stake.unknown < stake.lines:
        st.markdown(counted(f"{NAME}.undecided_part", stake.unknown))
    link("charges", t(f"{NAME}.see_undecided"), {"charges_status": "undecided"})
if refused:
    st.markdown(counted(f"{NAME}.refused", refused))
    link("upload", t(f"{NAME}.see_refused"))
if sums.unvalued:
    st.markdown(counted(f"{NAME}.unvalued", sums.unvalued))
