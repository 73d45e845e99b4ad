"""The one place where a number or a date becomes text, and where typed text becomes a number.

Numbers are written the Norwegian way in both languages, so that `2,5` means the same on every screen.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

from babel.dates import format_date
from babel.numbers import format_decimal

from billing_core.base.money import rounded
from billing_core.base.months import first_day
from pages._ui.base.plain import Text
from pages._ui.base.text import language, t

SPACE = "\u00a0"
_NUMBERS = "nb_NO"
_DATES = {"nb": "nb_NO", "en": "en_GB"}
_THOUSANDS = re.compile(r"[ \u00a0\u2009\u202f']")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


class NotUnderstood(ValueError):  # noqa: N818  (what it says, not what went wrong with us)
    """Typed text that is no number, or one out of range; its text says why, in the user's language."""


def number(value: Decimal | float | int | None, decimals: int | None = None) -> str:
    """`1 234 567,5`; with `decimals` always that many, else as many as the value has, at most six. None is `–`."""
    if value is None:
        return "–"
    pattern = "#,##0.######"
    if decimals is not None:
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        value = rounded(Decimal(str(value)), decimals)
    return format_decimal(value, pattern, locale=_NUMBERS).replace("\u202f", SPACE)


def kroner(value: Decimal | float | int | None, decimals: int = 2) -> str:
    """`kr 1 234 567,50` with no-break spaces. None is the word for unknown: unknown is not zero."""
    if value is None:
        return t("ui.unknown")
    sign, size = ("\u2212", -value) if value < 0 else ("", value)
    return f"{sign}kr{SPACE}{number(size, decimals)}"


def whole_kroner(value: Decimal | float | int | None) -> str:
    """Kroner without øre, for the labels of a chart."""
    return kroner(value, 0)


def change(value: Decimal | None, decimals: int = 2) -> str:
    """Kroner with a plus where it is more."""
    return ("+" if value and value > 0 else "") + kroner(value, decimals)


def percent(share: Decimal | float | None, decimals: int = 1) -> str:
    """`26,3 %` of a share between 0 and 1."""
    return "–" if share is None else f"{number(Decimal(str(share)) * 100, decimals)}{SPACE}%"


def month(period: str | None) -> str:
    """`okt. 2026` of "2026-10"."""
    if not period:
        return "–"
    return format_date(first_day(period), "MMM y", locale=_DATES[language()]).replace(" ", SPACE)


def month_name(period: str) -> str:
    """`oktober 2026` of "2026-10"."""
    return format_date(first_day(period), "MMMM y", locale=_DATES[language()])


def listed_month(period: str) -> str:
    """`oktober 2026 (2026-10)`: a month as lists have it, found by its name, the short one and its number."""
    return f"{month_name(period)} ({period})"


def day(value: date | None) -> str:
    """`31. okt. 2026`."""
    return "–" if value is None else format_date(value, "medium", locale=_DATES[language()]).replace(" ", SPACE)


def typed_number(written: str, low: Decimal | int, high: Decimal | int, decimals: int = 2) -> Decimal:
    """The number a person typed: comma or point before the decimals, spaces between thousands.

    NotUnderstood if it is no number, has more decimals than `decimals`, or is not between `low` and `high`.
    """
    bare = _THOUSANDS.sub("", written).replace("\u2212", "-").removeprefix("kr").removesuffix("%")
    if not _NUMBER.fullmatch(bare):
        raise NotUnderstood(t("ui.number_not_understood", written=written))
    try:
        value = Decimal(bare.replace(",", "."))
    except InvalidOperation as error:
        raise NotUnderstood(t("ui.number_not_understood", written=written)) from error
    if not low <= value <= high:
        raise NotUnderstood(t("ui.number_out_of_range", value=number(value), low=number(low), high=number(high)))
    if value != rounded(value, decimals):
        raise NotUnderstood(t("ui.number_too_many_decimals", value=number(value), decimals=decimals))
    return value


def counted(key: str, count: int, **values: object) -> Text:
    """The text of `key` with {count}; that of `<key>_one` where it is one."""
    return t(f"{key}_one" if count == 1 else key, count=number(count), **values)


KINDS: dict[str, Callable[..., str]] = {
    "kroner": kroner,
    "price": lambda value: kroner(value, 2 if value is None or value == rounded(value) else 4),
    "unit_price": lambda value: "–" if value is None else KINDS["price"](value),
    "number": number,
    "percent": percent,
    "month": month,
    "day": day,
}
"""How a column of a table is written, by kind; a column without a kind is text."""
