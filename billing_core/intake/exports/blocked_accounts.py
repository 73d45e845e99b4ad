"""The list of blocked accounts that an earlier month left behind (`earlier.blocked_list`): since when each is blocked.

It tells nothing of who is blocked today: that is for this month's files to say.
"""

from billing_core.intake.cells import Empty, Fault, date
from billing_core.intake.exports.facts import Facts, Person, account, named
from billing_core.readers.sheet import Sheet

NAME = "blocked_accounts"
PEOPLE = None
ACCOUNT, DAY = "bruker", "først sett sperret"
"""Its headings are the same in every language, so that any copy can be read back."""

READ = (ACCOUNT, DAY)


def recognised(headings: frozenset[str]) -> bool:
    """Whether folded `headings` are of this list."""
    return headings >= set(READ)


def facts(sheet: Sheet) -> Facts:
    """Accounts with the day each was first seen blocked; a row without a readable day is refused."""
    found = Facts(sheet.file)
    for row, name, (written,) in named(found, sheet, *READ):
        day = date(written or "", "dmy")
        if isinstance(day, Fault | Empty):
            found.bad_rows[row] = (day.code if isinstance(day, Fault) else "not_a_date", written or "")
        else:
            found.people.append(Person(row, account(name), seen_blocked_on=day.isoformat()))
    return found
