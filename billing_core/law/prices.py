"""Prices and agreements: dated, checked for overlap, found by the longest variant (contract, section 2)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

import polars as pl

from billing_core.base.errors import PriceListError
from billing_core.base.money import MAX_PRICE, PRICE, scaled
from billing_core.base.problems import Code, Problem, problem_frame

LIST_COLUMNS = ("item", "variant", "price_nok", "app_operation_nok", "valid_from", "valid_to", "source", "status")
AGREEMENT_COLUMNS = ("agency", "item", "variant", "price_nok", "valid_from", "valid_to", "reference")
_DIGITS = 20
"""No price has more digits before its decimal mark."""

STATUSES = ("illustrative", "confirmed")

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


def price_list(rows: Iterable[Mapping[str, str]], name: str, items: Iterable[str]) -> pl.DataFrame:
    """A checked price list from text rows in LIST_COLUMNS; `items` are the codes a price may carry.

    PriceListError if a row is faulty or two prices for one item and variant overlap: it then holds every problem.
    """
    return _checked(rows, name, frozenset(items), LIST_COLUMNS, ("item", "price_nok", "valid_from", "status"))


def agreements(rows: Iterable[Mapping[str, str]], name: str, items: Iterable[str]) -> pl.DataFrame:
    """Checked agreements from text rows in AGREEMENT_COLUMNS. PriceListError as for `price_list`."""
    return _checked(rows, name, frozenset(items), AGREEMENT_COLUMNS, ("agency", "item", "price_nok", "valid_from"))


class _FaultError(ValueError):
    def __init__(self, code: Code, column: str, value: str, detail: str | None = None) -> None:
        super().__init__(code)
        self.problem = Problem(code=code, column=column, value=value, detail=detail)


def _checked(
    rows: Iterable[Mapping[str, str]],
    name: str,
    items: frozenset[str],
    columns: tuple[str, ...],
    required: tuple[str, ...],
) -> pl.DataFrame:
    table = "agreements" if "agency" in columns else "prices"
    problems: list[Problem] = []
    good = []
    # Row 1 is the header, as the user's own program counts.
    for number, cells in enumerate(rows, start=2):
        try:
            good.append(_price_row(number, cells, items, required))
        except _FaultError as fault:
            problems.append(fault.problem | {"row": number})
    frame = pl.DataFrame(good, schema=_SCHEMA, orient="row")
    problems += _overlaps(frame)
    if problems:
        place: Problem = {"severity": "refused", "table": table, "file": name}
        raise PriceListError(
            f"{name} is refused",
            problem_frame(p | place for p in problems),
        )
    return frame


def _price_row(
    number: int, cells: Mapping[str, str], items: frozenset[str], required: tuple[str, ...]
) -> tuple[object, ...]:
    row = {key: (value or "").strip() for key, value in cells.items()}
    for key in required:
        if not row.get(key):
            raise _FaultError("missing_value", key, "")
    if row["item"] not in items:
        raise _FaultError("unknown_item", "item", row["item"])
    price, part = _money(row, "price_nok"), _money(row, "app_operation_nok")
    if part is not None and price is not None and part > price:
        raise _FaultError("app_operation_above_price", "app_operation_nok", row["app_operation_nok"], row["price_nok"])
    start, end = _day(row, "valid_from"), _day(row, "valid_to")
    if start and end and end <= start:
        raise _FaultError("ends_before_start", "valid_to", row["valid_to"], row["valid_from"])
    status = row.get("status", "")
    if "status" in required and status not in STATUSES:
        raise _FaultError("unknown_code", "status", status, ", ".join(STATUSES))
    source = row.get("source") or row.get("reference")
    variant = row.get("variant", "").rstrip("/")
    return number, row.get("agency"), row["item"], variant, price, part, start, end, source, status or "confirmed"


def _money(row: Mapping[str, str], key: str) -> int | None:
    text = row.get(key, "")
    if not text:
        return None
    try:
        number = Decimal(text.replace(" ", "").replace(",", "."))
    except InvalidOperation as error:
        raise _FaultError("not_a_number", key, text) from error
    if not number.is_finite():
        raise _FaultError("not_a_number", key, text)
    if number.adjusted() > _DIGITS:
        # Written out it could have a million digits.
        raise _FaultError("too_large", key, text, str(MAX_PRICE // PRICE))
    try:
        value = scaled(number, PRICE)
    except ValueError as error:
        raise _FaultError("too_many_decimals", key, text, "4") from error
    if value < 0:
        raise _FaultError("negative", key, text)
    if value > MAX_PRICE:
        raise _FaultError("too_large", key, text, str(MAX_PRICE // PRICE))
    return value


def _day(row: Mapping[str, str], key: str) -> date | None:
    text = row.get(key, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise _FaultError("not_a_date", key, text) from error


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
