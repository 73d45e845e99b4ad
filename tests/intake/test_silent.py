"""Whatever is read and gives nothing says so."""

import polars as pl
import pytest

from billing_core.intake import ColumnMapping, Intake, Options
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


def account(name: str) -> str:
    return f"{name}@bym.oslo.kommune.no"


GRAPH = "UserPrincipalName,SkuPartNumber\n"


def counts(intake: Intake, code: str) -> list[tuple[object, ...]]:
    return intake.problems.filter(code=code).select("file", "value", "detail").rows()


def test_accounts_that_the_best_file_lacks_are_counted_in_a_notice() -> None:
    users = export(
        layout("active_users_new"),
        {"User principal name": account("kari"), "Licenses": "Office 365 E1"},
        {"User principal name": account("ola"), "Licenses": ""},
    )
    # Kari and Ola are in Active users, which is believed of them; Liv, with two licences, and Per are not.
    held = [("kari", "VISIOCLIENT"), ("ola", "E1"), ("liv", "E1"), ("liv", "VISIOCLIENT"), ("per", "E1")]
    graph = GRAPH + "".join(f"{account(name)},{sku}\n" for name, sku in held)
    intake = read_files({"graph.csv": graph, "users.csv": users}, Options(period="2026-10"))
    assert rows(intake, "licences", "user_id", "sku") == [(account("kari"), "E1")]
    assert counts(intake, "accounts_left_out") == [("graph.csv", "users.csv", "2")]


def test_licences_come_from_the_best_file_that_has_any() -> None:
    users = export(layout("active_users_new"), {"User principal name": account("kari"), "Licenses": ""})
    files = {"users.csv": users, "graph.csv": f"{GRAPH}{account('kari')},E1\n"}
    intake = read_files(files, Options(period="2026-10"))
    assert rows(intake, "licences", "user_id", "sku") == [(account("kari"), "E1")]
    assert counts(intake, "accounts_left_out") == []


@pytest.mark.parametrize(
    ("content", "left_out"),
    [
        (f"{GRAPH},E1\n{account('kari')},E1\n", "1"),
        (export(layout("active_users_new"), {"Licenses": "E1"}, {"User principal name": account("kari")}), "1"),
        (export(layout("usage_report"), {"Report Refresh Date": "2026-10-31", "Assigned Products": "E1"}), "1"),
        (export(layout("entra_users"), {"userType": "Member"}, {"userType": "Guest"}), "2"),
        (export(layout("intune"), {"OS": "Windows"}), "1"),
        (export(layout("entra_devices"), {"operatingSystem": "Windows"}), "1"),
    ],
    ids=["graph", "active users", "usage report", "entra users", "intune", "entra devices"],
)
def test_rows_that_name_nobody_are_counted_in_a_notice(content: bytes | str, left_out: str) -> None:
    intake = read_one(content, "file.csv", period="2026-10", agency="BYM")
    assert counts(intake, "nameless_left_out") == [("file.csv", None, left_out)]


@pytest.mark.parametrize("licences", ["", "[]"])
def test_an_account_without_a_licence_is_counted_however_the_list_says_so(licences: str) -> None:
    intake = read_one(f"{GRAPH}{account('kari')},{licences}\n{account('ola')},E1\n", period="2026-10")
    assert [detail for *_, detail in counts(intake, "unlicensed_left_out")] == ["1"]


def test_pcs_in_two_lists_and_people_without_an_account_are_told() -> None:
    intune = export(
        layout("intune"),
        {"Device ID": "i1", "Microsoft Entra Device ID": "e1", "OS": "Windows", "Primary user UPN": account("kari")},
    )
    entra = export(
        layout("entra_devices"),
        *({"deviceId": name, "operatingSystem": "Windows", "userNames": account("kari")} for name in ("e1", "e2")),
    )
    staff = "brukernavn,ansattnummer\nkari,1\nole,2\nliv,3\n"
    mapping = ColumnMapping(table="people", columns={"user_id": "brukernavn", "employee_id": "ansattnummer"})
    files = {"intune.csv": intune, "entra.csv": entra, "staff.csv": staff}
    intake = read_files(files, Options(period="2026-10", mapping=mapping))
    assert rows(intake, "devices", "device_id", "employee_id") == [("i1", "1"), ("e2", "1")]
    assert counts(intake, "pcs_in_both") == [("entra.csv", None, "1")]
    assert counts(intake, "people_without_account") == [("staff.csv", None, "2")]
