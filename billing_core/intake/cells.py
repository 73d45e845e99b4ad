"""One cell at a time: text to value, or the fault it has. Plain functions, called once for each distinct text.

`mark` is the column's thousands mark and `order` its order of day and month in dates with slashes, both decided from
all of the column's values (marks.py).
"""

import datetime
import re
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from billing_core.base import money
from billing_core.base.tables import Column, Kind
from billing_core.intake import limits
from billing_core.intake.sheet import MEASURELESS, UNCALCULATED, fold

Order = Literal["dmy", "mdy"]
Value = str | int | bool | datetime.date


class Fault(NamedTuple):
    """Why a cell cannot be read: a problem code, and what fills its {detail}."""

    code: str
    detail: str = ""


class Number(NamedTuple):
    """A decimal number as written: its sign, and its digits before and after the mark, without trailing zeros."""

    negative: bool
    whole: str
    fraction: str


Parser = Callable[[str], Value | Fault]

SPACES = " \u00a0\u202f\u2009'\u2019"
_PLAIN = re.compile(r"([+-]?)([0-9]*)(?:[.,]([0-9]*))?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?P<by>[" + SPACES + r"])[0-9]{3}((?P=by)[0-9]{3})*([.,][0-9]*)?")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_CLOCK = r"[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]+)?)?(?:\s*[AaPp][Mm])?"
_TIME = r"(?:[T ]+" + _CLOCK + r"\s*(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})" + _TIME)
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})" + _TIME)
SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})" + _TIME)
_NAMED_MONTH = re.compile(r"([a-zæøå]{3,9})\.?[ .-]?([0-9]{4}|[0-9]{2})")
_MONTH_NAMES = {
    name: number
    for names in (
        "jan feb mar apr mai jun jul aug sep okt nov des",
        "jan feb mar apr may jun jul aug sept oct nov dec",
        "januar februar mars april mai juni juli august september oktober november desember",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), 1)
}
_TRUE = frozenset(("true", "ja", "1", "sann", "yes"))
_FALSE = frozenset(("false", "nei", "0", "usann", "no"))


def number(text: str, mark: str = "") -> Number | Fault:
    """A decimal number: point or comma, groups of three parted by spaces, apostrophes or `mark`, any minus sign."""
    plain = text.strip().replace("\u2212", "-")
    if mark and mark in plain:
        groups = plain.replace(mark, "\u00a0")
        plain = groups if _GROUPED.fullmatch(groups) else "?"
    if any(space in plain for space in SPACES):
        plain = re.sub(f"[{SPACES}]", "", plain) if _GROUPED.fullmatch(plain) else "?"
    found = _PLAIN.fullmatch(plain)
    if not found or not (found[2] or found[3]):
        return Fault("not_a_number")
    whole, fraction = found[2].lstrip("0"), (found[3] or "").rstrip("0")
    return Number(found[1] == "-" and bool(whole or fraction), whole, fraction)


def scaled(text: str, mark: str, *, signed: bool, decimals: int, digits: int, largest: int) -> int | Fault:
    """A number as a whole one of scale 10^`digits`; a fault if negative, too finely divided or above `largest`."""
    found = number(text, mark)
    if isinstance(found, Fault):
        return found
    if found.negative and not signed:
        return Fault("negative")
    if len(found.fraction) > decimals:
        return Fault("too_many_decimals", str(decimals))
    size = int((found.whole + found.fraction.ljust(digits, "0")) or "0")
    if size > largest:
        return Fault("too_large", str(largest // 10**digits))
    return -size if found.negative else size


def count(text: str, mark: str) -> int | Fault:
    """A whole number from 0 to the largest quantity."""
    size = scaled(text, mark, signed=False, decimals=limits.TEXT_CHARACTERS, digits=0, largest=10**9)
    found = number(text, mark)
    if isinstance(found, Number) and found.fraction and not found.negative:
        return Fault("not_whole")
    return size


def date(text: str, order: Order | None = None) -> datetime.date | Fault:
    """A day: ISO or dd.mm.yyyy, with or without a time (which is dropped), or with slashes in the column's order."""
    plain = text.strip()
    if found := _ISO.fullmatch(plain):
        year, month_, day = found[1], found[2], found[3]
    elif found := _DOTTED.fullmatch(plain):
        day, month_, year = found[1], found[2], found[3]
    elif found := SLASHED.fullmatch(plain):
        if order is None and found[1] != found[2]:
            return Fault("ambiguous_date")
        (day, month_), year = (found[2], found[1]) if order == "mdy" else (found[1], found[2]), found[3]
    else:
        return Fault("not_a_date")
    try:
        return datetime.date(int(year), int(month_), int(day))
    except ValueError:
        return Fault("not_a_date")


def month(text: str, order: Order | None = None) -> str | Fault:
    """A month as YYYY-MM, from that form, a date, or what a spreadsheet makes of it (`jan.26`)."""
    plain = text.strip()
    if found := _MONTH.fullmatch(plain):
        year, number_ = int(found[1]), int(found[2])
    elif (found := _NAMED_MONTH.fullmatch(plain.casefold())) and found[1] in _MONTH_NAMES:
        year, number_ = int(found[2]) + (2000 if len(found[2]) == 2 else 0), _MONTH_NAMES[found[1]]
    else:
        day = date(plain, order)
        if isinstance(day, Fault):
            return day if day.code == "ambiguous_date" else Fault("not_a_month")
        return day.isoformat()[:7]
    if not (1 <= number_ <= 12 and year >= 1):
        return Fault("not_a_month")
    return f"{year:04}-{number_:02}"


def flag(text: str) -> bool | Fault:
    """True or false in either language."""
    word = fold(text)
    if word in _TRUE:
        return True
    return False if word in _FALSE else Fault("not_a_flag")


def code_parser(choices: Sequence[tuple[str, str]]) -> Parser:
    """A parser of one of `choices`: the English code or the Norwegian word, in any letter case."""
    known = {_code(word): english for english, norwegian in choices for word in (english, norwegian)}
    allowed = ", ".join(f"{n} ({e})" if n != e else e for e, n in choices)

    def parse(text: str) -> Value | Fault:
        return known.get(_code(text)) or Fault("unknown_code", allowed)

    return parse


def _code(text: str) -> str:
    return fold(text.replace("_", " ").replace("-", " "))


def text_value(text: str) -> str | Fault:
    """Free text without the spaces around it."""
    return text.strip()


def guarded(parse: Parser) -> Parser:
    """`parse`, after what makes any cell unreadable: no calculated value, or too long."""

    def guard(text: str) -> Value | Fault:
        if text == UNCALCULATED:
            return Fault("formula_without_value")
        if text == MEASURELESS or len(text.strip()) > limits.TEXT_CHARACTERS:
            return Fault("too_long", str(limits.TEXT_CHARACTERS))
        return parse(text)

    return guard


def parser(column: Column, mark: str = "", order: Order | None = None) -> Parser:
    """The parser of a column of the register, but for agency and SKU, which need what the caller knows."""
    signed = column.signed
    parsers: dict[Kind, Parser] = {
        "month": lambda text: month(text, order),
        "date": lambda text: date(text, order),
        "flag": flag,
        "code": code_parser(column.choices),
        "count": lambda text: count(text, mark),
        "quantity": lambda t: scaled(t, mark, signed=signed, decimals=3, digits=6, largest=money.MAX_QUANTITY),
        "money": lambda t: scaled(t, mark, signed=signed, decimals=4, digits=4, largest=money.MAX_PRICE),
        "text": text_value,
    }
    return guarded(parsers[column.kind])
