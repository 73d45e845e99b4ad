"""Oversikt: billed, covered, what comes, and how complete the picture is."""

from collections.abc import Callable
from datetime import date

import polars as pl
import streamlit as st

from billing_core.base.months import last_day, month_before
from billing_core.views.coming import becoming_billable, upcoming
from billing_core.views.sums import sums_by, totals
from pages._ui import charts
from pages._ui.base.format import counted, kroner, month, percent, whole_kroner
from pages._ui.base.pages import link
from pages._ui.base.text import agency_label, agency_name, service_name, t
from pages._ui.overview import beside, lacking
from pages._ui.parts import billed, reports
from pages._ui.parts.page import page, show_agency
from pages._ui.parts.show import Choice, chart, unfolded
from pages._ui.parts.tables import table

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
        columns=[level, *billed.COLUMNS],
        choice=Choice(t(f"{NAME}.choose_{level}"), f"overview_{level}", sums[level].to_list(), label),
    )


shown = page("overview", of_all=True)
sums = totals(shown.lines)
billed.sentence(shown)
billed.figures(shown, st.container(horizontal=True))
frame = st.container(horizontal=True)
frame.metric(t(f"{NAME}.covered"), kroner(sums.covered), help=t(f"{NAME}.covered_help"), border=True, height="stretch")
if sums.share is not None:
    frame.metric(t(f"{NAME}.share"), percent(sums.share), help=t(f"{NAME}.share_help"), border=True, height="stretch")
billed.left_out(shown)
before = month_before(shown.period)
if before in shown.periods:
    link("changes", t(f"{NAME}.see_changes", month=month(before)), {"changes_from": before, "changes_to": shown.period})

services = sums_by(shown.lines, "service").filter(pl.col("billed_nok") != 0).sort("billed_nok", descending=True)
if services.is_empty():
    st.info(t(f"{NAME}.nothing_billed"))
elif service := draw_billed_by("service", services, service_name, service_name):
    link("charges", t(f"{NAME}.see_service", service=service_name(service)), {"charges_service": service})
if not shown.agency:
    agencies = sums_by(shown.lines, "agency").sort("billed_nok", descending=True)
    if agency := draw_billed_by("agency", agencies, agency_name, agency_label):
        label = t(f"{NAME}.see_agency", agency=agency_label(agency))
        st.button(label, key="overview_see_agency", on_click=show_agency, args=(agency,), icon=":material/apartment:")
    beside.show(shown)

st.subheader(t(f"{NAME}.upcoming"), anchor=False)
st.markdown(t(f"{NAME}.upcoming_lead"))
as_of = last_day(shown.period)
for column, soon in zip(st.columns(len(DAYS), border=True), upcoming(shown.lines, as_of, DAYS), strict=True):
    column.metric(t(f"{NAME}.within", days=soon.days), kroner(soon.monthly))
    column.caption(counted(f"{NAME}.upcoming_lines", soon.lines))
    if soon.unpriced:
        column.caption(counted(f"{NAME}.upcoming_unpriced", soon.unpriced))
coming = becoming_billable(shown.lines, as_of, DAYS[-1])
list_title = t(f"{NAME}.upcoming_list", days=DAYS[-1])
if place := unfolded(list_title, key="overview_coming", icon=":material/event_upcoming:"):
    with place:
        if coming.is_empty():
            st.markdown(t(f"{NAME}.none_upcoming", days=DAYS[-1]))
        else:
            told = ["billable_from", "covered_nok", "subject", "variant"]
            table(coming, key="overview_coming", alt=list_title, columns=told)

lacking.show(shown)
if shown.agency:
    reports.offer(shown.agency, shown.period, ("leaders", "statement"), date.today())
