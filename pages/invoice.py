"""Fakturakontroll: an invoice held against what we have worked out, or what came in against what is passed on."""

import streamlit as st

from pages._ui.invoice import case_list, checked, differences, files, mapping, passed_on, sentence
from pages._ui.parts.page import choose_part, page

VIEWS = ("check", "passed_on")

shown = page("invoice", of_month=False, of_all=True)
view = choose_part("invoice", VIEWS, "view")
place = st.container()
given = files.ask(view, shown)
mapping.ask(view, given)
if view == "passed_on":
    passed_on.show(given, place)
else:
    found = checked.ask(shown, given)
    if found:
        with place:
            sentence.show(found)
        differences.show(found)
        case_list.show(found)
