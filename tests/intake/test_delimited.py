import csv
import io

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from billing_core.readers import limits, text_rows
from billing_core.readers.sheet import MEASURELESS, without_blank_rows
from billing_core.readers.text_rows import Layout, by_csv_module, by_polars, has_line_over
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


AWKWARD = st.text('",;\n\r \ta\u00a0ø', max_size=6)


def any_text() -> st.SearchStrategy[str]:
    """Lines of cells, each as it is, quoted properly, or quoted with no care for the quotes inside."""
    as_it_is = st.text(", ;aø", max_size=4)
    proper = AWKWARD.map(lambda text: f'"{text.replace(chr(34), chr(34) * 2)}"')
    lines = st.lists(st.lists(st.one_of(as_it_is, proper, proper, AWKWARD), max_size=3).map(",".join), max_size=5)
    return st.tuples(lines, st.sampled_from(["\n", "\r\n"])).map(lambda made: made[1].join([*made[0], ""]))


@given(text=any_text(), delimiter=st.sampled_from(',;"'), skipped=st.integers(0, 1), width=st.integers(1, 3))
def test_both_ways_of_reading_rows_give_the_same_table(text: str, delimiter: str, skipped: int, width: int) -> None:
    layout = Layout(delimiter, skipped, ["a", "", "c"][:width])
    with pytest.MonkeyPatch.context() as patch:
        # A few bytes, so that quotes open in one block and close in another.
        patch.setattr(text_rows, "_BLOCK_BYTES", 5)
        quick = by_polars("f", text.encode(), layout) if text.count("\n") > skipped else None
    event("by Polars" if quick else "by the csv module")
    assume(quick)
    careful = by_csv_module("f", text.encode(), layout)
    assert_frame_equal(without_blank_rows(quick.cells), without_blank_rows(careful.cells))
    assert (quick.problems, quick.bad_rows) == (careful.problems, careful.bad_rows)


@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
def test_a_file_quoted_as_programs_do_it_is_read_by_polars(quoting: int) -> None:
    stream = io.StringIO()
    csv.writer(stream, quoting=quoting).writerows([["a", "b", "c"], ["1,2", "", 'x"y'], ["", "", '"'], ["ø", "", ""]])
    sheet = by_polars("f", stream.getvalue().encode(), Layout(",", 0, ["a", "b", "c"]))
    assert sheet is not None
    assert sheet.cells.rows() == [("1,2", None, 'x"y', 2), (None, None, '"', 3), ("ø", None, None, 4)]


@pytest.mark.parametrize(
    "text",
    [
        'a,b\n1,"x\ny"\n',
        'a,b\n1,x"y"\n',
        'a,b\n1,"x"y\n',
        'a,b\n1,"x\n',
        'a,b\n"""',
        "a,b\n1,x\ry\n",
        "a,b\n1,x,y\n",
        '"title\nof two lines"\na,b\n1,2\n',
    ],
)
def test_rows_on_which_readers_differ_are_left_to_the_csv_module(text: str) -> None:
    assert by_polars("f", text.encode(), Layout(",", int(text.startswith('"title')), ["a", "b"])) is None


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_beyond_what_a_spreadsheet_holds_is_refused_without_being_carried_along(quote: str) -> None:
    most, more = "ø" * limits.CELL_CHARACTERS, "ø" * (limits.CELL_CHARACTERS + 1)
    layout = Layout(",", 0, ["a", "b"])
    text = f"a,b\n{quote}{most}{quote},1\n{quote}{more}{quote},2\n".encode()
    for sheet in (by_polars("f", text, layout), by_csv_module("f", text, layout)):
        assert sheet is not None
        assert sheet.cells["a"].to_list() == [most, MEASURELESS]


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("", False),
        ("aaaa", False),
        ("aaaaa", True),
        ("aaaa\naaaa\raaaa\n", False),
        ("a\naaaaa\na", True),
        ("a\naaaaa", True),
    ],
)
def test_a_line_over_a_length_is_found_wherever_it_stands(text: str, over: bool) -> None:
    assert has_line_over(text.encode(), 4) is over
