"""A user's settings in TOML or JSON, read within bounds: whatever a file holds, it ends in values or a `WrittenError`.

Other people's parsers take a number of any length, nesting of any depth, and time that grows with the square of a key.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from billing_core.base.errors import BillingCoreError

MOST_BYTES = 1_000_000
"""The longest file read."""

_LINE = 20_000
"""The longest line, in characters."""

_DEPTH = 20
"""How deep tables and lists lie inside each other, and how many parts a dotted key has."""

_WHOLE = 10**100
"""The largest whole number, and the smallest with its sign changed: one that is no answer is told where it stands."""

_DOTTED = re.compile(r"(?<![\w\"'-])(?>(?>[\w-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]*\.[ \t]*){20}")


class WrittenError(BillingCoreError):
    """A file of settings that cannot be read; its text says why, `line` where (0 if that is nowhere)."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def content_of(path: Path) -> bytes:
    """The bytes of a file of settings, of a large one only so many that it shows. OSError as the system says."""
    with path.open("rb") as stream:
        return stream.read(MOST_BYTES + 1)


def read_toml(content: bytes | str) -> dict[str, Any]:
    """The values of a TOML file. WrittenError if it is none or goes beyond the bounds."""
    text = _text(content)
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _LINE:
            raise WrittenError(f"line {number} is longer than {_LINE} characters", number)
        if _DOTTED.search(line):
            raise WrittenError(f"line {number}: a key has more than {_DEPTH} parts", number)
    try:
        values = tomllib.loads(text)
        _check_bounds(values)
    except RecursionError as error:
        raise WrittenError(f"lists or tables are nested more than {_DEPTH} deep") from error
    except ValueError as error:
        # TOML's own faults, and numbers with more digits than Python reads.
        raise WrittenError(_first_sentence(error)) from error
    return values


def read_json(content: bytes | str, most: int = MOST_BYTES) -> Any:
    """The value of a JSON file of up to so many bytes. WrittenError if it is none or goes beyond the bounds."""
    text = _text(content, most)
    try:
        value = json.loads(text)
        _check_bounds(value)
    except RecursionError as error:
        raise WrittenError(f"lists or objects are nested more than {_DEPTH} deep", 1) from error
    except ValueError as error:
        raise WrittenError(_first_sentence(error), getattr(error, "lineno", 1)) from error
    return value


def _text(content: bytes | str, most: int = MOST_BYTES) -> str:
    if len(content) > most:
        raise WrittenError(f"longer than {most} bytes")
    try:
        return content.decode("utf-8-sig") if isinstance(content, bytes) else content.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise WrittenError(f"not UTF-8: byte {error.start}") from error


def _check_bounds(value: Any) -> None:
    """Refuse what is deeper, or a number that is larger, than the bounds."""
    left = [(value, 0)]
    while left:
        part, depth = left.pop()
        if depth > _DEPTH:
            raise WrittenError(f"lists or tables are nested more than {_DEPTH} deep", 1)
        if isinstance(part, int) and not -_WHOLE <= part <= _WHOLE:
            raise WrittenError("a whole number is too large", 1)
        inside = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        left += [(one, depth + 1) for one in inside]


def _first_sentence(error: ValueError) -> str:
    """What a parser says, without what it advises its programmer."""
    return "a whole number is too large" if "integer string conversion" in str(error) else str(error)
