"""Anbefalinger: advice that adds up, down to the users and things it is about; and the checklist of licences."""

import streamlit as st

from pages._ui.advice import asked, checklist, left, ranked
from pages._ui.advice.words import NAME
from pages._ui.base import address
from pages._ui.base.text import t
from pages._ui.parts.page import page

shown = page("advice", of_all=True)
section = address.select(
    t(f"{NAME}.section"), ("advice", "licences"), key="advice_section",
    format=lambda code: t(f"{NAME}.section_{code}"), widget=st.segmented_control,
)  # fmt: skip
if section == "licences":
    checklist.show(shown)
else:
    found = asked.ask(shown)
    ranked.show(found)
    left.show(found)
