"""A grid: rows by columns, each amount as a number and as shading."""

import polars as pl

from pages._ui.charts.manners import BAR, FRAME, Figure, Write, broken, figure


def grid(
    frame: pl.DataFrame, *, rows: str, columns: str, value: str, name: Write, heading: Write, write: Write
) -> Figure:
    """Amounts (`value`) of every row and column code, in the frame's order, the first row on top.

    Each column is shaded by itself, from nothing to its largest amount, so that a small service is seen beside a large.
    """
    down = frame[rows].unique(maintain_order=True).to_list()
    across = frame[columns].unique(maintain_order=True).to_list()
    cells = {(row, column): amount for row, column, amount in frame.select(rows, columns, value).iter_rows()}
    most = {column: max((abs(cells.get((row, column)) or 0) for row in down), default=0) for column in across}
    amounts = [[cells.get((row, column)) for column in across] for row in down]
    shades = [
        [None if amount is None else float(abs(amount) / most[column]) if most[column] else 0.0
         for column, amount in zip(across, told, strict=True)]
        for told in amounts
    ]  # fmt: skip
    trace = {
        "type": "heatmap",
        "x": [broken(heading(column), 14) for column in across],
        "y": [broken(name(row)) for row in down],
        "z": shades,
        "text": [["" if amount is None else write(amount) for amount in told] for told in amounts],
        "texttemplate": "%{text}",
        "textfont": {"color": "#14143c"},
        "hovertemplate": "%{y}, %{x}: %{text}<extra></extra>",
        # Light enough throughout that the dark numbers stay readable.
        "colorscale": [[0, "#f2f4fb"], [1, "#8fb0f5"]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
    }
    layout = {
        "height": BAR * max(len(down), 2) + 2 * FRAME,
        "xaxis": {"type": "category", "side": "top", "automargin": True},
        "yaxis": {"autorange": "reversed", "automargin": True},
    }
    return figure([trace], layout)
