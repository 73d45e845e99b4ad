"""What can be planned, by area, and a row in words."""

import re
from decimal import Decimal

from billing_core.planning.entry_words import ORDERED, WHATS, What
from billing_core.planning.sketch import Row
from billing_core.rules import MADE_ELSEWHERE
from pages._ui.base.data import catalogue
from pages._ui.base.format import month, number
from pages._ui.base.text import item_name, language, service_name, sku_label, t, texts, word
from pages._ui.estimate.book import NAME

_NUMBER = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,4})?")
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")

AREAS: dict[str, tuple[str, ...]] = {
    "people": ("employee", "account_second", "account_external", "licence"),
    "clients": ("client_extra", "support_machine"),
    "network": ("connection_fixed", "connection_temporary", "connection_redundant", "dark_fibre"),
    "systems": ("server", "database", "storage", "backup", "application", "unsupported"),
    "cloud": ("cloud_aws", "cloud_azure", "cloud_gcp"),
    "dispatch": ("dispatch_svarut", "dispatch_digital_mailbox", "dispatch_signing", "dispatch_other"),
    "services": (),
}
"""The words of each area; those of `services` are the catalogue's items that one can order."""

_COUNTED_AS = {"storage": "apps.storage", "backup": "apps.backup"}
"""The item that says what is measured, where a word is no item itself."""


def whats(area: str) -> list[str]:
    """What can be planned in an area."""
    items = catalogue().items.values()
    orders = [i.item for i in items if i.item not in MADE_ELSEWHERE and i.funding == "billed"]
    return list(AREAS[area]) or orders


def area_of(what: str) -> str:
    """The area that a word or item is in."""
    return next((area for area, words in AREAS.items() if what in words), "services")


def kind_of(what: str) -> What:
    """What holds of a word or item."""
    return WHATS.get(what, ORDERED)


def what_name(what: str) -> str:
    """What a word or an item is called."""
    return t(f"{NAME}.what.{what}") if what in WHATS else item_name(what)


def choice_name(what: str) -> str:
    """The same in a list of everything: an item after its service."""
    if what in WHATS:
        return what_name(what)
    return f"{service_name(catalogue().items[what].service)} · {item_name(what)}"


def about(what: str) -> str:
    """A sentence about what it is, for people who do not know; of an item its unit and how often it is paid."""
    if what in WHATS:
        return t(f"{NAME}.about.{what}")
    item = catalogue().items[what]
    return t(f"{NAME}.about_item", unit=word("unit", item.unit), recurrence=word("recurrence", item.recurrence))


def unit(what: str) -> str:
    """What the quantity counts, as a label says it."""
    item = catalogue().items.get(_COUNTED_AS.get(what, what))
    return (measured_in(item.unit) or word("unit", item.unit)) if item else t(f"{NAME}.pieces")


def measured_in(code: str, quantity: str = "") -> str:
    """The unit that a quantity is followed by (GB, hours); "" where things are counted that their names say."""
    several = texts(language()).get(f"{NAME}.units.{code}", "")
    return word("unit", code) if several and quantity == "1" else several


def quantity_said(quantity: str, code: str) -> str:
    """A written quantity with its unit, or as a number of things."""
    return f"{quantity} {measured_in(code, quantity) or '×'}"


def part_name(value: str) -> str:
    """A part of a variant in words, if it is one of the usual; else as the price list has it."""
    return texts(language()).get(f"{NAME}.part.{value}", value)


def variant_said(row: Row) -> str:
    """A row's variant in words."""
    kind = kind_of(row.what)
    if not row.variant:
        return ""
    if kind.variant in ("sku", "sku_or_standard"):
        return sku_label(row.variant)
    if kind.variant == "parts":
        parts = zip(kind.parts, row.variant.split("/"), strict=False)
        return ", ".join(_part(name, value) for name, value in parts if value)
    return texts(language()).get(f"{NAME}.variant.{row.variant}", row.variant)


def _part(name: str, value: str) -> str:
    if name == "memory_gb":
        return f"{value.replace('.', ',')} GB"
    return f"{t(f'{NAME}.field.{name}').lower()} {part_name(value)}"


def row_said(row: Row) -> str:
    """A row in one line: how many of what."""
    quantity = number_said(row.quantity or ("1" if kind_of(row.what).cost else ""))
    item = catalogue().items.get(_COUNTED_AS.get(row.what, row.what))
    name = what_name(row.what)
    return f"{quantity_said(quantity, item.unit if item else '')} {name}" if quantity else name


def number_said(written: str) -> str:
    """A number that a row holds, written the Norwegian way; what is none stays."""
    return number(Decimal(written)) if _NUMBER.fullmatch(written) else written


def is_month(written: str) -> bool:
    """Whether a cell is a month as rows hold it; a link may say anything."""
    return bool(_MONTH.fullmatch(written))


def when_said(row: Row) -> str:
    """When a row begins and ends, where it says so."""
    first, last = (month(m) if is_month(m) else m for m in (row.first, row.last))
    if row.first and row.last:
        return t(f"{NAME}.between", first=first, last=last)
    if row.first:
        return t(f"{NAME}.since", first=first)
    return t(f"{NAME}.until", last=last) if row.last else ""
