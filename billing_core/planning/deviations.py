"""Deviations that ask for an explanation, and the cause that the figures suggest."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import polars as pl

from billing_core.planning.follow_up import TOTAL

CAUSE_OF = {
    "price": "price",
    "unit_cost": "price",
    "cost": "price",
    "volume": "quantity",
    "new": "quantity",
    "ended": "quantity",
    "became_billed": "quantity",
    "became_covered": "quantity",
    "policy": "reading",
    "rule": "reading",
    "one_off": "one_off",
    "not_reported": "other",
}
"""The cause that each part of a change speaks for; what is unknown speaks for none."""


@dataclass(frozen=True)
class Deviation:
    """A service's deviation of the year (NOK: budget - accounts and forecast) and its share of the budget (per cent).

    `per_cent` is None where there is no budget: any cost is then beyond every share.
    """

    service: str
    amount: Decimal
    per_cent: Fraction | None


def beyond(followed: pl.DataFrame, limit_nok: Decimal | None, limit_pct: Decimal | None) -> list[Deviation]:
    """The services of a follow-up that deviate by at least both limits, the largest first; none where neither is set.

    A limit that is not set is no limit.
    """
    if limit_nok is None and limit_pct is None:
        return []
    found = []
    for row in followed.filter(pl.col("service") != TOTAL).iter_rows(named=True):
        amount, budget = row["deviation_year_nok"], row["regulated_nok"]
        share = Fraction(abs(amount)) * 100 / Fraction(abs(budget)) if budget else None
        reached = share is None or share >= Fraction(limit_pct or 0)
        if amount and abs(amount) >= (limit_nok or 0) and reached:
            found.append(Deviation(row["service"], amount, share))
    return sorted(found, key=lambda one: (-abs(one.amount), one.service))


def likely_cause(changed: pl.DataFrame, deviation: Deviation) -> str:
    """The cause (of `year_plan.CAUSES`) that most of the change goes by, the way the deviation goes; "" if none does.

    `changed` are the agency's `changes` over the year so far. A budget that is short is explained by what rose.
    """
    mine = changed if not deviation.service else changed.filter(pl.col("service") == deviation.service)
    sums = dict(mine.group_by("part").agg(pl.col("amount_nok").sum()).iter_rows())
    by_cause = _by_cause(sums)
    ways = {cause: amount if deviation.amount < 0 else -amount for cause, amount in by_cause.items()}
    best = max(ways, key=lambda cause: (ways[cause], cause), default="")
    return best if best and ways[best] > 0 else ""


def _by_cause(sums: Mapping[str, Decimal]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for part, amount in sums.items():
        if cause := CAUSE_OF.get(part):
            found[cause] = found.get(cause, Decimal(0)) + amount
    return found
