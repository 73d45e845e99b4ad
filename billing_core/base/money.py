"""Exact amounts in 64-bit integers of a fixed scale, and the one place where a number is rounded.

quantity  millionths          (input has at most three decimals; servers x GB of memory has six)
price     ten-thousandths of a krone
amount    øre

No binary floats take part in an amount. A float serves only to see that a product would not fit.
"""

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

import narwhals as nw
import polars as pl

QUANTITY = 1_000_000
PRICE = 10_000
ORE = 100
_WHOLE = QUANTITY * PRICE // ORE  # one øre in quantity x price units: 10^8

MAX_QUANTITY = 1_000_000_000 * QUANTITY
"""The largest quantity of a row (contract, section 1), in millionths."""

MAX_PRICE = 10_000_000_000 * PRICE
"""The largest unit price or cost read: ten billion kroner, in ten-thousandths. Ours: nothing real comes near."""

MAX_AMOUNT = 10**17
"""The largest amount of a line in øre. A row beyond it is refused, so that no product wraps around."""


def scaled(value: Decimal, scale: int) -> int:
    """`value` x `scale` as a whole number. ValueError if `value` has more decimals than `scale` keeps."""
    result = value * scale
    if result != result.to_integral_value():
        raise ValueError(f"{value} has more decimals than 1/{scale} keeps")
    return int(result)


_EXACT = Context(prec=400)
"""Digits enough that only the digits asked for are ever lost."""


def rounded(value: Decimal, decimals: int = 2) -> Decimal:
    """`value` to `decimals` decimals, half away from zero."""
    return value.quantize(_unit(decimals), ROUND_HALF_UP, _EXACT)


@lru_cache(maxsize=32)
def _unit(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def nearest(value: Fraction) -> int:
    """The whole number nearest an exact one, half away from zero."""
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return -size if value < 0 else size


def kroner(ore: int) -> Decimal:
    """Whole øre as kroner, exact."""
    return Decimal(ore).scaleb(-2, _EXACT)


def _div(value: nw.Expr, by: int) -> nw.Expr:
    # The remainder is taken off first: the division is then exact on every engine, also one that divides in doubles.
    return (value - value % by) // by


def too_large(quantity: nw.Expr, price: nw.Expr) -> nw.Expr:
    """True where quantity x price exceeds MAX_AMOUNT. Empty where either is empty."""
    return quantity.abs().cast(nw.Float64) * price.abs().cast(nw.Float64) > float(MAX_AMOUNT * _WHOLE)


def amount(quantity: nw.Expr, price: nw.Expr) -> nw.Expr:
    """quantity (millionths) x unit price (ten-thousandths) in øre, rounded once, half away from zero.

    Empty where either is empty. The operands are split so that no intermediate product leaves 64 bits as long as the
    amount is within MAX_AMOUNT; the caller refuses the rest (`too_large`).
    """
    q, p = quantity.abs(), price.abs()
    whole_p, part_p = _div(p, _WHOLE), p % _WHOLE
    whole_q, part_q = _div(q, _WHOLE), q % _WHOLE
    rounded = _div(part_q * part_p + _WHOLE // 2, _WHOLE)
    size = q * whole_p + whole_q * part_p + rounded
    return nw.when((quantity < 0) != (price < 0)).then(-size).otherwise(size)


def amount_of_one(price: nw.Expr) -> nw.Expr:
    """`amount` for a quantity of one: the unit price itself, rounded to øre."""
    size = _div(price.abs() + PRICE // ORE // 2, PRICE // ORE)
    return nw.when(price < 0).then(-size).otherwise(size)


def changed_by(column: str, percent: Decimal, step: int = 1) -> pl.Expr:
    """A whole-number column changed by a percentage, to whole steps, half away from zero; exact."""
    up, down = (1 + percent / 100).as_integer_ratio()
    wide, part, whole = (pl.col(column).cast(pl.Int128), *(pl.lit(n, dtype=pl.Int128) for n in (up, down * step)))
    return (proportion(wide, part, whole) * step).cast(pl.Int64)


def proportion(amount: pl.Expr, part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """amount x part ÷ whole in the amount's unit, rounded once, half away from zero; all Int128, whole above 0."""
    product = amount * part
    size = (product.abs() * 2 + whole) // (whole * 2)
    # `-size` is not known of Int128.
    return pl.when(product < 0).then(size * -1).otherwise(size)


def as_decimal(column: str, digits: int) -> pl.Expr:
    """A whole-number column of scale 10^`digits` as the exact decimal."""
    # A whole number times a decimal of that scale is exact.
    return (pl.col(column).cast(pl.Decimal(38, 0)) * pl.lit(Decimal(1).scaleb(-digits))).cast(pl.Decimal(38, digits))
