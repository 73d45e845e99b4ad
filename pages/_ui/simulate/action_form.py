"""The form of an action, drawn from its fields: what is typed is echoed or refused, nothing is clamped."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import streamlit as st
from pydantic import ValidationError

from billing_core.base.months import month_after, months_between, moved
from billing_core.rules import made_in
from billing_core.scenario import Only
from billing_core.scenario.actions import KINDS, MOST_ACTIONS, BaseAction
from billing_core.scenario.pickable import levels, narrowings
from pages._ui.base import address
from pages._ui.base.data import catalogue
from pages._ui.base.format import NotUnderstood, month, number, typed_number
from pages._ui.base.text import t
from pages._ui.parts.page import Page
from pages._ui.session import state
from pages._ui.session.scenarios import adding, replacing
from pages._ui.simulate import action_pick, simulation
from pages._ui.simulate.action_fields import (
    FIELDS,
    NAME,
    Day,
    Field,
    Flag,
    Many,
    One,
    Typed,
    action_name,
    choice_name,
    label,
)

EDITED, ROUND, WHOSE = "simulate.edited", "simulate.round", "simulate.form_agency"
"""Session keys: the place and kind of the action being edited, a number that empties the form's widgets, its agency."""

OLDEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)
ONE_OF_SEVERAL = ("cut_workplace", "move_storage")
"""The kinds that need one of several fields."""

MONTHS_AHEAD = 18
"""How many months after the data an action may be chosen to begin in."""

ONE_OFF = Typed("one_off_cost_nok", 0, 10_000_000_000, 2)


def begin_edit(place: int, action: BaseAction) -> None:
    """Puts an action's values in the form. A callback: before the form's widgets are drawn."""
    clear()
    st.session_state[EDITED] = (place, action.kind)
    st.session_state[_key("kind")] = action.kind
    for field in FIELDS.get(action.kind, ()):
        st.session_state[_key(f"{action.kind}.{field.name}")] = _held(field, getattr(action, field.name))
    st.session_state[_key("start")] = action.start or ""
    st.session_state[_key(ONE_OFF.name)] = number(action.one_off_cost_nok) if action.one_off_cost_nok else ""
    for name in narrowings(type(action)):
        action_pick.hold(_key(f"{action.kind}.{name}"), getattr(action.only, name))


def clear() -> None:
    """Empties the form. A callback."""
    for key in [key for key in st.session_state if str(key).startswith(_key(""))]:
        del st.session_state[key]
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.session_state.pop(EDITED, None)


@st.fragment
def draw(shown: Page) -> None:
    """The form: which action, its fields, what it is narrowed to, and from when; then into the open scenario."""
    if st.session_state.setdefault(WHOSE, shown.agency) != shown.agency:
        # What was filled in for another agency has no place in this one's scenario.
        clear()
        st.session_state[WHOSE] = shown.agency
    place, kind = st.session_state.get(EDITED, (None, ""))
    if place is None:
        kind = st.selectbox(
            t(f"{NAME}.which_action"), list(KINDS), index=None, format_func=action_name, key=_key("kind"),
            placeholder=t(f"{NAME}.choose_action"), persist_state="session",
        )  # fmt: skip
    else:
        st.markdown(f"**{t(f'{NAME}.editing', number=place + 1)}: {action_name(kind)}**")
    if kind:
        st.markdown(t(f"scenario.action.{kind}.description"))
        refused: list[str] = []
        values = _fields(kind, shown, refused) | _common(shown, refused) | {"only": _narrowing(kind, shown)}
        st.caption(f":material/warning: {t(f'scenario.action.{kind}.caveat')}")
        with st.container(horizontal=True):
            wanted = st.button(
                t(f"{NAME}.add" if place is None else f"{NAME}.save"), disabled=bool(refused),
                icon=":material/add:" if place is None else ":material/check:", key="simulate_add",
            )  # fmt: skip
            if place is not None:
                st.button(t(f"{NAME}.cancel"), on_click=clear, key="simulate_cancel")
        if wanted and not refused and _taken(kind, values, place, shown):
            clear()
            st.rerun()
    address.send()


def _taken(kind: str, values: dict[str, Any], place: int | None, shown: Page) -> bool:
    """Whether the values make an action, which then stands in the open scenario."""
    if place is None and len(simulation.opened(shown.agency).steps) >= MOST_ACTIONS:
        st.error(t(f"{NAME}.too_many", count=number(MOST_ACTIONS)))
        return False
    try:
        action = KINDS[kind](**values)
    except ValidationError:
        st.error(t(f"{NAME}.incomplete.{kind if kind in ONE_OF_SEVERAL else 'any'}"))
        return False
    simulation.edit(shown.agency, adding(action) if place is None else replacing(place, action))
    return True


