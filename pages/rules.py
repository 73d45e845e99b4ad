"""Regelverk og priser: the rules in words, the prices in force, the Readings and the other values of the policy."""

import streamlit as st

from pages._ui.base.format import month
from pages._ui.base.text import agency_label, t
from pages._ui.parts.page import begin, choose_agency, choose_month, choose_part
from pages._ui.rules import effects, policy_values, price_list, reading_switches, rule_list

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
section = choose_part("rules", SECTIONS)
SECTIONS[section](agency, period)
