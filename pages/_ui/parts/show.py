"""A chart with all that makes it readable: title, text alternative, the numbers as a table, and an equal widget."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
import streamlit as st

from pages._ui.base import address
from pages._ui.base.format import change
from pages._ui.base.plain import bare, plain
from pages._ui.base.text import t
from pages._ui.charts import Figure
from pages._ui.parts.tables import Form, table

_CONFIG = {"displaylogo": False, "displayModeBar": False, "scrollZoom": False}


@dataclass(frozen=True)
class Choice:
    """What a click selects, as a widget: `key` in the address, `codes` to choose among ("" is all), their `name`.

    `part` says which part of a point's `customdata` is the code, where it holds several.
    """

    label: str
    key: str
    codes: Sequence[str]
    name: Callable[[str], str]
    part: int | None = None


def chart(
    figure: Figure,
    *,
    key: str,
    title: str,
    alt: str,
    numbers: pl.DataFrame,
    columns: Sequence[str] | None = None,
    forms: Mapping[str, Form] | None = None,
    headings: Mapping[str, str] | None = None,
    choice: Choice | None = None,
    click: Callable[[str], None] | None = None,
) -> str:
    """Draws a figure under its title, and its numbers as a table in an expander (arguments as for `tables.table`).

    With `choice`, the code chosen in the widget or clicked in the chart is given back; "" where all are meant. With
    `click`, what a click means is the page's: it is called with the point's `customdata` (a tree's: its id) and sets
    the page's widgets.
    """
    st.subheader(plain(title), anchor=False)
    alt, title = bare(alt), bare(title)
    chosen = ""
    if choice:
        codes = ["", *(code for code in choice.codes if code)]
        chosen = address.select(
            choice.label, codes, key=choice.key, format=lambda code: choice.name(code) if code else t("ui.all")
        )
        st.plotly_chart(
            figure,
            key=key,
            alt=alt,
            config=_CONFIG,
            selection_mode="points",
            on_select=lambda: _take_click(key, choice),
        )
    elif click:
        st.plotly_chart(
            figure, key=key, alt=alt, config=_CONFIG, selection_mode="points", on_select=lambda: click(_clicked(key))
        )
    else:
        st.plotly_chart(figure, key=key, alt=alt, config=_CONFIG)
    if place := unfolded(t("ui.numbers_of_chart"), key=key, icon=":material/table:"):
        with place:
            table(numbers, key=f"{key}_numbers", alt=title, columns=columns, forms=forms, headings=headings)
    return chosen


def unfolded(label: str, *, key: str, icon: str) -> Any | None:
    """The inside of a part to unfold, None while it is folded: what nobody looks at is neither made nor sent."""
    part = st.expander(label, icon=icon, key=f"{key}_unfolded", on_change="rerun")
    return part if part.open else None


def metric(
    place: Any,
    label: str,
    value: str,
    amount: Decimal | None,
    since: str,
    *,
    judged: bool = True,
    told: str | None = None,
) -> None:
    """A figure with its change in kroner; `since` says from when. Where it is `judged`, more is worse; `told` is help.

    In a row that wraps (`st.container(horizontal=True)`) large amounts stand whole; a column would cut them.
    """
    arrow, colour = ("off", "gray") if not amount else ("up", "red") if amount > 0 else ("down", "green")
    if not judged:
        colour = "gray"
    place.metric(
        label,
        value,
        None if amount is None else change(amount),
        delta_arrow=arrow,
        delta_color=colour,
        delta_description=since,
        help=told,
        border=True,
        height="stretch",
    )


def _take_click(key: str, choice: Choice) -> None:
    """A click in the chart is a choice in the widget; a click beside the bars takes it back."""
    code = _clicked(key)
    if isinstance(code, Sequence) and not isinstance(code, str):
        code = code[choice.part or 0]
    if code in ("", *choice.codes):
        st.session_state[choice.key] = code


def _clicked(key: str) -> Any:
    """The `customdata` of the point clicked, or its id (all that a tree tells); "" for a click beside the points."""
    points = st.session_state[key].selection.points
    return points[0].get("customdata", points[0].get("id", "")) if points else ""
