"""Where a licence stands: the form of one, and asking about all that are shown."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st
from pydantic import ValidationError

from billing_core.planning.licence_cases import STATES, TICKS, Case
from pages._ui.advice.words import NAME
from pages._ui.base.format import counted
from pages._ui.base.text import sku_label, t
from pages._ui.parts.page import Page
from pages._ui.session import advised

_FAULTS = {"reason_needed": "reason_needed_case"}
"""Faults whose words the page has for something else already."""


def show(shown: Page, row: Mapping[str, Any]) -> None:
    """The form of one licence; what a state asks for and is not there is told, and nothing is saved."""
    key = f"advice_case_{row['user_id']}_{row['sku']}"
    with st.form(key, border=True):
        st.markdown(t(f"{NAME}.case", user=row["user_id"], licence=sku_label(row["sku"])))
        state = st.selectbox(
            t(f"{NAME}.new_state"), STATES, index=STATES.index(row["state"]), key=f"{key}_state",
            format_func=lambda code: t(f"{NAME}.state.{code}").bare,
        )  # fmt: skip
        deadline = st.date_input(
            t(f"{NAME}.list.deadline"), value=row["deadline"], format="DD.MM.YYYY", key=f"{key}_deadline"
        )
        reason = st.text_input(t(f"{NAME}.list.reason"), value=row["reason"], max_chars=500, key=f"{key}_reason")
        st.markdown(t(f"{NAME}.ticks_lead"))
        held = row["ticks"].split(";")
        ticked = [
            tick for tick in TICKS
            if st.checkbox(t(f"{NAME}.tick_told.{tick}"), value=tick in held, key=f"{key}_{tick}", wrap=True)
        ]  # fmt: skip
        if st.form_submit_button(t(f"{NAME}.save_case", user=row["user_id"]), icon=":material/check:"):
            given = {"state": state, "deadline": deadline, "reason": reason or "", "ticks": tuple(ticked)}
            _save(shown, [row], given)


def ask_all(shown: Page, rows: pl.DataFrame) -> None:
    """One deadline for asking about all that are only proposed yet."""
    proposed = rows.filter(state="proposed")
    if proposed.is_empty():
        return
    with st.form("advice_ask_all", border=True):
        st.markdown(counted(f"{NAME}.ask_all", proposed.height))
        deadline = st.date_input(t(f"{NAME}.list.deadline"), value=None, format="DD.MM.YYYY", key="advice_ask_deadline")
        if st.form_submit_button(counted(f"{NAME}.ask_all_save", proposed.height), icon=":material/mail:"):
            _save(shown, proposed.rows(named=True), {"state": "asked", "deadline": deadline})


def _save(shown: Page, rows: list[Any], given: Mapping[str, Any]) -> None:
    try:
        cases = [Case(agency=shown.agency, user_id=row["user_id"], sku=row["sku"], **given) for row in rows]
    except ValidationError as error:
        for fault in error.errors():
            st.error(t(f"{NAME}.{_FAULTS.get(fault['type'], fault['type'])}"), icon=":material/error:")
        return
    advised.change(advised.notes().with_cases(cases))
    st.rerun()
