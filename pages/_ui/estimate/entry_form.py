"""The form of one thing that is planned: what, how many, which kind, from when; checked when it is added."""

from typing import Any

import streamlit as st

from billing_core.base.months import months_between, moved
from billing_core.base.problems import described
from billing_core.planning.entries import planned
from billing_core.planning.entry_words import CLIENTS
from billing_core.planning.sketch import MOST_ROWS, Row
from pages._ui.base import address
from pages._ui.base.data import catalogue
from pages._ui.base.format import NotUnderstood, listed_month, number, typed_number
from pages._ui.base.plain import bare
from pages._ui.base.text import language, sku_label, t, texts
from pages._ui.estimate.book import NAME
from pages._ui.estimate.words import (
    AREAS,
    about,
    area_of,
    choice_name,
    is_month,
    kind_of,
    number_said,
    part_name,
    unit,
    whats,
)
from pages._ui.session import estimates, state

EDITED, ROUND = "estimate.edited", "estimate.round"
"""Session keys: the place of the row being edited, and a number that empties the form."""

_MONTHS_SHOWN = 48


def begin_edit(place: int) -> None:
    """Puts a row in the form. A callback: before the form's widgets are drawn."""
    row = estimates.book().opened.rows[place]
    clear()
    st.session_state[EDITED] = place
    held: dict[str, Any] = {"area": area_of(row.what), f"what.{area_of(row.what)}": row.what}
    kind = kind_of(row.what)
    held |= {"quantity": number_said(row.quantity), "price": number_said(row.unit_price_nok), "note": row.note}
    held |= {name: m for name, m in (("from", row.first), ("to", row.last)) if is_month(m)}
    if kind.variant == "parts":
        parts = dict(zip(kind.parts, row.variant.split("/"), strict=False))
        held |= {f"{row.what}.{name}": parts.get(name, "") for name in kind.parts}
        if "memory_gb" in kind.parts:
            held[f"{row.what}.memory_gb"] = number_said(parts.get("memory_gb", ""))
    elif kind.variant == "licensed":
        held["licensed"] = row.variant == "licensed"
    elif kind.variant != "none":
        held[kind.variant] = row.variant
    for name, value in held.items():
        st.session_state[_key(name)] = value


def edited() -> int | None:
    """The place of the row in the form; None where it is a new one."""
    place: int | None = st.session_state.get(EDITED)
    return place


def clear() -> None:
    """Empties the form. A callback."""
    for key in [key for key in st.session_state if str(key).startswith("estimate_form_")]:
        del st.session_state[key]
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.session_state.pop(EDITED, None)


def draw() -> None:
    """The form; a row that is right goes into the open estimate."""
    place = edited()
    st.subheader(t(f"{NAME}.ask" if place is None else f"{NAME}.editing"), anchor=False)
    area = _choice(t(f"{NAME}.area"), list(AREAS), "area", lambda code: t(f"{NAME}.area_{code}"))
    what = _choice(t(f"{NAME}.what_label"), whats(area), f"what.{area}", choice_name)
    st.caption(about(what))
    refused: list[str] = []
    row = _row(what, refused)
    with st.container(horizontal=True):
        wanted = st.button(
            t(f"{NAME}.add" if place is None else f"{NAME}.save"), key="estimate_add",
            icon=":material/add:" if place is None else ":material/check:",
        )  # fmt: skip
        if place is not None:
            st.button(t(f"{NAME}.cancel"), on_click=clear, key="estimate_cancel")
    if wanted:
        _take(row, place, refused)


def _take(row: Row, place: int | None, refused: list[str]) -> None:
    """Adds the row, or says what is wrong with it."""
    rows = estimates.book().opened.rows
    if place is None and len(rows) >= MOST_ROWS:
        refused.append(t(f"{NAME}.full", most=number(MOST_ROWS)))
    refused = refused or faults(row)
    for reason in refused:
        st.error(reason)
    if not refused:
        estimates.edit(lambda rows: (*rows, row) if place is None else (*rows[:place], row, *rows[place + 1 :]))
        clear()
        address.send()
        st.rerun()


def faults(row: Row) -> list[str]:
    """Why a row cannot be worked out, in words."""
    problems = planned("", [row.cells], catalogue(), ".").problems
    told = described(problems.filter(severity="refused"), texts(language()))
    return [t(f"{NAME}.fault", message=_worded(p["message"]), remedy=_worded(p["remedy"])) for p in told.to_dicts()]


