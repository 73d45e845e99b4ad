"""Several licences in one cell (contract, section 1), in every table that has `sku` and however the file is read."""

import pytest

from billing_core.intake import ColumnMapping, Register
from billing_core.intake.cells import Fault
from billing_core.intake.licence_cells import licences
from tests.intake.support import read_one, rows

E1, EMS = "18181a46-0d4e-45cd-891e-60aabd171b4e", "efccb6f7-5641-4e0e-bd10-b4976e1bf68e"
REGISTER = Register(
    sku_aliases={
        "e1": "E1",
        "office 365 e1": "E1",
        "standardpack": "E1",
        E1: "E1",
        "ems_e3": "EMS_E3",
        "ems": "EMS_E3",
        "enterprise mobility + security e3": "EMS_E3",
        EMS: "EMS_E3",
        "enterprisepack": "ENTERPRISEPACK",
    }
)
OTHER = "00000000-1111-2222-3333-444444444444"


@pytest.mark.parametrize(
    ("cell", "skus"),
    [
        ("Office 365 E1", ["E1"]),
        ("Enterprise Mobility + Security E3", ["EMS_E3"]),
        ("Office 365 E1+Enterprise Mobility + Security E3", ["E1", "EMS_E3"]),
        ("Office 365 E1 + EMS", ["E1", "EMS_E3"]),
        ("E1;EMS_E3", ["E1", "EMS_E3"]),
        ("E1 | Noe nytt", ["E1", "Noe nytt"]),
        ("E1\r\nEMS", ["E1", "EMS_E3"]),
        ("E1, EMS", ["E1", "EMS_E3"]),
        ("STANDARDPACK EMS", ["E1", "EMS_E3"]),
        ("Office 365 E1, noe nytt", ["Office 365 E1, noe nytt"]),
        ("Noe helt nytt", ["Noe helt nytt"]),
        ("E1+STANDARDPACK", ["E1"]),
        ("oslokommune:STANDARDPACK", ["E1"]),
        ("oslokommune:STANDARDPACK oslokommune:EMS", ["E1", "EMS_E3"]),
        ("oslokommune:ENTERPRISEPACK, oslokommune:EMS", ["ENTERPRISEPACK", "EMS_E3"]),
        ("oslokommune:HELT_NY", ["HELT_NY"]),
        (f"{E1} {OTHER}", ["E1", OTHER]),
        (f'[{{"disabledPlans":["{OTHER}"],"skuId":"{E1}"}},{{"disabledPlans":[],"skuId":"{EMS}"}}]', ["E1", "EMS_E3"]),
        (f"@{{DisabledPlans=System.Object[]; SkuId={EMS}}}", ["EMS_E3"]),
        (f"{{@{{SkuId={E1}}}, @{{SkuId={EMS.upper()}}}}}", ["E1", "EMS_E3"]),
        (f'["{E1}","{EMS}"]', ["E1", "EMS_E3"]),
        ("{STANDARDPACK, EMS}", ["E1", "EMS_E3"]),
        ("[]", []),
        ("{}", []),
        ("Unlicensed", []),
        ("Ulisensiert", []),
        ("Ingen lisens", []),
    ],
)
def test_the_licences_of_a_cell(cell: str, skus: list[str]) -> None:
    found = licences(cell, REGISTER)
    assert found == "\n".join(skus)


@pytest.mark.parametrize(
    "cell",
    [
        "[object Object]",
        "[object Object],[object Object]",
        "System.Object[]",
        "System.Collections.Generic.List`1[Microsoft.Graph.AssignedLicense]",
        "Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense",
        "{Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense}",
        "@{DisabledPlans=System.Object[]}",
        '[{"disabledPlans":[]}]',
    ],
)
def test_an_object_that_is_not_written_out_is_refused(cell: str) -> None:
    assert licences(cell, REGISTER) == Fault("unflattened_cells")


TABLE = "period,agency,user_id,account_type,sku\n"


def test_a_canonical_table_may_hold_several_in_a_cell() -> None:
    text = TABLE + "2026-10,BYM,a,main,E1+Visio Plan 2\n2026-10,BYM,b,main,[]\n2026-10,BYM,c,main,System.Object[]\n"
    intake = read_one(text)
    assert rows(intake, "licences", "user_id", "sku", "row") == [("a", "E1", 2), ("a", "VISIOCLIENT", 2)]
    assert intake.problems.select("severity", "code", "row", "detail").rows() == [
        ("notice", "unlicensed_left_out", None, "1"),
        ("refused", "unflattened_cells", 4, ""),
    ]
    report = intake.files[0]
    assert (report.rows_read, report.without_licence, report.rows_refused) == (4, 1, 1)


def test_a_row_with_several_licences_is_refused_once() -> None:
    intake = read_one(TABLE + "2026-10,BYM,a,sjef,E1+Visio Plan 2\n")
    assert intake.problems.select("code", "row").rows() == [("unknown_code", 2)]
    assert (intake.files[0].rows_read, intake.files[0].rows_refused) == (1, 1)


def test_a_mapped_file_may_hold_several_in_a_cell() -> None:
    mapping = ColumnMapping(
        table="licences", columns={"user_id": "User principal name", "sku": "Licenses"}, fixed={"account_type": "main"}
    )
    text = (
        "Display name,User principal name,Licenses\n"
        "A,a@bym.oslo.kommune.no,Office 365 E1+Enterprise Mobility + Security E3\n"
        "B,b@bym.oslo.kommune.no,Office 365 E3\n"
    )
    intake = read_one(text, period="2026-10", agency="BYM", mapping=mapping)
    assert [(user[0], sku) for user, sku in rows(intake, "licences", "user_id", "sku")] == [
        ("a", "E1"),
        ("a", "EMS_E3"),
        ("b", "Office 365 E3"),
    ]


def test_a_long_list_of_graph_is_read_whole() -> None:
    plans = ",".join(f'""{OTHER}""' for _ in range(20))
    cell = f'"[{{""disabledPlans"":[{plans}],""skuId"":""{E1}""}}]"'
    text = f"userPrincipalName,accountEnabled,assignedLicenses\na@bym.oslo.kommune.no,True,{cell}\nb@x.no,True,[]\n"
    intake = read_one(text, period="2026-10", agency="BYM")
    assert rows(intake, "licences", "user_id", "sku") == [("a@bym.oslo.kommune.no", "E1")]
    assert ("unlicensed_left_out", "1") in intake.problems.select("code", "detail").rows()


def test_a_tenants_name_is_dropped_in_a_list_of_an_export() -> None:
    text = (
        "DisplayName,UserPrincipalName,isLicensed,Licenses\n"
        "A,a@bym.oslo.kommune.no,True,oslokommune:STANDARDPACK\n"
        'C,c@bym.oslo.kommune.no,True,"oslokommune:VISIOCLIENT, oslokommune:EMS_E3"\n'
    )
    assert rows(read_one(text, period="2026-10"), "licences", "sku", "row") == [
        ("E1", 2),
        ("VISIOCLIENT", 3),
        ("EMS_E3", 3),
    ]
