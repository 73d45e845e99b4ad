"""Which usage table a sheet is: by its columns, then by its name."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from billing_core.base.folding import fold
from billing_core.base.problems import Problem
from billing_core.base.tables import PRICE_TABLES, TABLES, Table
from billing_core.intake.exports import KNOWN

SUPPLIED = ("period", "agency")
"""Columns that the caller can supply for a file without them."""

FOCUS = ("BilledCost", "BillingCurrency", "ChargePeriodStart")
PROVIDERS = ("ProviderName", "ServiceProviderName")
"""The columns by which a FOCUS file is known: those, and one of these, old or new (contract, section 6)."""

NEVER_ALONE = {"services": ("quantity",)}
"""Columns that tell a table although a row may leave them empty: a price list has items too, but no quantities."""


@lru_cache
def _by_heading(table: Table) -> dict[str, str]:
    """The key of every column of a table by its folded heading and key."""
    return {fold(word): column.key for column in table.columns for word in (column.heading, column.key)}


KNOWN_HEADINGS = frozenset(
    {word for table in (*TABLES.values(), *PRICE_TABLES.values()) for word in _by_heading(table)}
    | {fold(column) for column in (*FOCUS, *PROVIDERS)}
    | KNOWN
)
"""The headings of every table and export, folded: by them a sheet's row of headings is found."""


class Match(NamedTuple):
    """A sheet's headings held against a table: column key -> heading, and the required columns it lacks."""

    table: Table
    columns: dict[str, str]
    missing: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether all columns are there that the caller could not supply."""
        return set(self.missing) <= set(SUPPLIED)


def matched(table: Table, headings: Iterable[str]) -> Match:
    """`headings` held against one table."""
    by_heading = _by_heading(table)
    columns: dict[str, str] = {}
    for heading in headings:
        key = by_heading.get(fold(heading))
        if key is not None:
            columns.setdefault(key, heading)
    lacking = tuple(column.key for column in table.columns if column.required and column.key not in columns)
    return Match(table, columns, lacking)


def table_of(headings: Sequence[str], names: Sequence[str]) -> Match | None:
    """The table that `headings` are of; where no table's own columns are all there, `names` (file, sheet) decide.

    None if nothing tells. The match may lack required columns: the caller says which.
    """
    matches = [matched(table, headings) for table in TABLES.values()]
    own = [(_own_share(match), len(match.columns), match) for match in matches]
    named = [entry for entry in own if _is_named(entry[2].table, names) and entry[1] > 0]
    whole = [entry for entry in own if entry[0] == 1.0]
    nearest = [entry for entry in own if entry[0] >= 0.5 and entry[1] >= 2]
    for candidates in (whole, named, nearest):
        if candidates:
            best = max(entry[:2] for entry in candidates)
            equals = [match for share, size, match in candidates if (share, size) == best]
            return next((match for match in equals if _is_named(match.table, names)), equals[0])
    return None


def _own_share(match: Match) -> float:
    """The share of the table's distinctive columns that are there: 1.0 if all of them."""
    own = [c.key for c in match.table.columns if c.required and c.key not in SUPPLIED]
    own += NEVER_ALONE.get(match.table.name, ())
    return sum(key in match.columns for key in own) / len(own)


def _is_named(table: Table, names: Sequence[str]) -> bool:
    return any(fold(word) in fold(name) for name in names for word in (table.name, table.heading))


def is_focus(headings: Iterable[str]) -> bool:
    """Whether these are the columns of a FOCUS file."""
    folded = {fold(heading) for heading in headings}
    return {fold(column) for column in FOCUS} <= folded and not folded.isdisjoint(map(fold, PROVIDERS))


def unknown_columns(match: Match, file: str, headings: Iterable[str]) -> list[Problem]:
    """One notice for each heading that is none of the table's, or says the same as an earlier one."""
    by_heading = _by_heading(match.table)
    return [
        Problem(
            severity="notice", code="duplicate_column" if fold(heading) in by_heading else "unknown_column",
            table=match.table.name, file=file, column=heading,
        )
        for heading in headings
        if heading not in match.columns.values()
    ]  # fmt: skip
