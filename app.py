"""Utover's entry: `streamlit run app.py`, or any ASGI server. The frame around every page is pages/_ui/shell.py."""

import streamlit as st

from pages._ui.server import MIDDLEWARE, ROUTES, SHELL, show_error, warm

app = st.App(SHELL, routes=ROUTES, middleware=MIDDLEWARE, lifespan=warm, on_script_error=show_error)
