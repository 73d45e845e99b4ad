import io

import polars as pl
import python_calamine

from billing_core.intake import Intake, Mapping, Options, grouped, mending_workbook
from billing_core.problems import Problem, merge, problem_frame
from billing_core.texts import load_texts
from tests.intake.support import codes, read_files, rows, workbook
from tests.through import DATA

OCTOBER = Options(period="2026-10")
TEXTS = load_texts(DATA / "texts", "nb")
HEADCOUNT = "Periode,Virksomhet,Ansatte,Navn\n2026-10,BYM,12,x\n2026-13,VAV,7,=1+1\n2026-10,UKE,mange,z\n"


def sheets_of(content: bytes) -> dict[str, list[list[object]]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def mending(intake: Intake) -> list[list[object]]:
    (sheet,) = sheets_of(mending_workbook(intake, intake.problems, TEXTS)).values()
    return sheet


def test_the_mending_workbook_has_the_refused_rows_their_place_and_the_reason_last() -> None:
    sheet = mending(read_files({"a.csv": HEADCOUNT}))
    assert sheet[0] == [
        "Periode", "Virksomhet", "Ansatte", "fra fil (ikke endre)", "fra rad (ikke endre)", "hva som er galt",
    ]  # fmt: skip
    assert [row[:5] for row in sheet[1:]] == [
        ["2026-13", "VAV", "7", "a.csv", "3"],
        ["2026-10", "UKE", "mange", "a.csv", "4"],
    ]
    assert sheet[1][5] == "«2026-13» i period er ikke en måned."


def test_a_corrected_workbook_replaces_just_those_rows_in_any_order_of_files() -> None:
    sheet = mending(read_files({"a.csv": HEADCOUNT}))
    sheet[1][0], sheet[2][2] = "2026-10", "9"
    corrected = workbook(rettet=sheet)
    for files in ({"a.csv": HEADCOUNT, "rettet.xlsx": corrected}, {"rettet.xlsx": corrected, "a.csv": HEADCOUNT}):
        intake = read_files(files)
        assert sorted(rows(intake, "headcount", "agency", "employees", "file", "row")) == [
            ("BYM", 12, "a.csv", 2),
            ("UKE", 9, "a.csv", 4),
            ("VAV", 7, "a.csv", 3),
        ]
        assert sorted(codes(intake)) == ["rows_replaced", "unknown_column"]


def test_a_row_that_is_still_wrong_stays_refused_at_its_own_place() -> None:
    sheet = mending(read_files({"a.csv": HEADCOUNT}))
    sheet[1][0] = "2026-10"
    intake = read_files({"a.csv": HEADCOUNT, "rettet.xlsx": workbook(rettet=sheet)})
    assert intake.problems.filter(pl.col("severity") == "refused").select("file", "row").rows() == [("a.csv", 4)]


def test_rows_refused_only_after_reading_are_in_the_workbook_too() -> None:
    text = "period,agency,system,kind,quantity,supplier_operated\n2026-10,BYM,s,server,1.5,nei\n"
    intake = read_files({"a.csv": text})
    later = problem_frame(
        [Problem(severity="refused", code="read_twice", table="operations", file="a.csv", row=2, detail="b.csv, rad 3")]
    )
    (sheet,) = sheets_of(mending_workbook(intake, merge([intake.problems, later]), TEXTS)).values()
    named = dict(zip(sheet[0], sheet[1], strict=True))
    assert (named["quantity"], named["supplier_operated"], named["kind"]) == ("1.5", "false", "server")
    assert named["fra rad (ikke endre)"] == "2"


def test_problems_are_grouped_by_cause_with_examples() -> None:
    intake = read_files({"a.csv": "period,agency,employees\n" + "2026-10,BYM,x\n" * 214 + "2026-13,BYM,1\n"})
    assert grouped(intake.problems).select("code", "column", "count", "files", "examples").rows() == [
        ("not_a_number", "employees", 214, ["a.csv"], ["x"]),
        ("not_a_month", "period", 1, ["a.csv"], ["2026-13"]),
    ]


def test_nothing_refused_gives_an_empty_workbook() -> None:
    intake = read_files({})
    assert list(sheets_of(mending_workbook(intake, intake.problems, TEXTS)).values()) == [[]]


USERS = "User principal name,Licenses,Block credential\nkari@bym.oslo.kommune.no,E1,False\nola@x.no,E1,False\n"


def test_corrected_rows_of_an_export_replace_those_that_were_refused() -> None:
    refused = read_files({"users.csv": USERS}, OCTOBER)
    assert refused.problems.filter(severity="refused").select("file", "row", "column").rows() == [
        ("users.csv", 3, "agency")
    ]
    sheet = mending(refused)
    sheet[1][sheet[0].index("agency")] = "VAV"
    corrected = workbook(rettet=sheet)
    for files in ({"users.csv": USERS, "rettet.xlsx": corrected}, {"rettet.xlsx": corrected, "users.csv": USERS}):
        intake = read_files(files, OCTOBER)
        assert sorted(rows(intake, "licences", "agency", "user_id", "file", "row")) == [
            ("BYM", "kari@bym.oslo.kommune.no", "users.csv", 2),
            ("VAV", "ola@x.no", "users.csv", 3),
        ]
        assert codes(intake, "refused") == []
        assert {(report.recognised, report.rows_read) for report in intake.files} == {
            ("active_users", 1),
            ("mended", 1),
        }


def test_corrected_rows_of_an_invoice_replace_those_that_were_refused() -> None:
    invoice = (
        "ProviderName,BilledCost,BillingCurrency,ChargePeriodStart,agency\n"
        "AWS,100.00,NOK,2026-10-01T00:00:00Z,BYM\nAWS,mye,NOK,2026-10-01T00:00:00Z,BYM\n"
    )
    sheet = mending(read_files({"sky.csv": invoice}))
    sheet[1][1] = "50.00"
    intake = read_files({"rettet.xlsx": workbook(rettet=sheet), "sky.csv": invoice})
    assert sorted(rows(intake, "cloud", "cost_nok", "file", "row")) == [
        (500_000, "sky.csv", 3),
        (1_000_000, "sky.csv", 2),
    ]
    assert codes(intake, "refused") == []


def test_corrected_rows_of_a_mapped_file_replace_those_that_were_refused() -> None:
    mapping = Mapping(table="headcount", columns={"period": "Mnd", "agency": "Etat", "employees": "Hoder"})
    text = "Mnd,Etat,Hoder\n2026-10,BYM,12\n2026-10,VAV,mange\n"
    sheet = mending(read_files({"a.csv": text}, Options(mapping=mapping)))
    sheet[1][sheet[0].index("employees")] = "7"
    intake = read_files({"a.csv": text, "rettet.xlsx": workbook(rettet=sheet)}, Options(mapping=mapping))
    assert sorted(rows(intake, "headcount", "agency", "employees", "row")) == [("BYM", 12, 2), ("VAV", 7, 3)]
    assert codes(intake, "refused") == []
