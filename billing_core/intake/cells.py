"""One cell at a time: text to value, or the fault it has. Plain functions, called once for each distinct text.

`mark` is the column's thousands mark and `order` its order of day and month in dates with slashes, both decided from
all of the column's values (marks.py).
"""

import datetime
import re
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import polars as pl

from billing_core.base import money
from billing_core.base.folding import ODD, fold, tidy
from billing_core.base.problems import Code
from billing_core.base.tables import Column, Kind
from billing_core.readers import limits
from billing_core.readers.sheet import MEASURELESS, UNCALCULATED

Order = Literal["dmy", "mdy"]
Value = str | int | bool | datetime.date


class Fault(NamedTuple):
    """Why a cell cannot be read: a problem code, and what fills its {detail}."""

    code: Code
    detail: str = ""


class Empty(NamedTuple):
    """A cell that stands for no value, and the notice that says so."""

    code: Code


class Number(NamedTuple):
    """A decimal number as written: its sign, and its digits before and after the mark, without trailing zeros."""

    negative: bool
    whole: str
    fraction: str


Parser = Callable[[str], Value | Fault | Empty]

SPACES = " \u00a0\u202f\u2009'\u2019"
_PLAIN = re.compile(r"([+-]?)([0-9]*)(?:[.,]([0-9]*))?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?P<by>[" + SPACES + r"])[0-9]{3}((?P=by)[0-9]{3})*([.,][0-9]*)?")
_MONTH = re.compile(r"([0-9]{4})[-M/]?([0-9]{2})")
_MONTH_FIRST = re.compile(r"([0-9]{1,2})[./-]([0-9]{4})")
_CLOCK = r"[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]+)?)?(?:\s*[AaPp][Mm])?"
_TIME = r"(?:[T ]+" + _CLOCK + r"\s*(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
_ISO = re.compile(r"([0-9]{4})(?P<by>[-/])([0-9]{1,2})(?P=by)([0-9]{1,2})" + _TIME)
_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DOTTED = re.compile(r"([0-9]{1,2})(?P<by>[.-])([0-9]{1,2})(?P=by)([0-9]{4})\.?" + _TIME)
_WORDED = re.compile(r"(?:[a-zæøå]+ )?([0-9]{1,2})\.? ([a-zæøå]{3,9})\.? ([0-9]{4})" + _TIME.casefold())
_SHORT_YEAR = re.compile(
    r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2}" + _TIME + r"|[0-9]{1,2}\.? [a-zæøå]{3,9}\.? [0-9]{2}"
)
SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})" + _TIME)
_NAMED_MONTH = re.compile(r"([a-zæøå]{3,9})\.?[ .-]?([0-9]{4})")
_SHORT_MONTH = re.compile(r"([a-zæøå]{3,9})\.?[ .-]?[0-9]{2}|[0-9]{1,2}[./-][0-9]{2}")
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
_TRUE = frozenset(("true", "ja", "1", "sann", "sant", "yes", "x", "j"))
_FALSE = frozenset(("false", "nei", "0", "usann", "usant", "no", "n"))

PLACEHOLDERS = frozenset(
    [
        "#n/a",
        "#i/t",
        "#ref!",
        "#verdi!",
        "#value!",
        "#navn?",
        "#name?",
        "#div/0!",
        "#null!",
        "null",
        "none",
        "nan",
        "n/a",
        "-",
        "–",
        "—",
        ".",
        "?",
        "ukjent",
        "unknown",
        "(tom)",
        "(blank)",
        "mangler",
        "ingen",
    ]
)
"""What stands where there is no value, folded (contract, section 1)."""

ERROR_VALUES = frozenset(word for word in PLACEHOLDERS if word.startswith("#"))
"""The placeholders that a spreadsheet writes where a formula failed."""

_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?e\+[0-9]+", re.IGNORECASE)
_SENTINELS = frozenset(
    ["0001-01-01", "1601-01-01", "1899-12-30", "1899-12-31", "1900-01-00", "1900-01-01", "1970-01-01", "9999-12-31"]
)

_ODD_TEXT = "(?i)^(?:" + "|".join(sorted(map(re.escape, PLACEHOLDERS), reverse=True)) + r"|0)$|e\+|" + ODD
_NO_VALUES = [*PLACEHOLDERS, "0"]


def odd_texts(texts: pl.Series, *, small: bool) -> pl.Series:
    """The distinct texts of a column that may be other than they are written (`id_value`, `text_value`).

    `small`: whether all are (`folding.all_small`), so that only what stands for no value may.
    """
    odd = texts.is_in(_NO_VALUES) if small else texts.str.contains(_ODD_TEXT)
    return texts.filter(odd).unique()


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


