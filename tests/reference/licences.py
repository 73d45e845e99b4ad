"""Office 365: licences (contract, section 3, O365-1 to O365-7)."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from tests.reference.cells import DATA, Row, folded
from tests.reference.charges import Book, Charge, priced
from tests.reference.readings import Policy

LICENCE, MANAGEMENT = "office365.licence", "office365.management"


def charges(rows: list[Row], book: Book, policy: Policy, as_of: dict[str, date]) -> list[Charge]:
    """A licence line for each row, and a management line for each SKU outside the standard."""
    for row in rows:
        row["deactivated"] = deactivated(row, as_of[row["period"]])
    found = []
    for row in rows:
        found.append(licence(row, rows, policy, as_of[row["period"]]))
        if outside_standard(row, policy):
            found.append(
                Charge(row, MANAGEMENT, ["O365-2"], "billed", variant=(row["sku"],), subject=row["written user_id"])
            )
    reduce_replacing(found, rows, book, policy)
    return found


def deactivated(row: Row, as_of: date) -> bool:
    """As the status says; without one, if it was deactivated on as_of or before."""
    if row["account_status"] is not None:
        return bool(row["account_status"] == "deactivated")
    return row["deactivated_on"] is not None and row["deactivated_on"] <= as_of


def outside_standard(row: Row, policy: Policy) -> bool:
    standard = policy.value("standard_skus", row["period"])
    return row["sku"] not in standard and row["sku"] not in policy.value("no_cost_skus", row["period"])


def licence(row: Row, rows: list[Row], policy: Policy, as_of: date) -> Charge:
    """The licence line: the rules one by one, in the contract's order."""
    period, sku = row["period"], row["sku"]
    grace = policy.value("deactivated_grace_days", period)
    days = (as_of - row["deactivated_on"]).days if row["deactivated_on"] else None
    o365_5: bool | None = False
    if row["deactivated"]:
        o365_5 = None if days is None else days > grace
    applies = {
        "O365-6": sku in policy.value("no_cost_skus", period),
        "O365-5": o365_5,
        "O365-4": row["account_type"] == "external",
        "O365-3": row["account_type"] == "secondary" or beyond_first(row, rows, policy),
        "O365-2": outside_standard(row, policy),
        "O365-7": not row["on_platform"] and policy.value("off_platform", period) == "billed",
    }
    if applies["O365-6"] and policy.value("no_cost_holders", period) == "covered_users":
        others = [applies[rule] for rule in ("O365-5", "O365-4", "O365-3", "O365-7")]
        applies["O365-6"] = False if True in others else None if None in others else True
    rules = [rule for rule, true in applies.items() if true]
    charge = Charge(row, LICENCE, rules, "billed", variant=(sku,), subject=row["written user_id"])
    if applies["O365-6"]:
        charge.funding, charge.free = "framework", True
    elif rules:
        if rules[0] == "O365-5":
            charge.measured, charge.limit = str(days), str(grace)
    elif o365_5 is None:
        charge.funding, charge.rules = "undecided", ["O365-5"]
    else:
        charge.funding, charge.rules = "framework", ["O365-1"]
        if row["deactivated_on"] and row["account_status"] != "active":
            charge.billable_from = row["deactivated_on"] + timedelta(days=grace + 1)
    return charge


def account(row: Row) -> tuple[str, str, str]:
    return row["period"], row["agency"], row["user_id"]


def beyond_first(row: Row, rows: list[Row], policy: Policy) -> bool:
    """Whether an active row is of another account than the first of its employee's active accounts that month."""
    if row["employee_id"] is None or row["deactivated"]:
        return False
    with_employee = [other for other in rows if other["employee_id"] is not None]
    held = {
        account(other)
        for other in with_employee
        if other["employee_id"] == row["employee_id"] and other["period"] == row["period"]
    }
    order = []
    for candidate in held:
        its_rows = [other for other in with_employee if account(other) == candidate]
        if any(not other["deactivated"] for other in its_rows):
            main = any(other["account_type"] == "main" for other in its_rows)
            preferred = main and policy.value("first_account", row["period"]) == "main_first"
            order.append((not preferred, folded(candidate[1]), candidate))
    return min(order)[2] != account(row)


def replaced_sku(row: Row, rows: list[Row], policy: Policy) -> str | None:
    """The standard SKU in whose place this row's product stands: the account holds the product and not that SKU."""
    standard = replaces().get(row["sku"])
    if standard is None or standard not in policy.value("standard_skus", row["period"]):
        return None
    return None if any(account(other) == account(row) and other["sku"] == standard for other in rows) else standard


@cache
def replaces() -> dict[str, str]:
    """The register of SKUs: which standard SKU a product replaces."""
    with (DATA / "skus.csv").open(encoding="utf-8") as file:
        return {row["sku"]: row["replaces"] for row in csv.DictReader(file) if row["replaces"]}


def reduce_replacing(charges: list[Charge], rows: list[Row], book: Book, policy: Policy) -> None:
    """Reading `difference`: each account's dearest licence in place of a standard SKU pays the difference to it."""
    groups: dict[tuple[str, str, str, str], list[tuple[Decimal, str, Charge]]] = {}
    for charge in charges:
        period, sku = charge.period, charge.row["sku"]
        if charge.item != LICENCE or charge.rules[0] != "O365-2" or charge.funding != "billed":
            continue
        standard = replaced_sku(charge.row, rows, policy)
        price, _, _ = priced(charge, book, policy)
        if policy.value("replacing_licence", period) == "difference" and standard and price is not None:
            groups.setdefault((*account(charge.row), standard), []).append((-price, sku, charge))
    for (period, agency, _, standard), group in groups.items():
        dearest = min(group, key=lambda one: one[:2])[2]
        agreed, listed = book.agreed_or_listed(agency, LICENCE, (standard,), period)
        known = agreed or listed
        dearest.deduction = known.price if known else Decimal(0)
