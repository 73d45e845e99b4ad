"""What an action is narrowed to: single users, devices, places or systems, ticked in a table or taken from a list.

What is picked stands in the session under one key; the lists and the table's ticks are drawn from it and write it.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from billing_core.scenario import pickable
from pages._ui.base import address
from pages._ui.base.data import catalogue
from pages._ui.base.format import counted, month, number
from pages._ui.base.text import code_word, language, sku_label, t
from pages._ui.parts.page import Page
from pages._ui.session import state
from pages._ui.session.door import once
from pages._ui.session.keys import PICKABLE
from pages._ui.simulate.action_fields import NAME

FEW = 5
"""Up to this many values a list alone is enough to choose from."""

MOST_SENT = 500
"""The most values sent to the browser at once; the dearest come first, the rest is found by searching."""

COUNTED = ("location_ids", "skus", "systems")
"""The narrowings whose values have several rows each, which are then counted."""

_MOST_KEPT = 8


def picked(kind: str, name: str, shown: Page, key: str) -> list[str]:
    """What is picked of one narrowing: a list of it, and a button that opens the table where there are many values."""
    found = _found(kind, name, shown.agency)
    what = t(f"{NAME}.narrow.{name}")
    _list(what, found["code"], name, key, place="form", empty=t(f"{NAME}.all_of", count=number(found.height)))
    if found.height > FEW:
        st.button(
            t(f"{NAME}.pick.open", what=what.lower()), key=f"{key}.open", icon=":material/table_view:", type="tertiary",
            on_click=_turn, args=(key, True),
        )  # fmt: skip
    # Not the click but what it sets opens the dialog, which so stays when the page behind it is drawn again.
    if st.session_state.get(f"{key}.opened"):
        opened = st.dialog(
            t(f"{NAME}.pick.title", what=what.lower()), width="large", on_dismiss=partial(_turn, key, False)
        )
        opened(_table)(found, name, key, shown.period)
    return held(key)


def hold(key: str, codes: Sequence[str]) -> None:
    """Sets what is picked."""
    st.session_state[f"{key}.picked"] = list(codes)


def held(key: str) -> list[str]:
    """What is picked."""
    codes: list[str] = st.session_state.get(f"{key}.picked", [])
    return codes


def _turn(key: str, opened: bool) -> None:
    """Opens or closes the table. A callback."""
    st.session_state[f"{key}.opened"] = opened


def _list(label: str, codes: pl.Series, name: str, key: str, *, place: str, empty: str) -> None:
    """The picked ones as a list to take from and, among the first of `codes`, to add to."""
    widget, chosen = f"{key}.{place}", held(key)
    st.session_state[widget] = chosen
    st.multiselect(
        label, list(dict.fromkeys([*chosen, *codes.head(MOST_SENT)])), key=widget, placeholder=empty,
        format_func=sku_label if name == "skus" else address.spaced,
        on_change=lambda: hold(key, st.session_state[widget]), select_all=False,
    )  # fmt: skip


def _table(found: pl.DataFrame, name: str, key: str, period: str) -> None:
    """The dialog: a search, the values found with what helps to choose, and the picked ones as a list."""
    st.markdown(t(f"{NAME}.pick.lead"))
    sought = st.text_input(t(f"{NAME}.pick.search"), key=f"{key}.search", icon=":material/search:", max_chars=200) or ""
    there = pickable.matching(found, sought)
    sent = there.head(MOST_SENT)
    more = "more" if there.height > sent.height else "found"
    st.caption(counted(f"{NAME}.pick.{more}", there.height, shown=number(sent.height)))
    if not sent.is_empty():
        _rows(sent, name, key, period)
    label = counted(f"{NAME}.pick.picked", len(held(key)))
    _list(label, sent["code"], name, key, place="dialog", empty=t(f"{NAME}.pick.none"))
    if st.button(t(f"{NAME}.pick.done"), key=f"{key}.done", icon=":material/check:"):
        _turn(key, opened=False)
        st.rerun()


def _rows(sent: pl.DataFrame, name: str, key: str, period: str) -> None:
    """The values as a table; its ticks are the picked ones among them."""
    codes, chosen = sent["code"].to_list(), set(held(key))
    # Other rows are another table, so that no tick stays at a place where another value now stands.
    table = f"{key}.{sent['code'].hash().sum()}"
    ticked = [place for place, code in enumerate(codes) if code in chosen]
    st.session_state[table] = {"selection": {"rows": ticked, "columns": [], "cells": []}}

    def take() -> None:
        ticks = [codes[place] for place in st.session_state[table]["selection"]["rows"]]
        others = [code for code in held(key) if code not in set(codes) - set(ticks)]
        hold(key, list(dict.fromkeys([*others, *ticks])))

    headings = {column: t(f"{NAME}.pick.{column}") for column in sent.columns if column not in ("code", "amount_nok")}
    headings |= {"code": t(f"{NAME}.pick.{name}"), "amount_nok": t(f"{NAME}.pick.amount_nok", month=month(period))}
    st.dataframe(
        sent, key=table, hide_index=True, on_select=take, selection_mode="multi-row", placeholder="",
        column_config={column: _column(column, headings[column]) for column in sent.columns},
        alt=t(f"{NAME}.pick.alt", what=t(f"{NAME}.narrow.{name}").lower()),
    )  # fmt: skip


def _column(name: str, heading: str) -> Any:
    """How the browser writes a column."""
    if name == "amount_nok":
        return st.column_config.NumberColumn(f"{heading} (kr)", format="localized", step=0.01)
    if name in ("rows", "unpriced"):
        return st.column_config.NumberColumn(heading, format="localized")
    if name.endswith("_on"):
        return st.column_config.DateColumn(heading, format="DD.MM.YYYY")
    return st.column_config.TextColumn(heading)


def _in_words(found: pl.DataFrame, name: str) -> pl.DataFrame:
    """The frame as it is read and searched: lists in words, a licence's product, and no column without any value."""
    names = catalogue().sku_names
    told = found.with_columns(pl.col("amount_nok").cast(pl.Float64))
    if name == "skus":
        told = told.insert_column(1, told["code"].replace(names).alias("product"))
    for column, kind in found.schema.items():
        if isinstance(kind, pl.List):
            words = {code: names.get(code) or code_word(code) for code in found[column].explode().drop_nulls().unique()}
            told = told.with_columns(pl.col(column).list.eval(pl.element().replace(words)).list.join(", "))
    bare = {column for column in told.columns if told[column].cast(pl.String).fill_null("").is_in(["", "0"]).all()}
    told = told.drop((bare | (set() if name in COUNTED else {"rows"})) - {"amount_nok"})
    # What it costs stands beside what it is: a phone shows little more.
    return told.select("code", "amount_nok", pl.exclude("code", "amount_nok"))


def _found(kind: str, name: str, agency: str) -> pl.DataFrame:
    """What can be picked, in words."""

    def work() -> pl.DataFrame:
        return _in_words(pickable.pickable(kind, name, agency, state.statement().usage, state.lines(agency)), name)

    return once(PICKABLE, (state.basis(), language(), kind, name, agency), work, _MOST_KEPT)
