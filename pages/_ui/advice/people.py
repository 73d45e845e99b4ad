"""Where users belong: a list with departments and managers, so that the checklist can be split by them."""

import streamlit as st

from billing_core.planning.belonging import read_belonging
from billing_core.planning.errors import PlanError
from pages._ui.advice.words import NAME
from pages._ui.base.format import counted
from pages._ui.base.text import t
from pages._ui.session import advised

_FILES, _REFUSED = "advice.files", "advice.people_refused"
_KINDS = ["csv", "tsv", "txt", "xlsx", "xls", "ods"]
_MOST_MIB = 20


def show() -> None:
    """Draws the field for the list, and what there is of it."""
    held = advised.notes().belongs
    with st.expander(t(f"{NAME}.people"), icon=":material/groups:", expanded=_REFUSED in st.session_state):
        st.markdown(t(f"{NAME}.people_lead"))
        if held:
            st.markdown(counted(f"{NAME}.people_held", len(held)))
            st.button(
                t(f"{NAME}.people_remove"), key="advice_people_remove", on_click=_remove, icon=":material/delete:"
            )
        key = f"advice_people_{st.session_state.get(_FILES, 0)}"
        st.file_uploader(
            t(f"{NAME}.people_file"), _KINDS, key=key, on_change=_take, args=(key,), max_upload_size=_MOST_MIB
        )
        if refused := st.session_state.pop(_REFUSED, None):
            code, place, detail = refused
            st.error(t(f"{NAME}.people_{code}", place=place, detail=detail), icon=":material/error:")


def _remove() -> None:
    advised.change(advised.notes().model_copy(update={"belongs": ()}))


def _take(key: str) -> None:
    """Takes up a list. A callback: before the page runs again."""
    file = st.session_state[key]
    if file is None:
        return
    st.session_state[_FILES] = st.session_state.get(_FILES, 0) + 1
    try:
        found = read_belonging(file.name, file.getvalue())
    except PlanError as error:
        st.session_state[_REFUSED] = (error.code, error.place, error.detail)
        return
    advised.change(advised.notes().model_copy(update={"belongs": found}))
