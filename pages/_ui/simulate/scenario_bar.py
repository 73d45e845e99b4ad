"""The named scenarios of an agency: which is open, new, copied, renamed, deleted, as a file and as a link."""

from dataclasses import replace
from typing import Any

import streamlit as st

from billing_core import scenario
from billing_core.scenario import ScenarioError
from billing_core.store.work import MOST_SCENARIOS
from pages._ui.base import address
from pages._ui.base.format import number
from pages._ui.base.plain import bare
from pages._ui.base.text import agency_label, t
from pages._ui.session import scenarios, state
from pages._ui.session.scenarios import Draft
from pages._ui.simulate import action_form, simulation
from pages._ui.simulate.action_fields import NAME

FILES, FOUND = "simulate.files", "simulate.found"
"""Session keys: a number that empties the field of files, and what came of opening one (kind, text)."""


def show(agency: str) -> Any:
    """The bar; gives back the place for the link, which is known when the page is drawn."""
    mine, draft = scenarios.book().of(agency), simulation.opened(agency)
    mine = mine or [draft]
    names = [other.name for other in mine]
    st.session_state["simulate_open"] = draft.name
    st.selectbox(t(f"{NAME}.scenario"), names, key="simulate_open", on_change=_open, args=(agency,), width=420)
    with st.container(horizontal=True):
        full = len(scenarios.book().drafts) >= MOST_SCENARIOS
        _button("new", "add", _new, (agency,), full)
        _button("copy", "content_copy", _copy, (agency,), full)
        with st.popover(t(f"{NAME}.rename"), icon=":material/edit:", key="simulate_rename"):
            _rename(agency, draft)
        _button("delete", "delete", _delete, (agency,))
        _button("undo", "undo", _undo, (), not scenarios.can_undo())
        with st.popover(t(f"{NAME}.keep"), icon=":material/ios_share:", key="simulate_keep"):
            place = _keep(agency, draft)
    if full:
        st.caption(t(f"{NAME}.full", count=number(MOST_SCENARIOS)))
    return place


def tell(agency: str, refused: list[ScenarioError]) -> None:
    """What came of a link or a file."""
    for error in refused:
        st.error(error_text(error))
    if kind_and_text := st.session_state.pop(FOUND, None):
        kind, text = kind_and_text
        (st.error if kind == "error" else st.success)(text)
    if simulation.made_elsewhere(simulation.opened(agency)):
        st.warning(t(f"{NAME}.made_elsewhere"))


def error_text(error: ScenarioError) -> str:
    """A scenario's error in words."""
    return t(f"scenario.error.{error.code}", place=error.place, detail=error.detail)


def link(place: Any, agency: str) -> None:
    """The link that brings the scenarios again, once the page knows all that stands in its address."""
    with place:
        if simulation.send(agency):
            st.markdown(t(f"{NAME}.link_lead"))
            base = (st.context.url or "").partition("?")[0]
            st.code(f"{base}?{address.query()}", language=None, wrap_lines=True)
        else:
            st.caption(t(f"{NAME}.no_link"))


def _keep(agency: str, draft: Draft) -> Any:
    st.markdown(f"**{t(f'{NAME}.as_file')}**")
    st.download_button(
        t(f"{NAME}.download"), scenario.to_json(draft.scenario), file_name=f"{draft.name}.json",
        mime="application/json", on_click="ignore", icon=":material/download:", key="simulate_download",
    )  # fmt: skip
    key = f"simulate_file_{st.session_state.get(FILES, 0)}"
    st.file_uploader(
        t(f"{NAME}.open_file"), ["json"], key=key, on_change=_take_file, args=(key, agency), max_upload_size=1
    )
    st.markdown(f"**{t(f'{NAME}.as_link')}**")
    return st.container()


def _take_file(key: str, agency: str) -> None:
    """Opens a scenario from a file, on its own agency where there are data of it, else on the one shown. A callback."""
    file = st.session_state[key]
    if file is None:
        return
    st.session_state[FILES] = st.session_state.get(FILES, 0) + 1
    try:
        brought = scenario.from_json(file.getvalue())
        whose = brought.agency if brought.agency in state.agencies() else agency
        book, draft = simulation.taken_in(scenarios.book(), brought, whose)
    except ScenarioError as error:
        st.session_state[FOUND] = ("error", error_text(error))
        return
    action_form.clear()
    scenarios.change(book)
    st.session_state["agency"] = whose
    told = "opened" if brought.agency in (whose, None) else "opened_on_another"
    names = {"name": draft.name, "agency": agency_label(whose), "other": agency_label(brought.agency or whose)}
    st.session_state[FOUND] = ("success", t(f"{NAME}.{told}", **names))


def _rename(agency: str, draft: Draft) -> None:
    key = f"simulate_name_{draft.name}"
    st.text_input(t(f"{NAME}.new_name"), draft.name, max_chars=120, key=key, on_change=_take_name, args=(agency, key))
    if st.session_state.get(key, "").strip() not in ("", draft.name):
        st.error(t(f"{NAME}.name_taken"))


def _take_name(agency: str, key: str) -> None:
    """Renames the open scenario, if no other has the name. A callback."""
    name, draft = st.session_state[key].strip(), simulation.opened(agency)
    if name and name not in [other.name for other in scenarios.book().of(agency)]:
        scenarios.change(scenarios.book().changed(draft, replace(draft, name=name)))


def _open(agency: str) -> None:
    wanted = st.session_state["simulate_open"]
    action_form.clear()
    scenarios.show(next(draft for draft in scenarios.book().of(agency) if draft.name == wanted))


def _new(agency: str) -> None:
    action_form.clear()
    scenarios.change(simulation.kept(agency).with_new(Draft(t(f"{NAME}.first_name"), agency)))


def _copy(agency: str) -> None:
    action_form.clear()
    draft = simulation.opened(agency)
    scenarios.change(
        simulation.kept(agency).with_new(replace(draft, name=bare(t(f"{NAME}.copy_name", name=draft.name[:100]))))
    )


def _delete(agency: str) -> None:
    action_form.clear()
    scenarios.change(scenarios.book().without(simulation.opened(agency)))


def _undo() -> None:
    action_form.clear()
    scenarios.undo()


def _button(name: str, icon: str, on_click: Any, args: tuple[Any, ...], disabled: bool = False) -> None:
    st.button(
        t(f"{NAME}.{name}"), key=f"simulate_{name}", icon=f":material/{icon}:", on_click=on_click, args=args,
        disabled=disabled,
    )  # fmt: skip
