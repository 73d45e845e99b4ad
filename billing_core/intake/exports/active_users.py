"""Microsoft 365 admin centre, Active users (`users_*.csv`), both layouts: who holds which licence, who is blocked.

It cannot know when an account was blocked (only when it was deleted), whose account it is, or its type.
"""

from billing_core.intake.exports.facts import Facts, Holding, Person, account, day, held, is_true, named, status
from billing_core.readers.sheet import Sheet

NAME, ACCOUNT = "active_users", "User principal name"
PEOPLE, LICENCES_RANK = 1, 1
TELLING = (ACCOUNT, "Licenses", "Block credential")
READ = (*TELLING, "Soft deletion time stamp")


def recognised(headings: frozenset[str]) -> bool:
    """Whether folded `headings` are of this export."""
    return {"user principal name", "licenses", "block credential"} <= headings


def facts(sheet: Sheet) -> Facts:
    """Accounts with their status, and one holding a product."""
    found = Facts(sheet.file)
    for row, name, (licences, blocked, deleted) in named(found, sheet, *READ):
        deleted_on = day(deleted)
        has = held(licences)
        found.people.append(
            Person(
                row,
                account(name),
                account_type="external" if "#ext#" in account(name) else None,
                account_status="deactivated" if deleted_on else status(is_true(blocked)),
                deactivated_on=deleted_on,
            )
        )
        if has:
            found.holdings.append(Holding(row, account(name), has))
    found.note_unlicensed()
    return found
