"""The adopted budget of a year: given as a file whose columns are found or asked for, spread, and removed again."""

from collections.abc import Mapping

import streamlit as st

from billing_core.intake import ColumnMapping, Sheet
from billing_core.intake.mapping import signature
from billing_core.planning.adopted import COLUMNS, SPREADS, adopted_rows, adopted_sheet, columns_found, unknown_services
from billing_core.planning.errors import PlanError
from billing_core.planning.year_plan import Voted
from pages._ui.base import address
from pages._ui.base.data import catalogue
from pages._ui.base.format import counted
from pages._ui.base.plain import bare, plain
from pages._ui.base.text import service_name, services, t
from pages._ui.budget.asked import NAME, Shown
from pages._ui.session import choices, door, plans
from pages._ui.session.keys import OWN

_REFUSED, _FILES = "budget_refused", "budget_files"
_WAITING = "budget_adopted_waiting"
"""A place of what the user gave: the sheet whose columns are asked for."""

_TABLE = "adopted"
_KINDS = ["csv", "xlsx", "ods"]
_MOST_MIB, _MOST_ASKED = 5, 60
_WHOLE = "-"
"""What stands for the whole agency among the services."""


def show(made: Shown) -> None:
    """Draws what is in use, the field for a file, and what a file leaves open."""
    agency, year = made.agency, made.year
    held = next((voted for voted in made.held.voted if voted.year == year), None)
    with st.container(border=True, key="budget_adopted"):
        st.markdown(f"**{t(f'{NAME}.adopted_of', year=str(year))}**")
        st.markdown(t(f"{NAME}.adopted_lead"))
        if held:
            st.markdown(counted(f"{NAME}.adopted_held", len(held.rows), name=held.name))
            st.button(
                t(f"{NAME}.adopted_remove"), on_click=_remove, args=(agency, year), icon=":material/delete:",
                key="budget_adopted_remove",
            )  # fmt: skip
            _spread(made)
        key = f"budget_file_{st.session_state.get(_FILES, 0)}"
        st.file_uploader(
            t(f"{NAME}.adopted_file"), _KINDS, key=key, on_change=_take, args=(key, agency, year),
            max_upload_size=_MOST_MIB,
        )  # fmt: skip
        if refused := st.session_state.pop(_REFUSED, None):
            code, place, detail = refused
            st.error(t(f"budget.error.{code}", place=place, detail=detail), icon=":material/error:")
        if waiting := door.kept(OWN, (_WAITING, agency)):
            _ask(waiting, agency, year)


def service_words() -> Mapping[str, str]:
    """Every word for a service, folded, with its code."""
    return catalogue().service_words | {_WHOLE: ""}


def _spread(made: Shown) -> None:
    """How an amount without a month is spread."""
    key = f"budget_spread_{made.agency}"
    st.session_state[key] = made.held.spread
    names = {how: bare(t(f"{NAME}.spread_{how}")) for how in SPREADS}
    st.radio(
        t(f"{NAME}.spread"), SPREADS, key=key, format_func=names.__getitem__, horizontal=True,
        on_change=_take_spread, args=(key, made.agency),
    )  # fmt: skip


def _take_spread(key: str, agency: str) -> None:
    plans.change(plans.plan(agency).model_copy(update={"spread": st.session_state[key]}))


def _remove(agency: str, year: int) -> None:
    plans.change(plans.plan(agency).without_voted(year))


def _take(key: str, agency: str, year: int) -> None:
    """Takes up a file as the year's adopted budget, or keeps it until its columns are known. A callback."""
    file = st.session_state[key]
    if file is None:
        return
    st.session_state[_FILES] = st.session_state.get(_FILES, 0) + 1
    door.let_go(OWN, (_WAITING, agency))
    try:
        sheet = adopted_sheet(file.name, file.getvalue())
        mapping = next((m for m in choices.mappings() if m.table == _TABLE and m.made_for(sheet.headings)), None)
        columns = mapping.columns if mapping else columns_found(sheet)
        known = mapping.applied(sheet) if mapping else sheet
        if "amount_nok" in columns and not unknown_services(known, service_words()):
            _use(file.name, known, agency, year)
        else:
            door.keep(OWN, (_WAITING, agency), sheet)
    except PlanError as error:
        st.session_state[_REFUSED] = (error.code, error.place, error.detail)


def _use(name: str, sheet: Sheet, agency: str, year: int) -> None:
    rows = adopted_rows(sheet, catalogue(), service_words())
    for whose in {row.agency or agency for row in rows} | {agency}:
        mine = tuple(row for row in rows if (row.agency or agency) == whose)
        plans.change(plans.plan(whose).with_voted(Voted(name=name[:200], year=year, rows=mine)))


def _ask(sheet: Sheet, agency: str, year: int) -> None:
    """Asks what the columns of a file are, and which service each word or account of it is."""
    st.info(t(f"{NAME}.map_lead", name=sheet.file), icon=":material/help:")
    columns = _columns(sheet)
    plain_mapping = ColumnMapping(table=_TABLE, columns=columns, signature=signature(sheet.headings))
    strange = unknown_services(plain_mapping.applied(sheet), service_words())[:_MOST_ASKED] if columns else []
    values = _services(strange)
    mapping = plain_mapping.model_copy(update={"values": {"service": values} if values else {}})
    ready = "amount_nok" in columns and len(values) == len(strange)
    with st.container(horizontal=True):
        st.button(
            t(f"{NAME}.map_confirm"), key="budget_map_confirm", disabled=not ready, on_click=_confirm,
            args=(sheet, mapping, agency, year), icon=":material/check:",
        )  # fmt: skip
        st.button(
            t(f"{NAME}.map_cancel"), key="budget_map_cancel", on_click=door.let_go, args=(OWN, (_WAITING, agency)),
            icon=":material/close:",
        )  # fmt: skip


def _columns(sheet: Sheet) -> dict[str, str]:
    """Which heading of the file each column is."""
    guessed = columns_found(sheet)
    options = ["", *sheet.headings]
    places = st.columns(3)
    found: dict[str, str] = {}
    for at, column in enumerate(COLUMNS):
        label = t(f"{NAME}.map.{column.key}")
        own = places[at % 3].selectbox(
            label, options, options.index(guessed.get(column.key, "")),
            lambda name: address.spaced(name) or t(f"{NAME}.map_none"), key=f"budget_map_{column.key}",
        )  # fmt: skip
        if own:
            found[column.key] = own
    return found


def _services(strange: list[str]) -> dict[str, str]:
    """Which service each word is that is no service's name or code."""
    if not strange:
        return {}
    st.markdown(t(f"{NAME}.map_services"))
    options = [_WHOLE, *sorted(services(), key=service_name)]
    places = st.columns(3)
    found: dict[str, str] = {}
    for at, word in enumerate(strange):
        chosen = places[at % 3].selectbox(
            plain(word), options, None, _service_named,
            key=f"budget_map_word_{word}", placeholder=t(f"{NAME}.map_choose"),
        )  # fmt: skip
        if chosen:
            found[word] = chosen
    return found


def _service_named(code: str) -> str:
    return bare(t(f"{NAME}.whole_agency")) if code == _WHOLE else service_name(code)


def _confirm(sheet: Sheet, mapping: ColumnMapping, agency: str, year: int) -> None:
    """Reads the file by what was answered, and keeps the answers for the next of its layout. A callback."""
    try:
        _use(sheet.file, mapping.applied(sheet), agency, year)
    except PlanError as error:
        st.session_state[_REFUSED] = (error.code, error.place, error.detail)
        return
    choices.remember([mapping])
    door.let_go(OWN, (_WAITING, agency))
