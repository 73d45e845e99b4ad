"""A table whose rows can be picked, and the list that equals it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from pages._ui.base import address
from pages._ui.base.text import t
from pages._ui.parts.tables import PAGE_ROWS, Form, page_start, table

Row = Mapping[str, Any]


def pick_row(
    rows: pl.DataFrame,
    *,
    named: Sequence[str],
    key: str,
    words: str,
    name: Callable[[Row], str],
    columns: Sequence[str],
    forms: Mapping[str, Form],
    headings: Mapping[str, str],
) -> Row | None:
    """The row picked, None for none. In the address (`key`) it is called by its columns `named`.

    `words` is where the texts of the page are: its label `<words>.<key>` and `<words>.none_chosen`.
    """
    codes = rows.select(pl.concat_str(pl.col(named).fill_null(""), separator="|")).to_series().to_list()

    def pick(place: int | None) -> None:
        st.session_state[key] = "" if place is None else codes[place]

    asked = address.current(key)
    picked = codes.index(asked) if asked in codes else None
    label = t(f"{words}.{key}")
    table(
        rows, key=f"{key}_table", alt=label, columns=columns, forms=forms, headings=headings, pick=pick, picked=picked
    )
    start = page_start(f"{key}_table", rows.height)
    places = [*range(start, min(start + PAGE_ROWS, rows.height)), *([] if picked is None else [picked])]
    names = {codes[place]: name(rows.row(place, named=True)) for place in places}
    none = t(f"{words}.none_chosen")
    code = address.select(label, ["", *names], key=key, format=lambda code: names.get(code, none))
    return rows.row(codes.index(code), named=True) if code else None
