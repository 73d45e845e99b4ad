"""What lines are worth whoever pays, the undecided ones at the price that they would take."""

from dataclasses import dataclass
from decimal import Decimal

import narwhals as nw
import polars as pl

from billing_core.base import money
from billing_core.base.money import QUANTITY
from billing_core.views.sums import known_sum


@dataclass(frozen=True)
class AtStake:
    """Undecided lines: what they would cost if billed, where a price is known, and how many have none."""

    lines: int
    amount: Decimal
    unknown: int


def at_stake(undecided: pl.DataFrame, prices: pl.DataFrame) -> AtStake:
    """What undecided lines would cost: quantity x the price in force.

    `prices` has a row for each distinct period, agency, item and variant with its `price`, in ten-thousandths of NOK or
    empty (`prices.Prices.answers`).
    """
    key = ["period", "agency", "item", "variant"]
    joined = undecided.join(prices.select(*key, "price"), on=key, how="left", nulls_equal=True)
    whole = joined.select("price", quantity=(pl.col("quantity").cast(pl.Decimal(38, 6)) * QUANTITY).cast(pl.Int64))
    quantity, price = nw.col("quantity"), nw.col("price")
    fits = nw.when(~money.too_large(quantity, price)).then(price)
    amounts = nw.from_native(whole).select(ore=money.amount(quantity, fits)).to_native()["ore"].drop_nulls()
    return AtStake(undecided.height, Decimal(int(amounts.sum())).scaleb(-2), undecided.height - amounts.len())


def worth(lines: pl.DataFrame, prices: pl.DataFrame) -> AtStake:
    """What lines are worth, whoever pays: those decided what is billed or covered, the others as `at_stake` has it."""
    decided = pl.col("funding") != "undecided"
    amounts = lines.filter(decided).select(pl.col("amount_nok") + pl.col("covered_nok")).to_series()
    known, open_ = amounts.drop_nulls(), at_stake(lines.filter(~decided), prices)
    return AtStake(lines.height, open_.amount + known_sum(known), open_.unknown + amounts.len() - known.len())
