"""How much room things take."""

import sys
from collections.abc import Mapping
from typing import Any

import polars as pl

_LEAST = 256
"""Bytes that are counted for any object, so that many small ones are not free."""


def parts_of(value: Any) -> dict[int, int]:
    """The bytes of every frame, text and sequence of bytes that a value holds, by identity; each is counted once."""
    parts: dict[int, int] = {id(value): _LEAST}
    waiting, seen = [value], {id(value)}
    while waiting:
        one = waiting.pop()
        match one:
            case pl.DataFrame() | pl.Series():
                parts[id(one)] = int(one.estimated_size())
            case str() | bytes() | bytearray():
                parts[id(one)] = sys.getsizeof(one)
            case _:
                inside = [other for other in _inside(one) if id(other) not in seen]
                seen.update(map(id, inside))
                waiting += inside
    return parts


def _inside(value: Any) -> list[Any]:
    match value:
        case Mapping():
            return [*value.keys(), *value.values()]
        case list() | tuple() | set() | frozenset():
            return list(value)
        case _ if isinstance(value, type) or callable(value):
            return []
        case _:
            return list(getattr(value, "__dict__", {}).values())
