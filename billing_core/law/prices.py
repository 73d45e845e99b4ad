"""Prices and agreements: dated, checked for overlap, found by the longest variant (contract, section 2)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from billing_core.base.money import PRICE
from billing_core.base.problems import Code, Problem
from billing_core.base.tables import PRICE_TABLES

LIST_COLUMNS = tuple(column.key for column in PRICE_TABLES["prices"].columns)
AGREEMENT_COLUMNS = tuple(column.key for column in PRICE_TABLES["agreements"].columns)

_SCHEMA: dict[str, pl.DataType] = {
    "row": pl.Int64(),
    "agency": pl.String(),
    "item": pl.String(),
    "variant": pl.String(),
    "price": pl.Int64(),
    "app_operation": pl.Int64(),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "source": pl.String(),
    "status": pl.String(),
}

QUESTION = ("period", "agency", "item", "variant")
"""What a price is asked for."""


@dataclass(frozen=True)
class Prices:
    """A price list and the agencies' agreements, both in _SCHEMA; prices in ten-thousandths of NOK.

    `lasting`: what has no price in force takes the last one that it had.
    """

    listed: pl.DataFrame
    agreed: pl.DataFrame
    lasting: bool = False

    @property
    def highest(self) -> int:
        """The highest price of either, in ten-thousandths of NOK; 0 where there is none."""
        highest = [frame["price"].max() for frame in (self.listed, self.agreed)]
        return max(int(price) for price in [*highest, 0] if isinstance(price, int))

    def answers(self, questions: pl.DataFrame, price_items: Mapping[str, str]) -> pl.DataFrame:
        """The price in force for each question (QUESTION columns, distinct rows).

        Adds `price`, `app_operation` (ten-thousandths of NOK), `price_from` ("agreement" or "list"), `source` and
        `price_state` (the list row's status), all empty where no price is known. `price_items` maps an item to the
        code whose price it takes. An agreement wins over the list even with a shorter variant; within each the
        longest variant wins; the first day of the month counts.
        """
        asked = questions.with_columns(
            price_item=pl.col("item").replace(price_items), first_day=(pl.col("period") + "-01").str.to_date()
        )
        candidates = _candidates(asked)
        found = [_found(candidates, self.agreed, self.listed)]
        if self.lasting:
            found.append(_found(candidates, _lasting(self.agreed), _lasting(self.listed)))
        best = pl.concat(found).unique(subset=QUESTION, keep="first", maintain_order=True)
        return questions.join(best, on=QUESTION, how="left")


def _found(candidates: pl.DataFrame, agreed: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """The longest variant's price by agreement, then by the list."""
    own = _longest(candidates, agreed, ["agency", "price_item", "candidate"])
    everyone = _longest(candidates, listed, ["price_item", "candidate"])
    return pl.concat(
        [own.with_columns(price_from=pl.lit("agreement")), everyone.with_columns(price_from=pl.lit("list"))]
    )


def _lasting(prices: pl.DataFrame) -> pl.DataFrame:
    """Each price in force until the next one of the same agency, item and variant."""
    following = pl.col("valid_from").shift(-1).over("agency", "item", "variant", order_by="valid_from")
    return prices.with_columns(valid_to=following)


def _candidates(asked: pl.DataFrame) -> pl.DataFrame:
    """Each question for its whole variant and for each shortened from the end; `shortened` counts the cuts."""
    variants = asked.select("variant").unique()
    rows = [(v, short, cut) for v in variants["variant"] for cut, short in enumerate(shortened(v))]
    table = pl.DataFrame(
        rows, schema={"variant": pl.String, "candidate": pl.String, "shortened": pl.Int64}, orient="row"
    )
    return asked.join(table, on="variant")


def shortened(variant: str) -> list[str]:
    """`gold/ssd` -> [`gold/ssd`, `gold`, ``]; trailing empty parts are left out."""
    parts = variant.split("/") if variant else []
    cuts = ["/".join(parts[:n]).rstrip("/") for n in range(len(parts), -1, -1)]
    return list(dict.fromkeys(cuts))


def _longest(candidates: pl.DataFrame, prices: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    right = [{"price_item": "item", "candidate": "variant"}.get(key, key) for key in on]
    columns = [*dict.fromkeys([*right, "price", "app_operation", "source", "status", "valid_from", "valid_to"])]
    return (
        candidates.join(prices.select(columns), left_on=on, right_on=right)
        .filter(
            pl.col("valid_from") <= pl.col("first_day"),
            pl.col("valid_to").is_null() | (pl.col("first_day") < pl.col("valid_to")),
        )
        .sort("shortened")
        .unique(subset=QUESTION, keep="first", maintain_order=True)
        .select(*QUESTION, "price", "app_operation", "source", price_state="status")
    )


def no_prices() -> pl.DataFrame:
    """An empty price list or agreements frame."""
    return pl.DataFrame(schema=_SCHEMA)


def laid_out(typed: pl.DataFrame) -> pl.DataFrame:
    """Rows of the register's table of prices or agreements, with `row`, in _SCHEMA."""
    own = set(typed.columns)
    return typed.select(
        "row",
        _or_null("agency", own),
        "item",
        pl.col("variant").fill_null("").str.strip_chars_end("/"),
        pl.col("price_nok").alias("price"),
        _or_null("app_operation_nok", own).alias("app_operation"),
        "valid_from",
        "valid_to",
        (pl.col("source") if "source" in own else pl.col("reference")).alias("source"),
        pl.col("status") if "status" in own else pl.lit("confirmed").alias("status"),
    ).cast(pl.Schema(_SCHEMA))


def _or_null(key: str, own: set[str]) -> pl.Expr:
    return pl.col(key) if key in own else pl.lit(None).alias(key)


def faults(frame: pl.DataFrame, items: Collection[str]) -> list[Problem]:
    """What the law has against prices in _SCHEMA; `items` are the codes that a price may carry.

    An unknown item, a part above its price, an end before its start, and, among the rest, a price that begins before
    another of the same agency, item and variant has ended. Each has code, row, column, value and detail.
    """
    tests: tuple[tuple[Code, str, str, str | None, pl.Expr], ...] = (
        ("unknown_item", "item", "item", None, ~pl.col("item").is_in(list(items))),
        (
            "app_operation_above_price", "app_operation_nok", "app_operation", "price",
            pl.col("app_operation") > pl.col("price"),
        ),
        ("ends_before_start", "valid_to", "valid_to", "valid_from", pl.col("valid_to") <= pl.col("valid_from")),
    )  # fmt: skip
    problems: list[Problem] = []
    good = frame
    for code, column, value, detail, test in tests:
        for line in good.filter(test).iter_rows(named=True):
            found = Problem(code=code, row=line["row"], column=column, value=_said(line[value]))
            problems.append(found | {"detail": _said(line[detail])} if detail else found)
        good = good.filter(~test.fill_null(value=False))
    return [*problems, *_overlaps(good)]


def _said(value: object) -> str:
    """A price in kroner, a day or a text as a problem shows it."""
    return f"{Decimal(value) / PRICE:f}" if isinstance(value, int) else str(value)


def _overlaps(frame: pl.DataFrame) -> Iterator[Problem]:
    """A problem for each price that begins before an earlier one of the same agency, item and variant has ended."""
    key = ["agency", "item", "variant"]
    last_day = pl.col("valid_to").fill_null(date.max)
    ordered = frame.sort(*key, "valid_from", "row", nulls_last=False).with_columns(
        before=last_day.cum_max().shift(1).over(key), other=pl.col("row").shift(1).over(key)
    )
    for row in ordered.filter(pl.col("before") > pl.col("valid_from")).iter_rows(named=True):
        yield Problem(
            code="price_overlap",
            row=row["row"],
            column="valid_from",
            value=f"{row['item']} {row['variant']}".strip(),
            detail=str(row["other"]),
        )
