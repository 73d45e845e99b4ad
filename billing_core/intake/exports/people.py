"""A personnel list, or any list of accounts, that the user has mapped: it completes what the exports leave open."""

from billing_core.intake.cells import Empty, Fault, Order, date
from billing_core.intake.exports.facts import Facts, Person, account, columns, named
from billing_core.intake.marks import date_order
from billing_core.readers.sheet import Sheet

NAME = "people"
READ = ("user_id", "employee_id", "account_type", "account_status", "deactivated_on", "on_platform", "agency")


def facts(sheet: Sheet, order: Order | None = None) -> Facts:
    """Accounts with all that the list says of them, from a sheet whose headings are READ's."""
    found = Facts(sheet.file)
    order = date_order((day for _, (day,) in columns(sheet, "deactivated_on") if day), order)
    for row, user_id, (employee_id, kind, state, deactivated_on, on_platform, agency) in named(found, sheet, *READ):
        day = _iso(deactivated_on, order)
        found.people.append(Person(row, account(user_id), employee_id, kind, state, day, on_platform, agency))
    return found


def _iso(text: str | None, order: Order | None) -> str | None:
    value = date(text, order) if text else None
    return text if value is None or isinstance(value, Fault | Empty) else value.isoformat()
