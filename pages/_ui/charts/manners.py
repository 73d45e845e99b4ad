"""The manners of every figure: its colours and patterns, room for names, Norwegian separators.

A figure is a plain dictionary that Plotly draws, made without Streamlit and without a language. Amounts come as exact
decimals and leave as floats only to be drawn; what is written on a bar comes formatted from the caller (`write`).
Colours reach 3:1 on the light and the dark page alike; series differ by pattern too, never by colour alone.
`customdata` holds the code that a click selects.
"""

from collections.abc import Callable, Sequence
from typing import Any

Figure = dict[str, Any]
Write = Callable[[Any], str]

COLOURS = ("#3f6fd8", "#b8611b", "#0d8a72", "#a94fb5", "#7d7a20", "#c8405f", "#2b8bb8", "#76738f")
UNDER_TEXT = ("#335bb1", "#964f16", "#0a715d", "#8a4094", "#66641a", "#a4344d", "#237196", "#605e75")
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

BAR, FRAME = 34, 70
_MOST_WORDS = 12


def mark(code: str, place: int) -> dict[str, Any]:
    """Colour and pattern of a series: by its meaning where it has one, else by its place."""
    at = MEANING.get(code, place) % len(COLOURS)
    return {
        "color": COLOURS[at],
        "pattern": {"shape": PATTERNS[at], "fillmode": "overlay", "solidity": 0.25, "fgcolor": "#ffffff"},
    }


def figure(traces: list[dict[str, Any]], layout: dict[str, Any]) -> Figure:
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


def amount_axis() -> dict[str, Any]:
    """An axis of amounts in whole kroner."""
    return {"tickformat": ",.0f", "automargin": True, "zeroline": True, "nticks": 6}


def band(place: int) -> dict[str, Any]:
    """A band behind the step at a place along the x-axis, faint on the light and the dark page alike."""
    reach = {"x0": place - 0.5, "x1": place + 0.5, "xref": "x", "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "rect", "layer": "below", "fillcolor": COLOURS[7], "opacity": 0.25, "line": {"width": 0}} | reach


def floats(amounts: Sequence[Any]) -> list[float | None]:
    """Exact amounts as Plotly draws them."""
    return [None if amount is None else float(amount) for amount in amounts]


def broken(name: str, width: int = 26) -> str:
    """A long name over lines, so that a phone has room for the bars; plain, whatever it holds."""
    lines = [""]
    for word in _words(name, width):
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(map(plain, lines))


def plain(text: str) -> str:
    """A text as figures draw it, who take a few HTML tags and links for what they are."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _words(name: str, width: int) -> list[str]:
    """The words of a name; one that is longer than a line in pieces, and no more than five lines of all."""
    pieces = [word[at : at + width] for word in name.split(" ") for at in range(0, len(word) or 1, width)]
    return [*pieces[:_MOST_WORDS], "…"] if len(pieces) > _MOST_WORDS else pieces
