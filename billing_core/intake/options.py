"""What the caller knows and chooses: the register of names, and how files are to be read."""

import dataclasses
import difflib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from billing_core.base.folding import fold, tidy
from billing_core.intake.cells import Order
from billing_core.intake.mapping import ColumnMapping
from billing_core.intake.marks import Mark
from billing_core.law.catalogue import Catalogue

_ADDRESS = re.compile(r"[^@\s]+@(?P<first>[a-z0-9-]+)\.[a-z0-9.-]+", re.IGNORECASE)
_PSEUDONYM = re.compile(r"p-[0-9a-f]{24}")


@dataclass(frozen=True)
class Register:
    """`sku_aliases`: folded spelling -> canonical SKU. `agencies`: code -> name. `items`: folded name -> code.

    `organisations`: organisation number -> agency's code. `services`: folded name -> code.
    """

    sku_aliases: Mapping[str, str] = field(default_factory=dict)
    agencies: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    organisations: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Register":
        """What the catalogue knows of names."""
        known = catalogue
        return cls(known.sku_aliases, known.agencies, known.item_words, known.organisations, known.service_words)

    def item(self, written: str) -> str:
        """The code of an item's code or name in either language; what is not known is kept as it is."""
        return self.items.get(fold(written), tidy(written))

    def sku(self, written: str) -> str:
        """The canonical SKU of a code, product name or GUID; what is not known is kept as it is."""
        return self.sku_aliases.get(fold(written), tidy(written))

    def agency(self, written: str) -> str:
        """The code of an agency's code, name or address ending; what is not known is kept as it is."""
        return self._by_word.get(fold(written)) or self.agency_of_address(written) or tidy(written)

    def agency_of_address(self, address: str) -> str | None:
        """The agency of an address such as `kari@bym.oslo.kommune.no`; None if its ending names none."""
        found = _ADDRESS.fullmatch(address.strip())
        return self._by_word.get(fold(found["first"])) if found else None

    def nearest_agency(self, written: str) -> str:
        """The known agencies most like an unknown one, with their names; empty if none is."""
        words = difflib.get_close_matches(fold(written), self._by_word, n=3)
        return ", ".join(f"{code} ({self.agencies[code]})" for code in dict.fromkeys(self._by_word[w] for w in words))

    def nearest_sku(self, written: str) -> str:
        """The known SKUs most like an unknown one; empty if none is."""
        words = difflib.get_close_matches(fold(written), self.sku_aliases, n=3)
        return ", ".join(dict.fromkeys(self.sku_aliases[word] for word in words))

    @cached_property
    def _by_word(self) -> dict[str, str]:
        return {fold(word): code for code, name in self.agencies.items() for word in (name, code)}


@dataclass(frozen=True)
class Options:
    """`period` and `agency` serve files without one. `mapping` tells what unknown columns are, one or several.

    `exchange_rates`: (currency, "YYYY-MM") -> kroner for one unit. `decimal` and `date_order` settle columns that can
    be read in two ways. `leave_out_idle`: PCs that are disabled or
    not seen for long (`idle.py`) are not counted. `pseudonym_key`: user and employee ids are replaced by keyed hashes.
    """

    period: str | None = None
    agency: str | None = None
    mapping: ColumnMapping | tuple[ColumnMapping, ...] | None = None
    exchange_rates: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    pseudonym_key: bytes | None = None
    decimal: Mark | None = None
    date_order: Order | None = None
    leave_out_idle: bool = False

    @property
    def mappings(self) -> tuple[ColumnMapping, ...]:
        """The mappings as a tuple."""
        if self.mapping is None:
            return ()
        return self.mapping if isinstance(self.mapping, tuple) else (self.mapping,)

    def under(self, mapping: ColumnMapping | None) -> "Options":
        """The options with what a mapping says of decimal marks and dates."""
        if mapping is None:
            return self
        return dataclasses.replace(
            self, decimal=mapping.decimal or self.decimal, date_order=mapping.date_order or self.date_order
        )

    def pseudonym(self, written: str) -> str:
        """A keyed hash in place of an id, equal for equal ids; one that is a hash already stays. Needs the key."""
        if self.pseudonym_key is None or _PSEUDONYM.fullmatch(written):
            return written
        return "p-" + hmac.digest(self.pseudonym_key, written.encode(), "sha256").hex()[:24]
