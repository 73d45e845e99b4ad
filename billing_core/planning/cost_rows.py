"""From sums of lines to rows of a budget: divided, changed as assumed, and rounded once (planning contract, §2)."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from billing_core.base.money import kroner, nearest
from billing_core.planning.assumptions import NONE, Assumptions

Row = dict[str, Any]
"""A row of a budget by its columns, those left out empty."""

_RANGED = ("forecast", "scenario")
_PLACE = ("period", "service", "item", "variant")
_COLUMNS = ("apart", "amount", "covered", "lines", "unknown", "worthless", "lapsed")


@dataclass
class _Sum:
    """What a row is made of, exact (øre)."""

    amount: Fraction = field(default_factory=Fraction)
    covered: Fraction = field(default_factory=Fraction)
    lines: int = 0
    unknown: int = 0
    worthless: int = 0
    lapsed: bool = False


def cost_rows(found: pl.DataFrame, kind: str, assumptions: Assumptions = NONE) -> list[Row]:
    """The rows of sums (`sums`, with `lapsed` and `apart`), one a month, service, item and variant.

    Sums are divided by `apart`. A row of which nothing is known has no amount.
    """
    together: dict[tuple[str, ...], _Sum] = {}
    for *place, apart, amount, covered, lines, unknown, worthless, lapsed in found.select(
        *_PLACE, *_COLUMNS
    ).iter_rows():
        one = together.setdefault(tuple(place), _Sum())
        one.amount += Fraction(int(amount), apart)
        one.covered += Fraction(int(covered), apart)
        one.lines, one.unknown, one.worthless = one.lines + lines, one.unknown + unknown, one.worthless + worthless
        one.lapsed |= lapsed
    return [_row(kind, assumptions, place, one) for place, one in together.items()]


def _row(kind: str, assumptions: Assumptions, place: tuple[str, ...], one: _Sum) -> Row:
    month, service, item, variant = place
    factor = assumptions.factor(month, service, item)
    times = Fraction(1) if factor is None else factor
    paid = None if one.lines and one.unknown == one.lines else nearest(one.amount * times)
    worth = None if one.lines and one.worthless == one.lines else nearest(one.covered * times)
    row = {"month": month, "service": service, "item": item, "variant": variant, "kind": kind}
    return (
        row
        | {"basis": "assumed" if factor is not None else "last_known" if one.lapsed else "in_force"}
        | {"amount_nok": _nok(paid), "covered_nok": _nok(worth), "lines": one.lines, "unknown": one.unknown}
        | (between(paid, assumptions) if kind in _RANGED and paid is not None else {})
    )


def between(paid: int, assumptions: Assumptions) -> Row:
    """What an amount (øre) is stated to lie between."""
    sides = {"low_nok": "low_pct", "high_nok": "high_pct"}
    return {
        column: kroner(nearest(paid * (1 + Fraction(getattr(stated, percent)) / 100)))
        for stated in assumptions.range
        for column, percent in sides.items()
    }


def _nok(ore: int | None) -> Decimal | None:
    return None if ore is None else kroner(ore)
