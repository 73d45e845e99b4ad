import pytest

from tests.intake.support import codes, read_one, rows

HEADCOUNT = "period,agency,employees\n2026-10,BYM,12\n"
NORWEGIAN = "Periode;Virksomhet;Bruker;Brukertype;Lisens\n2026-10;BYM;åse;hoved;E1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_norwegian_text_is_read_in_every_encoding_and_line_end(encoding: str, line_end: str) -> None:
    intake = read_one(NORWEGIAN.replace("\n", line_end).encode(encoding))
    assert rows(intake, "licences", "user_id", "account_type", "row") == [("åse", "main", 2)]
    assert codes(intake) == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    intake = read_one(HEADCOUNT.replace(",", delimiter))
    assert rows(intake, "headcount", "period", "agency", "employees") == [("2026-10", "BYM", 12)]
    assert intake.files[0].how["delimiter"] == delimiter


def test_a_sep_line_is_obeyed_and_not_counted_as_a_row() -> None:
    intake = read_one("sep=;\nperiod;agency;employees\n2026-10;BYM;x\n")
    assert intake.problems["row"].to_list() == [2]


def test_title_lines_above_the_headings_are_counted_as_rows() -> None:
    intake = read_one("Ansatte i oktober\n\nperiod;agency;employees\n2026-10;BYM;12\n")
    assert rows(intake, "headcount", "employees", "row") == [(12, 4)]
    assert intake.files[0].how["header_row"] == "3"


@pytest.mark.parametrize("quote", ["", '"'])
def test_blank_rows_are_passed_over_but_counted(quote: str) -> None:
    text = f"period,agency,employees\n{quote}2026-10{quote},BYM,12\n\n,,\n  , ,\n2026-10,VAV,7\n\n"
    intake = read_one(text)
    assert rows(intake, "headcount", "agency", "row") == [("BYM", 2), ("VAV", 6)]
    assert intake.files[0].rows_read == 2


def test_a_line_break_inside_quotes_is_one_row() -> None:
    intake = read_one('period,agency,item,quantity,reference\n2026-10,BYM,a,1,"to\nlinjer"\n2026-10,BYM,b,2,x\n')
    assert rows(intake, "services", "reference", "row") == [("to\nlinjer", 2), ("x", 3)]


def test_a_short_row_lacks_its_last_cells() -> None:
    intake = read_one("period,agency,employees,ftes\n2026-10,BYM,12\n2026-10,VAV\n")
    assert rows(intake, "headcount", "agency", "ftes") == [("BYM", None)]
    assert codes(intake) == ["missing_value"]


def test_a_row_with_content_beyond_the_headings_is_refused_and_empty_cells_there_are_not() -> None:
    intake = read_one("period,agency,employees\n2026-10,BYM,12,5\n2026-10,VAV,7,,\n")
    assert rows(intake, "headcount", "agency") == [("VAV",)]
    assert intake.problems.select("severity", "code", "row", "value").rows() == [("refused", "too_many_cells", 2, "5")]


def test_columns_may_stand_in_any_order_and_letter_case_in_either_language() -> None:
    intake = read_one("ANSATTE;agency;Periode\n12;BYM;01.10.2026\n")
    assert rows(intake, "headcount", "period", "agency", "employees") == [("2026-10", "BYM", 12)]


def test_a_heading_that_stands_twice_is_read_once_with_a_notice() -> None:
    intake = read_one("period,agency,employees,Employees,periode\n2026-10,BYM,12,13,2026-11\n")
    assert rows(intake, "headcount", "period", "employees") == [("2026-10", 12)]
    assert intake.problems.select("severity", "code", "column").rows() == [
        ("notice", "duplicate_column", "Employees"),
        ("notice", "duplicate_column", "periode"),
    ]


def test_a_column_without_heading_is_told_of_if_it_holds_anything() -> None:
    assert codes(read_one("period,agency,employees,,\n2026-10,BYM,12,x,\n")) == ["column_without_heading"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n \n", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"a\0b", "unreadable_file"),
        (b"%PDF-1.7 ...", "unreadable_file"),
        (b"<html><table>", "unreadable_file"),
        (b"\x81\x8d\x8f\xff", "unreadable_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "old_workbook"),
        (b"PK\x03\x04 broken", "unreadable_file"),
        (b"PAR1 broken PAR1", "unreadable_file"),
        (b"just some words\nand more\n", "unknown_table"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_reason(content: bytes, code: str) -> None:
    intake = read_one(content)
    assert intake.problems.select("severity", "code", "row").rows() == [("refused", code, None)]


def test_headings_without_rows_are_a_notice() -> None:
    assert codes(read_one("period,agency,employees\n")) == ["no_rows"]


def test_a_cell_that_begins_with_an_equals_sign_is_text() -> None:
    intake = read_one("period,agency,item,quantity,reference\n2026-10,BYM,a,1,=1+1\n")
    assert rows(intake, "services", "reference") == [("=1+1",)]
