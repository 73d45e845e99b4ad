"""What each kind of action asks for, as data: from it come the form, what stands in it, and the action in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing_core.scenario.actions import BaseAction
from billing_core.scenario.pickable import TABLES
from pages._ui.base.format import day, kroner, month, number
from pages._ui.base.plain import Text, bare, joined, plain
from pages._ui.base.text import code_word, item_name, sku_label, t

NAME = "page.simulate"

MOST_NAMED = 3
"""How many users, devices or places a line names of those that an action is narrowed to."""


@dataclass(frozen=True)
class Typed:
    """A number typed by a person, between `low` and `high`, with at most `decimals`; empty where it is not `needed`."""

    name: str
    low: Decimal | int
    high: Decimal | int
    decimals: int = 0
    needed: bool = False


@dataclass(frozen=True)
class Flag:
    """On or off."""

    name: str


@dataclass(frozen=True)
class Day:
    """A day, or none."""

    name: str


@dataclass(frozen=True)
class One:
    """One of `among`: codes, or the name of what the data and the catalogue have. Empty where it is not `needed`."""

    name: str
    among: tuple[str, ...] | str
    needed: bool = True


@dataclass(frozen=True)
class Many:
    """At least one of `among`."""

    name: str
    among: tuple[str, ...]


Field = Typed | Flag | Day | One | Many
PERCENT = Typed("percent", -100, 1000, 2, needed=True)
CONNECTIONS, OPERATED = ("redundant", "temporary", "dark_fibre"), ("application", "server", "database")

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "remove_deactivated": (Typed("over_days", 0, 3650), Flag("about_to_become_billable")),
    "replace_sku": (One("sku", "used_skus"), One("by", "skus")),
    "retire_support": (One("which", ("billed", "all")), Day("established_before"), Day("established_after")),
    "end_connections": (Many("which", CONNECTIONS),),
    "move_storage": (
        One("of", ("storage", "backup")),
        One("from_level", "levels", needed=False),
        One("from_disk", "disks", needed=False),
        One("to_level", "levels", needed=False),
        One("to_disk", "disks", needed=False),
    ),
    "change_service_level": (
        Many("of", OPERATED),
        One("from_level", "levels", needed=False),
        One("to_level", "levels"),
    ),
    "cut_workplace": (Typed("users", 1, 1_000_000), Typed("percent", Decimal("0.01"), 100, 2)),
    "change_quantity": (One("item", "items"), PERCENT),
    "change_price": (One("item", "items"), PERCENT),
}
"""The own fields of each kind that has any, in the order they are asked for."""

WORDS: Mapping[str, Callable[[str], str]] = {"items": item_name, "skus": sku_label, "used_skus": sku_label}
"""How a choice among what the data and the catalogue have is written; others are codes of the usage tables."""


def label(field: Field, kind: str) -> str:
    """What a field is called."""
    return t(f"{NAME}.field.{kind}.{field.name}")


def choice_name(field: One | Many, code: str) -> str:
    """What one of a field's choices is called; "" is no matter which."""
    if not code:
        return t(f"{NAME}.any")
    if isinstance(field.among, str):
        return WORDS.get(field.among, code_word)(code)
    return t(f"{NAME}.choice.{code}")


def written(field: Field, value: Any) -> str:
    """A field's value as text."""
    match field, value:
        case (One(), str()):
            return choice_name(field, value)
        case (Many(), tuple()):
            return ", ".join(choice_name(field, code) for code in value)
        case (_, date()):
            return day(value)
        case (_, bool()):
            return t(f"{NAME}.yes")
        case _:
            return number(value)


def said(action: BaseAction) -> Text:
    """What an action is set to, in a line: its fields that have a value, its narrowing, start and one-off cost."""
    values = [(field, getattr(action, field.name)) for field in FIELDS.get(action.kind, ())]
    given = [(field, value) for field, value in values if value is not None and value is not False]
    parts: list[str] = [f"{label(field, action.kind)}: {bare(written(field, value))}" for field, value in given]
    for name in TABLES:
        if codes := getattr(action.only, name):
            key = f"{NAME}.only_more" if len(codes) > MOST_NAMED else f"{NAME}.only"
            told = {"what": t(f"{NAME}.narrow.{name}").lower(), "some": ", ".join(codes[:MOST_NAMED])}
            parts.append(t(key, count=number(len(codes)), **told))
    if action.start:
        parts.append(t(f"{NAME}.from_month", month=month(action.start)))
    if action.one_off_cost_nok:
        parts.append(t(f"{NAME}.costs_once", amount=kroner(action.one_off_cost_nok)))
    line = bare(joined(" · ", parts))
    return plain(line[:1].upper() + line[1:])


def action_name(kind: str) -> str:
    """What an action is called."""
    return t(f"scenario.action.{kind}.name")
