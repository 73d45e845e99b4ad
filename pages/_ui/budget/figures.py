"""Own figures in place of a month's forecast: set with a reason, beside what was computed, taken back by a click."""

from typing import Any

import streamlit as st

from billing_core.planning.assumptions import Override
from billing_core.planning.overrides import Overridden, computed_for
from pages._ui.base.format import NotUnderstood, day, kroner, listed_month, month_name, typed_number
from pages._ui.base.plain import bare
from pages._ui.base.text import item_name, service_name, t
from pages._ui.budget.asked import NAME, Shown
from pages._ui.session import plans

SERVICE, MONTH = "budget_figure_service", "budget_figure_month"
"""Session keys: what the form is of."""

_AMOUNT, _WHY, _ITEM, _REFUSED = (f"budget_figure_{name}" for name in ("amount", "why", "item", "refused"))
_MOST = 10**12


def show(made: Shown) -> None:
    """Draws the figures that stand, then the form for another."""
    st.subheader(t(f"{NAME}.figures"), anchor=False)
    st.caption(t(f"{NAME}.figures_lead"))
    for one in made.budget.overridden:
        _standing(made, one)
    if made.to_come:
        with st.container(border=True, key="budget_figure_form"):
            _form(made)
    else:
        st.caption(t(f"{NAME}.figures_none"))


def name_of(one: Override) -> str:
    """What a figure is of."""
    return item_name(one.item) if one.item else service_name(one.service)


def _standing(made: Shown, one: Overridden) -> None:
    figure = one.override
    told = t(
        f"{NAME}.figure", name=name_of(figure), month=month_name(figure.month), amount=kroner(figure.amount_nok),
        computed=kroner(one.computed_nok), note=figure.note, day=day(figure.stated_on),
    )  # fmt: skip
    if figure.computed_nok != one.computed_nok:
        told = t(f"{NAME}.figure_moved", told=told, before=kroner(figure.computed_nok))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/edit: {told}")
        st.button(
            t(f"{NAME}.figure_back"), key=f"budget_back_{figure.month}_{figure.service}_{figure.item}",
            on_click=_take_back, args=(made.agency, figure), icon=":material/undo:",
            help=t(f"{NAME}.figure_back_help", name=name_of(figure), month=month_name(figure.month)),
        )  # fmt: skip


def _form(made: Shown) -> None:
    mine = made.budget.computed
    codes = sorted({service for _, service, _ in mine if service}, key=service_name)
    if not codes:
        return
    places = st.columns(3)
    service = _select(places[0], SERVICE, codes, service_name, "assumed.service")
    period = _select(places[1], MONTH, made.to_come, listed_month, "of_month")
    items = ["", *sorted({item for _, whose, item in mine if whose == service and item}, key=item_name)]
    item = _select(places[2], _ITEM, items, lambda code: item_name(code) if code else t(f"{NAME}.all_items"), "of_item")
    st.markdown(t(f"{NAME}.figure_computed", amount=kroner(computed_for(made.budget.computed, period, service, item))))
    st.text_input(t(f"{NAME}.figure_amount"), key=_AMOUNT, max_chars=40)
    st.text_input(t(f"{NAME}.figure_why"), key=_WHY, max_chars=200)
    st.button(
        t(f"{NAME}.figure_use"), key="budget_figure_use", on_click=_take, icon=":material/edit:",
        args=(made,),
    )  # fmt: skip
    if refused := st.session_state.pop(_REFUSED, None):
        st.error(refused, icon=":material/error:")


def _select(place: Any, key: str, options: list[str], name: Any, label: str) -> str:
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    names = {code: bare(name(code)) for code in options}
    return str(place.selectbox(t(f"{NAME}.{label}"), options, key=key, format_func=names.get))


def _take(made: Shown) -> None:
    """Sets a figure, in place of one of the same month, service and item. A callback."""
    try:
        amount = typed_number(st.session_state[_AMOUNT] or "", -_MOST, _MOST, 2)
    except NotUnderstood as error:
        st.session_state[_REFUSED] = str(error)
        return
    if not (why := (st.session_state[_WHY] or "").strip()):
        st.session_state[_REFUSED] = t(f"{NAME}.figure_no_why")
        return
    period, service, item = (st.session_state[key] for key in (MONTH, SERVICE, _ITEM))
    fresh = Override(
        month=period, service=service, item=item, amount_nok=amount, note=why, stated_on=made.today,
        computed_nok=computed_for(made.budget.computed, period, service, item),
    )  # fmt: skip
    _keep(made.agency, fresh, (fresh,))
    st.session_state[_AMOUNT] = st.session_state[_WHY] = ""


def _take_back(agency: str, figure: Override) -> None:
    _keep(agency, figure, ())


def _keep(agency: str, place: Override, instead: tuple[Override, ...]) -> None:
    """The figures with those of a place replaced."""
    held = plans.plan(agency)
    rest = [one for one in held.assumptions.override if one.place != place.place]
    assumptions = held.assumptions.model_copy(update={"override": (*rest, *instead)})
    plans.change(held.model_copy(update={"assumptions": assumptions}))
