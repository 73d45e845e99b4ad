"""Regelverk og priser: the rules in words, the prices in force, the Readings and the other values of the policy."""

import streamlit as st

from pages._ui import address, effects, policy_values, price_list, reading_switches, rule_list
from pages._ui.format import month
from pages._ui.page import begin, choose_agency, choose_month
from pages._ui.text import agency_label, t

NAME = "page.rules"
SECTIONS = {
    "rules": rule_list.show,
    "prices": price_list.show,
    "readings": reading_switches.show,
    "values": policy_values.show,
}

begin("rules")
months = effects.months_read()
agency = choose_agency(list(months))
period = choose_month(months.get(agency, []))
shown = t("ui.shown", agency=agency_label(agency), month=month(period))
st.markdown(f"**{shown}** {price_list.illustrative_badge()}")
section = address.select(
    t(f"{NAME}.section"),
    list(SECTIONS),
    key="rules_section",
    format=lambda code: t(f"{NAME}.section_{code}"),
    widget=st.segmented_control,
)
SECTIONS[section](agency, period)
