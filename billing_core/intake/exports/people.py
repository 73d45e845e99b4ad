"""A personnel list, or any list of accounts, that the user has mapped: it completes what the exports leave open."""

from billing_core.intake.cells import Empty, Fault, Order, date
from billing_core.intake.exports.facts import Facts, Person, account, columns
from billing_core.intake.marks import date_order
from billing_core.intake.sheet import Sheet

NAME = "people"
READ = ("user_id", "employee_id", "account_type", "account_status", "deactivated_on", "on_platform", "agency")


def facts(sheet: Sheet, order: Order | None = None) -> Facts:
    """Accounts with all that the list says of them, from a sheet whose headings are READ's."""
    found = Facts(sheet.file)
    rows = list(columns(sheet, *READ))
    order = date_order((values[4] for _, values in rows if values[4]), order)
    for row, (user_id, employee_id, kind, state, deactivated_on, on_platform, agency) in rows:
        if user_id is not None:
            day = _iso(deactivated_on, order)
            found.people.append(Person(row, account(user_id), employee_id, kind, state, day, on_platform, agency))
    return found


def _iso(text: str | None, order: Order | None) -> str | None:
    value = date(text, order) if text else None
    return text if value is None or isinstance(value, Fault | Empty) else value.isoformat()
