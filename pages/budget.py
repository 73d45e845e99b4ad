"""Budsjett: the year's accounts and forecast, beside the adopted budget where one is given."""

from datetime import date

import streamlit as st

from pages._ui.base.format import kroner, month
from pages._ui.base.text import t
from pages._ui.budget import asked, basis, months, sentence, services
from pages._ui.parts.page import page

NAME = "page.budget"

shown = page("budget", of_month=False)
place = st.container()
made = asked.ask(shown, date.today())
total = made.total
with place:
    sentence.show(made)
figures = st.container(horizontal=True)
for label, amount in (
    (t(f"{NAME}.to_date", month=month(made.budget.base)), total["actual_to_date_nok"]),
    (t(f"{NAME}.rest"), total["forecast_rest_nok"]),
    (t(f"{NAME}.year"), total["forecast_year_nok"]),
):
    figures.metric(label, kroner(amount), border=True, height="stretch")
months.show(made)
services.show(made)
basis.show(made)
