"""Hva endret seg: why the billed amount differs between two months, from one sentence down to the lines."""

from datetime import date

import streamlit as st

from pages._ui.base.format import kroner, month
from pages._ui.base.text import t
from pages._ui.changes import compared, part_list, sentence, ways
from pages._ui.parts.page import page
from pages._ui.parts.show import metric

NAME = "page.changes"

shown = page("changes", of_month=False, of_all=True)
place = st.container()
found = compared.ask(shown, date.today())
with place:
    sentence.show(found)
figures = st.container(horizontal=True)
before, after = found.billed
metric(figures, t(f"{NAME}.billed_in", month=month(found.earlier)), kroner(before), None, "")
metric(
    figures, t(f"{NAME}.billed_in", month=month(found.later)), kroner(after), after - before,
    t("billed.change", month=month(found.earlier)), judged=False,
)  # fmt: skip
if not found.rows.is_empty():
    ways.show(found)
    part_list.show(found, date.today())
