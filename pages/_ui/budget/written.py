"""Assumptions as rows of a table that one edits, and back: Norwegian numbers, a note on each."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import ValidationError

from billing_core.base.months import month_before
from billing_core.planning.assumptions import Change, Own
from pages._ui.base.format import NotUnderstood, number, typed_number
from pages._ui.base.text import t

NAME = "page.budget"
_MOST = 10**12
CHANGES = ("service", "item", "from", "to", "quantity_pct", "price_pct", "note")
OWNS = ("name", "service", "from", "to", "amount_nok", "total_nok", "note")
"""The columns of each table."""

Row = Mapping[str, str | None]
Kind = TypeVar("Kind", Change, Own)


class NotYet(ValueError):  # noqa: N818  (what it says, not what went wrong with us)
    """A row that says too little or says what cannot be; its text says why, in the user's language."""


def change_rows(changes: Sequence[Change]) -> list[dict[str, str | None]]:
    """Changes as rows of CHANGES."""
    return [
        {
            "service": one.service,
            "item": one.item,
            "from": one.start,
            "to": one.end,
            "quantity_pct": _percent(one.quantity_pct),
            "price_pct": _percent(one.price_pct),
            "note": one.note or None,
        }
        for one in changes
    ]


def own_rows(lines: Sequence[Own]) -> list[dict[str, str | None]]:
    """Own lines as rows of OWNS."""
    return [
        {
            "name": one.name,
            "service": one.service or None,
            "from": one.month or one.start,
            "to": one.month or one.end,
            "amount_nok": None if one.amount_nok is None else number(one.amount_nok),
            "total_nok": None if one.total_nok is None else number(one.total_nok),
            "note": one.note or None,
        }
        for one in lines
    ]


def changes_of(rows: Sequence[Row]) -> tuple[Change, ...]:
    """The changes that rows say. NotYet names the first row that is amiss."""
    return tuple(_change(row, at) for at, row in enumerate(rows, 1))


def owns_of(rows: Sequence[Row]) -> tuple[Own, ...]:
    """The own lines that rows say. NotYet names the first row that is amiss."""
    return tuple(_own(row, at) for at, row in enumerate(rows, 1))


def _change(row: Row, at: int) -> Change:
    told = {name: row.get(name) or None for name in ("service", "item", "from", "to")}
    parts = {name: _number(row, name, at, (-100, 10_000), 4) for name in ("quantity_pct", "price_pct")}
    if not (told["service"] or told["item"]):
        raise NotYet(t(f"{NAME}.row_what", row=at))
    if not any(parts.values()):
        raise NotYet(t(f"{NAME}.row_percent", row=at))
    known = {name: value for name, value in parts.items() if value is not None}
    return _made(Change, told | known | {"note": _note(row, at)}, at)


def _own(row: Row, at: int) -> Own:
    start, end = row.get("from") or None, row.get("to") or row.get("from") or None
    amounts = {name: _number(row, name, at, (-_MOST, _MOST), 2) for name in ("amount_nok", "total_nok")}
    if not row.get("name"):
        raise NotYet(t(f"{NAME}.row_name", row=at))
    if not start:
        raise NotYet(t(f"{NAME}.row_month", row=at))
    if sum(amount is not None for amount in amounts.values()) != 1:
        raise NotYet(t(f"{NAME}.row_amount", row=at))
    told = {"name": row["name"], "service": row.get("service") or "", "from": start, "to": end}
    return _made(Own, told | amounts | {"note": row.get("note") or ""}, at)


def _made(kind: type[Kind], values: Mapping[str, Any], at: int) -> Kind:
    try:
        return kind.model_validate(dict(values))
    except ValidationError as error:
        start, end = values.get("from"), values.get("to")
        backwards = bool(start and end and end <= month_before(start))
        key = "row_backwards" if backwards else "row_wrong"
        raise NotYet(t(f"{NAME}.{key}", row=at)) from error


def _note(row: Row, at: int) -> str:
    if not (note := row.get("note")):
        raise NotYet(t(f"{NAME}.row_note", row=at))
    return note


def _number(row: Row, name: str, at: int, between: tuple[int, int], decimals: int) -> Decimal | None:
    if not (written := row.get(name)):
        return None
    try:
        return typed_number(written, *between, decimals)
    except NotUnderstood as error:
        raise NotYet(t(f"{NAME}.row_number", row=at, why=str(error))) from error


def _percent(value: Decimal) -> str | None:
    return number(value) if value else None
