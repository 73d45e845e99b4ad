"""A treemap: where amounts lie, from the whole down."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from pages._ui.charts.manners import UNDER_TEXT, Figure, Write, broken, figure, floats


def tree(
    frame: pl.DataFrame,
    *,
    path: Sequence[str],
    value: str,
    names: Sequence[Write],
    write: Write,
    whole: str,
    level: str = "",
    height: int = 520,
) -> Figure:
    """A treemap of `value` (sums of 0 or more) over the columns of `path`, from `whole` down.

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
            labels.append(broken(names[depth - 1](codes[-1]), 20))
            parents.append("/".join(told[:-1]) or "/")
            amounts.append(amount)
    trace = {
        "type": "treemap",
        "ids": ids,
        "labels": labels,
        "parents": ["" if i == "/" else p for i, p in zip(ids, parents, strict=True)],
        "values": floats(amounts),
        "customdata": ["" if i == "/" else i for i in ids],
        "text": [write(a) for a in amounts],
        "textinfo": "label+text",
        "hovertemplate": "%{label}: %{text}<extra></extra>",
        "branchvalues": "total",
        "level": level or "/",
        "maxdepth": 3,
        "marker": {"colors": _branches(ids), "line": {"width": 2, "color": "#ffffff"}},
        "textfont": {"color": "#ffffff"},
        "root": {"color": UNDER_TEXT[7]},
        "pathbar": {"thickness": 30, "textfont": {"color": "#ffffff", "size": 13}},
    }
    # A name that does not fit its area is left out rather than drawn over its neighbour.
    # The way up is drawn above the areas, in the margin.
    margin = {"l": 0, "r": 0, "t": 44 if level else 8, "b": 8}
    tight = {"margin": margin, "uniformtext": {"mode": "hide", "minsize": 11}}
    return figure([trace], {"height": height} | tight)


def _sum(column: pl.Series) -> Any:
    return column.sum() if column.len() else 0


def _branches(ids: Sequence[str]) -> list[str]:
    """One colour for each branch below the root, kept by all that hangs on it."""
    first = list(dict.fromkeys(i.split("/")[0] for i in ids if i != "/"))
    return [UNDER_TEXT[7 if i == "/" else first.index(i.split("/")[0]) % 7] for i in ids]
