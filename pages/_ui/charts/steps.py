"""Steps: a price as it changed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pages._ui.charts.manners import COLOURS, Figure, Write, amount_axis, figure, floats


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
        "y": floats(amounts),
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
    return figure(
        [trace],
        {"height": height, "xaxis": dates, "yaxis": amount_axis() | {"rangemode": "tozero", "tickformat": ",.4~f"}},
    )
