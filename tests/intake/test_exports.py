"""Each export in its exact published layout, with its quirks; the expected tables are worked out by hand."""

import csv
import datetime
import io

import pytest

from billing_core.intake import ColumnMapping, Intake, Options
from tests.intake.support import codes, layout, read_files, read_one, rows, workbook

ACTIVE_NEW = layout("active_users_new")
ACTIVE_OLD = layout("active_users_old")
ENTRA_USERS = layout("entra_users")
ENTRA_DEVICES = layout("entra_devices")
USAGE_REPORT = layout("usage_report")
INTUNE = layout("intune")


def export(columns: list[str], *records: dict[str, str], delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    """A CSV in an export's layout."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, delimiter=delimiter, lineterminator="\r\n", restval="")
    writer.writeheader()
    writer.writerows(records)
    return stream.getvalue().encode(encoding)


def active(name: str, licences: str, blocked: str = "False", deleted: str = "") -> dict[str, str]:
    return {
        "Display name": "=Kari; Nordmann",
        "User principal name": name,
        "Licenses": licences,
        "Block credential": blocked,
        "When created": "2022-03-18 19:49:35Z",
        "Soft deletion time stamp": deleted,
        "Mobile Phone": "+47 22 22 22 22",
    }


def accounts(intake: Intake) -> list[tuple[object, ...]]:
    return rows(
        intake, "licences", "agency", "user_id", "account_type", "sku", "account_status", "deactivated_on", "row"
    )


@pytest.mark.parametrize("columns", [ACTIVE_NEW, ACTIVE_OLD, [*ACTIVE_NEW, "AgeGroup"], sorted(ACTIVE_NEW)])
@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8-sig"), (";", "utf-8-sig"), (",", "cp1252")])
def test_active_users_in_both_layouts_and_after_excel(columns: list[str], delimiter: str, encoding: str) -> None:
    content = export(
        columns,
        active("Kari@bym.oslo.kommune.no", "Office 365 E1+Enterprise Mobility + Security E3"),
        active("ola@bym.oslo.kommune.no", "Visio Plan 2", "TRUE"),
        active("per@bym.oslo.kommune.no", "Unlicensed"),
        active("eva@bym.oslo.kommune.no", "Office 365 E1", "True", "2026-09-30 19:49:35Z"),
        active("x_gmail.com#EXT#@oslo.onmicrosoft.com", "OFFICE 365 E1"),
        delimiter=delimiter,
        encoding=encoding,
    )
    intake = read_one(content, "users.csv", period="2026-10", agency="UKE")
    assert accounts(intake) == [
        ("BYM", "kari@bym.oslo.kommune.no", "main", "E1", "active", None, 2),
        ("BYM", "kari@bym.oslo.kommune.no", "main", "EMS_E3", "active", None, 2),
        ("BYM", "ola@bym.oslo.kommune.no", "main", "VISIOCLIENT", "deactivated", None, 3),
        ("BYM", "eva@bym.oslo.kommune.no", "main", "E1", "deactivated", datetime.date(2026, 9, 30), 5),
        ("UKE", "x_gmail.com#ext#@oslo.onmicrosoft.com", "external", "E1", "active", None, 6),
    ]
    assert intake.problems.select("code", "detail").rows() == [
        ("unlicensed_left_out", "1"),
        ("no_deactivation_dates", "1"),
        ("no_employee_ids", "4"),
        ("account_types_assumed", "3"),
        ("platform_assumed", "4"),
    ]
    assert intake.files[0].recognised == "active_users"
    assert (intake.files[0].lines, intake.files[0].rows_read) == (5, 5)


def test_active_users_from_a_workbook() -> None:
    record = active("a@vav.oslo.kommune.no", "Office 365 E1")
    content = workbook(users=[list(ACTIVE_NEW), [record.get(column, "") for column in ACTIVE_NEW]])
    assert rows(read_one(content, "u.xlsx", period="2026-10"), "licences", "agency", "sku") == [("VAV", "E1")]


def test_active_users_without_rows_is_a_notice() -> None:
    assert codes(read_one(export(ACTIVE_NEW), period="2026-10")) == ["no_rows"]


def test_an_export_without_a_month_refuses_its_rows_and_says_so() -> None:
    intake = read_one(export(ACTIVE_NEW, active("a@bym.oslo.kommune.no", "Office 365 E1+Visio Plan 2")), "u.csv")
    assert codes(intake, "refused") == ["missing_value"]
    assert "period_unknown" in codes(intake)
    assert (intake.files[0].rows_read, intake.files[0].rows_refused) == (1, 1)


def test_the_usage_report_by_itself_gives_licences_by_old_names_and_its_month() -> None:
    content = export(
        USAGE_REPORT,
        {
            "Report Refresh Date": "2026-10-31",
            "User Principal Name": "kari@bym.oslo.kommune.no",
            "Is Deleted": "False",
            "Assigned Products": "OFFICE 365 E1+POWER BI (FREE)",
        },
        {
            "Report Refresh Date": "2026-10-31",
            "User Principal Name": "ola@bym.oslo.kommune.no",
            "Is Deleted": "True",
            "Deleted Date": "2026-08-01",
            "Assigned Products": "ENTERPRISE MOBILITY + SECURITY E3",
        },
    )
    intake = read_one(content, "Office365ActiveUserDetail.csv")
    assert rows(intake, "licences", "period", "user_id", "sku", "account_status", "deactivated_on") == [
        ("2026-10", "kari@bym.oslo.kommune.no", "E1", None, None),
        ("2026-10", "kari@bym.oslo.kommune.no", "POWER_BI_STANDARD", None, None),
        ("2026-10", "ola@bym.oslo.kommune.no", "EMS_E3", "deactivated", datetime.date(2026, 8, 1)),
    ]


def test_concealed_names_are_explained() -> None:
    record = {
        "Report Refresh Date": "2026-10-31",
        "User Principal Name": "0123456789ABCDEF0123456789ABCDEF",
        "Assigned Products": "OFFICE 365 E1",
    }
    intake = read_one(export(USAGE_REPORT, record), agency="BYM")
    assert ("concealed_names", "1") in intake.problems.select("code", "detail").rows()
    assert intake.usage["licences"].height == 1


def test_intune_gives_the_municipalitys_own_pcs() -> None:
    def device(number: int, system: str, ownership: str = "Company", enrolled: str = "2026-01-05 10:11:12.1230000"):
        return {
            "Device ID": f"i{number}",
            "Microsoft Entra Device ID": f"e{number}",
            "OS": system,
            "Ownership": ownership,
            "Enrollment date": enrolled,
            "Primary user UPN": "kari@bym.oslo.kommune.no",
        }

    content = export(
        INTUNE,
        device(1, "Windows"),
        device(2, "iOS"),
        device(3, "Android"),
        device(4, "macOS", "Personal"),
        device(5, "macOS", enrolled="0001-01-01 00:00:00.0000000"),
    )
    intake = read_one(content, "DevicesWithInventory.csv", period="2026-10")
    assert rows(intake, "devices", "agency", "device_id", "device_kind", "established_on", "row") == [
        ("BYM", "i1", "thick", datetime.date(2026, 1, 5), 2),
        ("BYM", "i5", "thick", None, 6),
    ]
    assert intake.problems.select("code", "detail").rows() == [
        ("not_a_pc", "2"),
        ("personal_device", "1"),
        ("no_device_owners", "2"),
        ("device_kinds_assumed", "2"),
    ]


def test_older_intune_files_say_azure_ad() -> None:
    columns = [column.replace("Microsoft Entra", "Azure AD") for column in INTUNE]
    content = export(columns, {"Device ID": "i1", "Azure AD Device ID": "e1", "OS": "Windows"})
    assert rows(read_one(content, period="2026-10", agency="BYM"), "devices", "device_id") == [("i1",)]


def test_entra_devices_complete_intune_without_counting_a_pc_twice() -> None:
    entra = export(
        ENTRA_DEVICES,
        {"deviceId": "e1", "operatingSystem": "Windows", "joinType (trustType)": "Microsoft Entra hybrid joined"},
        {
            "deviceId": "e2",
            "operatingSystem": "Windows",
            "joinType (trustType)": "Microsoft Entra joined",
            "userNames": "ola@vav.oslo.kommune.no",
            "registrationTime": "8/9/2021 1:25:31 PM",
        },
        {"deviceId": "e3", "operatingSystem": "Windows", "joinType (trustType)": "Microsoft Entra registered"},
        {"deviceId": "e4", "operatingSystem": "IPhone", "joinType (trustType)": "Microsoft Entra joined"},
    )
    intune = export(INTUNE, {"Device ID": "i1", "Microsoft Entra Device ID": "e1", "OS": "Windows"})
    intake = read_files({"entra.csv": entra, "intune.csv": intune}, Options(period="2026-10", agency="BYM"))
    assert rows(intake, "devices", "device_id", "agency", "established_on", "file") == [
        ("i1", "BYM", None, "intune.csv"),
        ("e2", "VAV", datetime.date(2021, 8, 9), "entra.csv"),
    ]


@pytest.mark.parametrize("columns", [ENTRA_USERS, ["objectId" if c == "id" else c for c in ENTRA_USERS]])
def test_entra_users_alone_say_who_is_there_but_no_licences(columns: list[str]) -> None:
    content = export(columns, {"userPrincipalName": "kari@bym.oslo.kommune.no", "userType": "Member"})
    intake = read_one(content, period="2026-10")
    assert intake.usage["licences"].height == 0
    assert intake.problems.select("code", "detail").rows() == [("no_licences", "1")]


PEOPLE = ColumnMapping(
    table="people",
    columns={
        "user_id": "Brukernavn",
        "employee_id": "Ressursnr",
        "account_type": "Konto",
        "deactivated_on": "Sluttet",
        "on_platform": "Felles",
    },
    values={"account_type": {"H": "hoved", "B": "bi"}},
)


def test_five_files_together_make_one_agencys_usage() -> None:
    files = {
        "users.csv": export(
            ACTIVE_NEW,
            active("kari@bym.oslo.kommune.no", "Office 365 E1"),
            active("kari2@bym.oslo.kommune.no", "Office 365 E1"),
            active("ola@bym.oslo.kommune.no", "Office 365 E1", "True"),
            active("gjest@bym.oslo.kommune.no", "Visio Plan 2"),
        ),
        "entra.csv": export(
            ENTRA_USERS,
            {
                "userPrincipalName": "GJEST@bym.oslo.kommune.no",
                "userType": "Guest",
                "accountEnabled": "True",
                "displayName": "=cmd|x",
                "createdDateTime": "8/19/2021 1:25:31 PM",
            },
        ),
        "report.csv": export(
            USAGE_REPORT,
            {
                "Report Refresh Date": "2026-10-31",
                "User Principal Name": "ola@bym.oslo.kommune.no",
                "Is Deleted": "True",
                "Deleted Date": "2026-08-15",
                "Assigned Products": "OFFICE 365 E1",
            },
        ),
        "intune.csv": export(
            INTUNE, {"Device ID": "i1", "OS": "Windows", "Primary user UPN": "kari@bym.oslo.kommune.no"}
        ),
        "personal.csv": (
            "Brukernavn;Ressursnr;Navn;Konto;Sluttet;Felles\r\nkari;1001;Kari;H;;ja\r\nkari2;1001;Kari;B;;ja\r\n"
            "ola;1002;Ola;H;1.9.2026;nei\r\n"
        ).encode("cp1252"),
    }
    intake = read_files(files, Options(mapping=PEOPLE))
    assert rows(
        intake,
        "licences",
        *("period", "agency", "user_id", "employee_id", "account_type", "sku", "account_status", "deactivated_on"),
        *("on_platform", "file"),
    ) == [
        ("2026-10", "BYM", "kari@bym.oslo.kommune.no", "1001", "main", "E1", "active", None, True, "users.csv"),
        ("2026-10", "BYM", "kari2@bym.oslo.kommune.no", "1001", "secondary", "E1", "active", None, True, "users.csv"),
        ("2026-10", "BYM", "ola@bym.oslo.kommune.no", "1002", "main", "E1", "deactivated", datetime.date(2026, 9, 1),
         False, "users.csv"),
        ("2026-10", "BYM", "gjest@bym.oslo.kommune.no", None, "external", "VISIOCLIENT", "active", None, True,
         "users.csv"),
    ]  # fmt: skip
    assert rows(intake, "devices", "device_id", "employee_id", "agency") == [("i1", "1001", "BYM")]
    assert intake.problems.select("code", "detail").rows() == [
        ("no_employee_ids", "1"),
        ("platform_assumed", "1"),
        ("device_kinds_assumed", "1"),
    ]
    assert [report.recognised for report in intake.files] == [
        "active_users",
        "entra_users",
        "usage_report",
        "intune",
        "people",
    ]


def test_a_powershell_list_gives_licences_by_part_number() -> None:
    text = (
        "#TYPE Selected.Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser\r\n"
        '"UserPrincipalName";"UserType";"AccountEnabled";"SkuPartNumber"\r\n'
        '"kari@bym.oslo.kommune.no";"Member";"True";"STANDARDPACK,VISIOCLIENT"\r\n'
        '"ola@bym.oslo.kommune.no";"Guest";"False";"18181a46-0d4e-45cd-891e-60aabd171b4e"\r\n'
        '"per@bym.oslo.kommune.no";"Member";"True";"Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense"\r\n'
    )
    intake = read_one(text, "graph.csv", period="2026-10")
    assert accounts(intake) == [
        ("BYM", "kari@bym.oslo.kommune.no", "main", "E1", "active", None, 3),
        ("BYM", "kari@bym.oslo.kommune.no", "main", "VISIOCLIENT", "active", None, 3),
        ("BYM", "ola@bym.oslo.kommune.no", "external", "E1", "deactivated", None, 4),
    ]
    assert intake.problems.filter(intake.problems["severity"] == "refused").select("code", "row").rows() == [
        ("unflattened_cells", 5)
    ]
    assert (intake.files[0].rows_read, intake.files[0].rows_refused) == (4, 1)


def test_ids_of_exports_are_hashed_like_those_of_tables() -> None:
    content = export(ACTIVE_NEW, active("kari@bym.oslo.kommune.no", "Office 365 E1"))
    table = "period,agency,user_id,account_type,sku\n2026-11,BYM,kari@bym.oslo.kommune.no,main,E1\n"
    intake = read_files({"u.csv": content, "t.csv": table}, Options(period="2026-10", pseudonym_key=b"k"))
    assert intake.usage["licences"]["user_id"].n_unique() == 1
    assert intake.usage["licences"]["user_id"][0].startswith("p-")
