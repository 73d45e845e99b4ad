"""Simulering: a scenario of actions, what it saves beside the baseline, and several side by side."""

import streamlit as st

from billing_core.scenario import Comparison, ScenarioError
from pages._ui.base.text import t
from pages._ui.parts.page import page
from pages._ui.session import scenarios
from pages._ui.session.scenarios import Draft
from pages._ui.simulate import action_form, action_list, scenario_bar, scenario_results, simulation
from pages._ui.simulate.action_fields import NAME


def worked_out(draft: Draft) -> Comparison | None:
    """What a draft comes to; None where no action is on, or it cannot be worked out, which is then told."""
    if not draft.scenario.carried_out:
        return None
    try:
        return simulation.compared(draft.scenario)
    except ScenarioError as error:
        st.error(t(f"{NAME}.cannot", name=draft.name, reason=scenario_bar.error_text(error)))
        return None


simulation.receive()
shown = page("simulate", of_month=False)
refused = simulation.settle(shown.agency)
place_of_link = scenario_bar.show(shown.agency)
scenario_bar.tell(shown.agency, refused)
draft = simulation.opened(shown.agency)

comparison = worked_out(draft)
if comparison:
    scenario_results.figures(comparison)
build, outcome = st.columns([2, 3], gap="large")
with build:
    st.subheader(t(f"{NAME}.actions"), anchor=False)
    action_list.show(draft, comparison)
    with st.container(border=True, key="simulate_form"):
        st.markdown(f"**{t(f'{NAME}.new_action')}**")
        action_form.draw(shown)
with outcome:
    if comparison:
        scenario_results.months(comparison)
        scenario_results.savers(comparison)
        scenario_results.caveats(comparison)
    elif not draft.steps:
        action_list.suggest()
    elif not draft.scenario.carried_out:
        st.info(t(f"{NAME}.all_off"))

others = [other for other in scenarios.book().of(shown.agency) if other is not draft]
beside = [found for found in (comparison, *map(worked_out, others)) if found]
if others and beside:
    scenario_results.beside(beside)
if comparison:
    scenario_results.steps(comparison)
    scenario_results.lines(comparison)
scenario_bar.link(place_of_link, shown.agency)
