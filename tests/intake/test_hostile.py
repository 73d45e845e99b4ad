"""Files made to harm, or broken beyond reading: a clear refusal within the limits."""

import io
import zipfile

import polars as pl
import pyarrow.parquet
import pytest

from billing_core.readers import limits
from billing_core.readers.source import Source
from tests.intake.support import codes, read_one, with_parts, workbook, zipped
from tests.intake.test_workbook import ods, ods_row

HEAD = ["period", "agency", "employees"]
BOOK = workbook(x=[HEAD, ["2026-10", "BYM", 12]])
SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(inside: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<worksheet {MAIN}><sheetData>{inside}</sheetData></worksheet>'.encode()


def test_a_billion_laughs_workbook_is_refused_unexpanded() -> None:
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "ha"}">' for i in range(10))
    hostile = sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row>', f"<!DOCTYPE x [{entities}]>")
    assert codes(read_one(with_parts(BOOK, {SHEET: hostile}), "x.xlsx")) == ["hostile_file"]


def test_an_external_entity_is_refused_unread() -> None:
    hostile = sheet("", '<!DOCTYPE x SYSTEM "file:///etc/hostname">')
    assert codes(read_one(with_parts(BOOK, {SHEET: hostile}), "x.xlsx")) == ["hostile_file"]


def test_two_cells_far_apart_do_not_ask_for_the_whole_grid() -> None:
    hostile = sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="OL1048576"><v>1</v></c></row>')
    assert codes(read_one(with_parts(BOOK, {SHEET: hostile}), "x.xlsx")) == ["over_limit"]


@pytest.mark.parametrize("reference", ["XFD1", "&#88;FD1"])
def test_a_workbook_of_16384_columns_is_refused(reference: str) -> None:
    hostile = sheet(f'<row r="1"><c r="{reference}"><v>1</v></c></row>')
    assert codes(read_one(with_parts(BOOK, {SHEET: hostile}), "x.xlsx")) == ["over_limit"]


def test_a_text_file_of_16384_columns_is_refused() -> None:
    assert codes(read_one(",".join(f"k{i}" for i in range(16_384)) + "\n")) == ["over_limit"]


def test_a_workbook_part_that_unpacks_too_far_is_refused_before_it_is_unpacked() -> None:
    bomb = sheet("<row/>" + " " * 40_000_000)
    content = with_parts(BOOK, {SHEET: bomb})
    assert len(content) < 100_000
    assert codes(read_one(content, "x.xlsx")) == ["over_limit"]


def test_a_zip_that_unpacks_too_far_is_refused_before_it_is_unpacked() -> None:
    assert codes(read_one(zipped({"a.csv": b"0" * 40_000_000}), "x.zip")) == ["over_limit"]


def test_a_zip_of_more_than_the_limit_in_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "INFLATED_BYTES", 1000)
    assert codes(read_one(zipped({"a.csv": "x" * 600, "b.csv": "y" * 600}), "x.zip")) == ["over_limit"]


def test_a_directory_that_lies_about_sizes_is_refused() -> None:
    content = bytearray(zipped({"a.csv": b"period,agency,employees\n" * 1000}))
    at = content.rindex(b"PK\x01\x02") + 24
    content[at : at + 4] = (10).to_bytes(4, "little")
    assert codes(read_one(bytes(content), "x.zip"), "refused") in (["unreadable_file"], ["unknown_table"])


def test_a_zip_inside_a_zip_is_refused() -> None:
    inner = zipped({"a.csv": "period,agency,employees\n2026-10,BYM,12\n"})
    assert codes(read_one(zipped({"inner.zip": inner}), "x.zip")) == ["nested_archive"]


def test_a_zip_of_too_many_files_is_refused() -> None:
    files = {f"{place}.csv": f"period,agency,employees\n2026-10,BYM,{place}\n" for place in range(limits.ARCHIVE_FILES)}
    assert read_one(zipped(files | {"folder/": ""}), "x.zip").usage["headcount"].height == limits.ARCHIVE_FILES
    assert codes(read_one(zipped(files | {"one more": "x"}), "x.zip")) == ["over_limit"]


def test_a_workbook_of_too_many_parts_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        room = limits.ARCHIVE_FILES * 10 - len(archive.namelist())
    parts = {f"xl/media/{place}.png": b"" for place in range(room)}
    assert codes(read_one(with_parts(BOOK, parts), "x.xlsx")) == []
    assert codes(read_one(with_parts(BOOK, parts | {"xl/media/one more.png": b""}), "x.xlsx")) == ["over_limit"]


