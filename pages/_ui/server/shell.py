"""The frame around every page: address, language, navigation."""

from datetime import date
from pathlib import Path

import streamlit as st

from pages._ui.base import address
from pages._ui.base.pages import menu
from pages._ui.base.text import choose_language, t
from pages._ui.server import work_menu
from pages._ui.session import door

HERE = Path(__file__).parent
ICON, MARK = HERE / "icon.png", HERE / "mark.svg"

door.enter()
address.receive()
address.prefer("lang", ("nb", "en"))
chosen = st.navigation(menu())
st.set_page_config(page_title=f"{chosen.title} – Utover", page_icon=ICON, layout="wide")
st.logo(MARK, size="large", icon_image=ICON)
st.sidebar.caption(t("ui.purpose"))
choose_language()
place = st.sidebar.container()
try:
    chosen.run()
finally:
    address.send()
    # Last, since what it saves is what the page leaves; also where a page ends early.
    work_menu.draw(place, date.today())
