import datetime
import io
from collections.abc import Callable

import polars as pl
import pytest
import xlsxwriter

from billing_core.readers.workbook import float_text
from tests.intake import binary_book
from tests.intake.support import codes, read_one, rows, with_parts, workbook, zipped

HEAD = ["period", "agency", "employees"]

ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
 office:version="1.2"><office:body><office:spreadsheet><table:table table:name="ansatte">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""


def ods(rows_: str) -> bytes:
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": ODS.format(rows=rows_),
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
            'manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.'
            'opendocument.spreadsheet"/></manifest:manifest>',
        }
    )


def ods_row(*cells: str, repeated: int = 1) -> str:
    inside = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f'<table:table-row table:number-rows-repeated="{repeated}">{inside}</table:table-row>'


def test_every_sheet_of_a_workbook_is_a_table() -> None:
    content = workbook(
        Ansatte=[HEAD, ["2026-10", "BYM", 12]],
        Sky=[["periode", "virksomhet", "leverandør", "kostnad"], ["2026-10", "BYM", "aws", 12.5]],
        Veiledning=[["Les dette først"]],
    )
    intake = read_one(content, "alt.xlsx")
    assert rows(intake, "headcount", "employees", "file", "row") == [(12, "alt.xlsx", 2)]
    assert rows(intake, "cloud", "cost_nok") == [(125_000,)]
    assert intake.problems.select("code", "value").rows() == [("unknown_sheet", "Veiledning")]


def test_two_sheets_of_the_same_table_keep_their_names() -> None:
    content = workbook(A=[HEAD, ["2026-10", "BYM", 12]], B=[HEAD, ["2026-11", "BYM", 13]])
    assert rows(read_one(content, "x.xlsx"), "headcount", "file") == [("x.xlsx · A",), ("x.xlsx · B",)]


def test_days_whole_floats_and_flags_read_as_their_user_sees_them() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("enheter")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, ["period", "agency", "device_id", "device_kind", "established_on", "licensed"])
        sheet.write_datetime(1, 0, datetime.datetime(2026, 10, 31), day)
        sheet.write_row(1, 1, ["BYM", 974780747.0, "støttemaskin"])
        sheet.write_datetime(1, 4, datetime.datetime(2022, 1, 2), day)
        sheet.write_boolean(1, 5, True)
    intake = read_one(stream.getvalue(), "x.xlsx")
    assert rows(intake, "devices", "period", "device_id", "device_kind", "established_on", "licensed") == [
        ("2026-10", "974780747", "support", datetime.date(2022, 1, 2), True)
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(5.0, "5"), (0.1 + 0.2, "0.3"), (123456789012.0, "123456789012"), (1e16, "10000000000000000"), (1e-5, "0.00001")],
)
def test_a_float_reads_as_the_decimal_number_that_was_typed(value: float, text: str) -> None:
    assert float_text(value) == text


def test_rows_count_from_the_top_of_the_sheet_and_blank_ones_are_passed_over() -> None:
    content = workbook(x=[["Ansatte"], [], HEAD, ["2026-10", "BYM", 12], [], ["2026-10", "VAV", "x"]])
    intake = read_one(content, "x.xlsx")
    assert rows(intake, "headcount", "row") == [(4,)]
    assert intake.problems.select("code", "row").rows() == [("not_a_number", 6)]


def test_a_formula_saved_without_its_value_refuses_the_row() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("x")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["2026-10", "BYM"])
        sheet.write_formula(1, 2, "=6*2", None, "")
        sheet.write_row(2, 0, ["2026-10", "VAV"])
        sheet.write_formula(2, 2, "=6*2", None, 12)
    intake = read_one(stream.getvalue(), "x.xlsx")
    assert rows(intake, "headcount", "agency", "employees") == [("VAV", 12)]
    assert intake.problems.select("severity", "code", "row", "column").rows() == [
        ("refused", "formula_without_value", 2, "employees")
    ]


def test_rows_of_nothing_but_formulas_without_values_are_refused_too() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("x")
        sheet.write_row(0, 0, HEAD)
        for row in (1, 2):
            for column in range(3):
                sheet.write_formula(row, column, "=1+1", None, "")
    intake = read_one(stream.getvalue(), "x.xlsx")
    assert intake.problems.filter(pl.col("severity") == "refused").select("code", "row", "column").rows() == [
        ("formula_without_value", 2, "period"),
        ("formula_without_value", 3, "period"),
    ]


LICENCES = ["period", "agency", "user_id", "employee_id", "account_type", "sku"]
ERRORS = {"a": "#N/A", "b": "#REF!", "c": "#DIV/0!", "d": "#NAME?"}
"""What stands as employee of each user; the last column has the error alone."""


