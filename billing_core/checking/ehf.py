"""EHF (Peppol BIS Billing 3): Invoice and CreditNote as invoice lines. One that does not add up is refused.

A credit note's lines are negative. What is shown but never compared (tax, prepaid, rounding) is told in a notice.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Context, Decimal
from typing import Any, NamedTuple

from billing_core.base.folding import fold
from billing_core.base.money import rounded
from billing_core.base.months import month_of
from billing_core.base.problems import Code, Problem
from billing_core.checking.peppol import NORWEGIAN, TYPE_CODES, is_organisation_number
from billing_core.checking.xml import Node, XmlError, parsed
from billing_core.intake.mapping import ColumnMapping
from billing_core.intake.options import Register
from billing_core.readers import limits

PROFILE = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_NAMESPACES = {
    f"{_UBL}CommonBasicComponents-2": "cbc:",
    f"{_UBL}CommonAggregateComponents-2": "cac:",
    f"{_UBL}Invoice-2": "",
    f"{_UBL}CreditNote-2": "",
}
_KINDS = {
    "Invoice": ("cac:InvoiceLine", "cbc:InvoicedQuantity", 1),
    "CreditNote": ("cac:CreditNoteLine", "cbc:CreditedQuantity", -1),
}
"""By the root's name: what its lines and their quantities are called, and the sign of what they charge."""

_NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LINE_ORE = Decimal("0.02")
"""How far a line may be from quantity times price (planning contract, §4)."""

_ZERO = Decimal(0)
_EXACT = Context(prec=100)
"""Wide enough for the product of any two numbers read."""


class RefusedError(Exception):
    """Why an invoice is not read: a problem, but for the file's name."""

    def __init__(
        self, code: Code, column: str | None = None, value: str | None = None, detail: str | None = None
    ) -> None:
        super().__init__(code)
        self.problem = Problem(severity="refused", code=code, column=column, value=value, detail=detail)


class Read(NamedTuple):
    """One invoice's lines (values in the order of `invoice.SCHEMA` but file and row) and what is told of it."""

    lines: list[tuple[Any, ...]]
    notices: list[Problem]


class Line(NamedTuple):
    """A line as it stands in the file; signs are the document's own."""

    number: str
    period: tuple[date, date] | None
    words: tuple[str | None, str | None]
    quantity: Decimal
    price: Decimal
    amount: Decimal
    text: str | None


def read_ehf(content: bytes, register: Register, agency: str | None, mapping: ColumnMapping | None) -> Read:
    """One Invoice or CreditNote. RefusedError says what is wrong with it.

    `agency`: whose it is; by default its BuyerReference's or the receiver's. `mapping` translates items.
    """
    lines: list[Line] = []
    wanted = {name: quantity for name, quantity, _ in _KINDS.values()}

    def take(node: Node) -> bool:
        if node.name in wanted:
            lines.append(_line(node, wanted[node.name]))
        return node.name in wanted

    try:
        root = parsed(content, _NAMESPACES, take)
    except XmlError as error:
        raise RefusedError(code="invoice_xml", detail=str(error)) from error
    _refuse_foreign(root)
    if not lines:
        raise RefusedError(code="invoice_value", column="InvoiceLine", value="")
    charges = _allowances(root)
    _check_sums(root, lines, charges)
    return _as_lines(root, lines, charges, agency or _agency(root, register), _item_of(register, mapping))


def _refuse_foreign(root: Node) -> None:
    """Refuse what is no EHF, or not in kroner."""
    if root.name not in _KINDS:
        raise RefusedError(code="invoice_no_ehf", detail=root.name[:80])
    kind = _needed(root, f"cbc:{root.name}TypeCode")
    if kind not in TYPE_CODES[root.name]:
        raise RefusedError(code="invoice_value", column=f"{root.name}TypeCode", value=kind[:80])
    profile = _text(root, "cbc:CustomizationID") or ""
    if not profile.startswith(PROFILE):
        raise RefusedError(code="invoice_no_ehf", detail=profile[:80] or "CustomizationID")
    currency = _needed(root, "cbc:DocumentCurrencyCode")
    if currency != "NOK":
        raise RefusedError(code="invoice_currency", value=currency[:80])


