"""Last opp in three steps: files in, what became of each and what is wrong with them, and the way to the figures."""

import streamlit as st

from billing_core.views import reported
from pages._ui.base.format import counted, month
from pages._ui.base.pages import link
from pages._ui.base.text import agency_label, t
from pages._ui.parts import problems
from pages._ui.parts.page import begin
from pages._ui.session import state
from pages._ui.upload.blocked import offer_blocked
from pages._ui.upload.file_list import ask_to_replace, list_files
from pages._ui.upload.idle import ask_idle
from pages._ui.upload.intake import ask_again, choose_files, offer_mending, offer_template, show_files
from pages._ui.upload.invoices import ask_agencies
from pages._ui.upload.mapping import offer_mapping
from pages._ui.upload.questions import ask_marks, ask_rates
from pages._ui.upload.saved_mappings import saved_mappings
from pages._ui.upload.understood import show_understood

NAME = "page.upload"

begin("upload")
current = state.dataset()
own = current if current and current.id != state.DEMO else None
if current is None:
    st.warning(t(state.why_gone()))

if own:
    ask_to_replace(own)
st.header(t(f"{NAME}.step_choose"), anchor=False)
offer_template()
choose_files(own)
saved_mappings(own)

if current:
    st.header(t(f"{NAME}.step_check"), anchor=False)
    st.subheader(t(f"{NAME}.found" if own else f"{NAME}.found_demo"), anchor=False)
    stated = state.statement()
    refused = show_files(current, stated)
    if own:
        list_files(own)
    show_understood(current.read.files)
    ask_again(current, stated)
    offer_mapping(current)
    ask_agencies(current)
    ask_marks(current, stated)
    ask_rates(current, stated)
    ask_idle(current, stated)
    offer_blocked(current)

    st.subheader(t(f"{NAME}.problems"), anchor=False)
    problems.show(stated.problems, key="upload", lines=state.rated().lines, sheets=current.read.sheets)
    if refused:
        offer_mending(current, stated)

    st.header(t(f"{NAME}.step_see"), anchor=False)
    agencies, months = state.agencies(), reported.months(stated.usage)
    if agencies:
        st.markdown(t(f"{NAME}.agencies", agencies=", ".join(map(agency_label, agencies))))
        st.markdown(counted(f"{NAME}.months", len(months), months=", ".join(map(month, months))))
        link("overview", t(f"{NAME}.to_overview"), icon=":material/home:")
    else:
        st.warning(t("ui.no_lines"))

if own or current is None:
    st.subheader(t(f"{NAME}.back"), anchor=False)
    with st.container(horizontal=True):
        if state.can_undo():
            st.button(t(f"{NAME}.undo"), on_click=state.undo, icon=":material/undo:", help=t(f"{NAME}.undo_help"))
        st.button(
            t("ui.start_demo"), on_click=state.start_demo, icon=":material/restart_alt:", help=t(f"{NAME}.demo_help")
        )
