"""Microsoft Entra, Download users: who is external, who is blocked. It knows no licences and no dates of blocking."""

from billing_core.intake.exports import graph_list
from billing_core.intake.exports.facts import Facts, Person, account, is_true, named, status
from billing_core.readers.sheet import Sheet

NAME, ACCOUNT = "entra_users", "userPrincipalName"
PEOPLE = 2
READ = (ACCOUNT, "userType", "accountEnabled")


def recognised(headings: frozenset[str]) -> bool:
    """Whether folded `headings` are of this export; the older layout says objectId for id."""
    own = {"userprincipalname", "usertype", "accountenabled"} <= headings and bool(headings & {"id", "objectid"})
    return own and not graph_list.recognised(headings)


def facts(sheet: Sheet) -> Facts:
    """Accounts with type (external or not said) and status."""
    found = Facts(sheet.file)
    for row, name, (kind, enabled) in named(found, sheet, *READ):
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
    return found