def _line(node: Node, quantity_name: str) -> Line:
    number = _needed(node, "cbc:ID")
    quantity, amount = _number(node, quantity_name), _amount(node, "cbc:LineExtensionAmount")
    price = _number(node, "cac:Price", "cbc:PriceAmount")
    base = _number(node, "cac:Price", "cbc:BaseQuantity", default=Decimal(1))
    if base <= 0 or price < 0:
        raise RefusedError(code="invoice_value", column="Price", value=f"{price} / {base}")
    added = sum((value for _, value, _ in _allowances(node)), _ZERO) if node.first("cac:AllowanceCharge") else _ZERO
    # Times the base quantity nothing is divided: every product is exact.
    gap = _EXACT.add(_EXACT.multiply(quantity, price), _EXACT.multiply(added - amount, base))
    if abs(gap) > _EXACT.multiply(_LINE_ORE, base):
        made = rounded(_EXACT.divide(_EXACT.add(gap, _EXACT.multiply(amount, base)), base), 4)
        raise RefusedError(code="invoice_sums", detail=f"LineExtensionAmount {number[:40]}: {amount} ≠ {made}")
    item = node.first("cac:Item") or Node("", {})
    name, more = _text(item, "cbc:Name"), _text(item, "cbc:Description")
    text = " – ".join(dict.fromkeys(part for part in (name, more) if part)) or None
    words = (_text(item, "cac:SellersItemIdentification", "cbc:ID"), name)
    return Line(number, _period(node), words, quantity, _EXACT.divide(price, base), amount, text)


def _allowances(node: Node) -> list[tuple[str, Decimal, str | None]]:
    """An invoice's or a line's own charges and allowances: what it is called, what it adds, its reason."""
    found = []
    counts = {"charge": 0, "allowance": 0}
    for part in node.all("cac:AllowanceCharge"):
        said = _needed(part, "cbc:ChargeIndicator")
        if said not in ("true", "false"):
            raise RefusedError(code="invoice_value", column="ChargeIndicator", value=said[:80])
        kind = "charge" if said == "true" else "allowance"
        counts[kind] += 1
        value = _amount(part, "cbc:Amount")
        reason = _text(part, "cbc:AllowanceChargeReason")
        found.append((f"{kind}-{counts[kind]}", value if kind == "charge" else -value, reason))
    return found


def _check_sums(root: Node, lines: list[Line], charges: list[tuple[str, Decimal, str | None]]) -> None:
    """The head's sums must be exactly what they are made of."""

    def stated(name: str, default: Decimal | None = None) -> Decimal:
        return _amount(root, "cac:LegalMonetaryTotal", name, default=default)

    net, taxed = stated("cbc:LineExtensionAmount"), stated("cbc:TaxExclusiveAmount")
    allowed, charged = (stated(f"cbc:{kind}TotalAmount", _ZERO) for kind in ("Allowance", "Charge"))
    whole = stated("cbc:TaxInclusiveAmount")
    paid, rounding = stated("cbc:PrepaidAmount", _ZERO), stated("cbc:PayableRoundingAmount", _ZERO)
    for name, said, made in (
        ("LineExtensionAmount", net, sum((line.amount for line in lines), _ZERO)),
        ("AllowanceTotalAmount", allowed, sum((-v for n, v, _ in charges if n.startswith("allowance")), _ZERO)),
        ("ChargeTotalAmount", charged, sum((v for n, v, _ in charges if n.startswith("charge")), _ZERO)),
        ("TaxExclusiveAmount", taxed, net - allowed + charged),
        ("TaxInclusiveAmount", whole, taxed + _tax(root)),
        ("PayableAmount", stated("cbc:PayableAmount"), whole - paid + rounding),
    ):
        if said != made:
            raise RefusedError(code="invoice_sums", detail=f"{name} {said} ≠ {made}")


def _tax(root: Node) -> Decimal:
    return sum((_amount(total, "cbc:TaxAmount") for total in root.all("cac:TaxTotal")), _ZERO)


def _as_lines(
    root: Node,
    lines: list[Line],
    charges: list[tuple[str, Decimal, str | None]],
    agency: str,
    item_of: Callable[[tuple[str | None, str | None]], str],
) -> Read:
    sign = _KINDS[root.name][2]
    number, issued = _needed(root, "cbc:ID"), _date(root, "cbc:IssueDate")
    if issued is None:
        raise RefusedError(code="invoice_value", column="IssueDate", value="")
    head = _period(root)
    usual = _span(head or (issued, issued))
    credits = _text(root, "cac:BillingReference", "cac:InvoiceDocumentReference", "cbc:ID")
    credits = credits and credits[: limits.TEXT_CHARACTERS]
    rows: list[tuple[Any, ...]] = []
    for line in lines:
        span = _span(line.period) if line.period else usual
        what = (number, line.number, *span, agency, item_of(line.words), None, None)
        price, issued_only = _whole(line.price, 4), line.period is None and head is None
        rows.append(
            (
                *what,
                sign * _whole(line.quantity, 6),
                price,
                sign * _whole(line.amount, 2),
                _cut(line.text),
                credits,
                issued_only,
            )
        )
    for name, value, reason in charges:
        where = (number, name, *usual, agency)
        rows.append((*where, *[None] * 5, sign * _whole(value, 2), _cut(reason), credits, head is None))
    notices = _beside(root)
    if head is None and (charges or any(line.period is None for line in lines)):
        notices.append(Problem(severity="notice", code="invoice_month_issued", value=number[:80], detail=str(issued)))
    return Read(rows, notices)


