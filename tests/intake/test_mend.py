import io
import re
import zipfile

import polars as pl
import pytest
import python_calamine

from billing_core.base.problems import Problem, described, merge, problem_frame
from billing_core.base.texts import load_texts
from billing_core.intake import ColumnMapping, FileReport, Intake, Options, grouped, mending_workbook, signature
from billing_core.rating.check import check
from billing_core.views import reported
from tests.intake.support import codes, read_files, rows, with_parts, workbook
from tests.through import DATA, catalogue, frozen_policy

OCTOBER = Options(period="2026-10")
TEXTS = load_texts(DATA / "texts", "nb")
HEADCOUNT = "Periode,Virksomhet,Ansatte,Navn\n2026-10,BYM,12,x\n2026-13,VAV,7,=1+1\n2026-10,UKE,mange,z\n"


def sheets_of(content: bytes) -> dict[str, list[list[object]]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names if name != "#"}


def mending(intake: Intake) -> list[list[object]]:
    (sheet,) = sheets_of(mending_workbook(intake, intake.problems, TEXTS)).values()
    return sheet


def test_the_mending_workbook_has_the_refused_rows_their_place_and_the_reason_last() -> None:
    sheet = mending(read_files({"a.csv": HEADCOUNT}))
    assert sheet[0] == [
        "Periode", "Virksomhet", "Ansatte", "fra fil (ikke endre)", "fra rad (ikke endre)", "hva som er galt",
        "hva du kan gjøre", "svar",
    ]  # fmt: skip
    assert [row[:5] for row in sheet[1:]] == [
        ["2026-13", "VAV", "7", "a.csv", "3"],
        ["2026-10", "UKE", "mange", "a.csv", "4"],
    ]
    assert sheet[1][5:] == [
        "«2026-13» i Periode er ikke en måned.",
        "Skriv måneden som åååå-mm, for eksempel 2026-10, eller som en dato.",
        "",
    ]


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
    assert (named["quantity"], named["supplier_operated"], named["kind"]) == ("1.5", "nei", "server")
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
    sheet[1][sheet[0].index("virksomhet")] = "VAV"
    corrected = workbook(rettet=sheet)
    for files in ({"users.csv": USERS, "rettet.xlsx": corrected}, {"rettet.xlsx": corrected, "users.csv": USERS}):
        intake = read_files(files, OCTOBER)
        assert sorted(rows(intake, "licences", "agency", "user_id", "file", "row")) == [
            ("BYM", "kari@bym.oslo.kommune.no", "users.csv", 2),
            ("VAV", "ola@x.no", "users.csv", 3),
        ]
        assert codes(intake, "refused") == []
        assert {(report.recognised, report.rows_read) for report in intake.files} == {
            ("active_users", 2),
            ("mended", 0),
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
    mapping = ColumnMapping(table="headcount", columns={"period": "Mnd", "agency": "Etat", "employees": "Hoder"})
    text = "Mnd,Etat,Hoder\n2026-10,BYM,12\n2026-10,VAV,mange\n"
    sheet = mending(read_files({"a.csv": text}, Options(mapping=mapping)))
    sheet[1][sheet[0].index("Hoder")] = "7"
    intake = read_files({"a.csv": text, "rettet.xlsx": workbook(rettet=sheet)}, Options(mapping=mapping))
    assert sorted(rows(intake, "headcount", "agency", "employees", "row")) == [("BYM", 12, 2), ("VAV", 7, 3)]
    assert codes(intake, "refused") == []


PERSONNEL = ColumnMapping(
    table="people", columns={"user_id": "Konto", "employee_id": "Nr"}, signature=signature(["Konto", "Nr", "Navn"])
)
INVOICE = ["ProviderName", "BilledCost", "BillingCurrency", "ChargePeriodStart", "Eier", "x_Ny"]
OWNERS = ColumnMapping(table="focus", columns={"agency": "Eier"}, signature=signature(INVOICE))
HOLDERS = "User principal name,Licenses,Block credential\nkari@bym.oslo.kommune.no,Office 365 E1,False\n"

# Every kind of file with a good row and one that is wrong in {}; then what is right there, and what is wrong.
KINDS: dict[str, tuple[str, str, str]] = {
    "headcount": ("Periode,Virksomhet,Ansatte,Navn\n2026-10,BYM,12,\n2026-10,VAV,7,{}\n", "", ",x"),
    "focus": (
        "ProviderName,BilledCost,BillingCurrency,ChargePeriodStart,agency\nAWS,100,NOK,2026-10-01,BYM\n"
        "AWS,50,NOK,2026-10-02,VAV{}\n",
        "",
        ",x",
    ),
    "focus with its agencies mapped": (
        "ProviderName,BilledCost,BillingCurrency,ChargePeriodStart,Eier,x_Ny\nAWS,100,NOK,2026-10-01,BYM,1\n"
        "AWS,50,NOK,2026-10-02,VAV,2{}\n",
        "",
        ",x",
    ),
    "active users": (
        "Display name,User principal name,Licenses,Block credential\nKari,kari@bym.oslo.kommune.no,E1,False\n"
        "Ola,ola@bym.oslo.kommune.no,E1+Visio Plan 2,False{}\n",
        "",
        ",x",
    ),
    "usage report": (
        "Report Refresh Date,User Principal Name,Assigned Products\n2026-10-31,kari@bym.oslo.kommune.no,E1\n"
        "2026-10-31,ola@bym.oslo.kommune.no,E1{}\n",
        "",
        ",x",
    ),
    "entra users": (
        "id,userPrincipalName,userType,accountEnabled,displayName\n1,per@bym.oslo.kommune.no,Member,True,Per\n"
        "2,kari@bym.oslo.kommune.no,Guest,True,Kari{}\n",
        "",
        ",x",
    ),
    "entra devices": (
        "displayName,deviceId,operatingSystem,joinType,userNames\nPC1,d1,Windows,AzureAD,kari@bym.oslo.kommune.no\n"
        "PC2,d2,Windows,AzureAD,kari@bym.oslo.kommune.no{}\n",
        "",
        ",x",
    ),
    "intune": (
        "Device ID,Device name,Enrollment date,OS,Primary user UPN\n"
        "d1,PC1,2026-01-05,Windows,kari@bym.oslo.kommune.no\n"
        "d2,PC2,2026-01-05,Windows,kari@bym.oslo.kommune.no{}\n",
        "",
        ",x",
    ),
    "graph list": (
        "UserPrincipalName,UserType,AccountEnabled,SkuPartNumber,Title\nkari@bym.oslo.kommune.no,Member,True,E1,x\n"
        "ola@bym.oslo.kommune.no,Member,True,{},y\n",
        "E1;VISIOCLIENT",
        "System.Object[]",
    ),
    "personnel list": ("Konto,Nr,Navn\nper,17,Per\nkari,18,Kari{}\n", "", ",x"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_refused_rows_of_every_kind_of_file_are_corrected_and_replace_just_those(kind: str) -> None:
    text, right, wrong = KINDS[kind]
    options = Options(period="2026-10", mapping=(PERSONNEL, OWNERS))
    beside = {"users.csv": HOLDERS} if kind in ("entra users", "personnel list") else {}
    bad = beside | {"fil.csv": text.format(wrong)}
    refused = read_files(bad, options)
    assert refused.problems.filter(severity="refused").select("file", "row").rows() == [("fil.csv", 3)]
    sheet = mending(refused)
    assert len(sheet) == 2
    assert sheet[1][-5:-3] == ["fil.csv", "3"]
    assert sheet[1][-3]
    assert {"Kari", "Ola", "PC2"}.isdisjoint(sheet[1])
    sheet[1] = [right if cell == wrong else cell for cell in sheet[1]]
    corrected = {"rettet.xlsx": workbook(rettet=sheet)}
    expected = read_files(beside | {"fil.csv": text.format(right)}, options)
    for files in (bad | corrected, corrected | bad):
        intake = read_files(files, options)
        assert codes(intake, "refused") == []
        assert codes(intake).count("rows_replaced") == 1
        for table, frame in expected.usage.items():
            assert sorted(map(str, intake.usage[table].rows())) == sorted(map(str, frame.rows()))
        assert report_of(intake, "fil.csv") == report_of(expected, "fil.csv")


def report_of(intake: Intake, file: str) -> FileReport:
    return next(report for report in intake.files if report.file == file)


GRAPH = "UserPrincipalName,SkuPartNumber,Title\nKari@bym.oslo.kommune.no,System.Object[],x\n"


def test_corrected_rows_of_an_export_stand_alone_without_it() -> None:
    sheet = mending(read_files({"graph.csv": GRAPH}, OCTOBER))
    sheet[1][sheet[0].index("SkuPartNumber")] = "E1"
    intake = read_files({"rettet.xlsx": workbook(rettet=sheet)}, OCTOBER)
    assert rows(intake, "licences", "user_id", "sku", "file", "row") == [
        ("kari@bym.oslo.kommune.no", "E1", "graph.csv", 2)
    ]
    assert codes(intake, "refused") == []


def test_ids_in_the_refused_rows_of_exports_are_hashed_like_those_read() -> None:
    options = Options(period="2026-10", pseudonym_key=b"k", mapping=PERSONNEL)
    text, _, wrong = KINDS["personnel list"]
    intake = read_files({"graph.csv": GRAPH, "folk.csv": text.format(wrong)}, options)
    kari = options.pseudonym("kari@bym.oslo.kommune.no")
    assert intake.refused[0].cells.rows() == [(kari, "System.Object[]", 2)]
    assert intake.refused[1].cells.rows() == [(options.pseudonym("kari"), options.pseudonym("18"), 3)]


def test_rows_refused_again_are_all_in_the_next_workbook() -> None:
    sheet = mending(read_files({"a.csv": HEADCOUNT}))
    intake = read_files({"a.csv": HEADCOUNT, "rettet.xlsx": workbook(rettet=sheet[:2])})
    book = sheets_of(mending_workbook(intake, intake.problems, TEXTS))
    assert sorted(str(row[4]) for content in book.values() for row in content[1:]) == ["3", "4"]


def test_what_became_of_a_file_counts_its_corrected_rows_once() -> None:
    sheet = mending(read_files({"a.csv": HEADCOUNT}))
    sheet[1][0] = "2026-10"
    intake = read_files({"a.csv": HEADCOUNT, "rettet.xlsx": workbook(rettet=sheet)})
    became = reported.files(intake.files, intake.usage).select("file", "recognised", "read", "rated", "refused")
    assert became.rows() == [("rettet.xlsx", "mended", 0, 0, 0), ("a.csv", "usage", 3, 2, 1)]


def test_a_sum_of_an_invoice_that_was_refused_afterwards_is_replaced_as_a_sum() -> None:
    head = "ProviderName,BilledCost,BillingCurrency,ChargePeriodStart,agency\n"
    invoice = head + "AWS,100,NOK,2026-10-01,BYM\nAWS,50,NOK,2026-10-02,BYM\n"
    intake = read_files({"sky.csv": invoice})
    twice = Problem(severity="refused", code="read_twice", table="cloud", file="sky.csv", row=2, detail="annen.csv:2")
    (sheet,) = sheets_of(mending_workbook(intake, problem_frame([twice]), TEXTS)).values()
    sheet[1][sheet[0].index("kostnad")] = "120"
    corrected = read_files({"sky.csv": invoice, "rettet.xlsx": workbook(rettet=sheet)})
    assert rows(corrected, "cloud", "cost_nok", "file", "row") == [(1_200_000, "sky.csv", 2)]


def test_a_formula_without_its_value_is_an_empty_cell_of_the_workbook() -> None:
    book = workbook(ansatte=[["periode", "virksomhet", "ansatte"], ["2026-10", "BYM", "1"], ["2026-10", "VAV", "2"]])
    formula = b'<c r="C3"><f>SUM(C2:C2)</f></c>'
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    refused = read_files(
        {"a.xlsx": with_parts(book, {"xl/worksheets/sheet1.xml": re.sub(rb'<c r="C3".*?</c>', formula, xml)})}
    )
    assert codes(refused) == ["formula_without_value"]
    assert mending(refused)[1][:3] == ["2026-10", "VAV", ""]


def book_of(intake: Intake, language: str = "nb") -> dict[str, list[list[object]]]:
    words = load_texts(DATA / "texts", language) | catalogue().names(language)
    content = mending_workbook(intake, intake.problems, words, language)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_workbook_speaks_the_language_chosen_and_keeps_the_headings_of_the_file() -> None:
    english = book_of(read_files({"a.csv": HEADCOUNT}), "en")
    assert english["headcount 1"][:2] == [
        [
            "Periode", "Virksomhet", "Ansatte", "from file (do not change)", "from row (do not change)",
            "what is wrong", "what you can do", "answer",
        ],
        [
            "2026-13", "VAV", "7", "a.csv", "3", "“2026-13” in Periode is not a month.",
            "Write the month as yyyy-mm, for example 2026-10, or as a date.", "",
        ],
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_copy_in_either_language_is_read_back(language: str) -> None:
    sheet = book_of(read_files({"a.csv": HEADCOUNT}), language)
    rows_given = next(iter(sheet.values()))
    rows_given[1][0], rows_given[2][2] = "2026-10", "9"
    intake = read_files({"a.csv": HEADCOUNT, "rettet.xlsx": workbook(**sheet)})
    assert sorted(rows(intake, "headcount", "agency", "employees")) == [("BYM", 12), ("UKE", 9), ("VAV", 7)]


@pytest.mark.parametrize("answer", ["ikke data", "Not data"])
def test_a_row_that_is_answered_to_be_no_data_is_neither_read_nor_refused(answer: str) -> None:
    book = book_of(read_files({"a.csv": HEADCOUNT}))
    given = next(iter(book.values()))
    given[1][-1], given[2][2] = answer, "9"
    for files in ({"a.csv": HEADCOUNT, "b.xlsx": workbook(**book)}, {"b.xlsx": workbook(**book), "a.csv": HEADCOUNT}):
        intake = read_files(files)
        assert sorted(rows(intake, "headcount", "agency", "employees")) == [("BYM", 12), ("UKE", 9)]
        assert codes(intake, "refused") == []
        told = intake.problems.filter(code="rows_not_data").select("file", "value", "detail").rows()
        assert told == [("a.csv", "3", "1")]
        assert intake.problems.filter(code="rows_replaced")["detail"].to_list() == ["1"]
        assert (report_of(intake, "a.csv").rows_read, report_of(intake, "a.csv").rows_refused) == (2, 0)


def test_rows_deleted_in_the_workbook_are_no_data() -> None:
    book = book_of(read_files({"a.csv": HEADCOUNT}))
    name = next(iter(book))
    for kept in (1, 0):
        some = book | {name: book[name][: 1 + kept]}
        if kept:
            some[name][1][0] = "2026-10"
        intake = read_files({"a.csv": HEADCOUNT, "b.xlsx": workbook(**some)})
        assert codes(intake, "refused") == []
        assert report_of(intake, "a.csv").rows_read == 1 + kept
        assert intake.problems.filter(code="rows_not_data")["value"].to_list() == [("4" if kept else "3, 4")]


def test_a_row_refused_later_has_the_headings_of_its_file_and_the_nearest_codes_with_names() -> None:
    text = "Måned;Etat;Vare;Stk\n2026-10;BYM;hr.standrad;2\n2026-10;BYM;platform.client;2\n"
    columns = {"period": "Måned", "agency": "Etat", "item": "Vare", "quantity": "Stk"}
    mapping = ColumnMapping(table="services", columns=columns)
    intake = read_files({"a.csv": text}, Options(mapping=mapping))
    checked = check(intake.usage, catalogue(), frozen_policy())
    content = mending_workbook(intake, checked.problems, TEXTS | catalogue().names("nb"))
    (sheet,) = sheets_of(content).values()
    assert sheet[0][:4] == ["Måned", "Etat", "Vare", "Stk"]
    remedies = [str(row[sheet[0].index("hva du kan gjøre")]) for row in sheet[1:]]
    assert remedies[0].startswith("Nærmeste kjente: hr.standard (HR-systemet – standard)")
    assert remedies[1] == "Den regnes ut fra tabellen enheter. Oppgi den der."
    sheet[1][2] = "hr.standard"
    sheet[2][-1] = "ikke data"
    mended = read_files({"a.csv": text, "b.xlsx": workbook(rettet=sheet)}, Options(mapping=mapping))
    assert rows(mended, "services", "item", "quantity", "row") == [("hr.standard", 2_000_000, 2)]


def test_a_place_in_a_workbook_names_its_sheet() -> None:
    head = ["periode", "virksomhet", "ansatte"]
    book = workbook(Bemanning=[head, ["2026-10", "BYM", 3], ["2026-10", "BYM", 4], ["2026-10", "VAV", "x"]])
    intake = read_files({"a.xlsx": book})
    problems = merge([intake.problems, check(intake.usage, catalogue(), frozen_policy()).problems])
    told = described(problems, TEXTS, intake.written).select("row", "message").rows()
    assert told == [
        (4, "Arket Bemanning: «x» i ansatte er ikke et tall."),
        (3, "Arket Bemanning: Raden finnes fra før: a.xlsx, arket Bemanning, rad 2."),
    ]
