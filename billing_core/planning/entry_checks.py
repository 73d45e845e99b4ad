"""One entry of an estimate, and why a row of cells is none: each refusal says which cell and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from billing_core import intake
from billing_core.base.folding import fold
from billing_core.base.money import MAX_QUANTITY, QUANTITY
from billing_core.base.problems import Code, Problem
from billing_core.intake.cells import Fault, scaled
from billing_core.law.catalogue import Catalogue
from billing_core.planning.entry_words import CLIENTS, INSTEAD, LICENSED, ORDERED, WHATS, WORDS, What
from billing_core.rating.check import EMPTY_QUANTITY
from billing_core.rules import MADE_ELSEWHERE


@dataclass(frozen=True)
class Entry:
    """One row of an estimate. `row`: its number, the headings being 1. `what`: a word of WHATS or an item's code.

    `quantity` in millionths, empty for EMPTY_QUANTITY's employees; `unit_price` in ten-thousandths of NOK; `first` and
    `last` are the months given, both included.
    """

    row: int
    what: str
    variant: str
    quantity: int | None
    first: str | None = None
    last: str | None = None
    unit_price: int | None = None
    note: str | None = None

    @property
    def kind(self) -> What:
        """What holds of the entry's word."""
        return WHATS.get(self.what, ORDERED)


def checked_entry(
    cells: Mapping[str, Any], catalogue: Catalogue, register: intake.Register
) -> tuple[Entry | None, list[Problem]]:
    """A row's entry, or the one reason that it has none; notices beside an entry."""
    what, refusal = _what(cells["what"], catalogue, register)
    kind = WHATS.get(what, ORDERED)
    quantity = cells["quantity"]
    if quantity is None and (kind.cost or what == "unsupported"):
        # The amount speaks for itself: one account in the cloud, one system.
        quantity = QUANTITY
    variant, notices = cells["variant"] or "", []
    if not refusal:
        variant, found = _variant(variant, kind, register)
        refusal, notices = (found, []) if found and found["severity"] == "refused" else (None, [found] if found else [])
    entry = Entry(
        cells["row"], what, variant, quantity, cells["from"], cells["to"], cells["unit_price_nok"], cells["note"]
    )
    refusal = refusal or _refusal(entry)
    return (None, [refusal]) if refusal else (entry, notices)


def _what(written: str, catalogue: Catalogue, register: intake.Register) -> tuple[str, Problem | None]:
    """The word or item that a text names, or why it names none."""
    if word := WORDS.get(fold(written)):
        return word, None
    item = register.item(written)
    if table := MADE_ELSEWHERE.get(item):
        return item, _wrong("own_words", "what", written, INSTEAD[table])
    if item not in catalogue.items:
        return item, _wrong("unknown_what", "what", written, _nearest(written, catalogue))
    return item, None


def _nearest(written: str, catalogue: Catalogue) -> str | None:
    """What may have been meant: the words most like it, then the items that can be ordered."""
    words = get_close_matches(fold(written[:_COMPARED]), WORDS, n=2)
    items = catalogue.nearest_items(written, catalogue.items.keys() - MADE_ELSEWHERE)
    return ", ".join(dict.fromkeys([*(WORDS[word] for word in words), *items])) or None


_COMPARED = 200


def _variant(written: str, kind: What, register: intake.Register) -> tuple[str, Problem | None]:
    """The variant as the rules have it, and what is wrong or to be told of it."""
    if kind.variant == "none":
        return "", _wrong("not_read", "variant", written) if written else None
    if kind.variant in ("client", "licensed"):
        return _choice(written, CLIENTS if kind.variant == "client" else LICENSED, empty=kind.variant == "licensed")
    if kind.variant == "parts":
        return _joined(written, kind)
    if not written:
        return "", None if kind.variant == "sku_or_standard" else _wrong("missing_value", "variant", None)
    sku = register.sku(written)
    known = sku in set(register.sku_aliases.values())
    unknown = Problem(
        severity="notice", code="unknown_sku", column="variant", value=sku, detail=register.nearest_sku(written)
    )
    return sku, None if known else unknown


def _choice(written: str, choices: Mapping[str, str], *, empty: bool) -> tuple[str, Problem | None]:
    if not written:
        return "", None if empty else _wrong("missing_value", "variant", None)
    found = next((code for code, word in choices.items() if fold(written) in (code, word)), "")
    named = ", ".join(f"{code} ({word})" for code, word in choices.items())
    return found, None if found else _wrong("unknown_code", "variant", written, named)


def _joined(written: str, kind: What) -> tuple[str, Problem | None]:
    parts = [part.strip() for part in written.split("/")]
    form = "/".join(kind.parts)
    if len(parts) > len(kind.parts):
        return "", _wrong("too_many_parts", "variant", written, form)
    if "memory_gb" in kind.parts and len(parts) == len(kind.parts) and isinstance(memory_of(parts[1]), Fault):
        return "", _wrong("not_a_number", "variant", written)
    return "/".join(parts), None


def memory_of(text: str) -> int | Fault | None:
    """The memory of a server's variant in millionths of a GB; none where it is left out."""
    return scaled(text, "", signed=False, decimals=3, digits=6, largest=MAX_QUANTITY) if text else None


def _refusal(entry: Entry) -> Problem | None:
    """Why an entry whose word and variant are known cannot be worked out; None if it can."""
    found = _quantity(entry) or _price(entry) or _too_much_memory(entry)
    if not found and entry.first and entry.last and entry.last < entry.first:
        return _wrong("to_before_from", "to", entry.last, entry.first)
    return found


def _quantity(entry: Entry) -> Problem | None:
    written = as_written(entry.quantity, 6)
    if entry.quantity is None:
        return None if entry.what == EMPTY_QUANTITY else _wrong("missing_value", "quantity", None)
    # A credit is something that is ordered back, as in `services`.
    if entry.quantity < 0 and entry.what in WHATS:
        return _wrong("negative", "quantity", written)
    if entry.kind.counted and entry.quantity % QUANTITY:
        return _wrong("not_whole", "quantity", written)
    return None


def _price(entry: Entry) -> Problem | None:
    kind, price = entry.kind, entry.unit_price
    if price is None:
        return _wrong("missing_value", "unit_price_nok", None) if kind.cost else None
    if not kind.priced:
        return _wrong("not_read", "unit_price_nok", as_written(price, 4))
    return _wrong("negative", "unit_price_nok", as_written(price, 4)) if price < 0 and not kind.cost else None


def _too_much_memory(entry: Entry) -> Problem | None:
    """Servers x GB is a quantity too, and held within a quantity's bound."""
    memory = memory_of(entry.variant.partition("/")[2]) if entry.what == "server" else None
    if isinstance(memory, int) and (entry.quantity or 0) // QUANTITY * memory > MAX_QUANTITY:
        told = f"{as_written(entry.quantity, 6)} × {as_written(memory, 6)} GB"
        return _wrong("too_large", "quantity", told, str(MAX_QUANTITY // QUANTITY))
    return None


def as_written(whole: int | None, digits: int) -> str:
    """A whole number of scale 10^`digits` with a point before its decimals, without trailing zeros; none is 0."""
    text = f"{'-' if (whole or 0) < 0 else ''}{abs(whole or 0) // 10**digits}.{abs(whole or 0) % 10**digits:0{digits}}"
    return text.rstrip("0").rstrip(".")


def _wrong(code: Code, column: str, value: str | None, detail: str | None = None) -> Problem:
    return Problem(severity="refused", code=code, column=column, value=value, detail=detail)
