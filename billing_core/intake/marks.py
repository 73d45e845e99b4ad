"""What a whole column says of how it is written: its thousands mark, and the order of day and month."""

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from billing_core.intake.cells import SLASHED, SPACES, Order

Mark = Literal[".", ","]
_GROUPS_ONLY = re.compile(r"[+-]?[1-9][0-9]{0,2}([.,])[0-9]{3}")


class Marks(NamedTuple):
    """A column's thousands mark ("" for none) and the texts that could be read either way.

    `refused` texts contradict the column's own decimal mark; `doubtful` ones are read as the contract says (a single
    point or comma is the decimal mark), but nothing in the column proves it.
    """

    thousands: str
    refused: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()


def number_marks(values: Iterable[str], decimal: Mark | None) -> Marks:
    """Decide from all distinct `values` of a column; `decimal` is the caller's word for it.

    A mark is for thousands where a value has it twice, or before the other mark. It is the decimal mark where other
    than three digits follow it, or a zero or more than three digits stand before it.
    """
    if decimal:
        return Marks("," if decimal == "." else ".")
    decimals: set[str] = set()
    thousands: set[str] = set()
    open_: dict[str, list[str]] = {".": [], ",": []}
    for value in values:
        plain = re.sub(f"[{SPACES}]", "", value.strip().replace("\u2212", "-"))
        found = re.findall("[.,]", plain)
        if len(set(found)) == 2:
            thousands.add(found[0])
            decimals.add(found[-1])
        elif len(found) > 1:
            thousands.add(found[0])
        elif found and _GROUPS_ONLY.fullmatch(plain):
            open_[found[0]].append(value)
        elif found:
            decimals.add(found[0])
    only = thousands - decimals
    mark = only.pop() if len(only) == 1 else ""
    refused: set[str] = set()
    doubtful: set[str] = set()
    for own, texts in open_.items():
        other = "," if own == "." else "."
        if own == mark or own in decimals:
            continue
        (refused if other in decimals else doubtful).update(texts)
    return Marks(mark, frozenset(refused), frozenset(doubtful))


def date_order(values: Iterable[str], order: Order | None) -> Order | None:
    """The order of day and month in dates with slashes, from all `values`; None where they do not tell."""
    if order:
        return order
    found = [match for value in values if (match := SLASHED.fullmatch(value.strip()))]
    day_first = any(int(match[1]) > 12 for match in found)
    month_first = any(int(match[2]) > 12 for match in found)
    # A time with AM or PM is American: nobody writes it after a day that comes first.
    month_first = month_first or (not day_first and any(match[0].casefold().endswith("m") for match in found))
    if day_first == month_first:
        return None
    return "dmy" if day_first else "mdy"
