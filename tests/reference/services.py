"""Reported services, what is made from the headcount, and cloud (contract, section 3)."""

from decimal import Decimal

from tests.reference.cells import Refused, Row
from tests.reference.charges import Book, Charge
from tests.reference.readings import Policy

COMPETENCE = "hr.competence_dialogue"
NETWORK = {"connection", "temporary", "redundant", "dark_fibre", "establishment"}


def reportable(item: str, book: Book) -> bool:
    """Whether `services` may report the item: it is known, and no rule or other table makes it."""
    if item not in book.items:
        return False
    made_elsewhere = (
        item.startswith(("office365.", "platform.client", "platform.support_machine", "dispatch."))
        or (item.startswith("network.") and item.removeprefix("network.") in NETWORK)
        or (item.startswith("apps.") and not item.startswith("apps.order"))
        or (item.startswith("cloud.") and item != "cloud.app_operation")
    )
    return not made_elsewhere


def accepted(rows: list[Row], headcount: list[Row], book: Book, policy: Policy, refused: Refused) -> list[Row]:
    """The rows that can be rated, an empty quantity filled from the headcount; the others are put in `refused`."""
    kept = []
    for row in rows:
        if row["quantity"] is None and row["item"] == COMPETENCE:
            row["quantity"] = competence_quantity(row, headcount, policy)
        if row["quantity"] is None or not reportable(row["item"], book):
            refused.add((row["file"], row["row"]))
        else:
            kept.append(row)
    return kept


def competence_quantity(row: Row, headcount: list[Row], policy: Policy) -> Decimal | None:
    for counted in headcount:
        if (counted["period"], counted["agency"]) == (row["period"], row["agency"]):
            figure = counted[policy.value("competence_basis", row["period"])]
            return None if figure is None else Decimal(figure)
    return None


def charges(rows: list[Row], book: Book) -> list[Charge]:
    """One line for each row, as the item's row in items.csv decides."""
    return [
        Charge(
            row,
            row["item"],
            [book.items[row["item"]]["rule"]],
            book.items[row["item"]]["funding"],
            quantity=row["quantity"],
            subject=row["reference"] or "",
            own_price=row["unit_price_nok"],
            own_source=row["reference"] or "",
            estimate=row["price_kind"] == "estimate",
        )
        for row in rows
    ]


def derived_charges(headcount: list[Row], services: list[Row], book: Book) -> list[Charge]:
    """The covered lines that an agency's headcount gives, but for items that it reported itself."""
    reported = {(row["period"], row["agency"], row["item"]) for row in services}
    return [
        Charge(
            row,
            code,
            [item["rule"]],
            item["funding"],
            quantity=Decimal(row["employees"] if item["derived"] == "employees" else 1),
        )
        for row in headcount
        for code, item in book.items.items()
        if item["derived"] and (row["period"], row["agency"], code) not in reported
    ]


def cloud_charges(rows: list[Row]) -> list[Charge]:
    """CLD-1: the cost as it is."""
    return [
        Charge(row, f"cloud.{row['provider']}", ["CLD-1"], "billed", subject=row["provider"], own_price=row["cost_nok"])
        for row in rows
    ]
