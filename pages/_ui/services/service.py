"""One service of the circular as an agency sees it: what is covered, what is billed, its own quantities and amounts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import polars as pl
import streamlit as st

from pages._ui.base.format import counted, kroner, number
from pages._ui.base.pages import link
from pages._ui.base.text import agency_name, item_name, language, service_name, t, texts, word

NAME = "page.services"
_PARTS = {
    "billed": ("quantity_billed", "billed_nok", "unpriced"),
    "covered": ("quantity_covered", "covered_nok", "unvalued"),
}
"""Who pays -> the columns with the quantity, the sum, and the number of lines whose amount is unknown."""


def show(
    service: str,
    agency: str,
    sums: Mapping[str, Any] | None,
    items: pl.DataFrame,
    before: Decimal | None,
    *,
    exempt: bool,
) -> None:
    """Draws a service's card. `sums` (a row of `sums_by`) and `items` are the agency's; None and empty where unused.

    `exempt`: the agency is outside the new financing; `before` is what it is billed for what others have covered.
    """
    words = texts(language())
    with st.container(border=True):
        st.subheader(service_name(service), anchor=service)
        st.caption(t(f"{NAME}.clause", clause=words[f"service.{service}.clause"]))
        covered, billed = st.columns(2)
        covered.markdown(f"**{t(f'{NAME}.covered_others' if exempt else f'{NAME}.covered')}**")
        covered.markdown(words[f"service.{service}.covered"])
        billed.markdown(f"**{t(f'{NAME}.billed')}**")
        billed.markdown(words[f"service.{service}.billed"])
        if sums is None:
            st.caption(t(f"{NAME}.unused"))
            return
        covered.markdown(_own(items, "covered", sums["covered_nok"]))
        billed.markdown(_own(items, "billed", sums["billed_nok"]))
        if sums["occasional_nok"]:
            told = {name: kroner(sums[f"{name}_nok"]) for name in ("recurring", "occasional")}
            billed.markdown(t(f"{NAME}.parts", **told))
        if before:
            billed.markdown(t(f"{NAME}.before", agency=agency_name(agency), amount=kroner(before)))
        for name in ("unpriced", "undecided"):
            if sums[name]:
                billed.caption(counted(f"{NAME}.{name}", sums[name]))
        _links(service, sums)


def _own(items: pl.DataFrame, part: str, amount: Decimal) -> str:
    """The agency's own of one part as a list that fits a phone: each item with how many and how much, and the sum."""
    columns = _PARTS[part]
    told = [
        f"- {item_name(item['item'])} ({word('unit', item['unit'])}): {_cell(item, *columns)}"
        for item in items.iter_rows(named=True)
        if item[columns[0]]
    ]
    return "\n".join([*told, "", t(f"{NAME}.sum_{part}", amount=kroner(amount))])


def _cell(item: Mapping[str, Any], quantity: str, amount: str, unknown: str) -> str:
    """How many and how much; the word for unknown where all that there is has no amount."""
    known = item[amount] if item[amount] or not item[unknown] else None
    return f"{number(item[quantity])} · {kroner(known)}"


def _links(service: str, sums: Mapping[str, Any]) -> None:
    chosen = {"charges_service": service}
    with st.container(horizontal=True):
        link("charges", t(f"{NAME}.see_lines", count=number(sums["lines"])), chosen | {"charges_status": "all"})
        for status in ("unpriced", "undecided"):
            if sums[status]:
                link("charges", t(f"{NAME}.see_{status}"), chosen | {"charges_status": status})
