"""Bars: lying ones for kinds of things, standing columns for months."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from pages._ui.charts.manners import (
    BAR,
    COLOURS,
    FRAME,
    Figure,
    Write,
    amount_axis,
    band,
    broken,
    figure,
    floats,
    mark,
    plain,
)


def bars(frame: pl.DataFrame, *, code: str, value: str, name: Write, write: Write, top: int = 12) -> Figure:
    """Lying bars, the largest first: `code` is the column a click selects, `name` its words, `value` the length.

    What is beyond the first `top` is left to the table beside the chart.
    """
    shown = frame.filter(pl.col(value).is_not_null()).sort(value, descending=True).head(top).reverse()
    amounts, codes = shown[value].to_list(), shown[code].to_list()
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": floats(amounts),
        "y": [broken(name(c)) for c in codes],
        "customdata": codes,
        "text": [write(a) for a in amounts],
        "textposition": "outside",
        "hovertemplate": "%{y}: %{text}<extra></extra>",
        "marker": {"color": COLOURS[0]},
        # What a click leaves unselected fades, but its amount stays readable.
        "unselected": {"marker": {"opacity": 0.5}, "textfont": {"color": COLOURS[7]}},
        "cliponaxis": False,
    }
    ends = [0.0, *(float(a) for a in amounts)]
    # The amounts stand beyond the bars: room for them at both ends.
    room = [min(ends) * 1.45, max(ends) * 1.45]
    layout = {
        "height": BAR * max(len(codes), 2) + FRAME,
        "xaxis": {"visible": False, "range": room},
        "yaxis": {"automargin": True},
    }
    return figure([trace], layout)


def lying(
    frame: pl.DataFrame, *, code: str, values: Sequence[str], name: Write, value_name: Write, write: Write
) -> Figure:
    """Lying bars in the frame's order, the first on top: the columns `values` of each `code`, one after the other."""
    shown = frame.reverse()
    codes = shown[code].to_list()
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": value_name(column),
            "x": floats(shown[column].to_list()),
            "y": [broken(name(c)) for c in codes],
            "customdata": codes,
            "text": [write(amount) for amount in shown[column].to_list()],
            "textposition": "none",
            "hovertemplate": "%{y}, %{fullData.name}: %{text}<extra></extra>",
            "marker": mark(column.removesuffix("_nok"), place),
        }
        for place, column in enumerate(values)
    ]
    layout = {"height": BAR * max(len(codes), 2) + 2 * FRAME, "barmode": "relative", "xaxis": amount_axis()}
    above = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
    return figure(traces, layout | {"yaxis": {"automargin": True}, "legend": above})


def columns(
    frame: pl.DataFrame,
    *,
    along: str,
    series: str,
    value: str,
    along_name: Write,
    series_name: Write,
    write: Write,
    stacked: bool = True,
    marked: str | None = None,
    height: int = 380,
) -> Figure:
    """Standing columns along `along` (months in order), a series for each code of `series`, stacked or side by side.

    Behind the step `marked` stands a band, so that the one chosen is seen among the others.
    """
    order = frame[along].unique().sort().to_list()
    traces = []
    for place, code in enumerate(frame[series].unique(maintain_order=True).to_list()):
        rows = dict(frame.filter(pl.col(series) == code).select(along, value).iter_rows())
        amounts = [rows.get(step) for step in order]
        traces.append(
            {
                "type": "bar",
                "name": plain(series_name(code)),
                "x": [along_name(step) for step in order],
                "y": floats(amounts),
                "customdata": [[step, code] for step in order],
                "text": [write(a) for a in amounts],
                "textposition": "none",
                "hovertemplate": "%{fullData.name}, %{x}: %{text}<extra></extra>",
                "marker": mark(code, place),
            }
        )
    layout: dict[str, Any] = {"height": height, "barmode": "relative" if stacked else "group", "yaxis": amount_axis()}
    if marked in order:
        layout["shapes"] = [band(order.index(marked))]
    return figure(traces, layout)
