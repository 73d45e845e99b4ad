"""Kalkyle: what planned things would cost, without any upload."""

import streamlit as st

from pages._ui.base.text import t
from pages._ui.estimate import bar, book, entry_form, outcome
from pages._ui.estimate.book import NAME
from pages._ui.parts.page import begin
from pages._ui.session import estimates

all_read = book.receive()
begin("estimate", of_demo=book.rests_on_demo())
if not all_read:
    st.error(t(f"{NAME}.bad_link"))
bar.show()
place_of_link = bar.tools()
bar.tell()
current = book.worked_out(estimates.book().opened)
if current.sketch.rows:
    outcome.say(current)
    outcome.figures(current)
build, result = st.columns([2, 3], gap="large")
with build:
    if entry_form.edited() is None:
        with st.container(border=True, key="estimate_form"):
            entry_form.draw()
    bar.bring()
with result:
    if current.sketch.rows:
        outcome.entries(current)
        outcome.months(current)
    else:
        bar.example()
others = [
    book.worked_out(sketch) for sketch in estimates.book().sketches if sketch is not current.sketch and sketch.rows
]
if others:
    outcome.beside([current, *others])
bar.link(place_of_link)
