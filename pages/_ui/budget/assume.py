"""What a person assumes beyond the data: tables to edit, a range, own figures, undo, and all of it as a file."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from billing_core.planning.assumptions import Assumptions, Range, read_assumptions, to_toml
from billing_core.planning.errors import PlanError
from pages._ui.base.data import catalogue
from pages._ui.base.format import NotUnderstood, listed_month, number, typed_number
from pages._ui.base.plain import bare
from pages._ui.base.text import item_name, service_name, services, t
from pages._ui.budget import figures, measures
from pages._ui.budget.asked import NAME, Shown
from pages._ui.budget.written import CHANGES, OWNS, NotYet, change_rows, changes_of, own_rows, owns_of
from pages._ui.parts.editor import edit
from pages._ui.session import plans

_RANGE = ("low_pct", "high_pct", "note")
_FILES, _TOLD = "budget.assumed_files", "budget.assumed_told"
_MOST_MIB = 1


def show(made: Shown) -> None:
    """Draws the tables, the range, the own figures, and the file."""
    st.markdown(t(f"{NAME}.assume_lead"))
    undo(made.agency)
    _table(made, "change", CHANGES, change_rows(_held(made.agency).change), changes_of)
    _table(made, "own", OWNS, own_rows(_held(made.agency).own), owns_of)
    figures.show(made)
    measures.show(made)
    _range(made.agency)
    _file(made.agency)


def undo(agency: str) -> None:
    """The button that takes the last change back, there once anything has been changed."""
    if plans.can_undo(agency):
        label = t(f"{NAME}.undo")
        st.button(label, key="budget_undo", on_click=plans.undo, args=(agency,), icon=":material/undo:")


def _held(agency: str) -> Assumptions:
    return plans.plan(agency).assumptions


def _keep(agency: str, **values: Any) -> None:
    held = plans.plan(agency)
    plans.change(held.model_copy(update={"assumptions": held.assumptions.model_copy(update=values)}))


def _table(
    made: Shown, kind: str, names: Sequence[str], rows: Sequence[Any], read: Callable[[Sequence[Any]], tuple[Any, ...]]
) -> None:
    """One table to edit."""
    agency = made.agency

    def take(told: list[dict[str, str]]) -> str:
        try:
            _keep(agency, **{kind: read(told)})
        except NotYet as error:
            return str(error)
        return ""

    title = t(f"{NAME}.{kind}s")
    st.subheader(title, anchor=False)
    st.caption(t(f"{NAME}.{kind}s_lead"))
    edit(
        rows, key=f"budget_{kind}_{agency}", alt=title, columns={name: _column(name, made, rows) for name in names},
        held=lambda: getattr(_held(agency), kind), take=take,
    )  # fmt: skip


def _column(name: str, made: Shown, rows: Sequence[Any]) -> Any:
    """How a column is edited: a list where its values can be listed, else text."""
    label = bare(t(f"{NAME}.assumed.{name}"))
    written = {row[name]: str(row[name]) for row in rows if row.get(name)}
    months = {month: listed_month(month) for month in _months(made)}
    listed: dict[str, dict[str, str]] = {
        "service": {code: bare(service_name(code)) for code in services()},
        "item": {code: bare(item_name(code)) for code in sorted(catalogue().items, key=item_name)},
        "from": months,
        "to": months,
    }
    if name not in listed:
        numeric = name.endswith(("_pct", "_nok"))
        return st.column_config.TextColumn(label, alignment="right" if numeric else "left", max_chars=200)
    known = written | listed[name]
    return st.column_config.SelectboxColumn(label, options=list(known), format_func=lambda code: known[str(code)])


def _months(made: Shown) -> list[str]:
    """The months that one may choose: the year's and the three after it."""
    return [f"{year}-{month:02}" for year in range(made.year, made.year + 4) for month in range(1, 13)]


def _range(agency: str) -> None:
    """Low and high as a person states them."""
    st.subheader(t(f"{NAME}.range"), anchor=False)
    st.caption(t(f"{NAME}.range_lead"))
    held = next(iter(_held(agency).range), None)
    keys = {name: f"budget_range_{name}_{agency}" for name in _RANGE}
    places = st.columns([1, 1, 3])
    for place, name in zip(places, _RANGE, strict=True):
        said = getattr(held, name) if held else ""
        st.session_state[keys[name]] = said if isinstance(said, str) else number(said)
        place.text_input(
            t(f"{NAME}.assumed.{name}"), key=keys[name], max_chars=200, on_change=_take_range, args=(agency, keys)
        )
    if refused := st.session_state.pop(_TOLD, None):
        st.error(refused, icon=":material/error:")


def _take_range(agency: str, keys: dict[str, str]) -> None:
    """Keeps the range; an empty one is none. A callback."""
    written = {name: str(st.session_state[key] or "").strip() for name, key in keys.items()}
    sides = {name: written[name] for name in _RANGE[:2]}
    try:
        low, high = (typed_number(said or "0", -100, 10_000, 4) for said in sides.values())
    except NotUnderstood as error:
        st.session_state[_TOLD] = str(error)
        return
    if low > high:
        st.session_state[_TOLD] = t(f"{NAME}.range_order")
        return
    stated = Range(low_pct=low, high_pct=high, note=written["note"])
    _keep(agency, range=(stated,) if low or high else ())


def _file(agency: str) -> None:
    """All assumptions as a file that the command line reads too, and back."""
    with st.expander(t(f"{NAME}.as_file"), icon=":material/description:"):
        st.markdown(t(f"{NAME}.as_file_lead"))
        st.download_button(
            t(f"{NAME}.as_file_download"), to_toml(_held(agency)), file_name=bare(t(f"{NAME}.as_file_name")),
            mime="application/toml", key="budget_assumed_save", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
        key = f"budget_assumed_{st.session_state.get(_FILES, 0)}"
        st.file_uploader(
            t(f"{NAME}.as_file_open"), ["toml"], key=key, on_change=_take_file, args=(key, agency),
            max_upload_size=_MOST_MIB,
        )  # fmt: skip
        if refused := st.session_state.pop(f"{_TOLD}.file", None):
            st.error(refused, icon=":material/error:")


def _take_file(key: str, agency: str) -> None:
    """Takes the assumptions of a file in place of those there. A callback."""
    if (file := st.session_state[key]) is None:
        return
    st.session_state[_FILES] = st.session_state.get(_FILES, 0) + 1
    try:
        found = read_assumptions(file.getvalue())
    except PlanError as error:
        st.session_state[f"{_TOLD}.file"] = t(f"{NAME}.as_file_wrong", place=error.place, detail=error.detail)
        return
    plans.change(plans.plan(agency).model_copy(update={"assumptions": found}))
