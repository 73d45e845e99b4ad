"""Price lists and agreements: which price is in force for an item, a variant and an agency (contract, section 2)."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.reference.cells import first_day


@dataclass
class Price:
    """One row of a price list (agency is empty) or of the agreements."""

    agency: str
    item: str
    variant: str
    price: Decimal
    app_operation: Decimal | None
    valid_from: date
    valid_to: date | None
    source: str


def read_prices(text: str) -> list[Price]:
    """The rows of a prices.csv or an agreements.csv."""
    prices = []
    for row in csv.DictReader(text.splitlines()):
        part = row.get("app_operation_nok")
        prices.append(
            Price(
                agency=row.get("agency") or "",
                item=row["item"],
                variant=row["variant"],
                price=Decimal(row["price_nok"]),
                app_operation=Decimal(part) if part else None,
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                source=(row["source"] if "source" in row else row["reference"]) or "",
            )
        )
    return prices


def plain(number: Decimal) -> str:
    """A number without trailing zeros or exponent."""
    written = format(number, "f")
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written in ("", "-0") else written


def joined(values: tuple[str, ...]) -> str:
    """A line's variant: its values joined by "/", trailing empty ones left out."""
    left = list(values)
    while left and left[-1] == "":
        left.pop()
    return "/".join(left)


def find(prices: list[Price], agency: str, item: str, variant: tuple[str, ...], period: str) -> Price | None:
    """The price in force on the first day of the month for the longest matching variant; None if there is none."""
    day = first_day(period)
    for length in range(len(variant), -1, -1):
        wanted = joined(variant[:length])
        for price in prices:
            started = price.valid_from <= day
            ended = price.valid_to is not None and price.valid_to <= day
            if (price.agency, price.item, price.variant) == (agency, item, wanted) and started and not ended:
                return price
    return None
