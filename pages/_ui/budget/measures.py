"""The scenario whose effect stands in the budget as rows of its own."""

import streamlit as st

from pages._ui.base.pages import link
from pages._ui.base.plain import bare
from pages._ui.base.text import t
from pages._ui.budget.asked import NAME, Shown
from pages._ui.session import plans
from pages._ui.session.scenarios import carried_out

_NONE = ""


def show(made: Shown) -> None:
    """Draws the choice among the scenarios of Simulering; one that was changed since can be taken anew."""
    st.subheader(t(f"{NAME}.scenario"), anchor=False)
    st.caption(t(f"{NAME}.scenario_lead"))
    held, known = made.held.scenario, {one.name: one for one in carried_out(made.agency)}
    if not (known or held):
        st.markdown(t(f"{NAME}.scenario_none"))
        link("simulate", t(f"{NAME}.scenario_link"), icon=":material/tune:")
        return
    names = [_NONE, *dict.fromkeys([*([held.name] if held else []), *known])]
    key = f"budget_scenario_{made.agency}"
    st.session_state[key] = held.name if held else _NONE
    st.selectbox(
        t(f"{NAME}.scenario_which"), names, key=key, on_change=_take, args=(key, made.agency), width=420,
        format_func=lambda name: name or bare(t(f"{NAME}.scenario_no")),
    )  # fmt: skip
    if held and held.name in known and known[held.name] != held:
        st.info(t(f"{NAME}.scenario_changed"))
        st.button(t(f"{NAME}.scenario_again"), key="budget_scenario_again", on_click=_take, args=(key, made.agency))


def _take(key: str, agency: str) -> None:
    """Takes a scenario as it is now, or none. A callback."""
    plan, wanted = plans.plan(agency), st.session_state[key]
    fresh = next((one for one in carried_out(agency) if one.name == wanted), plan.scenario if wanted else None)
    plans.change(plan.model_copy(update={"scenario": fresh}))
