"""EHF: what each kind of invoice says, and that one wrong in a single way is refused with what is wrong."""

from typing import Any

import pytest

from billing_core.checking import xml
from billing_core.checking.peppol import is_organisation_number
from billing_core.checking.xml import XmlError, parsed
from tests.checking.ehf_files import allowance, invoice, line, sums
from tests.checking.invoices import read

BASE = invoice()


def lines_of(text: str, **given: Any) -> list[tuple[Any, ...]]:
    """line, period, agency, item, quantity (millionths), price (ten-thousandths) and amount (øre) of each line."""
    found = read({"f.xml": text.encode()}, **given)
    assert found.problems.filter(severity="refused").is_empty()
    return found.lines.select("line", "period", "agency", "item", "quantity", "unit_price", "amount").rows()


USUAL = ("2026-01", "BYM", "workplace.active_user")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(BASE, [("1", *USUAL, 10_000_000, 330_000, 33_000)], id="base"),
        pytest.param(
            invoice(line(), line("2", quantity="-2", amount="-66.00"), totals=("264.00", "264.00")),
            [("1", *USUAL, 10_000_000, 330_000, 33_000), ("2", *USUAL, -2_000_000, 330_000, -6_600)],
            id="negative correction",
        ),
        pytest.param(
            invoice(kind="CreditNote"), [("1", *USUAL, -10_000_000, 330_000, -33_000)], id="credit note"
        ),
        pytest.param(
            # 10 x 33 + 12.50 - 2.50 = 340
            invoice(
                line(amount="340.00", inside=allowance("12.50", charge=True) + allowance("2.50")),
                totals=("340.00", "340.00"),
            ),
            [("1", *USUAL, 10_000_000, 330_000, 34_000)],
            id="charge and allowance of a line",
        ),
        pytest.param(
            # 330 - 30 + 5 = 305
            invoice(
                totals=("330.00", "305.00"),
                allowances=allowance("30.00") + allowance("5.00", charge=True, reason="Gebyr"),
                others=sums(AllowanceTotalAmount="30.00", ChargeTotalAmount="5.00"),
            ),
            [
                ("1", *USUAL, 10_000_000, 330_000, 33_000),
                ("allowance-1", "2026-01", "BYM", None, None, None, -3_000),
                ("charge-1", "2026-01", "BYM", None, None, None, 500),
            ],
            id="charge and allowance of the head",
        ),
        pytest.param(
            # A dozen costs 100: 30 x 100 / 12 = 250, one 8.3333
            invoice(line(quantity="30", price="100.00", base="12", amount="250.00"), totals=("250.00", "250.00")),
            [("1", *USUAL, 30_000_000, 83_333, 25_000)],
            id="base quantity 12",
        ),
        pytest.param(
            # 3 x 33.333 = 99.999, written as 100.01: 0.011 off
            invoice(line(quantity="3", price="33.333", amount="100.01"), totals=("100.01", "100.01")),
            [("1", *USUAL, 3_000_000, 333_330, 10_001)],
            id="a line rounded by less than 0.02",
        ),
        pytest.param(
            # 30 x 100 / 12 = 250, and 0.02 is allowed, 0.03 is not (WRONG)
            invoice(line(quantity="30", price="100.00", base="12", amount="250.02"), totals=("250.02", "250.02")),
            [("1", *USUAL, 30_000_000, 83_333, 25_002)],
            id="a line rounded by 0.02",
        ),
        pytest.param(
            invoice(others=sums(PrepaidAmount="100.00", PayableRoundingAmount="0.50"), payable="230.50"),
            [("1", *USUAL, 10_000_000, 330_000, 33_000)],
            id="prepaid and rounding",
        ),
        pytest.param(
            invoice(
                line(inside="<cac:InvoicePeriod><cbc:StartDate>2025-11-01</cbc:StartDate>"
                "<cbc:EndDate>2025-12-31</cbc:EndDate></cac:InvoicePeriod>")
            ),
            [("1", "2025-11..2025-12", *USUAL[1:], 10_000_000, 330_000, 33_000)],
            id="a line's own period",
        ),
        pytest.param(
            BASE.replace("<cbc:BuyerReference>BYM", "<cbc:BuyerReference>4500123"),
            [("1", "2026-01", "BRE", USUAL[2], 10_000_000, 330_000, 33_000)],
            id="the receiver's organisation number, where the reference names no agency",
        ),
        pytest.param(
            invoice(line(item="V-77", name="Nettverk – redundant tilknytning")),
            [("1", "2026-01", "BYM", "V-77", 10_000_000, 330_000, 33_000)],
            id="an item nobody knows stays as it is",
        ),
    ],
)  # fmt: skip
def test_what_an_invoice_says(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert lines_of(text) == expected


def test_the_agency_that_is_named_goes_before_the_invoices_own() -> None:
    assert [row[2] for row in lines_of(BASE, agency="uke")] == ["UKE"]


def test_without_a_period_the_month_of_issue_is_used_and_told() -> None:
    start = BASE.index(" <cac:InvoicePeriod>")
    found = read({"f.xml": (BASE[:start] + BASE[BASE.index(" <cac:AccountingCustomer") :]).encode()})
    assert found.lines["period"].to_list() == ["2026-02"]
    assert found.problems.select("severity", "code", "value", "detail").rows() == [
        ("notice", "invoice_month_issued", "F-1", "2026-02-03")
    ]


def credit_note(credits: str | None, issued: str = "2026-02-03") -> bytes:
    """K-1 of issue in February, without a period, crediting 330 of the invoice named."""
    text = invoice(kind="CreditNote").replace(">F-1<", ">K-1<").replace("2026-02-03", issued)
    start, end = text.index(" <cac:InvoicePeriod>"), text.index(" <cac:AccountingCustomer")
    named = f"<cac:InvoiceDocumentReference><cbc:ID>{credits}</cbc:ID></cac:InvoiceDocumentReference>"
    reference = f" <cac:BillingReference>{named}</cac:BillingReference>\n" if credits else ""
    return (text[:start] + reference + text[end:]).encode()


@pytest.mark.parametrize(
    ("credits", "period", "told"),
    [
        ("f-1", "2026-01", "invoice_month_credited"),  # the January invoice, whatever the letters
        ("F-9", "2026-02", "invoice_month_issued"),  # an invoice that nobody has read
        (None, "2026-02", "invoice_month_issued"),
    ],
)
def test_a_credit_note_without_a_period_is_of_the_month_of_what_it_credits(
    credits: str | None, period: str, told: str
) -> None:
    found = read({"k.xml": credit_note(credits), "f.xml": BASE.encode()})
    notes = found.lines.filter(invoice_id="K-1")
    assert notes.select("period", "amount", "credits").rows() == [(period, -33_000, credits)]
    assert found.problems["code"].to_list() == [told]


def test_a_credit_note_that_says_its_period_keeps_it() -> None:
    text = invoice(kind="CreditNote").replace(">F-1<", ">K-1<")
    named = "<cac:InvoiceDocumentReference><cbc:ID>F-1</cbc:ID></cac:InvoiceDocumentReference>"
    text = text.replace(
        " <cac:InvoicePeriod>", f" <cac:BillingReference>{named}</cac:BillingReference>\n <cac:InvoicePeriod>"
    )
    own = text.replace("2026-01-01", "2026-02-01").replace("2026-01-31", "2026-02-28")
    found = read({"f.xml": BASE.encode(), "k.xml": own.encode()})
    assert found.lines.select("period", "credits").rows() == [("2026-01", None), ("2026-02", "F-1")]


@pytest.mark.parametrize(("number", "valid"), [("876820102", True), ("876820112", False), ("8768201o2", False)])
def test_the_last_digit_of_an_organisation_number_checks_the_others(number: str, valid: bool) -> None:
    # 8x3 + 7x2 + 6x7 + 8x6 + 2x5 + 0x4 + 1x3 + 0x2 + 2 = 143 = 13 x 11; a one in place of a nought adds 2.
    assert is_organisation_number(number) is valid


def test_what_is_not_compared_is_told() -> None:
    text = invoice(others=sums(PrepaidAmount="100.00", PayableRoundingAmount="0.50"), payable="230.50")
    told = read({"f.xml": text.encode()}).problems
    assert told.select("code", "detail").rows() == [
        ("invoice_beside", "PrepaidAmount 100.00, PayableRoundingAmount 0.50")
    ]


def swapped(old: str, new: str) -> str:
    assert BASE.count(old) >= 1
    return BASE.replace(old, new, 1)


WRONG = {
    "line off by 0.03": (
        invoice(line(amount="330.03"), totals=("330.03", "330.03")),
        "invoice_sums",
        "LineExtensionAmount 1: 330.03 ≠ 330.0000",
    ),
    "line of a dozen off by 0.03": (
        invoice(line(quantity="30", price="100.00", base="12", amount="249.97"), totals=("249.97", "249.97")),
        "invoice_sums",
        "LineExtensionAmount 1: 249.97 ≠ 250.0000",
    ),
    "lines do not sum": (invoice(totals=("331.00", "331.00")), "invoice_sums", "LineExtensionAmount 331.00 ≠ 330.00"),
    "net without the allowance": (
        invoice(allowances=allowance("30.00"), others=sums(AllowanceTotalAmount="30.00")),
        "invoice_sums",
        "TaxExclusiveAmount 330.00 ≠ 300.00",
    ),
    "allowances do not sum": (
        invoice(
            totals=("330.00", "300.00"), allowances=allowance("29.99"), others=sums(AllowanceTotalAmount="30.00")
        ),
        "invoice_sums",
        "AllowanceTotalAmount 30.00 ≠ 29.99",
    ),
    "charges do not sum": (
        invoice(allowances=allowance("1.00", charge=True)),
        "invoice_sums",
        "ChargeTotalAmount 0.00 ≠ 1.00",
    ),
    "tax not in the sum": (invoice(tax="82.50"), "invoice_sums", "TaxInclusiveAmount 330.00 ≠ 412.50"),
    "payable without what is prepaid": (
        invoice(others=sums(PrepaidAmount="100.00")),
        "invoice_sums",
        "PayableAmount 330.00 ≠ 230.00",
    ),
    "payable without the rounding": (
        invoice(others=sums(PayableRoundingAmount="0.40")),
        "invoice_sums",
        "PayableAmount 330.00 ≠ 330.40",
    ),
    "a base quantity of nothing": (invoice(line(base="0")), "invoice_value", "Price"),
    "a price below nothing": (invoice(line(quantity="-10", price="-33.00")), "invoice_value", "Price"),
    "no price": (BASE.replace("cbc:PriceAmount", "cbc:Other"), "invoice_value", "PriceAmount"),
    "no number": (swapped("<cbc:ID>F-1</cbc:ID>", "<cbc:ID> </cbc:ID>"), "invoice_value", "ID"),
    "no date of issue": (swapped("<cbc:IssueDate>2026-02-03</cbc:IssueDate>", ""), "invoice_value", "IssueDate"),
    "a day that is none": (swapped("2026-02-03", "2026-02-30"), "invoice_value", "IssueDate"),
    "a period backwards": (swapped("2026-01-31", "2025-12-31"), "invoice_value", "InvoicePeriod"),
    "an amount in words": (swapped(">330.00</cbc:L", ">mye</cbc:L"), "invoice_value", "LineExtensionAmount"),
    "a third decimal": (swapped(">330.00</cbc:L", ">330.001</cbc:L"), "invoice_value", "LineExtensionAmount"),
    "a number without end": (swapped(">10</cbc:Inv", ">1e400</cbc:Inv"), "invoice_value", "InvoicedQuantity"),
    "other money": (swapped("Code>NOK<", "Code>EUR<"), "invoice_currency", ""),
    "other money in one amount": (swapped('currencyID="NOK">33.00', 'currencyID="SEK">33.00'), "invoice_currency", ""),
    "another profile": (swapped("poacc:billing:3.0", "poacc:billing:2.0"), "invoice_no_ehf", ""),
    "another document": (BASE.replace("Invoice-2", "Order-2"), "invoice_no_ehf", ""),
    "no line": (BASE[: BASE.index("<cac:InvoiceLine>")] + "</Invoice>", "invoice_value", "InvoiceLine"),
    "neither reference nor receiver": (
        swapped("<cbc:BuyerReference>BYM</cbc:BuyerReference>", "").replace("876820102", "999999999"),
        "invoice_without_agency",
        "",
    ),
    "an allowance that is neither": (
        invoice(allowances=allowance("1.00").replace("false", "maybe")), "invoice_value", "ChargeIndicator"
    ),
    "a line without an item": (
        swapped("<cbc:Name>Aktive brukere</cbc:Name>", "").replace("<cbc:ID>workplace.active_user</cbc:ID>", ""),
        "invoice_value",
        "Item",
    ),
    "a type that is none of an invoice's": (
        swapped("TypeCode>380<", "TypeCode>381<"), "invoice_value", "InvoiceTypeCode"
    ),
    "a type that is none of a credit note's": (
        invoice(kind="CreditNote").replace("TypeCode>381<", "TypeCode>380<"), "invoice_value", "CreditNoteTypeCode"
    ),
    "no type": (
        swapped("<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", ""), "invoice_value", "InvoiceTypeCode"
    ),
    "an organisation number whose last digit is wrong": (invoice(endpoint="876820103"), "invoice_value", "EndpointID"),
    "an organisation number of eight digits": (invoice(endpoint="87682010"), "invoice_value", "EndpointID"),
    "half a file": (BASE[:-30], "invoice_xml", ""),
    "a document type": (BASE.replace("<Invoice ", "<!DOCTYPE Invoice><Invoice ", 1), "invoice_xml", "DOCTYPE"),
    "an entity": (
        BASE.replace("<Invoice ", '<!DOCTYPE I [<!ENTITY a SYSTEM "file:///etc/passwd">]><Invoice ', 1).replace(
            "Aktive", "&a;"
        ),
        "invoice_xml",
        "DOCTYPE",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_an_invoice_wrong_in_one_way_is_refused_with_what_is_wrong(name: str) -> None:
    text, code, said = WRONG[name]
    found = read({"f.xml": text.encode()})
    assert found.lines.is_empty()
    (problem,) = found.problems.filter(severity="refused").to_dicts()
    assert (problem["code"], problem["file"]) == (code, "f.xml")
    assert not said or said in (problem["detail"], problem["column"])


def test_the_template_is_right() -> None:
    assert len(WRONG) >= 20 and lines_of(BASE)


def test_the_same_invoice_in_two_files_is_refused_the_second_time() -> None:
    found = read(
        {"a.xml": BASE.encode(), "b.xml": BASE.encode("utf-16").replace(b"U\0T\0F\0-\x008", b"U\0T\0F\0-\x001\x006")}
    )
    assert found.lines.height == 1
    assert found.problems.select("code", "file", "value", "detail").rows() == [
        ("invoice_repeated", "b.xml", "F-1", "a.xml")
    ]


@pytest.mark.parametrize(
    "text",
    ["<a>" * 41 + "</a>" * 41, "<a " + " ".join(f'b{n}=""' for n in range(21)) + "/>"],
    ids=["deep", "attributes"],
)
def test_a_document_beyond_the_bounds_is_refused(text: str) -> None:
    with pytest.raises(XmlError, match="40 deep"):
        parsed(text.encode(), {}, lambda _: False)


def test_a_document_of_too_many_bytes_or_elements_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MOST_ELEMENTS", 3)
    with pytest.raises(XmlError, match="3 elements"):
        parsed(b"<a><b/><b/><b/></a>", {}, lambda _: False)
    monkeypatch.setattr(xml, "MOST_BYTES", 10)
    with pytest.raises(XmlError, match="MiB"):
        parsed(b"<a><b/></a>", {}, lambda _: False)


def test_a_long_text_is_cut_and_what_is_taken_is_not_kept() -> None:
    root = parsed(b"<a><b>" + b"x" * 50_000 + b"</b><c>1</c></a>", {}, lambda node: node.name == " c")
    assert [(node.name, len(node.text)) for node in root.inside] == [(" b", xml.MOST_TEXT + 1)]
