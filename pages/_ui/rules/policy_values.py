"""The numbers, dates and lists that the rules test, each with unit, clause and day, to be changed for the session."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import streamlit as st

from billing_core.law.policy import Dated
from billing_core.views.readings import dated
from pages._ui.base.data import catalogue, policy, register
from pages._ui.base.format import NotUnderstood, day, month, number, typed_number
from pages._ui.base.text import agency_label, sku_label, t
from pages._ui.rules import policy_changes
from pages._ui.rules.policy_changes import NAME, change_to, held, shipped, title, worth_text, written
from pages._ui.session import state

_MOST_DAYS = 3650
_EARLIEST, _LATEST = date(1990, 1, 1), date(2099, 12, 31)
_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")


def show(agency: str, period: str) -> None:
    """Every policy value that is no Reading."""
    st.markdown(t(f"{NAME}.values_lead", agency=agency_label(agency), month=month(period)))
    together = policy_changes.show(period)
    places = {key: _value(key, period) for key, known in policy().parameters.items() if not known.choices}
    policy_changes.tell_worth(together, agency, period)
    now = state.readings()
    for key, place in places.items():
        if key in now:
            without = {other: value for other, value in now.items() if other != key}
            place.markdown(worth_text(without, now, agency, period, t(f"{NAME}.this_change")))


def _value(key: str, period: str) -> Any:
    """One value of the month with its field; gives the place for what its change is worth."""
    # The days and clauses of values that a file has dated are that file's.
    known = (state.rates().policy if dated(state.readings().get(key)) else policy()).parameters[key]
    now, own = held(key, period), known.of(period)
    with st.container(border=True):
        words, worth = st.columns([3, 2], gap="medium")
        with words:
            if isinstance(now, list | tuple):
                _list(key, list(now), known.unit, period)
            else:
                _line(key, now, known.unit, period)
            told = t(f"{NAME}.value_source", clause=own.clause, rules=", ".join(known.rules), day=day(own.valid_from))
            st.caption(told)
            for other in known.values:
                if other != own:
                    st.caption(_other(key, other))
        with worth:
            st.markdown(t(f"{NAME}.own_value", value=written(key, shipped(key, period))))
            place = st.empty()
            if key in state.readings():
                place.caption(t(f"{NAME}.working"))
                st.button(t(f"{NAME}.reset_one"), key=f"reset_{key}", on_click=_reset, args=(key, period))
    return place


def _other(key: str, value: Dated) -> str:
    """The value that the key has in other months, since when, and where that stands."""
    return t(f"{NAME}.value_else", value=written(key, value.value), day=day(value.valid_from), clause=value.clause)


def _line(key: str, now: Any, unit: str, period: str) -> None:
    """A number or a day as text, echoed as understood; what is not understood stays in the field with the reason."""
    widget = f"value_{key}"
    typed, why = st.session_state.get(f"why_{key}") or (_field_text(now, unit), None)
    st.session_state[widget] = typed
    label = t(f"{NAME}.in_unit", title=title(key), unit=t(f"{NAME}.unit_{_KINDS[unit]}"))
    st.text_input(label, key=widget, on_change=_take_line, args=(key, unit, period))
    if why is None:
        st.caption(t("ui.number_understood", value=written(key, now)))
    else:
        st.error(why)


def _list(key: str, now: list[str], unit: str, period: str) -> None:
    """A list of codes; licences may be others than those in the register."""
    widget = f"value_{key}"
    known, name = (catalogue().agencies, agency_label) if unit == "agency" else (catalogue().sku_names, sku_label)
    st.session_state[widget] = now
    st.multiselect(
        title(key), [*now, *(code for code in sorted(known) if code not in now)], key=widget, format_func=name,
        accept_new_options=unit != "agency", placeholder=t(f"{NAME}.choose_{_KINDS[unit]}"),
        on_change=lambda: change_to(key, [register().sku(code) for code in st.session_state[widget]], period),
    )  # fmt: skip


_KINDS = {"days": "days", "share of accounts": "share", "date": "date", "SKU": "sku", "agency": "agency"}


def _field_text(value: Any, unit: str) -> str:
    match unit:
        case "date":
            return f"{date.fromisoformat(str(value)):%d.%m.%Y}"
        case "days":
            return str(value)
        case _:
            return number(Decimal(str(value)) * 100)


def _take_line(key: str, unit: str, period: str) -> None:
    """Takes up what was typed, or keeps the reason why not."""
    typed = st.session_state[f"value_{key}"]
    try:
        value = _understood(typed.strip(), unit)
    except NotUnderstood as error:
        st.session_state[f"why_{key}"] = (typed, str(error))
    else:
        st.session_state[f"why_{key}"] = None
        change_to(key, value, period)


def _understood(typed: str, unit: str) -> Any:
    match unit:
        case "date":
            return _typed_day(typed).isoformat()
        case "days":
            return int(typed_number(typed, 0, _MOST_DAYS, decimals=0))
        case _:
            return f"{typed_number(typed, 0, 100).normalize().scaleb(-2):f}"


def _typed_day(typed: str) -> date:
    """The day a person typed: 1.1.2022 or 2022-01-01."""
    found = _DAY.fullmatch(typed)
    try:
        value = date.fromisoformat(f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else typed)
    except ValueError as error:
        raise NotUnderstood(t(f"{NAME}.no_day", written=typed)) from error
    if not _EARLIEST <= value <= _LATEST:
        raise NotUnderstood(t("ui.number_out_of_range", value=day(value), low=day(_EARLIEST), high=day(_LATEST)))
    return value


def _reset(key: str, period: str) -> None:
    st.session_state[f"why_{key}"] = None
    change_to(key, shipped(key, period), period)
