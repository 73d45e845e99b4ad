"""Files in a wrapping, and providers' own cost files."""

import gzip

import pytest

from billing_core.intake import ColumnMapping
from tests.intake.support import codes, read_one, rows, workbook

LICENCES = [
    "periode,virksomhet,bruker,brukertype,lisens",
    "2026-10,BYM,a@bym.oslo.kommune.no,hoved,E1",
    '2026-10,BYM,"b, c",hoved,E1',
]


def quoted(line: str) -> str:
    return '"' + line.replace('"', '""') + '"'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "\n".join(map(quoted, LICENCES)).encode()),
        ("a.xlsx", workbook(Ark1=[[line] for line in LICENCES])),
    ],
)
def test_rows_that_stand_whole_in_one_cell_are_read(name: str, content: bytes) -> None:
    intake = read_one(content, name)
    assert rows(intake, "licences", "user_id", "sku", "row") == [
        ("a@bym.oslo.kommune.no", "E1", 2),
        ("b, c", "E1", 3),
    ]


def test_a_packed_file_is_read() -> None:
    intake = read_one(gzip.compress("\n".join(LICENCES).encode()), "lisenser.csv.gz")
    assert len(rows(intake, "licences", "user_id")) == 2
    assert intake.files[0].file == "lisenser.csv"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (gzip.compress(b"x\n" * 12_000_000, 9), "hostile_file"),
        (gzip.compress(gzip.compress(b"a,b\n1,2\n")), "nested_archive"),
        (gzip.compress("\n".join(LICENCES).encode())[:40], "unreadable_file"),
        (b"\x1f\x8b no", "unreadable_file"),
    ],
    # Packed bytes hold the time of packing: names that every worker gives alike.
    ids=["swells", "nested", "cut", "no gzip"],
)
def test_a_packed_file_is_held_to_the_limits(content: bytes, code: str) -> None:
    assert codes(read_one(content, "a.csv.gz")) == [code]


@pytest.mark.parametrize(
    ("headings", "code"),
    [
        ("identity/LineItemId,bill/PayerAccountId,lineItem/UsageStartDate,lineItem/UnblendedCost", "aws_bill"),
        ("bill_payer_account_id,line_item_usage_start_date,line_item_unblended_cost", "aws_bill"),
        ("SubscriptionId,Date,MeterId,Quantity,CostInBillingCurrency,BillingCurrencyCode", "azure_bill"),
        ("SubscriptionId,Date,Meter Category,Quantity,Cost,Currency", "azure_bill"),
        ("lineItem/referenceNo,lineItem/intervalUsageStart,cost/currencyCode,cost/myCost", "oci_bill"),
    ],
)
def test_a_providers_own_cost_file_is_refused_by_name(headings: str, code: str) -> None:
    text = headings + "\n" + ",".join("1" for _ in headings.split(",")) + "\n"
    assert codes(read_one(text, agency="BYM")) == [code]


def test_a_providers_cost_file_may_be_mapped() -> None:
    mapping = ColumnMapping(table="cloud", columns={"period": "Date", "cost_nok": "Cost"}, fixed={"provider": "azure"})
    text = "Date,MeterId,Cost,Currency\n2026-10-05,m,3.25,NOK\n"
    assert rows(read_one(text, agency="BYM", mapping=mapping), "cloud", "cost_nok") == [(32_500,)]