def test_a_part_may_be_packed_so_tightly_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    content = zipped({"a.csv": "period,agency,employees\n2026-10,BYM,12\n" + "\n" * 10_000})
    monkeypatch.setattr(limits, "RATIO_FREE_BYTES", 10_039)
    assert codes(read_one(content, "x.zip")) == []
    monkeypatch.setattr(limits, "RATIO_FREE_BYTES", 10_038)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        packed = archive.infolist()[0].compress_size
    monkeypatch.setattr(limits, "INFLATED_RATIO", -(-10_039 // packed))
    assert codes(read_one(content, "x.zip")) == []
    monkeypatch.setattr(limits, "INFLATED_RATIO", 10_039 // packed)
    assert codes(read_one(content, "x.zip")) == ["over_limit"]


def test_names_that_point_elsewhere_are_only_names() -> None:
    intake = read_one(zipped({"../../etc/a.csv": "period,agency,employees\n2026-10,BYM,12\n"}), "x.zip")
    assert intake.usage["headcount"]["file"].to_list() == ["a.csv"]


def test_a_file_over_the_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILE_BYTES", 100)
    assert codes(read_one("x" * 101)) == ["over_limit"]
    assert Source("a", b"x" * 100).read() == b"x" * 100


@pytest.mark.parametrize("quote", ["", '"'])
def test_the_longest_line_is_one_row_with_one_fault(quote: str) -> None:
    start = f"2026-10,BYM,{quote}"
    line = start.ljust(limits.LINE_BYTES - len(quote), "9") + quote
    assert codes(read_one(f"period,agency,employees\n{line}\n2026-10,VAV,7\n")) == ["too_long"]
    assert codes(read_one(f"period,agency,employees\n2{line}\n2026-10,VAV,7\n")) == ["over_limit"]


def test_one_endless_heading_is_no_table() -> None:
    assert codes(read_one("x" * limits.LINE_BYTES)) == ["unknown_table"]


def test_a_row_of_eight_million_cells_is_refused() -> None:
    intake = read_one(f"period,agency,employees\n2026-10,BYM,12{',' * 8_000_000}x\n2026-10,VAV,7\n")
    assert codes(intake) == ["too_many_cells"]
    assert intake.usage["headcount"]["agency"].to_list() == ["VAV"]


@pytest.mark.parametrize("stray", ["", 'a"' + "," * (limits.COLUMNS - 1)])
def test_millions_of_blank_lines_are_refused(stray: str) -> None:
    """A blank line is a byte in a file, but a row of empty cells in memory."""
    wide = ",".join(f"k{place}" for place in range(limits.COLUMNS))
    blank = "\n" * (limits.CELLS // limits.COLUMNS + 1)
    assert codes(read_one(f"{wide}\n{stray}{blank}")) == ["over_limit"]


@pytest.mark.parametrize("stray", ["", 'a"'])
def test_more_rows_than_the_limit_are_refused(stray: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROWS", 3)
    head, row = "period,agency,employees,reference", f"2026-10,BYM,12,{stray}\n"
    assert "over_limit" not in codes(read_one(f"{head}\n{row * 3}"))
    assert codes(read_one(f"{head}\n{row * 4}")) == ["over_limit"]


def test_more_columns_than_the_limit_are_refused() -> None:
    head = ["period", "agency", "employees", *(f"k{place}" for place in range(limits.COLUMNS - 3))]
    assert "over_limit" not in codes(read_one(",".join(head) + "\n"))
    assert codes(read_one(",".join([*head, "k"]) + "\n")) == ["over_limit"]


def parquet(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


@pytest.mark.parametrize(("limit", "most"), [("ROWS", 2), ("COLUMNS", 3), ("CELLS", 6), ("INFLATED_BYTES", None)])
def test_a_parquet_file_over_a_limit_is_refused(limit: str, most: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    content = parquet(pl.DataFrame({"period": ["2026-10"] * 2, "agency": ["BYM", "VAV"], "employees": [12, 7]}))
    metadata = pyarrow.parquet.read_metadata(io.BytesIO(content))
    most = most or metadata.row_group(0).total_byte_size
    monkeypatch.setattr(limits, limit, most)
    assert codes(read_one(content)) == []
    monkeypatch.setattr(limits, limit, most - 1)
    assert codes(read_one(content)) == ["over_limit"]


@pytest.mark.parametrize(("limit", "most"), [("WORKBOOK_CELLS", 12), ("SHEETS", 2), ("COLUMNS", 3)])
def test_a_workbook_over_a_limit_is_refused(limit: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook(x=[HEAD, ["2026-10", "BYM", 12]], y=[HEAD, ["2026-10", "VAV", 7]])
    monkeypatch.setattr(limits, limit, most)
    assert codes(read_one(content, "x.xlsx")) == []
    monkeypatch.setattr(limits, limit, most - 1)
    assert codes(read_one(content, "x.xlsx")) == ["over_limit"]


def test_a_workbook_of_more_than_the_limit_unpacked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        size = sum(part.file_size for part in archive.infolist())
    monkeypatch.setattr(limits, "WORKBOOK_BYTES", size)
    assert codes(read_one(BOOK, "x.xlsx")) == []
    monkeypatch.setattr(limits, "WORKBOOK_BYTES", size - 1)
    assert codes(read_one(BOOK, "x.xlsx")) == ["over_limit"]


def test_headings_are_looked_for_so_far_down_and_no_further() -> None:
    table = "period,agency,employees\n2026-10,BYM,12\n"
    assert codes(read_one("tittel\n" * (limits.HEADER_SEARCH_ROWS - 1) + table)) == []
    assert codes(read_one("tittel\n" * limits.HEADER_SEARCH_ROWS + table)) == ["unknown_table"]


def test_a_hundred_thousand_formulas_without_values_are_told_of() -> None:
    row = '<c t="inlineStr"><is><t>BYM</t></is></c><c><f>1</f></c>'
    head = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in ("agency", "employees"))
    many = sheet(f"<row>{head}</row>" + f"<row>{row}</row>" * 100_000)
    intake = read_one(with_parts(BOOK, {SHEET: many}), "x.xlsx", period="2026-10")
    assert set(codes(intake)) == {"formula_without_value"}
    assert intake.problems.height == 100_000


def test_a_quote_that_never_ends_is_refused_or_read_as_one_cell() -> None:
    intake = read_one('period,agency,employees\n2026-10,BYM,"12\n' + "2026-10,VAV,7\n" * 1000)
    assert codes(intake, "refused") == ["too_long"]


def test_a_password_protected_zip_is_refused() -> None:
    content = bytearray(zipped({"a.csv": "x"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert codes(read_one(bytes(content), "x.zip")) == ["encrypted_file"]


def test_a_broken_part_is_refused() -> None:
    assert codes(read_one(with_parts(BOOK, {SHEET: b"<worksheet><sheetData>"}), "x.xlsx")) == ["unreadable_file"]


def test_a_sheet_under_another_ending_does_not_slip_past_the_scan() -> None:
    assert codes(read_one(with_parts(BOOK, {"xl/media/x.bin": sheet("")}), "x.xlsx")) == ["unreadable_file"]


def test_an_ods_row_that_repeats_a_million_times_is_refused() -> None:
    content = ods(ods_row(*["x"] * 20, repeated=1_000_000))
    assert codes(read_one(content, "x.ods")) == ["over_limit"]


def test_an_ods_cell_that_repeats_16384_times_is_refused() -> None:
    row = (
        '<table:table-row><table:table-cell office:value-type="float" office:value="1" '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    assert codes(read_one(ods(row), "x.ods")) == ["over_limit"]


def test_deeply_nested_xml_is_walked_without_recursion() -> None:
    deep = sheet("<a>" * 100_000 + "</a>" * 100_000)
    intake = read_one(with_parts(BOOK, {SHEET: deep}), "x.xlsx")
    assert codes(intake)[0] in ("empty_file", "unreadable_file")


def test_a_truncated_file_of_any_kind_is_refused() -> None:
    for share in (0.1, 0.5, 0.9, 0.99):
        cut = BOOK[: int(len(BOOK) * share)]
        assert codes(read_one(cut, "x.xlsx")) == ["unreadable_file"]
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        assert archive.testzip() is None


def test_a_zip_whose_packed_bytes_are_damaged_is_refused() -> None:
    content = bytearray(zipped({"a.csv": "period,agency,employees\n" + "2026-10,BYM,12\n" * 50}))
    content[40:60] = bytes(20)
    assert codes(read_one(bytes(content), "x.zip")) == ["unreadable_file"]


def test_a_zip_without_files_is_empty() -> None:
    assert codes(read_one(zipped({}), "x.zip")) in (["empty_file"], ["unreadable_file"])
    assert codes(read_one(zipped({"__MACOSX/a": "", ".b": ""}), "x.zip")) == ["empty_file"]


def test_a_hundred_thousand_unknown_licences_and_agencies_are_told_of() -> None:
    rows = "".join(f"2026-10,A{place},u{place},main,S{place}\n" for place in range(100_000))
    intake = read_one("period,agency,user_id,account_type,sku\n" + rows)
    assert intake.usage["licences"].height == 100_000
    told = intake.problems.filter(code="more_unknown").select("column", "detail").rows()
    assert sorted(told) == [("agency", "99900"), ("sku", "99900")]
    assert codes(intake).count("unknown_sku") == codes(intake).count("unknown_agency") == 100
