"""A waterfall as SVG, made without a browser: a label, a bar and an amount a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

WIDTH, ROW = 500, 17
"""Points across, and down for each step."""

_LEFT, _RIGHT = 190, 400
"""Between where the bars are drawn."""

_FONT = "Libertinus Serif"
_ENDS, _MORE, _LESS = "#2a2859", "#b34a00", "#2f7d5b"


@dataclass(frozen=True)
class Step:
    """A step: what it is called, its amount as text, where its bar begins and ends, whether it is a start or end."""

    label: str
    told: str
    start: Decimal
    end: Decimal
    whole: bool = False


def svg(steps: Sequence[Step]) -> str:
    """The picture. Whatever more or less costs has its sign in its amount, not in the colour alone."""
    reached = [Decimal(0), *(side for step in steps for side in (step.start, step.end))]
    low, span = min(reached), (max(reached) - min(reached)) or Decimal(1)
    rows = [_row(place, step, low, span) for place, step in enumerate(steps)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {ROW * len(steps)}" '
        f'font-family="{_FONT}" font-size="10">{"".join(rows)}</svg>'
    )


def _row(place: int, step: Step, low: Decimal, span: Decimal) -> str:
    left, right = (_at(value, low, span) for value in sorted((step.start, step.end)))
    colour = _ENDS if step.whole else _MORE if step.end > step.start else _LESS
    top = place * ROW
    return (
        f'<text x="{_LEFT - 8}" y="{top + 12}" text-anchor="end">{escape(step.label)}</text>'
        f'<rect x="{left:.1f}" y="{top + 3}" width="{max(right - left, 1):.1f}" height="{ROW - 6}" fill="{colour}"/>'
        f'<text x="{WIDTH}" y="{top + 12}" text-anchor="end">{escape(step.told)}</text>'
    )


def _at(value: Decimal, low: Decimal, span: Decimal) -> float:
    return float(_LEFT + (value - low) / span * (_RIGHT - _LEFT))