def _fields(kind: str, shown: Page, refused: list[str]) -> dict[str, Any]:
    """The action's own values; `refused` gets why a number cannot be used. What else is missing the model refuses."""
    found = {field.name: _asked(field, kind, shown, refused) for field in FIELDS.get(kind, ())}
    # What is not chosen is no value: the model has a default of its own for it, or refuses.
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def _asked(field: Field, kind: str, shown: Page, refused: list[str]) -> Any:
    """One field's widget and its value."""
    key, name = _key(f"{kind}.{field.name}"), label(field, kind)
    match field:
        case Typed():
            return _number(field, name, key, refused)
        case Flag():
            return st.checkbox(name, key=key, wrap=True, persist_state="session")
        case Day():
            return st.date_input(
                name, value=None, min_value=OLDEST, max_value=LATEST, format="DD.MM.YYYY", key=key,
                persist_state="session",
            )  # fmt: skip
        case One():
            options = _options(field, shown) if field.needed else ["", *_options(field, shown)]
            names = {code: choice_name(field, code) for code in options}
            return st.selectbox(name, options, format_func=names.__getitem__, key=key, persist_state="session")
        case Many():
            names = {code: choice_name(field, code) for code in field.among}
            return st.multiselect(
                name, field.among, default=field.among[:1] if key not in st.session_state else None,
                format_func=names.__getitem__, key=key, placeholder=t(f"{NAME}.choose"), persist_state="session",
            )  # fmt: skip


def _number(field: Typed, label: str, key: str, refused: list[str]) -> Decimal | None:
    """A typed number, echoed as understood, or told why not; None for no number."""
    typed = (st.text_input(label, key=key, max_chars=40, persist_state="session") or "").strip()
    if not typed:
        refused += [t(f"{NAME}.number_needed")] if field.needed else []
        return None
    try:
        value = typed_number(typed, field.low, field.high, field.decimals)
    except NotUnderstood as error:
        st.error(str(error), icon=":material/error:")
        refused.append(str(error))
        return None
    st.caption(t("ui.number_understood", value=number(value)))
    return value


def _common(shown: Page, refused: list[str]) -> dict[str, Any]:
    """What every action is asked: its first month and what it costs once."""
    last = max(shown.periods)
    ahead = months_between(month_after(last), moved(last, MONTHS_AHEAD))
    months = list(dict.fromkeys(["", *ahead, *shown.periods, st.session_state.get(_key("start"), "")]))
    names = {code: month(code) if code else t(f"{NAME}.every_month") for code in months}
    start = st.selectbox(
        t(f"{NAME}.start"), months, format_func=names.__getitem__, key=_key("start"), persist_state="session"
    )
    once = _number(ONE_OFF, t(f"{NAME}.one_off_cost"), _key(ONE_OFF.name), refused)
    return {"start": start or None, ONE_OFF.name: once or Decimal(0)}


def _narrowing(kind: str, shown: Page) -> Only:
    """What the action is narrowed to, of what it could touch in the agency's usage."""
    tables = None
    if kind == "change_quantity":
        item = st.session_state.get(_key(f"{kind}.item"))
        tables = made_in(catalogue().items[item]) if item else ()
    names = narrowings(KINDS[kind], tables)
    if not names:
        return Only()
    keys = {name: _key(f"{kind}.{name}") for name in names}
    some = any(map(action_pick.held, keys.values()))
    with st.expander(t(f"{NAME}.narrow_title"), some, key=_key(f"{kind}.narrow"), icon=":material/filter_list:"):
        st.caption(t(f"{NAME}.narrow_lead"))
        chosen = {name: tuple(action_pick.picked(kind, name, shown, key)) for name, key in keys.items()}
    return Only.model_validate(chosen)


def _options(field: One, shown: Page) -> list[str]:
    """The codes a field may have."""
    if isinstance(field.among, tuple):
        return list(field.among)
    usage = state.statement().usage
    match field.among:
        case "used_skus":
            return usage["licences"].filter(pl.col("agency") == shown.agency)["sku"].unique().sort().to_list()
        case "skus":
            return sorted(catalogue().sku_names)
        case "items":
            return sorted(shown.lines["item"].unique(), key=lambda code: choice_name(field, code))
        case "levels":
            return levels(shown.agency, usage, state.rates().prices.listed, "service_level")
        case _:
            return levels(shown.agency, usage, state.rates().prices.listed, "disk")


def _held(field: Field, value: Any) -> Any:
    """A value as the field's widget holds it."""
    match field:
        case Typed():
            return "" if value is None else number(value)
        case Many():
            return list(value)
        case One():
            return value or ("" if not field.needed else value)
        case _:
            return value


def _key(name: str) -> str:
    return f"simulate_form_{st.session_state.get(ROUND, 0)}_{name}"
