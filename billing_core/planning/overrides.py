"""A person's own figures in place of the forecast's: they stand in the budget, and what was computed is kept beside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing_core.base.money import kroner
from billing_core.planning.assumptions import Assumptions, Override
from billing_core.planning.cost_rows import Row, between
from billing_core.planning.errors import Notice


@dataclass(frozen=True)
class Overridden:
    """A figure that stands, and what the forecast comes to without it (NOK; None: unknown), of how many lines."""

    override: Override
    computed_nok: Decimal | None
    lines: int
    unknown: int


def overridden(
    rows: Sequence[Row], assumptions: Assumptions, months: Sequence[str]
) -> tuple[list[Row], tuple[Overridden, ...], list[Notice]]:
    """Forecast rows with the figures that are of `months` in their place, what was computed, and notices.

    A figure of a whole service goes before those of its items. One of a month that is no forecast is left out and told.
    """
    wanted = sorted(assumptions.override, key=lambda one: bool(one.item))
    left, stated, kept = list(rows), list[Row](), list[Overridden]()
    whole = {(one.month, one.service) for one in wanted if not one.item}
    for one in wanted:
        if one.month not in months or (one.item and (one.month, one.service) in whole):
            continue
        own = [row for row in left if one.holds(row["month"], row["service"], row["item"])]
        left = [row for row in left if row not in own]
        stated.append(_stated(one, own, assumptions))
        kept.append(_kept(one, own))
    late = [one for one in wanted if one.month not in months]
    notices = [Notice("override_closed", place=one.month, detail=one.service) for one in late]
    return left + stated, tuple(kept), notices


def computed_for(
    computed: Mapping[tuple[str, str, str], Decimal | None], month: str, service: str, item: str = ""
) -> Decimal | None:
    """What was computed (by month, service and item) of a service or one item in a month; None if nothing is known."""
    found = [nok for (m, s, i), nok in computed.items() if (m, s) == (month, service) and item in ("", i)]
    known = [nok for nok in found if nok is not None]
    return sum(known, Decimal("0.00")) if known else None


def _stated(one: Override, own: Sequence[Row], assumptions: Assumptions) -> Row:
    """The row that stands for those of the forecast. What is stated is known."""
    ore = int(one.amount_nok * 100)
    covered = [row["covered_nok"] for row in own if row.get("covered_nok") is not None]
    return {
        "month": one.month,
        "service": one.service,
        "item": one.item,
        "kind": "forecast",
        "basis": "assumed",
        "amount_nok": kroner(ore),
        "covered_nok": sum(covered, Decimal("0.00")) if covered else None,
        "lines": sum(row.get("lines", 0) for row in own),
        "unknown": 0,
    } | between(ore, assumptions)


def _kept(one: Override, own: Sequence[Row]) -> Overridden:
    known = [row["amount_nok"] for row in own if row.get("amount_nok") is not None]
    computed = sum(known, Decimal("0.00")) if known or not own else None
    return Overridden(one, computed, sum(r.get("lines", 0) for r in own), sum(r.get("unknown", 0) for r in own))
