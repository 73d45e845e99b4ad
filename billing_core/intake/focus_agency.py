"""Which agency a cloud invoice's rows are for, where the file does not say: what could tell, and what it says."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from billing_core.base.folding import fold
from billing_core.intake.focus import EXACT, amounts, is_tax, own_agency, tags, texts_under
from billing_core.intake.options import Register
from billing_core.intake.report import Intake
from billing_core.readers.sheet import ROW, Sheet

ACCOUNTS = ("SubAccountName", "SubAccountId", "BillingAccountName", "BillingAccountId")
"""FOCUS's own columns that may tell the agency, the likeliest first."""

_LACKING = ("missing_column", "missing_value", "unknown_agency")
_EXAMPLES, _MOST_TAGS, _MOST_VALUES = 3, 50, 100
"""Of a provider's own columns, those with more different values than _MOST_VALUES tell single things, not agencies."""


class AgencySource(NamedTuple):
    """What may tell the agency, named as a mapping does: `rows` have a value, `known` of those a known agency's."""

    heading: str
    rows: int
    known: int
    examples: tuple[str, ...]


class AgencyShare(NamedTuple):
    """The rows that say one `value` (None: that have none): the agency if it is known, and BilledCost by currency."""

    value: str | None
    agency: str | None
    rows: int
    amounts: dict[str, Decimal]


def without_agency(problems: pl.DataFrame) -> set[str]:
    """The invoices' files with rows whose agency could not be told, or is not in the register."""
    told = problems.filter(pl.col("table") == "cloud", pl.col("column") == "agency", pl.col("code").is_in(_LACKING))
    return set(told["file"])


def invoices_without_agency(read: Intake) -> list[Sheet]:
    """The invoices to ask the agency of, less what is not charged."""
    return [_charged(sheet) for sheet in read.invoices]


def agency_sources(sheet: Sheet, register: Register) -> list[AgencySource]:
    """Columns and tags that may tell the agency: those with most known agencies first, then the likeliest."""
    found = []
    for heading, values in _candidates(sheet):
        known = sum(count for text, count in values.items() if register.agency(text) in register.agencies)
        examples = tuple(text for text, _ in values.most_common(_EXAMPLES))
        found.append(AgencySource(heading, values.total(), known, examples))
    return sorted((source for source in found if source.rows), key=lambda source: -source.known)


def agency_shares(sheet: Sheet, heading: str, register: Register) -> list[AgencyShare]:
    """What a column or tag says: values of no known agency first, then the dearest; rows without a value last."""
    rows: Counter[str | None] = Counter()
    sums: dict[str | None, dict[str, Decimal]] = {}
    values, costs, currencies = (texts_under(sheet, name) for name in (heading, "BilledCost", "BillingCurrency"))
    read = amounts(costs, decimal=None)
    for value, cost, currency in zip(values, costs, currencies, strict=True):
        rows[value] += 1
        by_unit = sums.setdefault(value, {})
        unit, amount = (currency or "").upper(), read.get(cost or "")
        # What cannot be read is told of where the file is read; here it has no weight.
        by_unit[unit] = EXACT.add(by_unit.get(unit, Decimal(0)), amount if isinstance(amount, Decimal) else Decimal(0))
    known = {value: register.agency(value or "") for value in rows}
    shares = [
        AgencyShare(value, known[value] if known[value] in register.agencies else None, count, sums[value])
        for value, count in rows.items()
    ]
    return sorted(shares, key=_place)


def _place(share: AgencyShare) -> tuple[bool, bool, Decimal, str]:
    """Where a value stands; amounts in several currencies are added for the order alone."""
    total = sum(share.amounts.values(), Decimal(0))
    return share.value is None, share.agency is not None, -abs(total), share.value or ""


def _charged(sheet: Sheet) -> Sheet:
    """An invoice without its tax, which is not charged, and without rows that could not be read."""
    charged = [
        row not in sheet.bad_rows and not is_tax(category)
        for row, category in zip(sheet.cells[ROW].to_list(), texts_under(sheet, "ChargeCategory"), strict=True)
    ]
    return dataclasses.replace(sheet, cells=sheet.cells.filter(pl.Series(charged, dtype=pl.Boolean())))


def _candidates(sheet: Sheet) -> Iterator[tuple[str, Counter[str]]]:
    """Headings as a mapping names them, with how often each value stands there."""
    by_word = {fold(name): name for name in sheet.headings}
    of_the_provider = [name for word, name in by_word.items() if word.startswith("x_") and ":" not in name]
    for name in (own_agency(sheet), *map(by_word.get, map(fold, ACCOUNTS))):
        if name is not None:
            yield name, _values(sheet, name)
    if "tags" in by_word:
        yield from _tags(sheet, by_word["tags"])
    for name in of_the_provider:
        values = _values(sheet, name)
        if len(values) <= _MOST_VALUES:
            yield name, values


def _values(sheet: Sheet, heading: str) -> Counter[str]:
    return Counter(text for text in texts_under(sheet, heading) if text)


def _tags(sheet: Sheet, heading: str) -> list[tuple[str, Counter[str]]]:
    """Every tag, the most used first."""
    found: dict[str, Counter[str]] = {}
    for cell, count in _values(sheet, heading).items():
        for key, value in tags(cell).items():
            found.setdefault(f"{heading}:{key}", Counter())[value] += count
    return sorted(found.items(), key=lambda entry: -entry[1].total())[:_MOST_TAGS]
