"""Exports that users have, one module each: what it recognises, what it says (`facts`), what it cannot know."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from billing_core.base.folding import fold
from billing_core.intake.exports import (
    active_users,
    blocked_accounts,
    entra_devices,
    entra_users,
    graph_list,
    intune,
    usage_report,
)
from billing_core.intake.exports.facts import Facts
from billing_core.intake.sheet import Sheet


class Export(NamedTuple):
    """One known export."""

    name: str
    recognised: Callable[[frozenset[str]], bool]
    facts: Callable[[Sheet], Facts]


_MODULES = (active_users, usage_report, intune, entra_devices, graph_list, entra_users, blocked_accounts)

EXPORTS = tuple(Export(module.NAME, module.recognised, module.facts) for module in _MODULES)
"""In the order they are tried, and in which they are believed where they disagree on licences."""


def export_of(headings: Iterable[str]) -> Export | None:
    """The export whose columns these are."""
    folded = frozenset(fold(heading) for heading in headings)
    return next((export for export in EXPORTS if export.recognised(folded)), None)


KNOWN = frozenset(
    fold(spelling)
    for module in _MODULES
    for name in module.READ
    for spelling in ((name,) if isinstance(name, str) else name)
)
"""Folded headings by which a heading row shows itself."""
