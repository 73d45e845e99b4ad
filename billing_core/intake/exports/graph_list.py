"""Lists made with PowerShell or Graph: no fixed columns, but a principal name and something that names licences.

A cell that holds a whole object (`Microsoft.Graph.PowerShell.Models…`, `System.Object[]`) says nothing: its row is
refused.
"""

import re

from billing_core.intake.exports.facts import Facts, Holding, Person, account, columns, is_true, products, status
from billing_core.intake.sheet import Sheet

NAME = "graph_list"
LICENCES = ("SkuPartNumber", "SkuId", "AssignedLicenses", "AssignedProducts", "Licenses")
READ = ("UserPrincipalName", "UserType", "AccountEnabled")
_OBJECT = re.compile(r"Microsoft\.(Graph|Open)\.|System\.(Object|Collections)")
_BREAK = re.compile(r"\s*[;,|]\s*")


def recognised(headings: frozenset[str]) -> bool:
    """Whether folded `headings` are of such a list."""
    return "userprincipalname" in headings and any(name.casefold() in headings for name in LICENCES)


def facts(sheet: Sheet) -> Facts:
    """Accounts with type and status, and their holdings: several in a cell, or one a row."""
    found = Facts(sheet.file)
    for row, (name, kind, enabled, *licences) in columns(sheet, *READ, *LICENCES):
        if name is None:
            continue
        held = next((cell for cell in licences if cell), None)
        if held and _OBJECT.search(held):
            sheet.bad_rows[row] = ("unflattened_cells", held)
            continue
        external = (kind or "").casefold() == "guest" or "#ext#" in account(name)
        able = is_true(enabled)
        found.people.append(
            Person(
                row,
                account(name),
                account_type="external" if external else None,
                account_status=status(None if able is None else not able),
            )
        )
        parts = [part for cell in products(held) for part in _BREAK.split(cell)]
        found.holdings += [Holding(row, account(name), part) for part in dict.fromkeys(parts) if part]
    return found
