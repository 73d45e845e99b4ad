"""Tjenester: every service of the circular, what the framework covers, what is billed, and the agency's own share."""

import streamlit as st

from billing_core.base.model import EXEMPT_RULE
from billing_core.views import explore
from billing_core.views.sums import sums_by, totals
from pages._ui import charts
from pages._ui.base import address
from pages._ui.base.data import catalogue
from pages._ui.base.format import counted, kroner, month
from pages._ui.base.text import agency_name, language, service_name, services, t, texts, word
from pages._ui.parts import billed
from pages._ui.parts.page import page
from pages._ui.parts.show import Choice, chart
from pages._ui.services import service
from pages._ui.session import state

NAME = "page.services"

shown = page("services")
terms = state.rates().policy.of(shown.period)
exempt = shown.agency in terms.exempt_agencies
sums = sums_by(shown.lines, "service")
items = explore.items(shown.lines)
as_before = explore.billed_as_before(shown.lines)

if exempt:
    st.info(
        t(
            f"{NAME}.exempt",
            agency=agency_name(shown.agency),
            why=texts(language())[f"rule.{EXEMPT_RULE}.why"],
            clause=catalogue().rules[EXEMPT_RULE].clause,
            price=texts(language())[f"reading.exempt_price.{terms.exempt_price}"],
            amount=kroner(totals(shown.lines.filter(rule=EXEMPT_RULE)).billed),
        ),
        icon=":material/gavel:",
    )

billed.figures(shown, st.container(horizontal=True))
billed.left_out(shown)
drawn = billed.largest_first(sums)
chosen = chart(
    charts.lying(
        drawn, code="service", values=["billed_nok", "covered_nok"], name=service_name, write=kroner,
        value_name=lambda column: word("column", column),
    ),
    key="services_chart",
    title=t(f"{NAME}.chart", month=month(shown.period)),
    alt=counted(f"{NAME}.chart_alt", drawn.height),
    numbers=sums.sort("billed_nok", descending=True),
    columns=["service", *billed.COLUMNS],
    choice=Choice(t(f"{NAME}.choose"), "services_service", services(), service_name),
)  # fmt: skip

in_use = [code for code in services() if code in sums["service"]]
only_used = address.toggle(t(f"{NAME}.only_used"), key="services_used")
for code in [chosen] if chosen else in_use if only_used else services():
    own = sums.filter(service=code)
    service.show(
        code,
        shown.agency,
        own.row(0, named=True) if code in in_use else None,
        items.filter(service=code),
        as_before.get(code) if exempt else None,
        exempt=exempt,
    )
