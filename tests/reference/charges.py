"""From a decision about a row to a line of section 5: price, amount, covered value, status (sections 2, 4, 5)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.reference.cells import Row
from tests.reference.prices import Price, find, joined, plain
from tests.reference.readings import Policy

Line = dict[str, str]

COLUMNS = [
    "period",
    "agency",
    "service",
    "item",
    "variant",
    "rule",
    "rules",
    "funding",
    "table",
    "file",
    "row",
    "subject",
    "quantity",
    "unit",
    "recurrence",
    "unit_price_nok",
    "amount_nok",
    "covered_nok",
    "price_status",
    "price_source",
    "measured",
    "limit",
    "billable_from",
]


@dataclass
class Charge:
    """What the rules say about one line. `rules` are all that apply, the deciding one first."""

    row: Row
    item: str
    rules: list[str]
    funding: str
    quantity: Decimal = Decimal(1)
    variant: tuple[str, ...] = ()
    subject: str = ""
    service: str = ""  # given where it is not the item's
    without_operation: bool = False
    free: bool = False
    estimate: bool = False
    own_price: Decimal | None = None
    own_source: str = ""
    deduction: Decimal = Decimal(0)
    allocated: Decimal | None = None
    measured: str = ""
    limit: str = ""
    billable_from: date | None = None
    exempt: bool = field(default=False, init=False)

    @property
    def period(self) -> str:
        return str(self.row["period"])

    @property
    def agency(self) -> str:
        return str(self.row["agency"])


@dataclass
class Book:
    """The catalogue's items by code, the price list and the agreements."""

    items: dict[str, dict[str, str]]
    prices: list[Price]
    agreements: list[Price]

    def agreed_or_listed(
        self, agency: str, item: str, variant: tuple[str, ...], period: str
    ) -> tuple[Price | None, Price | None]:
        """The agreement's price and the price list's, each None where there is none."""
        code = self.items[item]["price_as"] or item
        return (
            find(self.agreements, agency, code, variant, period),
            find(self.prices, "", code, variant, period),
        )


def exempted(charge: Charge, policy: Policy) -> Charge:
    """GEN-1: what would be covered or undecided is billed for the agencies outside the new financing."""
    outside = charge.agency in policy.value("exempt_agencies", charge.period)
    if outside and not charge.free and charge.funding != "billed":
        charge.funding = "billed"
        charge.rules = ["GEN-1", *charge.rules]
        charge.measured = charge.limit = ""
        charge.billable_from = None
        charge.exempt = True
    return charge


def priced(charge: Charge, book: Book, policy: Policy) -> tuple[Decimal | None, str, str]:
    """(unit price, status, source) that the line takes if it is billed."""
    basis = book.items[charge.item]["basis"]
    unpriced = "by_agreement" if basis == "agreement" and not charge.exempt else "missing"
    if basis == "pass_through":
        if charge.own_price is None:
            return None, "missing", ""
        return charge.own_price, "estimate" if charge.estimate else "pass_through", charge.own_source
    if charge.own_price is not None:
        return charge.own_price, "estimate" if charge.estimate else "agreed", charge.own_source
    agreed, listed = book.agreed_or_listed(charge.agency, charge.item, charge.variant, charge.period)
    if agreed is not None:
        return agreed.price, "estimate" if charge.estimate else "agreed", agreed.source
    if charge.exempt and policy.value("exempt_price", charge.period) == "agreement_only":
        listed = None
    if listed is None or (charge.without_operation and listed.app_operation is None):
        return None, unpriced, ""
    # Without a cost to share, a dispatch is charged at a list price that can only be an estimate.
    status = "estimate" if charge.estimate or charge.exempt or basis == "allocation" else "priced"
    price = listed.price - (listed.app_operation or 0) if charge.without_operation else listed.price
    return price, status, listed.source


def rounded(amount: Decimal) -> Decimal:
    """To the øre, half away from zero."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def line(charge: Charge, book: Book, policy: Policy) -> Line:
    """The charge as the text of one output line."""
    charge = exempted(charge, policy)
    item = book.items[charge.item]
    amount, covered, unit_price = "", "", ""
    if charge.free:
        status, source, amount, covered = "not_charged", "", "0.00", "0.00"
    elif charge.funding == "undecided":
        status, source = "undecided", ""
    elif charge.allocated is not None:
        status, source, amount, covered = "allocated", "", nok(charge.allocated), "0.00"
    else:
        price, status, source = priced(charge, book, policy)
        if price is not None:
            price = max(price - charge.deduction, Decimal(0)) if charge.deduction else price
            unit_price = four(price)
        worth = "" if price is None else nok(rounded(charge.quantity * price))
        amount, covered = ("0.00", worth) if charge.funding == "framework" else (worth, "0.00")
        status = "not_charged" if charge.funding == "framework" else status
    values = {
        "period": charge.period,
        "agency": charge.agency,
        "service": charge.service or item["service"],
        "item": charge.item,
        "variant": joined(charge.variant),
        "rule": charge.rules[0],
        "rules": ";".join(charge.rules),
        "funding": charge.funding,
        "table": charge.row["table"],
        "file": charge.row["file"],
        "row": str(charge.row["row"]),
        "subject": charge.subject,
        "quantity": plain(charge.quantity),
        "unit": item["unit"],
        "recurrence": item["recurrence"],
        "unit_price_nok": unit_price,
        "amount_nok": amount,
        "covered_nok": covered,
        "price_status": status,
        "price_source": source,
        "measured": charge.measured,
        "limit": charge.limit,
        "billable_from": charge.billable_from.isoformat() if charge.billable_from else "",
    }
    return {name: values[name] for name in COLUMNS}


def nok(amount: Decimal) -> str:
    """An amount with two decimals; nothing is ever minus zero."""
    return format(amount + 0 if amount else Decimal(0), ".2f")


def four(price: Decimal) -> str:
    """A unit price with two to four decimals."""
    written = format(price, ".4f")
    while written.endswith("0") and len(written.split(".")[1]) > 2:
        written = written[:-1]
    return written
