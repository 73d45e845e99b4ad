"""The catalogue: every item the circular names, every rule with its clause, agencies and SKUs; checked when loaded."""

import csv
import tomllib
from collections.abc import Container, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from billing_core.base.errors import CatalogueError
from billing_core.base.folding import fold
from billing_core.base.texts import LANGUAGES

_COMPARED = 200
"""Characters of an unknown text that are compared with the names there are."""


class Item(BaseModel):
    """A row of items.csv: what can be charged, for what unit, by which rule and on which basis."""

    model_config = ConfigDict(frozen=True)
    item: str
    service: str
    rule: str
    funding: Literal["framework", "billed", "by_rule"]
    basis: str
    unit: str
    recurrence: str
    variant_by: str
    price_as: str
    derived: str
    name_nb: str
    name_en: str

    @property
    def price_item(self) -> str:
        """The code whose price this item takes (contract, section 2: `price_as`)."""
        return self.price_as or self.item


class RuleText(BaseModel):
    """A row of rules.csv: a rule's clause in the circular and its title."""

    model_config = ConfigDict(frozen=True)
    rule: str
    service: str
    clause: str
    reading: str
    en: str
    nb: str

    def title(self, language: str) -> str:
        """The title in "nb" or "en" without the reading in brackets: a user may have chosen another one."""
        words = self.nb if language == "nb" else self.en
        return words.partition(" (")[0] if self.reading else words


@dataclass(frozen=True)
class Catalogue:
    """Items and rules by code, agencies' names by code, and the SKU for every known spelling (see `sku_key`).

    `sku_replaces`: the standard SKU that a larger product stands in place of, by SKU; what replaces none is left out.
    `organisations`: agencies' codes by organisation number. `agency_kinds`: "agency" or "district", by agency.
    `service_names`: each service's names in the languages there are, by code.
    """

    items: dict[str, Item]
    rules: dict[str, RuleText]
    agencies: dict[str, str]
    sku_aliases: dict[str, str]
    sku_names: dict[str, str]
    sku_replaces: dict[str, str]
    organisations: dict[str, str]
    agency_kinds: dict[str, str]
    service_names: dict[str, tuple[str, ...]]

    @property
    def price_items(self) -> frozenset[str]:
        """The codes that a price row may carry."""
        return frozenset(item.price_item for item in self.items.values())

    def names(self, language: str) -> dict[str, str]:
        """What items and SKUs are called in a language ("nb" or "en"), under the keys of texts: `item.<code>`."""
        items = {f"item.{i.item}": i.name_nb if language == "nb" else i.name_en for i in self.items.values()}
        return items | {f"sku.{sku}": name for sku, name in self.sku_names.items()}

    @cached_property
    def item_words(self) -> dict[str, str]:
        """The code of every item by its folded code and names; a name that two items share tells neither."""
        named: dict[str, set[str]] = {}
        for item in self.items.values():
            for word in (item.name_nb, item.name_en):
                named.setdefault(fold(word), set()).add(item.item)
        alone = {word: next(iter(codes)) for word, codes in named.items() if len(codes) == 1}
        # Price lists also name codes that several items take their price from.
        return alone | {fold(code): code for code in (*self.items, *self.price_items)}

    @cached_property
    def agency_words(self) -> dict[str, str]:
        """The code of every agency by its folded code and name."""
        return {fold(word): code for code, name in self.agencies.items() for word in (name, code)}

    @cached_property
    def service_words(self) -> dict[str, str]:
        """The code of every service by its folded code and names."""
        return {fold(word): code for code, names in self.service_names.items() for word in (*names, code)}

    def nearest_items(self, written: str, known: Container[str]) -> list[str]:
        """The codes among `known` whose code or name is most like what someone wrote; none if nothing is."""
        words = {word: code for word, code in self.item_words.items() if code in known}
        found = get_close_matches(fold(written[:_COMPARED]), words, n=3, cutoff=0.4)
        return list(dict.fromkeys(words[word] for word in found))


def sku_key(spelling: str) -> str:
    """How two spellings of a product are compared: letter case, no-break spaces and repeated spaces do not matter."""
    return fold(spelling)


def load_catalogue(folder: Path) -> Catalogue:
    """Reads the catalogue from `folder` (items.csv, rules.csv, agencies.csv, skus.csv, sku_aliases.csv).

    CatalogueError if a code stands twice, an item names an unknown rule or service, or an alias leads to two SKUs.
    """
    try:
        items = {row["item"]: Item.model_validate(row) for row in _rows(folder / "items.csv", "item")}
        rules = {row["rule"]: RuleText.model_validate(row) for row in _rows(folder / "rules.csv", "rule")}
    except ValidationError as error:
        raise CatalogueError(f"items.csv or rules.csv: {error}") from error
    for item in items.values():
        # `O365-*` and `PLT-*` stand for the rules of a decision table.
        if not item.rule.endswith("*") and item.rule not in rules:
            raise CatalogueError(f"items.csv: {item.item} names the unknown rule {item.rule}")
    skus = list(_rows(folder / "skus.csv", "sku"))
    agencies = list(_rows(folder / "agencies.csv", "code"))
    aliases: dict[str, str] = {}
    for row in skus:
        for spelling in (row["sku"], row["guid"]):
            _alias(aliases, spelling, row["sku"])
    for row in _rows(folder / "sku_aliases.csv", "alias"):
        _alias(aliases, row["alias"], row["sku"])
    for row in skus:
        # Two part numbers can share a display name: the alias table, else the first of them, says which is meant.
        aliases.setdefault(sku_key(row["name"]), row["sku"])
    return Catalogue(
        items=items,
        rules=rules,
        agencies={row["code"]: row["name"] for row in agencies},
        sku_aliases=aliases,
        sku_names={row["sku"]: row["name"] for row in skus},
        sku_replaces=_replaces(skus),
        organisations={row["organisation_number"]: row["code"] for row in agencies if row["organisation_number"]},
        agency_kinds={row["code"]: row["kind"] for row in agencies if row["kind"]},
        service_names=_service_names(folder / "texts"),
    )


def _service_names(folder: Path) -> dict[str, tuple[str, ...]]:
    # The circular's own words alone: all texts of every language would take longer than the rest of the catalogue.
    told = [tomllib.loads((folder / of / "circular.toml").read_text(encoding="utf-8"))["service"] for of in LANGUAGES]
    return {code: tuple(services[code]["name"] for services in told) for code in told[0]}


def _replaces(skus: list[dict[str, str]]) -> dict[str, str]:
    replaces = {row["sku"]: row["replaces"] for row in skus if row["replaces"]}
    for sku, standard in replaces.items():
        if standard not in {row["sku"] for row in skus}:
            raise CatalogueError(f"skus.csv: {sku} replaces the unknown {standard}")
    return replaces


def _alias(aliases: dict[str, str], spelling: str, sku: str) -> None:
    if spelling and aliases.setdefault(sku_key(spelling), sku) != sku:
        raise CatalogueError(f"skus: {spelling!r} leads to {aliases[sku_key(spelling)]} and to {sku}")


def _rows(path: Path, key: str) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        seen = set()
        for row in csv.DictReader(file):
            if row[key] in seen:
                raise CatalogueError(f"{path.name}: {row[key]!r} stands twice")
            seen.add(row[key])
            yield row
