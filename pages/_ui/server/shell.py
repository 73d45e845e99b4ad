"""The frame around every page: address, language, navigation."""

from pathlib import Path

import streamlit as st

from pages._ui.base import address
from pages._ui.base.pages import menu
from pages._ui.base.text import choose_language
from pages._ui.session import door

ICON = Path(__file__).parent / "icon.png"

door.enter()
address.receive()
address.prefer("lang", ("nb", "en"))
chosen = st.navigation(menu())
st.set_page_config(page_title=f"{chosen.title} – Utover", page_icon=ICON, layout="wide")
choose_language()
try:
    chosen.run()
finally:
    address.send()
