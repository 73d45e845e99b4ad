"""Several licences in one cell: product names, part numbers or GUIDs, joined as exports and people join them."""

import re

from billing_core.base.folding import fold
from billing_core.intake.cells import Fault
from billing_core.intake.options import Register
from billing_core.readers import limits

JOINED = "\n"
"""Stands between the SKUs of one cell: a line break parts licences, so that it is in none of them."""

_PARTS = re.compile(r"(?<! )\+(?! )|[;|\n\r]")
"""Between two licences, whatever they are. A product's name that holds a `+` itself has spaces around it."""

_WHERE_KNOWN = (r"\s+\+\s+", ",", r"[,\s]+")
"""Between two licences only where every part is a known one: such marks stand in products' names too."""

_GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_IS_GUID = re.compile(_GUID, re.IGNORECASE)
_SKU_ID = re.compile(rf"\bskuid[\"']?\s*[:=]\s*[\"'{{]*({_GUID})", re.IGNORECASE)
_PART_NUMBER = re.compile(r"\bskupartnumber[\"']?\s*[:=]\s*[\"']?([\w/-]+)", re.IGNORECASE)
_OBJECT = re.compile(r"\[object \w+\]|\bSystem\.(Object|String|Collections)|\bMicrosoft\.(Graph|Open)\.", re.IGNORECASE)
_NESTED = re.compile(r"[@\[{]?.*[{:=]")
_TENANT = re.compile(r"[a-z0-9][\w.-]*:(?=\S)", re.IGNORECASE)
_NONE = frozenset((
    "", "unlicensed", "unlicenced", "not licensed", "no license", "no licence", "no licenses", "no licences",
    "ulisensiert", "ikke lisensiert", "uten lisens", "ingen lisens", "ingen lisenser",
))  # fmt: skip


def is_unlicensed(text: str) -> bool:
    """Whether a cell says that there is no licence: `[]`, `Unlicensed` and the like."""
    return fold(text.strip("[]{}@ ")) in _NONE


def is_unflattened(text: str) -> bool:
    """Whether a cell holds an object that was never written out as text."""
    plain = text.strip()
    if is_unlicensed(plain) or _SKU_ID.search(plain) or _PART_NUMBER.search(plain):
        return False
    return bool(_OBJECT.search(plain) or (plain[0] in "[{@" and _NESTED.match(plain[1:])))


def licences(text: str, register: Register) -> str | Fault:
    """The SKUs in a cell, each once, with JOINED between them; no text at all where it says that there is none.

    A cell that holds an object which was never written out as text is a fault: it names no licence.
    """
    if is_unflattened(text):
        return Fault("unflattened_cells")
    skus = dict.fromkeys(register.sku(part) for part in _Reader(register).parts(text.strip()))
    if any(len(sku) > limits.TEXT_CHARACTERS for sku in skus):
        return Fault("too_long", str(limits.TEXT_CHARACTERS))
    return JOINED.join(skus)


class _Reader:
    """Takes a cell apart by what `register` knows."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def parts(self, plain: str) -> list[str]:
        """The licences as written, without a tenant's name before them."""
        if is_unlicensed(plain):
            return []
        if self._is_known(plain):
            return [plain]
        if written := _SKU_ID.findall(plain) or _PART_NUMBER.findall(plain):
            return [str(sku) for sku in written]
        if plain[0] in "[{@":
            plain = re.sub(r"[\[\]{}\"']", "", plain)
        return [own for part in _PARTS.split(plain) if part.strip() for own in self._of(part.strip())] or [plain]

    def _of(self, part: str) -> list[str]:
        if not self._is_known(part):
            for mark in _WHERE_KNOWN:
                own = [piece.strip() for piece in re.split(mark, part) if piece.strip()]
                if len(own) > 1 and all(map(self._is_sku, own)):
                    return [without_tenant(piece) for piece in own]
        return [part if self._is_known(part) else without_tenant(part)]

    def _is_known(self, part: str) -> bool:
        return fold(part) in self._register.sku_aliases

    def _is_sku(self, part: str) -> bool:
        """Whether a part can be nothing but a licence: a known one, a GUID, or one under a tenant's name."""
        return self._is_known(part) or bool(_IS_GUID.fullmatch(part) or _TENANT.match(part))


def without_tenant(part: str) -> str:
    """`STANDARDPACK` of `oslokommune:STANDARDPACK`."""
    return _TENANT.sub("", part, count=1)
