"""Tables on the screen and as files: columns with headings in the language, a page at a time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from billing_core.export import Readable, csv_bytes, readable_bytes, xlsx_bytes
from pages._ui.base import address, text
from pages._ui.base.format import KINDS
from pages._ui.base.plain import bare
from pages._ui.base.text import t, word
from pages._ui.session import state

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

PAGE_ROWS = 100
MAX_ROWS = 1000
"""The most that is sent to the browser at once, whatever is asked."""

Form = str | Callable[[Any], str]
"""How a column is written: a kind of `format.KINDS`, or a function."""

FORMS: dict[str, Form] = {
    "amount_nok": "kroner",
    "change_nok": "kroner",
    "amount_from_nok": "kroner",
    "amount_to_nok": "kroner",
    "covered_nok": "kroner",
    "billed_nok": "kroner",
    "recurring_nok": "kroner",
    "occasional_nok": "kroner",
    "unit_price_nok": "unit_price",
    "quantity": "number",
    "quantity_from": "number",
    "quantity_to": "number",
    "measured": "number",
    "limit": "number",
    "lines": "number",
    "keys": "number",
    "unknown_from": "number",
    "unknown_to": "number",
    "unpriced": "number",
    "undecided": "number",
    "unvalued": "number",
    "share": "percent",
    "period": "month",
    "billable_from": "day",
    "agency": text.agency_label,
    "service": text.service_name,
    "item": text.item_name,
    "rule": text.rule_label,
    "funding": lambda code: word("funding", code),
    "price_status": lambda code: word("price_status", code),
    "table": lambda code: word("table", code),
    "unit": lambda code: word("unit", code),
    "recurrence": lambda code: word("recurrence", code),
    "severity": lambda code: word("severity", code),
}
"""How a column is written by its name; other columns are text as they are."""

_ROOM, _NARROW = 22, 170
"""Characters that the first column has room for on a phone, and its width in pixels where a text has more.

It grows where the screen has more room than the columns need.
"""

_AMOUNTS = ("kroner", "price", "unit_price")


def table(
    frame: pl.DataFrame,
    *,
    key: str,
    alt: str,
    columns: Sequence[str] | None = None,
    forms: Mapping[str, Form] | None = None,
    headings: Mapping[str, str] | None = None,
    rows: int = PAGE_ROWS,
    pick: bool | Callable[[int | None], None] = False,
    picked: int | None = None,
    empty: str | None = None,
) -> int | None:
    """A frame as text in the language, `rows` at a time with a choice of page in the address (`<key>_page`).

    The first amount comes second.

    `forms` and `headings` complete FORMS and the texts `column.<name>`. With `pick`, a row can be picked: its place in
    `frame` is given back, and told to `pick` if it is a function (a callback: before the page runs again). It then
    also shows what was `picked` elsewhere.
    """
    rows = min(rows, MAX_ROWS)
    start = _page(frame.height, rows, f"{key}_page") * rows
    known = FORMS | dict(forms or {})
    shown = frame.select(_amount_in_view(columns or frame.columns, known)).slice(start, rows)
    cells = {name: _cells(shown[name], known.get(name)) for name in shown.columns}
    told = dict(headings or {})
    config = {
        name: _column(bare(told.get(name) or t(f"column.{name}")), known.get(name), cells[name])
        for name in shown.columns
    }
    if shown.columns and _leaves_no_room(cells[shown.columns[0]], known.get(shown.columns[0])):
        config[shown.columns[0]]["width"] = _NARROW
    # Other rows are another table, so that no row stays picked that is not there.
    held = f"{key}_{start}_{shown.hash_rows().sum()}" if pick else f"{key}_{start}"
    if callable(pick):
        _show_pick(held, picked - start if picked is not None and 0 <= picked - start < shown.height else None)
    event = st.dataframe(
        pl.DataFrame(cells),
        key=held,
        hide_index=True,
        column_config=config,
        alt=bare(alt),
        # Only amounts can be empty among the numbers: unknown is not zero, unless the caller knows why they are.
        placeholder=bare(empty or t("ui.unknown")),
        **_picking(held, start, pick),
    )
    rows_picked = event["selection"]["rows"] if pick else []
    return start + rows_picked[0] if rows_picked else None


def _show_pick(held: str, row: int | None) -> None:
    """Select a row of the table `held`, or none, unless it is so: to set what is there would be told as a pick."""
    rows = [] if row is None else [row]
    if rows != (st.session_state[held]["selection"]["rows"] if held in st.session_state else []):
        st.session_state[held] = {"selection": {"rows": rows, "columns": [], "cells": []}}


def _picking(held: str, start: int, pick: bool | Callable[[int | None], None]) -> dict[str, Any]:
    """How a row of the table `held`, which shows rows from `start`, is picked; nothing where none can be."""

    def told_of_pick() -> None:
        rows = st.session_state[held]["selection"]["rows"]
        if callable(pick):
            pick(start + rows[0] if rows else None)

    on_select = told_of_pick if callable(pick) else "rerun"
    return {"on_select": on_select, "selection_mode": "single-row"} if pick else {}


def _amount_in_view(names: Sequence[str], known: Mapping[str, Form]) -> list[str]:
    """The first amount second, beside what it is the amount of: a phone has room for two columns."""
    amount = next((name for name in names[2:] if known.get(name) in _AMOUNTS), None)
    if amount is None or known.get(names[1]) in _AMOUNTS:
        return list(names)
    return [names[0], amount, *(name for name in names[1:] if name != amount)]


def _leaves_no_room(first: pl.Series, form: Form | None) -> bool:
    """Whether the first column's texts are so long that a phone would not show the amount beside them."""
    return form not in _AMOUNTS and first.dtype == pl.String and bool(first.str.len_chars().gt(_ROOM).any())


