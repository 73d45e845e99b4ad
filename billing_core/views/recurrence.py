"""How billing changed from the month before: what comes again each month, and what comes once or once a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

RECURRING = pl.col("recurrence") == "monthly"
PARTS: Mapping[str, pl.Expr] = {"recurring": RECURRING, "occasional": ~RECURRING}
"""The two parts of every sum. `occasional` is one-off and yearly: billed in the month it is reported in."""

_BILLED = pl.col("amount_nok")
SUMS = tuple(_BILLED.filter(part).sum().alias(f"{name}_nok") for name, part in PARTS.items())
"""recurring_nok and occasional_nok of a group of lines; with each other they are its billed_nok."""


@dataclass(frozen=True)
class Change:
    """Billed this month against the month before, over what both have. `alone` names the tables of one month only."""

    amount: Decimal
    before: Decimal
    alone: tuple[str, ...]


def change(now: pl.DataFrame, before: pl.DataFrame) -> Change | None:
    """How billing changed from the month before, like with like; None where no table is in both months.

    Tables that only one of the months has were not reported in the other: they are left out and named.
    """
    sums = [_summed(lines) for lines in (now, before)]
    tables = [set(lines["table"]) for lines in sums]
    both = sorted(tables[0] & tables[1])
    if not both:
        return None
    new, old = (_billed(lines.filter(pl.col("table").is_in(both))) for lines in sums)
    return Change(new - old, old, tuple(sorted(tables[0] ^ tables[1])))


@dataclass(frozen=True)
class Part:
    """One part of a month's billed amount (NOK). `change` is from the month before; None where nothing is comparable.

    The change is over the tables that both months have, as `change` has it: the parts' sum to its amount.
    """

    name: str
    billed: Decimal
    before: Decimal
    change: Decimal | None


def parts(now: pl.DataFrame, before: pl.DataFrame) -> list[Part]:
    """The recurring and the occasional part of two months' lines (LINE_SCHEMA)."""
    sums = [_summed(lines) for lines in (now, before)]
    tables = set(sums[0]["table"]) & set(sums[1]["table"])
    both = [lines.filter(pl.col("table").is_in(sorted(tables))) for lines in sums]
    found = []
    for name, part in PARTS.items():
        billed, new, old = (_billed(lines.filter(part)) for lines in (sums[0], *both))
        found.append(Part(name, billed, old, new - old if tables else None))
    return found


def _summed(lines: pl.DataFrame) -> pl.DataFrame:
    """What each table bills, by how often it comes: the few rows that everything here is worked out from."""
    return lines.group_by("table", "recurrence").agg(_BILLED.sum())


def _billed(lines: pl.DataFrame) -> Decimal:
    total: Decimal | None = lines.select(_BILLED.sum()).item()
    return total or Decimal("0.00")