def with_errors_xlsx() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet("Forside").write(0, 0, "Les dette")
        sheet = book.add_worksheet("lisenser")
        sheet.write_row(0, 0, LICENCES)
        for at, (user, error) in enumerate(ERRORS.items(), start=1):
            sheet.write_row(at, 0, ["2026-10", "BYM", user])
            sheet.write_formula(at, 3, "=1/0", None, error)
            sheet.write_row(at, 4, ["main", "E1"])
        sheet.write_row(5, 0, ["2026-10", "BYM", "e", "1", "main"])
        sheet.write_formula(5, 5, "=1/0", None, "#N/A")
    return stream.getvalue()


def with_errors_xlsb() -> bytes:
    codes_ = {"#N/A": 0x2A, "#REF!": 0x17, "#DIV/0!": 0x07, "#NAME?": 0x1D}
    cells = binary_book.table(LICENCES)
    for at, (user, error) in enumerate(ERRORS.items(), start=1):
        cells += binary_book.row(at)
        cells += b"".join(binary_book.text_cell(n, text) for n, text in enumerate(("2026-10", "BYM", user)))
        cells += binary_book.error_cell(3, codes_[error], formula=at % 2 == 0)
        cells += binary_book.text_cell(4, "main") + binary_book.text_cell(5, "E1")
    cells += binary_book.row(5)
    cells += b"".join(binary_book.text_cell(n, text) for n, text in enumerate(("2026-10", "BYM", "e", "1", "main")))
    cells += binary_book.error_cell(5, 0x2A)
    return binary_book.binary_book(cells, extent=(6, 6))


def with_errors_ods() -> bytes:
    def failed(text: str) -> str:
        told = 'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"'
        return f"<table:table-cell {told}><text:p>{text}</text:p></table:table-cell>"

    def row(*cells: str, error: str, after: tuple[str, ...] = ()) -> str:
        texts, rest = (ods_row(*part).partition("<table:table-cell")[1:] for part in (cells, after or ("",)))
        ends = "</table:table-row>"
        inside = "".join(texts).removesuffix(ends) + failed(error)
        return ods_row().removesuffix(ends) + inside + ("".join(rest).removesuffix(ends) if after else "") + ends

    rows_ = [row("2026-10", "BYM", user, error=error, after=("main", "E1")) for user, error in ERRORS.items()]
    return ods(ods_row(*LICENCES) + "".join(rows_) + row("2026-10", "BYM", "e", "1", "main", error="#N/A"))


def with_errors_csv() -> bytes:
    lines = [f"2026-10,BYM,{user},{error},main,E1" for user, error in ERRORS.items()]
    return "\n".join([",".join(LICENCES), *lines, "2026-10,BYM,e,1,main,#N/A"]).encode()


@pytest.mark.parametrize(
    ("made", "ending"),
    [(with_errors_csv, "csv"), (with_errors_xlsx, "xlsx"), (with_errors_xlsb, "xlsb"), (with_errors_ods, "ods")],
)
def test_an_error_cell_is_a_placeholder_told_by_its_name_in_every_kind_of_file(
    made: Callable[[], bytes], ending: str
) -> None:
    intake = read_one(made(), f"licences.{ending}")
    assert rows(intake, "licences", "user_id", "employee_id") == [(user, None) for user in ERRORS]
    found = intake.problems.filter(pl.col("code").str.starts_with("error_value"))
    assert sorted(found.select("code", "column", "value").rows()) == [
        *(("error_value", "employee_id", error) for error in sorted(ERRORS.values())),
        ("error_value_required", "sku", "#N/A"),
    ]


def ods_formulas(*cells: str, repeated: int = 1) -> str:
    """An ODS row of a month, an agency and the cells of formulas, given as what stands after the formula."""
    texts = ods_row("2026-10", "BYM", repeated=repeated).removesuffix("</table:table-row>")
    return texts + "".join(f'<table:table-cell table:formula="of:=6*2" {cell}' for cell in cells) + "</table:table-row>"


@pytest.mark.parametrize(
    "cell",
    [
        'office:value-type="float" office:value="12"/>',
        'office:value-type="float" office:value="12"><text:p>12,00</text:p></table:table-cell>',
        'office:value-type="string" office:string-value="12"/>',
        'office:value-type="string"><text:p>12</text:p></table:table-cell>',
    ],
)
def test_an_ods_formula_saved_with_its_value_is_read(cell: str) -> None:
    intake = read_one(ods(ods_row(*HEAD) + ods_formulas(cell)), "x.ods")
    assert rows(intake, "headcount", "employees") == [(12,)]
    assert codes(intake) == []


@pytest.mark.parametrize(
    "cell",
    [
        "/>",
        ">\n  </table:table-cell>",
        'office:value-type="float"/>',
        'office:value-type="string"><text:p></text:p></table:table-cell>',
        "><office:annotation><text:p>12</text:p></office:annotation></table:table-cell>",
    ],
)
def test_an_ods_formula_saved_without_its_value_refuses_the_row(cell: str) -> None:
    value = 'office:value-type="float" office:value="7"/>'
    intake = read_one(ods(ods_row(*HEAD) + ods_formulas(cell) + ods_formulas(value)), "x.ods")
    assert rows(intake, "headcount", "employees", "row") == [(7, 3)]
    assert intake.problems.select("severity", "code", "row", "column").rows() == [
        ("refused", "formula_without_value", 2, "employees")
    ]


