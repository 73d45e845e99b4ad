import datetime
import io

import polars as pl
import pytest
import xlsxwriter

from billing_core.intake.workbook import float_text
from tests.intake.support import codes, read_one, rows, with_parts, workbook, zipped

HEAD = ["period", "agency", "employees"]

ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
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