def _worded(message: str) -> str:
    """A problem's text with the form's words for the columns."""
    for column in ("quantity", "unit_price_nok", "variant"):
        message = message.replace(column, bare(t(f"{NAME}.column.{column}")))
    return message[:1].upper() + message[1:]


def _row(what: str, refused: list[str]) -> Row:
    kind = kind_of(what)
    sketch = estimates.book().opened
    quantity = _number(t(f"{NAME}.quantity", unit=unit(what)), "quantity", refused)
    variant = _variant(what, refused)
    price = ""
    if kind.priced:
        price = _number(t(f"{NAME}.{'cost' if kind.cost else 'price'}"), "price", refused, decimals=4)
    months = months_between(sketch.first, moved(sketch.first, _MONTHS_SHOWN - 1))
    begin, end = st.columns(2)
    with begin:
        first = _month(t(f"{NAME}.from"), months, "from", t(f"{NAME}.from_start"))
    with end:
        last = _month(t(f"{NAME}.to"), months, "to", t(f"{NAME}.no_end"))
    note = st.text_input(t(f"{NAME}.note"), key=_key("note"), max_chars=200)
    return Row(
        what=what, variant=variant, quantity=quantity, first=first, last=last, unit_price_nok=price, note=note or ""
    )


def _month(label: str, months: list[str], name: str, none: str) -> str:
    held = st.session_state.get(_key(name)) or ""
    options = ["", *sorted({*months, held} - {""})]
    return _choice(label, options, name, lambda code: listed_month(code) if code else none)


def _variant(what: str, refused: list[str]) -> str:
    kind = kind_of(what)
    match kind.variant:
        case "sku" | "sku_or_standard":
            skus = _listed("office365.licence", 0)
            options = ["", *skus] if kind.variant == "sku_or_standard" else skus
            held = st.session_state.get(_key(kind.variant)) or ""
            options = [*options, *({held} - set(options))]
            return _choice(
                t(f"{NAME}.sku"), options, kind.variant, lambda s: sku_label(s) if s else t(f"{NAME}.standard")
            )
        case "client":
            return _choice(t(f"{NAME}.client"), list(CLIENTS), "client", lambda code: t(f"{NAME}.variant.{code}"))
        case "licensed":
            return "licensed" if st.checkbox(t(f"{NAME}.licensed"), key=_key("licensed")) else ""
        case "parts":
            parts = [_part(what, at, name, refused) for at, name in enumerate(kind.parts)]
            return "/".join(parts).rstrip("/")
    return ""


def _part(what: str, at: int, name: str, refused: list[str]) -> str:
    label = t(f"{NAME}.field.{name}")
    if name == "memory_gb":
        return _number(label, f"{what}.{name}", refused, decimals=3)
    held = st.session_state.get(_key(f"{what}.{name}")) or ""
    values = _listed(f"apps.{what}", at)
    options = [*values, *({held} - {*values, ""}), ""]
    return _choice(label, options, f"{what}.{name}", lambda v: part_name(v) if v else t(f"{NAME}.not_known"))


def _listed(item: str, at: int) -> list[str]:
    """The values that the session's price list has of a part of an item's variant, in its order."""
    listed = state.rates().prices.listed.filter(item=item)["variant"].to_list()
    parts = [variant.split("/") if item.startswith("apps.") else [variant] for variant in listed]
    return [value for value in dict.fromkeys(p[at] for p in parts if len(p) > at) if value]


def _choice(label: str, options: list[str], name: str, format: Any) -> str:
    names = {code: address.spaced(format(code)) for code in options}
    if st.session_state.get(_key(name)) not in options:
        st.session_state.pop(_key(name), None)
    return str(st.selectbox(label, options, key=_key(name), format_func=names.__getitem__))


def _number(label: str, name: str, refused: list[str], decimals: int = 3) -> str:
    """What was typed, with a point before the decimals; `refused` gets why it is no number."""
    written = (st.text_input(label, key=_key(name), max_chars=40) or "").strip()
    if not written:
        return ""
    try:
        return f"{typed_number(written, -1_000_000_000, 10_000_000_000, decimals):f}"
    except NotUnderstood as error:
        refused.append(str(error))
        return ""


def _key(name: str) -> str:
    return f"estimate_form_{st.session_state.get(ROUND, 0)}_{name}"