def test_an_ods_formula_whose_result_is_an_empty_text_is_an_empty_cell() -> None:
    empty = 'office:value-type="string" office:string-value=""/>'
    assert codes(read_one(ods(ods_row(*HEAD) + ods_formulas(empty)), "x.ods")) == ["missing_value"]


def test_ods_formulas_are_told_of_in_every_row_and_column_that_repeats_them_and_in_their_own_sheet() -> None:
    head = ods_row("periode", "virksomhet", "årsverk", "ansatte")
    first = head + ods_row("2026-10", "BYM", "1", "2")
    twice = 'table:number-columns-repeated="2"/>'
    second = f'</table:table><table:table table:name="flere">{head}{ods_row("2026-10", "VAV", "3", "4")}'
    intake = read_one(ods(first + second + ods_formulas(twice, repeated=3)), "x.ods")
    assert rows(intake, "headcount", "agency", "employees") == [("BYM", 2), ("VAV", 4)]
    problems = intake.problems.filter(pl.col("code") == "formula_without_value")
    assert set(problems["file"]) == {"x.ods · flere"}
    assert sorted(problems.select("row", "column").rows()) == [
        (row, column) for row in (3, 4, 5) for column in ("employees", "ftes")
    ]


def test_a_hidden_sheet_is_skipped_with_a_notice() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet("Synlig").write_row(0, 0, HEAD)
        sheet = book.add_worksheet("Skjult")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["2026-10", "BYM", 12])
        sheet.hide()
    intake = read_one(stream.getvalue(), "x.xlsx")
    assert intake.usage["headcount"].height == 0
    assert intake.problems.select("code", "value").rows() == [("hidden_sheet", "Skjult"), ("no_rows", None)]


def test_a_heading_merged_over_two_columns_names_the_first_only() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("x")
        sheet.write_row(0, 0, ["period", "agency"])
        sheet.merge_range(0, 2, 0, 3, "employees")
        sheet.write_row(1, 0, ["2026-10", "BYM", 12, 99])
    intake = read_one(stream.getvalue(), "x.xlsx")
    assert rows(intake, "headcount", "employees") == [(12,)]
    assert intake.problems.select("code", "column").rows() == [("column_without_heading", "D")]


def test_a_workbook_with_macros_is_read_and_they_are_mentioned() -> None:
    content = with_parts(workbook(x=[HEAD, ["2026-10", "BYM", 12]]), {"xl/vbaProject.bin": b"\xd0\xcf macro"})
    intake = read_one(content, "x.xlsm")
    assert rows(intake, "headcount", "employees") == [(12,)]
    assert codes(intake) == ["workbook_macro"]


def test_an_ods_document_is_read_without_its_endless_empty_rows() -> None:
    content = ods(
        ods_row("periode", "virksomhet", "ansatte")
        + ods_row("2026-10", "BYM", "12")
        + '<table:table-row table:number-rows-repeated="1048574"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    intake = read_one(content, "x.ods")
    assert rows(intake, "headcount", "agency", "employees", "row") == [("BYM", 12, 2)]


def test_an_empty_workbook_is_an_empty_file() -> None:
    assert codes(read_one(workbook(x=[]), "x.xlsx"), "refused") == ["empty_file"]


def test_parquet_is_read_whatever_types_its_columns_have() -> None:
    frame = pl.DataFrame(
        {
            "period": [datetime.date(2026, 10, 1)],
            "agency": pl.Series(["BYM"], dtype=pl.Categorical),
            "provider": ["aws"],
            "cost_nok": pl.Series(["12.3400"], dtype=pl.Decimal(20, 4)),
            "tags": [[1, 2]],
        }
    )
    stream = io.BytesIO()
    frame.write_parquet(stream)
    intake = read_one(stream.getvalue(), "sky.parquet")
    assert rows(intake, "cloud", "period", "agency", "cost_nok", "row") == [("2026-10", "BYM", 123_400, 2)]
    assert intake.problems.select("code", "column").rows() == [("nested_column", "tags")]


def test_parquet_floats_dates_and_flags_read_as_they_look() -> None:
    frame = pl.DataFrame(
        {
            "period": [datetime.datetime(2026, 10, 31, 12)],
            "agency": ["BYM"],
            "system": [7],
            "kind": ["server"],
            "quantity": [0.1 + 0.2],
            "unsupported": [True],
        }
    )
    stream = io.BytesIO()
    frame.write_parquet(stream)
    intake = read_one(stream.getvalue())
    assert rows(intake, "operations", "period", "system", "quantity", "unsupported") == [
        ("2026-10", "7", 300_000, True)
    ]
