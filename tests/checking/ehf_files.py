"""EHF files of our own making: one template, changed in one way at a time."""

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<{kind} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{kind}-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
 <cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>
 <cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>
 <cbc:ID>F-1</cbc:ID>
 <cbc:IssueDate>2026-02-03</cbc:IssueDate>
 <cbc:{kind}TypeCode>{code}</cbc:{kind}TypeCode>
 <cbc:DocumentCurrencyCode>NOK</cbc:DocumentCurrencyCode>
 <cbc:BuyerReference>BYM</cbc:BuyerReference>
 <cac:InvoicePeriod><cbc:StartDate>2026-01-01</cbc:StartDate><cbc:EndDate>2026-01-31</cbc:EndDate></cac:InvoicePeriod>
 <cac:AccountingCustomerParty><cac:Party>
  <cbc:EndpointID schemeID="0192">{endpoint}</cbc:EndpointID></cac:Party></cac:AccountingCustomerParty>
"""

TOTALS = """ <cac:TaxTotal><cbc:TaxAmount currencyID="NOK">{tax}</cbc:TaxAmount></cac:TaxTotal>
 <cac:LegalMonetaryTotal>
  <cbc:LineExtensionAmount currencyID="NOK">{lines}</cbc:LineExtensionAmount>
  <cbc:TaxExclusiveAmount currencyID="NOK">{net}</cbc:TaxExclusiveAmount>
  <cbc:TaxInclusiveAmount currencyID="NOK">{whole}</cbc:TaxInclusiveAmount>
{others}  <cbc:PayableAmount currencyID="NOK">{payable}</cbc:PayableAmount>
 </cac:LegalMonetaryTotal>
"""


def invoice(
    *lines: str,
    kind: str = "Invoice",
    totals: tuple[str, str] = ("330.00", "330.00"),
    payable: str = "",
    allowances: str = "",
    others: str = "",
    tax: str = "0.00",
    endpoint: str = "876820102",
) -> str:
    """An Invoice or CreditNote: `totals` are the sum of its lines and the amount without tax."""
    head = HEAD.format(kind=kind, code="380" if kind == "Invoice" else "381", endpoint=endpoint)
    lines_sum, net = totals
    sums = TOTALS.format(tax=tax, lines=lines_sum, net=net, whole=net, others=others, payable=payable or net)
    body = "".join(lines or [line(kind=kind)])
    return f"{head}{allowances}{sums}{body}</{kind}>"


def line(
    number: str = "1",
    item: str = "workplace.active_user",
    quantity: str = "10",
    price: str = "33.00",
    amount: str = "330.00",
    *,
    kind: str = "Invoice",
    base: str = "",
    inside: str = "",
    name: str = "Aktive brukere",
) -> str:
    """One line; `inside` stands before its item."""
    counted = "InvoicedQuantity" if kind == "Invoice" else "CreditedQuantity"
    per = f'<cbc:BaseQuantity unitCode="EA">{base}</cbc:BaseQuantity>' if base else ""
    return f"""<cac:{kind}Line><cbc:ID>{number}</cbc:ID>
 <cbc:{counted} unitCode="EA">{quantity}</cbc:{counted}>
 <cbc:LineExtensionAmount currencyID="NOK">{amount}</cbc:LineExtensionAmount>{inside}
 <cac:Item><cbc:Name>{name}</cbc:Name>
  <cac:SellersItemIdentification><cbc:ID>{item}</cbc:ID></cac:SellersItemIdentification></cac:Item>
 <cac:Price><cbc:PriceAmount currencyID="NOK">{price}</cbc:PriceAmount>{per}</cac:Price></cac:{kind}Line>
"""


def allowance(amount: str, *, charge: bool = False, reason: str = "Rabatt") -> str:
    return f"""<cac:AllowanceCharge><cbc:ChargeIndicator>{str(charge).lower()}</cbc:ChargeIndicator>
 <cbc:AllowanceChargeReason>{reason}</cbc:AllowanceChargeReason>
 <cbc:Amount currencyID="NOK">{amount}</cbc:Amount></cac:AllowanceCharge>
"""


def sums(**amounts: str) -> str:
    """More sums of the head."""
    return "".join(f'  <cbc:{name} currencyID="NOK">{value}</cbc:{name}>\n' for name, value in amounts.items())
