"""Exports that users have, one module each: what it recognises, what it says (`facts`), what it cannot know."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from typing import NamedTuple

from billing_core.base.folding import fold
from billing_core.intake.exports.facts import Facts
from billing_core.readers.sheet import Sheet

_LAST = 99


class Export(NamedTuple):
    """One known export. Ranks say whom to believe, the lowest first; None gives nothing of the kind.

    `people`: of an account's type, state and dates; `licences`: of who holds what; `computers`: of PCs.
    """

    name: str
    recognised: Callable[[frozenset[str]], bool]
    facts: Callable[[Sheet], Facts]
    people: int | None = _LAST
    licences: int | None = _LAST
    computers: int | None = _LAST


_MODULES = [
    module
    for found in pkgutil.iter_modules(__path__)
    if hasattr(module := importlib.import_module(f"{__name__}.{found.name}"), "recognised")
]
"""Every module here that recognises something: an export is added as a file and its name in the texts."""

EXPORTS = tuple(
    Export(
        module.NAME,
        module.recognised,
        module.facts,
        getattr(module, "PEOPLE", _LAST),
        getattr(module, "LICENCES_RANK", _LAST),
        getattr(module, "COMPUTERS_RANK", _LAST),
    )
    for module in _MODULES
)
"""No two recognise the same headings, so that their order does not matter."""


def by_rank(kind: str) -> tuple[str, ...]:
    """The names of the exports that give `people`, `licences` or `computers`, the most believed first."""
    ranked = [(rank, export.name) for export in EXPORTS if (rank := getattr(export, kind)) is not None]
    return tuple(name for _, name in sorted(ranked))


def export_of(headings: Iterable[str]) -> Export | None:
    """The export whose columns these are."""
    folded = frozenset(fold(heading) for heading in headings)
    return next((export for export in EXPORTS if export.recognised(folded)), None)


ACCOUNTS = frozenset(fold(module.ACCOUNT) for module in _MODULES)
"""Folded headings of the columns that name accounts."""

KNOWN = frozenset(
    fold(spelling)
    for module in _MODULES
    for name in module.READ
    for spelling in ((name,) if isinstance(name, str) else name)
)
"""Folded headings by which a heading row shows itself."""
