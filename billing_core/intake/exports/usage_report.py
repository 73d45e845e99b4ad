"""Office 365 usage report (`Office365ActiveUserDetail*.csv`): when accounts were deleted, and products by old names.

A tenant that conceals names shows 32 hexadecimal digits for each: such rows cannot be tied to an account.
"""

import re

from billing_core.intake.cells import Empty, Fault, date, month
from billing_core.intake.exports.facts import Facts, Holding, Person, account, day, held, is_true, named
from billing_core.readers.sheet import Sheet

NAME, ACCOUNT = "usage_report", "User Principal Name"
PEOPLE, LICENCES_RANK = 4, 3
READ = (ACCOUNT, "Report Refresh Date", "Is Deleted", "Deleted Date", "Assigned Products")
_CONCEALED = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)


def recognised(headings: frozenset[str]) -> bool:
    """Whether folded `headings` are of this export."""
    return {"report refresh date", "user principal name", "assigned products"} <= headings


def facts(sheet: Sheet) -> Facts:
    """Accounts with the day they were deleted, holdings, and the month of the report."""
    found = Facts(sheet.file)
    concealed = 0
    for row, name, (refreshed, deleted, deleted_date, assigned) in named(found, sheet, *READ):
        if found.period is None and refreshed:
            period = month(refreshed, "mdy")
            found.period = None if isinstance(period, Fault) else period
        if has := held(assigned):
            found.holdings.append(Holding(row, account(name), has))
        if is_concealed(name):
            concealed += 1
            continue
        deleted_on = day(deleted_date)
        gone = bool(deleted_on) or is_true(deleted) is True
        found.people.append(
            Person(
                row,
                account(name),
                account_status="deactivated" if gone else None,
                deactivated_on=deleted_on,
                seen_blocked_on=_seen_on(refreshed) if gone else None,
            )
        )
    found.note("concealed_names", concealed)
    found.note_unlicensed()
    return found


def is_concealed(user_id: str) -> bool:
    """Whether an account's name is hidden behind hexadecimal digits."""
    return _CONCEALED.fullmatch(user_id) is not None


def _seen_on(refreshed: str | None) -> str | None:
    value = date(refreshed or "", "mdy")
    return None if isinstance(value, Fault | Empty) else value.isoformat()
