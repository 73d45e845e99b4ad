"""A waterfall: from a start over changes to an end."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate

from pages._ui.charts.manners import BAR, COLOURS, FRAME, Figure, Write, broken, figure, floats


def waterfall(steps: Sequence[tuple[str, str, Decimal]], *, name: Write, write: Write) -> Figure:
    """From a start over changes to an end, lying: steps of (code, "absolute" | "relative" | "total", amount).

    Its height follows the number of steps, and there is room for long names.
    """
    amounts = floats([amount for _, _, amount in steps])
    trace = {
        "type": "waterfall",
        "orientation": "h",
        "x": amounts,
        "measure": [measure for _, measure, _ in steps],
        "y": [broken(name(code)) for code, _, _ in steps],
        "customdata": [code for code, _, _ in steps],
        "text": [write(amount) for _, _, amount in steps],
        # Start and end reach across the figure: their amounts stand within, where there is room.
        "textposition": ["outside" if measure == "relative" else "auto" for _, measure, _ in steps],
        "insidetextfont": {"color": "#ffffff"},
        "hovertemplate": "%{y}: %{text}<extra></extra>",
        "cliponaxis": False,
        "increasing": {"marker": {"color": COLOURS[5]}},
        "decreasing": {"marker": {"color": COLOURS[2]}},
        "totals": {"marker": {"color": COLOURS[0]}},
        "connector": {"line": {"color": COLOURS[7], "width": 1}},
    }
    reached = [Decimal(0), *accumulate(amount for _, _, amount in steps[:-1])]
    layout = {
        "height": BAR * len(steps) + FRAME,
        # The amounts stand beyond the bars: room for them at both ends.
        "xaxis": {"visible": False, "range": [float(min(reached)) * 1.35, float(max(reached)) * 1.35]},
        "yaxis": {"type": "category", "automargin": True, "autorange": "reversed"},
    }
    return figure([trace], layout)
