"""From a decided charge to a charge line: which price, what amount, and how sure it is (contract, sections 2, 4, 5)."""

from decimal import Decimal

import narwhals as nw
import polars as pl

from billing_core.base.model import EXEMPT_RULE, FREE_RULE, LINE_SCHEMA
from billing_core.base.money import amount, amount_of_one, too_large
from billing_core.law.policy import Terms
from billing_core.law.prices import QUESTION
from billing_core.rules.charges import Lazy
from billing_core.rules.office365 import LICENCE

FUNDING = nw.col("funding")
UNDECIDED = FUNDING == "undecided"
FRAMEWORK = FUNDING == "framework"
FREE = nw.col("rule") == FREE_RULE
EXEMPT = nw.col("rule") == EXEMPT_RULE
OWN = ~nw.col("own_price").is_null()
ALLOCATED = ~nw.col("allocated").is_null()
AGREED = (nw.col("price_from") == "agreement").fill_null(False)
PASS_THROUGH = nw.col("basis") == "pass_through"
PRICE = nw.col("unit_price")

WHOLE: dict[str, pl.DataType] = {
    "unit_price": pl.Int64(),
    "amount": pl.Int64(),
    "covered": pl.Int64(),
    "oversized": pl.Boolean(),
}
"""What a priced charge has in whole numbers, beside the line's other columns."""

LINE = tuple(name for name in LINE_SCHEMA if not name.endswith("_nok"))


def priced(charges: Lazy, answers: Lazy, terms: Terms, single: bool) -> Lazy:
    """Charges (CHARGE columns) with `unit_price` (ten-thousandths of NOK), amounts (øre), status and source.

    `answers` holds the price in force for each (period, agency, item, variant); see `Prices.answers`.
    `single`: every quantity is one.
    """
    found = charges.join(answers, on=list(QUESTION), how="left")
    listed = (
        nw.when(nw.col("basis") == "consumption")
        .then(nw.col("price") - nw.col("app_operation"))
        .otherwise(nw.col("price"))
    )
    if terms.exempt_price == "agreement_only":
        listed = nw.when(~EXEMPT).then(listed)
    price = nw.when(OWN).then(nw.col("own_price")).when(AGREED & ~PASS_THROUGH).then(nw.col("price"))
    price = price.when(~PASS_THROUGH).then(listed)
    found = found.with_columns(unit_price=nw.when(~FREE & ~UNDECIDED & ~ALLOCATED).then(price))
    if terms.replacing_licence == "difference":
        found = _less_replaced(found, answers)
    return _with_amounts(found, single).select(*LINE, *WHOLE)


def _less_replaced(lines: Lazy, answers: Lazy) -> Lazy:
    """Reading `difference`: an account's dearest licence in place of a standard one is reduced by its price."""
    standard = answers.filter(nw.col("item") == LICENCE).select(
        "period", "agency", nw.col("variant").alias("replaces"), nw.col("price").alias("standard_price")
    )
    account = ["period", "agency", "holder", "replaces"]
    # An account has a SKU once a month, so that of two at one price the first by SKU is a single row.
    dearest = (
        lines.filter(~nw.col("replaces").is_null() & ~PRICE.is_null())
        .with_columns(down=-PRICE)
        .with_columns(place=nw.col("variant").cum_count().over(*account, order_by=["down", "variant"]))
        .filter(nw.col("place") == 1)
        .select(*account, "variant", in_place=nw.lit(True))
    )
    found = lines.join(dearest, on=[*account, "variant"], how="left").join(
        standard, on=["period", "agency", "replaces"], how="left"
    )
    less = PRICE - nw.col("standard_price").fill_null(0)
    reduced = nw.when(less < 0).then(nw.lit(0)).otherwise(less)
    return found.with_columns(unit_price=nw.when(nw.col("in_place")).then(reduced).otherwise(PRICE))


def _with_amounts(lines: Lazy, single: bool) -> Lazy:
    zero = nw.lit(0, dtype=nw.Int64)
    quantity = nw.col("quantity")
    if single:
        lines = lines.with_columns(oversized=nw.lit(False), value=amount_of_one(PRICE))
    else:
        lines = lines.with_columns(oversized=too_large(quantity, PRICE).fill_null(False))
        lines = lines.with_columns(value=amount(quantity, nw.when(~nw.col("oversized")).then(PRICE)))
    value = nw.when(ALLOCATED).then(nw.col("allocated")).otherwise(nw.col("value"))
    source = nw.when(OWN).then(nw.col("own_source")).otherwise(nw.col("source"))
    return lines.with_columns(
        amount=nw.when(FRAMEWORK).then(zero).when(~UNDECIDED).then(value),
        covered=nw.when(FREE).then(zero).when(FRAMEWORK).then(value).when(~UNDECIDED).then(zero),
        price_status=_status(),
        price_source=nw.when(~PRICE.is_null()).then(source),
    )


def _status() -> nw.Expr:
    by_agreement = nw.when(nw.col("basis") == "agreement").then(nw.lit("by_agreement")).otherwise(nw.lit("missing"))
    stands_in = EXEMPT | (nw.col("basis") == "allocation")
    return (
        nw.when(UNDECIDED)
        .then(nw.lit("undecided"))
        .when(FRAMEWORK)
        .then(nw.lit("not_charged"))
        .when(ALLOCATED)
        .then(nw.lit("allocated"))
        .when(PRICE.is_null())
        .then(by_agreement)
        .when(nw.col("estimated"))
        .then(nw.lit("estimate"))
        .when(PASS_THROUGH)
        .then(nw.lit("pass_through"))
        .when(OWN | AGREED)
        .then(nw.lit("agreed"))
        .when(stands_in)
        .then(nw.lit("estimate"))
        .otherwise(nw.lit("priced"))
    )


def presented(lines: Lazy) -> Lazy:
    """Lines in LINE_SCHEMA: whole numbers of a fixed scale become exact decimals."""
    columns = {
        "quantity": _decimal("quantity", 6),
        "unit_price_nok": _decimal("unit_price", 4),
        "amount_nok": _decimal("amount", 2),
        "covered_nok": _decimal("covered", 2),
    }
    return lines.select(*(columns.get(name, nw.col(name)).alias(name) for name in LINE_SCHEMA))


def _decimal(column: str, digits: int) -> nw.Expr:
    # A whole number times a decimal of that scale is exact on every engine; a division need not be.
    exact = nw.col(column).cast(nw.Decimal(18, 0)) * nw.lit(Decimal(1).scaleb(-digits))
    return exact.cast(nw.Decimal(18, digits))
