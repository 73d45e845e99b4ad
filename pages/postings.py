"""Kontering: what is billed, on the agency's own account strings."""

import streamlit as st

from pages._ui.parts.page import page
from pages._ui.postings import lacking, posted, strings

shown = page("postings", of_all=True)
place = st.container()
strings.ask(shown)
made = posted.ask(shown)
with place:
    posted.sentence(made)
lacking.show(made)
posted.show(made)
