"""The actions of the open scenario in order, each with what it saves and its buttons."""

from typing import Any

import streamlit as st

from billing_core.scenario import Comparison, Effect
from billing_core.scenario.summary import little
from pages._ui.base.format import counted, kroner
from pages._ui.base.pages import link
from pages._ui.base.text import t
from pages._ui.session.scenarios import Draft, Step, removing, swapping, switching
from pages._ui.simulate import action_form, simulation
from pages._ui.simulate.action_fields import NAME, action_name, said
from pages._ui.simulate.scenario_results import unknown_counts

ICONS = {"edit": "edit", "up": "arrow_upward", "down": "arrow_downward", "remove": "delete"}


def show(draft: Draft, comparison: Comparison | None) -> None:
    """Every action of a draft; what each saves where the scenario could be worked out."""
    effects = iter(comparison.effects if comparison else ())
    for place, step in enumerate(draft.steps):
        _one(draft, place, step, next(effects, None) if step.on else None)


def _one(draft: Draft, place: int, step: Step, effect: Effect | None) -> None:
    """One action in a box: on or off, what it is, what it saves, and its buttons."""
    agency, last = draft.agency, len(draft.steps) - 1
    key = f"simulate_on_{place}"
    st.session_state[key] = step.on
    with st.container(border=True):
        label = t(f"{NAME}.numbered", number=place + 1, name=action_name(step.action.kind))
        st.toggle(label, key=key, wrap=True, on_change=simulation.edit, args=(agency, switching(place)))
        if details := said(step.action):
            st.caption(details)
        if not step.on:
            st.caption(t(f"{NAME}.off"))
        if effect:
            _effect(effect)
        with st.container(horizontal=True, gap="small"):
            _button("edit", place, action_form.begin_edit, (place, step.action))
            _button("up", place, _move, (agency, place - 1), disabled=place == 0)
            _button("down", place, _move, (agency, place), disabled=place == last)
            _button("remove", place, _remove, (agency, place))


def _remove(agency: str, place: int) -> None:
    """Takes an action out; what was being edited may stand elsewhere now, so the form is emptied. A callback."""
    action_form.clear()
    simulation.edit(agency, removing(place))


def _move(agency: str, place: int) -> None:
    """Lets an action and the next change places; the form is emptied for the same reason. A callback."""
    action_form.clear()
    simulation.edit(agency, swapping(place))


def _button(name: str, place: int, on_click: Any, args: tuple[Any, ...], *, disabled: bool = False) -> None:
    st.button(
        t(f"{NAME}.{name}"), key=f"simulate_{name}_{place}", icon=f":material/{ICONS[name]}:", type="tertiary",
        on_click=on_click, args=args, disabled=disabled,
    )  # fmt: skip


def _effect(effect: Effect) -> None:
    """What the action saves a month here and alone, the lines it changes, and why that is little."""
    here, alone = effect.marginal.month, effect.alone.month
    st.markdown(t(f"{NAME}.saves_{'here' if here != alone else 'alike'}", here=kroner(here), alone=kroner(alone)))
    if reason := little(effect):
        st.caption(f":material/info: {t(f'{NAME}.little.{reason}')}")
    _unknown(effect.unknown, effect.undecided)


def _unknown(unknown: int, undecided: int) -> None:
    """How many of an action's lines have no known saving, and what they lack."""
    for key, count in unknown_counts(unknown, undecided).items():
        st.caption(f":material/help: {counted(f'{NAME}.{key}_here', count)}")


def suggest() -> None:
    """The empty scenario: the way to what would save most together."""
    st.info(t(f"{NAME}.no_actions"))
    link("advice", t(f"{NAME}.to_advice"), icon=":material/recommend:")
