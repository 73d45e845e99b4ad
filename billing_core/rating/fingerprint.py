"""What tells that a month was rated with the same usage, prices and policy, by the same rules."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import polars as pl

from billing_core.base.months import first_day
from billing_core.rating.rate import Rates

_CORE = Path(__file__).parent.parent
_RULES = ("base", "law", "rules", "rating")
"""The code that lines hang on."""


def fingerprint(files: Iterable[Path], rates: Rates, period: str, *chosen: object) -> str:
    """A month's fingerprint: its usage `files`, what is in force in it, the rules' own code, and what was `chosen`."""
    found = hashlib.sha256(_code())
    for path in files:
        with path.open("rb") as stream:
            found.update(f"{path.parent.parent.name}/{path.name}".encode())
            found.update(hashlib.file_digest(stream, "sha256").digest())
    told = (rates.policy.of(period), rates.catalogue.items, rates.catalogue.sku_replaces, chosen)
    found.update(repr(told).encode())
    for prices in (rates.prices.listed, rates.prices.agreed):
        found.update(_in_force(prices, period).write_csv().encode())
    return found.hexdigest()


def _in_force(prices: pl.DataFrame, period: str) -> pl.DataFrame:
    """The prices that a month can be priced by, wherever they stand in their list."""
    day = first_day(period)
    until = pl.col("valid_to").is_null() | (pl.col("valid_to") > day)
    # The days themselves say nothing more: a price that has ended later is the same price of this month.
    return prices.filter(pl.col("valid_from") <= day, until).drop("row", "valid_from", "valid_to")


@cache
def _code() -> bytes:
    found = hashlib.sha256()
    for path in sorted(path for part in _RULES for path in (_CORE / part).glob("*.py")):
        found.update(path.read_bytes())
    return found.digest()