def page_start(key: str, height: int, rows: int = PAGE_ROWS) -> int:
    """Where the page begins that `table` shows of a frame of `height` rows, once it is drawn."""
    start = (int(st.session_state.get(f"{key}_page", "1")) - 1) * rows
    return start if start < height else 0


def downloads(
    name: str,
    frame: Callable[[], pl.DataFrame],
    *,
    key: str,
    of_usage: bool = True,
    readable: Callable[[pl.DataFrame], Readable] | None = None,
) -> None:
    """Buttons for CSV and XLSX of the frame, which is made only when one is clicked. `name` is the file's, no ending.

    `frame` and `readable`, which makes the first sheet for people, must not touch Streamlit: they run outside the page.
    What is made `of_usage` says in its name where that is the demo's.
    """
    code = text.language()
    name = usage_file(name) if of_usage else bare(name)

    def workbook() -> bytes:
        with text.spoken(code):
            made = frame()
            return readable_bytes(readable(made), made, name) if readable else xlsx_bytes({name: made})

    with st.container(horizontal=True):
        st.download_button(
            t("ui.download_csv"),
            lambda: csv_bytes(frame()),
            file_name=f"{name}.csv",
            mime="text/csv",
            key=f"{key}_csv",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            t("ui.download_xlsx"),
            workbook,
            file_name=f"{name}.xlsx",
            mime=XLSX,
            key=f"{key}_xlsx",
            on_click="ignore",
            icon=":material/download:",
        )


def usage_file(name: str) -> str:
    """The name, without its ending, of a file made of usage: it says so where that is the demo's."""
    return bare(f"{t('ui.demo_file')}-{name}" if state.is_demo() else name)


def worded(
    frame: pl.DataFrame,
    columns: Sequence[str],
    forms: Mapping[str, Form],
    headings: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Columns of a frame for people: headings and codes in words, numbers and days as they are.

    `forms` and `headings` are as for `table`.
    """
    known = FORMS | dict(forms)
    named = headings or {}
    told = [frame[name] if _is_number(frame[name]) else _cells(frame[name], known.get(name)) for name in columns]
    return pl.DataFrame(
        {heading(name, known.get(name), named.get(name)): c for name, c in zip(columns, told, strict=True)}
    )


def heading(name: str, form: Form | None = None, told: str | None = None) -> str:
    """A column's heading in a file for people: what it is `told` as, else its word."""
    return bare(told or t(f"column.{name}")) + (" (kr)" if (form or FORMS.get(name)) in _AMOUNTS else "")


def _is_number(column: pl.Series) -> bool:
    return column.dtype.is_numeric() or column.dtype == pl.Date


def _page(height: int, rows: int, key: str) -> int:
    """Which page of a long table, from 0."""
    if height <= rows:
        return 0
    pages = [str(n) for n in range(1, -(-height // rows) + 1)]

    def name(page: str) -> str:
        first = (int(page) - 1) * rows
        return t("ui.rows_of", first=first + 1, last=min(first + rows, height), all=KINDS["number"](height))

    return int(address.select(t("ui.page"), pages, key=key, default="1", format=name, width=320)) - 1


def _cells(column: pl.Series, form: Form | None) -> pl.Series:
    """What the browser gets: numbers as numbers, so that it sorts them by size, and all else as text."""
    if form in _AMOUNTS or (form == "number" and column.null_count() == 0):
        return column.cast(pl.Float64)
    write = KINDS[form] if isinstance(form, str) else form
    if write is None:
        return column.cast(pl.String).fill_null("")
    if column.dtype.is_nested():
        return pl.Series([bare(write(value)) for value in column.to_list()], dtype=pl.String)
    # Few values repeat over many rows: each is written once.
    known = {value: bare(write(value)) for value in column.unique()}
    return pl.Series([known[value] for value in column], dtype=pl.String)


def _column(heading: str, form: Form | None, cells: pl.Series) -> Any:
    """A column's heading and how the browser writes it; browser.js sees to it that its numbers are Norwegian."""
    if cells.dtype != pl.Float64:
        return st.column_config.TextColumn(heading, alignment="right" if form in ("number", "percent") else "left")
    if form not in _AMOUNTS:
        return st.column_config.NumberColumn(heading, format="localized")
    fine = bool((cells.round(2) != cells).any())
    return st.column_config.NumberColumn(f"{heading} (kr)", format="localized", step=0.0001 if fine else 0.01)
