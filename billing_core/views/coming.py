"""Lines that the framework covers now and that will be billed if nothing is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from billing_core.views.sums import known_sum


@dataclass(frozen=True)
class Upcoming:
    """Lines that become billable within `days` of `as_of`, by month's cost; `unpriced` of them have no known price."""

    days: int
    lines: int
    monthly: Decimal
    unpriced: int


def upcoming(lines: pl.DataFrame, as_of: date, within: Sequence[int] = (7, 30, 60)) -> list[Upcoming]:
    """What will be billed from a day in (as_of, as_of + n] if nothing changes, cumulative for each n of `within`."""
    result = []
    for days in within:
        soon = becoming_billable(lines, as_of, days)
        priced = soon.filter(pl.col("covered_nok").is_not_null())
        result.append(Upcoming(days, soon.height, known_sum(priced["covered_nok"]), soon.height - priced.height))
    return result


def becoming_billable(lines: pl.DataFrame, as_of: date, days: int) -> pl.DataFrame:
    """The lines of `upcoming`, the first to be billed first."""
    start = pl.col("billable_from")
    return lines.filter(start > as_of, start <= as_of + timedelta(days=days)).sort("billable_from", "subject")
