"""The scenarios that a session's user has built on Simulering, for other pages to use."""

import streamlit as st

from billing_core.scenario import Scenario
from pages._ui.session.keys import SCENARIOS


def scenarios(agency: str) -> list[Scenario]:
    """An agency's scenarios that have any action on, in the order made."""
    book = st.session_state.get(SCENARIOS)
    found = [draft.scenario for draft in book.of(agency)] if book else []
    return [scenario for scenario in found if scenario.carried_out]
