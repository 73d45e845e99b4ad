"""Utover's entry: `streamlit run app.py`, or any ASGI server. The frame of every page: pages/_ui/server/shell.py."""

import streamlit as st

from pages._ui.server.asgi import MIDDLEWARE, ROUTES, SHELL, show_error, warm

app = st.App(SHELL, routes=ROUTES, middleware=MIDDLEWARE, lifespan=warm, on_script_error=show_error)