def _beside(root: Node) -> list[Problem]:
    """What the invoice says besides and is not compared: tax, what is paid already, rounding."""
    total = ("cac:LegalMonetaryTotal",)
    parts = {
        "TaxAmount": _tax(root),
        "PrepaidAmount": _amount(root, *total, "cbc:PrepaidAmount", default=_ZERO),
        "PayableRoundingAmount": _amount(root, *total, "cbc:PayableRoundingAmount", default=_ZERO),
    }
    said = ", ".join(f"{name} {value}" for name, value in parts.items() if value)
    number = _needed(root, "cbc:ID")[:80]
    return [Problem(severity="notice", code="invoice_beside", value=number, detail=said)] if said else []


def _agency(root: Node, register: Register) -> str:
    """Whose the invoice is: its BuyerReference's, else the receiver's by its organisation number, which must be one."""
    endpoint = root.first("cac:AccountingCustomerParty", "cac:Party", "cbc:EndpointID")
    number = endpoint.text.strip() if endpoint and endpoint.attributes.get("schemeID") == NORWEGIAN else ""
    if number and not is_organisation_number(number):
        raise RefusedError(code="invoice_value", column="EndpointID", value=number[:80])
    said = _text(root, "cbc:BuyerReference")
    if said and register.agency(said) in register.agencies:
        return register.agency(said)
    found = register.organisations.get(number)
    if found is None and not said:
        raise RefusedError(code="invoice_without_agency", value=number)
    return found or register.agency(said or "")


def _item_of(register: Register, mapping: ColumnMapping | None) -> Callable[[tuple[str | None, str | None]], str]:
    """From a line's article number and name to an item: the first that is known, else as it is written."""
    known: dict[tuple[str | None, str | None], str] = {}

    def item(words: tuple[str | None, str | None]) -> str:
        said = [word for word in words if word]
        meant = [mapping.value("item", word) if mapping else word for word in said]
        codes = [register.items[fold(word)] for word in meant if fold(word) in register.items]
        if not said:
            raise RefusedError(code="invoice_value", column="Item", value="")
        return (codes or meant)[0][: limits.TEXT_CHARACTERS]

    def kept(words: tuple[str | None, str | None]) -> str:
        if words not in known:
            known[words] = item(words)
        return known[words]

    return kept


def _span(period: tuple[date, date]) -> tuple[str, str]:
    return month_of(period[0]), month_of(period[1])


def _period(node: Node) -> tuple[date, date] | None:
    if (own := node.first("cac:InvoicePeriod")) is None:
        return None
    start, end = _date(own, "cbc:StartDate"), _date(own, "cbc:EndDate")
    if start and end and end < start:
        raise RefusedError(code="invoice_value", column="InvoicePeriod", value=f"{start}..{end}")
    first = start or end
    return (first, end or first) if first else None


def _date(node: Node, *path: str) -> date | None:
    text = _text(node, *path)
    if text is None:
        return None
    try:
        return date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError as error:
        raise RefusedError(code="invoice_value", column=_name(path), value=text[:80]) from error


def _text(node: Node, *path: str) -> str | None:
    found = node.first(*path)
    return " ".join(found.text.split()) or None if found else None


def _needed(node: Node, *path: str) -> str:
    text = _text(node, *path)
    if text is None:
        raise RefusedError(code="invoice_value", column=_name(path), value="")
    return text[: limits.TEXT_CHARACTERS]


def _number(node: Node, *path: str, default: Decimal | None = None) -> Decimal:
    """A number of at most fifteen digits on either side of its point, in kroner if it says a currency."""
    found = node.first(*path)
    text = " ".join(found.text.split()) if found else ""
    if not text and default is not None:
        return default
    if found is None or not _NUMBER.fullmatch(text):
        raise RefusedError(code="invoice_value", column=_name(path), value=text[:80])
    currency = found.attributes.get("currencyID", "NOK")
    if currency != "NOK":
        raise RefusedError(code="invoice_currency", value=currency[:80])
    return Decimal(text)


def _amount(node: Node, *path: str, default: Decimal | None = None) -> Decimal:
    """A number of kroner in whole øre."""
    value = _number(node, *path, default=default)
    whole = rounded(value)
    if value != whole:
        raise RefusedError(code="invoice_value", column=_name(path), value=str(value))
    return whole


def _name(path: tuple[str, ...]) -> str:
    return path[-1].partition(":")[2]


def _whole(value: Decimal, decimals: int) -> int:
    """A number as a whole one of that scale, rounded half away from zero."""
    return int(rounded(value, decimals).scaleb(decimals, _EXACT))


def _cut(text: str | None) -> str | None:
    return text and text[: limits.TEXT_CHARACTERS]
