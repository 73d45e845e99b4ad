"""Frame in, figure out: plain dictionaries that Plotly draws, without Streamlit and without a language.

Amounts come as exact decimals and leave as floats only to be drawn; what is written on a bar comes formatted from the
caller (`write`). Colours reach 3:1 on the light and the dark page alike; series differ by pattern too, never by colour
alone. `customdata` holds the code that a click selects.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

import polars as pl

Figure = dict[str, Any]
Write = Callable[[Any], str]

COLOURS = ("#3f6fd8", "#b8611b", "#0d8a72", "#a94fb5", "#7d7a20", "#c8405f", "#2b8bb8", "#76738f")
_UNDER_TEXT = ("#335bb1", "#964f16", "#0a715d", "#8a4094", "#66641a", "#a4344d", "#237196", "#605e75")
"""COLOURS darkened, so that small white text on them reaches 4.5:1."""

PATTERNS = ("", "/", ".", "x", "\\", "-", "+", "|")
MEANING = {
    "billed": 0,
    "framework": 2,
    "covered": 2,
    "undecided": 1,
    "saving": 2,
    "cost": 5,
    "baseline": 7,
    "scenario": 0,
}
"""Series that always have the same place in COLOURS and PATTERNS, whatever stands beside them."""

_BAR, _FRAME = 34, 70


def bars(frame: pl.DataFrame, *, code: str, value: str, name: Write, write: Write, top: int = 12) -> Figure:
    """Lying bars, the largest first: `code` is the column a click selects, `name` its words, `value` the length.

    What is beyond the first `top` is left to the table beside the chart.
    """
    shown = frame.filter(pl.col(value).is_not_null()).sort(value, descending=True).head(top).reverse()
    amounts, codes = shown[value].to_list(), shown[code].to_list()
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": _floats(amounts),
        "y": [_broken(name(c)) for c in codes],
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
        "height": _BAR * max(len(codes), 2) + _FRAME,
        "xaxis": {"visible": False, "range": room},
        "yaxis": {"automargin": True},
    }
    return _figure([trace], layout)


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
            "x": _floats(shown[column].to_list()),
            "y": [_broken(name(c)) for c in codes],
            "customdata": codes,
            "text": [write(amount) for amount in shown[column].to_list()],
            "textposition": "none",
            "hovertemplate": "%{y}, %{fullData.name}: %{text}<extra></extra>",
            "marker": mark(column.removesuffix("_nok"), place),
        }
        for place, column in enumerate(values)
    ]
    layout = {"height": _BAR * max(len(codes), 2) + 2 * _FRAME, "barmode": "relative", "xaxis": _amounts()}
    above = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
    return _figure(traces, layout | {"yaxis": {"automargin": True}, "legend": above})


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
    height: int = 380,
) -> Figure:
    """Standing columns along `along` (months in order), a series for each code of `series`, stacked or side by side."""
    order = frame[along].unique().sort().to_list()
    traces = []
    for place, code in enumerate(frame[series].unique(maintain_order=True).to_list()):
        rows = dict(frame.filter(pl.col(series) == code).select(along, value).iter_rows())
        amounts = [rows.get(step) for step in order]
        traces.append(
            {
                "type": "bar",
                "name": series_name(code),
                "x": [along_name(step) for step in order],
                "y": _floats(amounts),
                "customdata": [[step, code] for step in order],
                "text": [write(a) for a in amounts],
                "textposition": "none",
                "hovertemplate": "%{fullData.name}, %{x}: %{text}<extra></extra>",
                "marker": mark(code, place),
            }
        )
    return _figure(traces, {"height": height, "barmode": "relative" if stacked else "group", "yaxis": _amounts()})


def trend(
    frame: pl.DataFrame,
    *,
    along: str,
    series: str,
    value: str,
    along_name: Write,
    series_name: Write,
    write: Write,
    height: int = 380,
) -> Figure:
    """Lines along `along`, one for each code of `series`, told apart by colour, dash and marker."""
    order = frame[along].unique().sort().to_list()
    traces = []
    for place, code in enumerate(frame[series].unique(maintain_order=True).to_list()):
        rows = dict(frame.filter(pl.col(series) == code).select(along, value).iter_rows())
        amounts = [rows.get(step) for step in order]
        at = MEANING.get(code, place)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": series_name(code),
                "x": [along_name(step) for step in order],
                "y": _floats(amounts),
                "customdata": [[step, code] for step in order],
                "text": [write(a) for a in amounts],
                "hovertemplate": "%{fullData.name}, %{x}: %{text}<extra></extra>",
                "line": {"color": COLOURS[at % 8], "dash": ("solid", "dash", "dot", "dashdot")[at % 4], "width": 3},
                "marker": {"symbol": at % 8, "size": 9},
            }
        )
    return _figure(traces, {"height": height, "yaxis": _amounts() | {"rangemode": "tozero"}})


def tree(
    frame: pl.DataFrame,
    *,
    path: Sequence[str],
    value: str,
    names: Sequence[Write],
    write: Write,
    whole: str,
    kind: str = "icicle",
    level: str = "",
    height: int = 520,
) -> Figure:
    """An icicle or treemap of `value` (sums of 0 or more) over the columns of `path`, from `whole` down.

    A node's `customdata` is its path of codes joined by "/", as its id is; the root's is empty. An empty code ends a
    path: what has no variant is the item itself. `level` is the node that fills the figure.
    """
    ids, labels, parents, amounts = [""], [whole], [""], [_sum(frame[value])]
    ids[0] = "/"
    for depth in range(1, len(path) + 1):
        keys = list(path[:depth])
        for *codes, amount in frame.group_by(keys).agg(pl.col(value).sum()).sort(keys).iter_rows():
            if not codes[-1]:
                continue
            told = [str(code or "–") for code in codes]
            ids.append("/".join(told))
            labels.append(_broken(names[depth - 1](codes[-1]), 20))
            parents.append("/".join(told[:-1]) or "/")
            amounts.append(amount)
    trace = {
        "type": kind,
        "ids": ids,
        "labels": labels,
        "parents": ["" if i == "/" else p for i, p in zip(ids, parents, strict=True)],
        "values": _floats(amounts),
        "customdata": ["" if i == "/" else i for i in ids],
        "text": [write(a) for a in amounts],
        "textinfo": "label+text",
        "hovertemplate": "%{label}: %{text}<extra></extra>",
        "branchvalues": "total",
        "level": level or "/",
        "maxdepth": 3,
        "marker": {"colors": _branches(ids), "line": {"width": 2, "color": "#ffffff"}},
        "textfont": {"color": "#ffffff"},
        "root": {"color": _UNDER_TEXT[7]},
        "pathbar": {"thickness": 30, "textfont": {"color": "#ffffff", "size": 13}},
    }
    if kind == "icicle":
        trace["tiling"] = {"orientation": "v"}
    # A name that does not fit its area is left out rather than drawn over its neighbour.
    # The way up is drawn above the areas, in the margin.
    margin = {"l": 0, "r": 0, "t": 44 if level else 8, "b": 8}
    tight = {"margin": margin, "uniformtext": {"mode": "hide", "minsize": 11}}
    return _figure([trace], {"height": height} | tight)


def waterfall(
    steps: Sequence[tuple[str, str, Decimal]], *, name: Write, write: Write, height: int = 420, lying: bool = False
) -> Figure:
    """From a start over changes to an end: steps of (code, "absolute" | "relative" | "total", amount).

    `lying`, the steps stand under one another, with room for long names and many steps; `height` then follows them.
    """
    names, amounts = [_broken(name(code)) for code, _, _ in steps], _floats([amount for _, _, amount in steps])
    trace = {
        "type": "waterfall",
        "orientation": "h" if lying else "v",
        "x": amounts if lying else names,
        "measure": [measure for _, measure, _ in steps],
        "y": names if lying else amounts,
        "customdata": [code for code, _, _ in steps],
        "text": [write(amount) for _, _, amount in steps],
        # Start and end reach across the figure: their amounts stand within, where there is room.
        "textposition": ["outside" if measure == "relative" or not lying else "auto" for _, measure, _ in steps],
        "insidetextfont": {"color": "#ffffff"},
        "hovertemplate": f"%{{{'y' if lying else 'x'}}}: %{{text}}<extra></extra>",
        "cliponaxis": False,
        "increasing": {"marker": {"color": COLOURS[5]}},
        "decreasing": {"marker": {"color": COLOURS[2]}},
        "totals": {"marker": {"color": COLOURS[0]}},
        "connector": {"line": {"color": COLOURS[7], "width": 1}},
    }
    if not lying:
        return _figure([trace], {"height": height, "yaxis": _amounts()})
    reached = list(accumulate(amounts[:-1]))
    layout = {
        "height": _BAR * len(steps) + _FRAME,
        # The amounts stand beyond the bars: room for them at both ends.
        "xaxis": {"visible": False, "range": [min(0, *reached) * 1.35, max(0, *reached) * 1.35]},
        "yaxis": {"type": "category", "automargin": True, "autorange": "reversed"},
    }
    return _figure([trace], layout)


def steps(
    prices: Sequence[tuple[date, date | None, Any]], *, until: date, day_name: Write, write: Write, height: int = 300
) -> Figure:
    """A price as it changed: steps of (from, to, price) in order; an open end is drawn to `until`, a gap is a gap."""
    days: list[str] = []
    amounts: list[Any] = []
    for start, end, price in prices:
        days += [start.isoformat(), (end or until).isoformat(), (end or until).isoformat()]
        amounts += [price, price, None]
    starts = [start for start, _, _ in prices]
    trace = {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": days,
        "y": _floats(amounts),
        # Only a step's beginning is marked and named.
        "text": [write(a) if at % 3 == 0 else "" for at, a in enumerate(amounts)],
        "textposition": "top right",
        "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": COLOURS[0], "width": 3},
        "marker": {"size": [9 if at % 3 == 0 else 0 for at in range(len(days))], "color": COLOURS[0]},
        "cliponaxis": False,
    }
    dates = {
        "type": "date",
        "tickvals": [start.isoformat() for start in starts],
        "ticktext": [day_name(start) for start in starts],
        "automargin": True,
    }
    return _figure(
        [trace],
        {"height": height, "xaxis": dates, "yaxis": _amounts() | {"rangemode": "tozero", "tickformat": ",.4~f"}},
    )


def mark(code: str, place: int) -> dict[str, Any]:
    """Colour and pattern of a series: by its meaning where it has one, else by its place."""
    at = MEANING.get(code, place) % len(COLOURS)
    return {
        "color": COLOURS[at],
        "pattern": {"shape": PATTERNS[at], "fillmode": "overlay", "solidity": 0.25, "fgcolor": "#ffffff"},
    }


def _figure(traces: list[dict[str, Any]], layout: dict[str, Any]) -> Figure:
    """The manners of every figure: room for names, Norwegian separators, legend above, no dragging by accident."""
    manners = {
        "separators": ", ",
        "margin": {"l": 8, "r": 8, "t": 16, "b": 8},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "showlegend": len(traces) > 1,
        "dragmode": False,
        "clickmode": "event+select",
        "xaxis": {"type": "category", "automargin": True},
        "bargap": 0.3,
        "uniformtext": {"mode": "show", "minsize": 11},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
    return {"data": traces, "layout": manners | layout}


def _amounts() -> dict[str, Any]:
    return {"tickformat": ",.0f", "automargin": True, "zeroline": True, "nticks": 6}


def _floats(amounts: Sequence[Any]) -> list[float | None]:
    return [None if amount is None else float(amount) for amount in amounts]


def _sum(column: pl.Series) -> Any:
    return column.sum() if column.len() else 0


def _branches(ids: Sequence[str]) -> list[str]:
    """One colour for each branch below the root, kept by all that hangs on it."""
    first = list(dict.fromkeys(i.split("/")[0] for i in ids if i != "/"))
    return [_UNDER_TEXT[7 if i == "/" else first.index(i.split("/")[0]) % 7] for i in ids]


def _broken(name: str, width: int = 26) -> str:
    """A long name over lines, so that a phone has room for the bars."""
    lines = [""]
    for word in name.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)
