"""Budsjett: the year's accounts and forecast, what one assumes, and the adopted budget beside it."""

from datetime import date

import streamlit as st

from pages._ui.budget import asked, assume, basis, follow, known_list, months, plan_years, sentence, tested
from pages._ui.parts import reports
from pages._ui.parts.page import choose_part, page

SECTIONS = {
    "months": months.show,
    "assume": assume.show,
    "follow": follow.show,
    "known": known_list.show,
    "years": plan_years.show,
    "tested": lambda made: tested.show(made.data, made.held, made.today, made.budget.plan.method),
    "basis": basis.show,
}

shown = page("budget", of_month=False)
place = st.container()
made = asked.ask(shown, date.today())
with place:
    sentence.show(made)
sentence.figures(made)
section = choose_part("budget", SECTIONS)
SECTIONS[section](made)
reports.offer(shown.agency, made.budget.base, ("workbook",), made.today, made.budget)
