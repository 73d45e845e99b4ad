"""What the forecast rests on, and what one should know of it."""

import streamlit as st

from pages._ui.base.text import language, t, texts
from pages._ui.budget.asked import NAME, Shown


def show(made: Shown) -> None:
    """Draws how the forecast is made, then each notice."""
    st.subheader(t(f"{NAME}.basis"), anchor=False)
    st.markdown(t(f"{NAME}.basis_lead"))
    for notice in made.budget.notices:
        st.markdown(f"- {notice.told(texts(language()))}")
