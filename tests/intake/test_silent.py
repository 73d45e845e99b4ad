"""Whatever is read and gives nothing says so."""

import polars as pl
import pytest

from tests.intake.support import codes, layout, read_files, read_one, rows, workbook
from tests.intake.test_exports import export

INTUNE_PHONE = {"Device name": "Kari's iPhone", "Device ID": "d1", "OS": "iOS"}
FOCUS_TAX = {
    "ProviderName": "Microsoft", "BilledCost": "10", "BillingCurrency": "NOK", "ChargeCategory": "Tax",
    "ChargePeriodStart": "2026-10-01T00:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        export(layout("active_users_new")),
        export(layout("intune"), INTUNE_PHONE),
        export(layout("entra_devices")),
        export(layout("focus"), FOCUS_TAX),
        b"period,agency,user_id,account_type,sku\n",
        workbook(lisenser=[["periode", "virksomhet", "bruker", "brukertype", "lisens"]]),
    ],
    ids=["active users", "only phones", "entra devices", "only tax", "headings alone", "workbook"],
)
def test_a_file_that_gives_no_rows_says_so(content: bytes) -> None:
    intake = read_one(content, "alene.csv", period="2026-10", agency="BYM")
    assert all(frame.is_empty() for frame in intake.usage.values())
    said = intake.problems.filter(file="alene.csv")
    assert said.filter(pl.col("code").is_in(["no_rows", "nothing_read"])).height == 1


def test_a_list_that_completes_another_file_and_a_filled_one_say_nothing() -> None:
    users = export(layout("active_users_new"), {"User principal name": "kari@bym.oslo.kommune.no", "Licenses": "E1"})
    intake = read_files({"users.csv": users, "empty.csv": "period,agency,employees\n"})
    assert intake.problems.filter(code="no_rows")["file"].to_list() == ["empty.csv"]


def test_empty_sheets_beside_a_filled_one_are_no_files() -> None:
    book = workbook(ansatte=[["periode", "virksomhet", "ansatte"], ["2026-10", "BYM", 4]], forsendelse=[["periode"]])
    intake = read_one(book, "mal.xlsx")
    assert rows(intake, "headcount", "employees") == [(4,)]
    assert "nothing_read" not in codes(intake)


def test_two_sheets_of_one_table_are_heard_for_their_workbook() -> None:
    staff = [["periode", "virksomhet", "ansatte"], ["2026-10", "BYM", 4]]
    other = [staff[0], ["2026-10", "VAV", 5]]
    intake = read_one(workbook(en=staff, to=other), "bok.xlsx")
    assert sorted(rows(intake, "headcount", "employees")) == [(4,), (5,)]
    assert codes(intake) == []