def date(text: str, order: Order | None = None) -> datetime.date | Fault | Empty:
    """A day: ISO, dd.mm.yyyy or in words, with or without a time (which is dropped), or with slashes in `order`."""
    plain = _spaced(text)
    if found := _ISO.fullmatch(plain):
        year, month_, day = found[1], found[3], found[4]
    elif found := _DIGITS.fullmatch(plain):
        year, month_, day = found[1], found[2], found[3]
    elif found := _DOTTED.fullmatch(plain):
        day, month_, year = found[1], found[3], found[4]
    elif (found := _WORDED.fullmatch(plain.casefold())) and found[2] in _MONTH_NAMES:
        day, month_, year = found[1], str(_MONTH_NAMES[found[2]]), found[3]
    elif found := SLASHED.fullmatch(plain):
        if order is None and found[1] != found[2]:
            return Fault("ambiguous_date")
        (day, month_), year = (found[2], found[1]) if order == "mdy" else (found[1], found[2]), found[3]
    else:
        return Fault("two_digit_year" if _SHORT_YEAR.fullmatch(plain.casefold()) else "not_a_date")
    if f"{year}-{month_:0>2}-{day:0>2}" in _SENTINELS:
        return Empty("sentinel_date")
    try:
        return datetime.date(int(year), int(month_), int(day))
    except ValueError:
        return Fault("not_a_date")


def month(text: str, order: Order | None = None) -> str | Fault:
    """A month as YYYY-MM, from that form, a date, or how people and spreadsheets write one (`okt. 2026`, `10/2026`)."""
    plain = _spaced(text)
    if found := _MONTH.fullmatch(plain):
        year, number_ = int(found[1]), int(found[2])
    elif found := _MONTH_FIRST.fullmatch(plain):
        year, number_ = int(found[2]), int(found[1])
    elif (found := _NAMED_MONTH.fullmatch(plain.casefold())) and found[1] in _MONTH_NAMES:
        year, number_ = int(found[2]), _MONTH_NAMES[found[1]]
    elif _SHORT_MONTH.fullmatch(plain.casefold()):
        return Fault("two_digit_year")
    else:
        day = date(plain, order)
        if isinstance(day, datetime.date):
            return day.isoformat()[:7]
        return day if isinstance(day, Fault) and day.code != "not_a_date" else Fault("not_a_month")
    if not (1 <= number_ <= 12 and year >= 1):
        return Fault("not_a_month")
    return f"{year:04}-{number_:02}"


def _spaced(text: str) -> str:
    """A text with plain spaces; without the word before a clock (`kl.`)."""
    return tidy(text).replace(" kl. ", " ").replace(" kl ", " ")


def flag(text: str) -> bool | Fault:
    """True or false in either language."""
    word = fold(text)
    if word in _TRUE:
        return True
    return False if word in _FALSE else Fault("not_a_flag")


def code_parser(choices: Sequence[tuple[str, str]]) -> Callable[[str], Value | Fault]:
    """A parser of one of `choices`: the English code or the Norwegian word, in any letter case."""
    known = {_code(word): english for english, norwegian in choices for word in (english, norwegian)}
    allowed = ", ".join(f"{n} ({e})" if n != e else e for e, n in choices)

    def parse(text: str) -> Value | Fault:
        return known.get(_code(text)) or Fault("unknown_code", allowed)

    return parse


def _code(text: str) -> str:
    return fold(text.replace("_", " ").replace("-", " "))


def text_value(text: str) -> str:
    """Free text without the spaces around it."""
    return text.strip()


def id_value(text: str) -> str | Fault | Empty:
    """An id in the one spelling of those that differ in spaces or composition (letter case: see ids.py)."""
    plain = tidy(text)
    if plain == "0":
        return Empty("placeholder")
    return Fault("scientific_id") if _SCIENTIFIC.fullmatch(plain) else plain


def guarded(parse: Parser) -> Parser:
    """`parse`, after what any cell may be: no calculated value, too long, or a placeholder for no value."""

    def guard(text: str) -> Value | Fault | Empty:
        if text == UNCALCULATED:
            return Fault("formula_without_value")
        if text == MEASURELESS or len(text.strip()) > limits.TEXT_CHARACTERS:
            return Fault("too_long", str(limits.TEXT_CHARACTERS))
        word = fold(text)
        if word in PLACEHOLDERS:
            return Empty("error_value" if word in ERROR_VALUES else "placeholder")
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
        "id": id_value,
    }
    return guarded(parsers[column.kind])
