"""What amounts must be, worked out by hand: prices by an own reading of the list shipped, and files of a few rows."""

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

DATA = Path(__file__).parents[2] / "data"


def price(item: str, variant: str = "", month: str = "2026-10") -> Decimal:
    """The price shipped for an item in a month, by this test's own reading of the file."""
    day = f"{month}-01"
    with (DATA / "prices.csv").open(encoding="utf-8") as file:
        found = [
            Decimal(row["price_nok"])
            for row in csv.DictReader(file)
            if (row["item"], row["variant"]) == (item, variant)
            and row["valid_from"] <= day < (row["valid_to"] or "9999")
        ]
    (only,) = found
    return only


def kroner(amount: Decimal | int) -> str:
    """An amount as the Norwegian pages write it."""
    return f"kr {amount:,.2f}".replace(",", " ").replace(".", ",")


def rounded(amount: Decimal) -> Decimal:
    """To the øre, half away from zero."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def clause(rule: str) -> str:
    """The place in the circular that the contract ties a rule to."""
    with (DATA / "rules.csv").open(encoding="utf-8") as file:
        return next(row["clause"] for row in csv.DictReader(file) if row["rule"] == rule)


def whole(amount: Decimal) -> str:
    """An amount as a chart's label has it."""
    return kroner(amount).removesuffix(",00")


def csv_file(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([*rows, ""]).encode(encoding)


SERVERS = (
    "periode;virksomhet;system;type;antall;tjenestenivå;minne",
    "2026-10;BYM;Kart;server;2;gold;16",
)
"""Two servers with 16 GB of memory each."""
