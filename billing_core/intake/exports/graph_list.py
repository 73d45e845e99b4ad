"""Lists made with PowerShell or Graph: no fixed columns, but a principal name and something that names licences.

A cell that holds a whole object (`Microsoft.Graph.PowerShell.Models…`, `System.Object[]`) says nothing: its row is
refused.
"""

from billing_core.intake.exports.facts import Facts, Holding, Person, account, held, is_true, named, status
from billing_core.intake.licence_cells import is_unflattened
from billing_core.readers.sheet import Sheet

NAME, ACCOUNT = "graph_list", "UserPrincipalName"
PEOPLE, LICENCES_RANK = 3, 2
LICENCES = ("SkuPartNumber", "SkuId", "AssignedLicenses", "AssignedProducts", "Licenses")
READ = (ACCOUNT, "UserType", "AccountEnabled")


def recognised(headings: frozenset[str]) -> bool:
    """Whether folded `headings` are of such a list."""
    return "userprincipalname" in headings and any(name.casefold() in headings for name in LICENCES)


def facts(sheet: Sheet) -> Facts:
    """Accounts with type and status, and their holdings: several in a cell, or one a row."""
    found = Facts(sheet.file)
    for row, name, (kind, enabled, *licences) in named(found, sheet, *READ, *LICENCES):
        cell = next((cell for cell in licences if cell), None)
        if cell and is_unflattened(cell):
            found.bad_rows[row] = ("unflattened_cells", cell)
            continue
        has = held(cell)
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
        if has:
            found.holdings.append(Holding(row, account(name), has))
    found.note_unlicensed()
    return found
