from functools import cache
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from billing_core.base.problems import SCHEMA
from billing_core.base.tables import TABLES
from billing_core.export.template import template
from billing_core.intake import ColumnMapping, Options, Sheet, Source, read, sheets, signature, sources_in
from tests.intake.support import REGISTER, codes, read_files, read_one, rows, workbook, zipped
from tests.through import catalogue

LICENCES = "period,agency,user_id,account_type,sku,deactivated_on,on_platform\n"
HEADCOUNT = "period,agency,employees\n2026-10,BYM,12\n"

WHOLE = {
    "licences": "2026-10,BYM,u1,e1,main,E1,active,2026-09-01,false",
    "devices": "2026-10,BYM,d1,thick,e1,2024-01-01,true",
    "connections": "2026-10,BYM,c1,l1,fixed,ordinary,2020-01-01,2026-10-05",
    "operations": "2026-10,BYM,s1,server,2,gold,ssd,32.5,high,low,false,true,10.5",
    "services": "2026-10,BYM,hr.x,-1.5,99.1234,estimate,ref",
    "headcount": "2026-10,BYM,12,11.5",
    "cloud": "2026-10,BYM,aws,-12.5",
    "dispatch": "2026-10,BYM,svarut,10",
    "dispatch_costs": "2026-10,svarut,12.50,100",
}


def test_nothing_gives_nine_empty_tables() -> None:
    intake = read_files({})
    assert {name: frame.schema for name, frame in intake.usage.items()} == {
        name: pl.Schema(table.schema) for name, table in TABLES.items()
    }
    assert intake.problems.schema == pl.Schema(SCHEMA)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("norwegian", [False, True])
def test_every_table_is_recognised_by_its_columns_in_either_language(table: str, norwegian: bool) -> None:
    columns = TABLES[table].columns
    head = ",".join(column.heading if norwegian else column.key for column in columns)
    intake = read_one(f"{head}\n{WHOLE[table]}\n", "x.csv")
    assert intake.usage[table].height == 1
    assert codes(intake) == []
    assert intake.usage[table].schema == pl.Schema(TABLES[table].schema)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_recognised_by_its_required_columns_alone(table: str) -> None:
    values = dict(zip([c.key for c in TABLES[table].columns], WHOLE[table].split(","), strict=True))
    wanted = [c.key for c in TABLES[table].columns if c.required] + (["quantity"] if table == "services" else [])
    text = ",".join(wanted) + "\n" + ",".join(values[key] for key in wanted) + "\n"
    assert read_one(text, "x.csv").usage[table].height == 1


def test_values_are_kept_in_their_scales_and_empty_flags_take_their_default() -> None:
    intake = read_one("period,agency,system,kind,quantity,memory_gb\n2026-10,BYM,s,server,2,0.125\n")
    assert rows(intake, "operations", "quantity", "memory_gb", "supplier_operated", "unsupported") == [
        (2_000_000, 125_000, True, False)
    ]


def test_an_empty_price_kind_is_agreed() -> None:
    intake = read_one("period,agency,item,quantity,price_kind\n2026-10,BYM,a,1,\n")
    assert rows(intake, "services", "price_kind") == [("agreed",)]


def test_a_row_with_several_bad_cells_is_refused_once_and_the_rest_are_notices() -> None:
    intake = read_one(LICENCES + "2026-13,BYM,,boss,E1,31.02.2026,perhaps\n")
    assert intake.problems.select("severity", "code", "row", "column").rows() == [
        ("refused", "not_a_month", 2, "period"),
        ("notice", "missing_value", 2, "user_id"),
        ("notice", "unknown_code", 2, "account_type"),
        ("notice", "not_a_date", 2, "deactivated_on"),
        ("notice", "not_a_flag", 2, "on_platform"),
    ]
    assert (intake.files[0].rows_read, intake.files[0].rows_refused) == (1, 1)


def test_a_problem_names_the_rows_month_and_agency_where_they_can_be_read() -> None:
    intake = read_one(LICENCES + "2026-10,VAV,u,boss,E1,,\n")
    assert intake.problems.select("period", "agency", "table", "file").row(0) == (
        "2026-10", "VAV", "licences", "file.csv",
    )  # fmt: skip


def test_ten_thousand_bad_rows_are_all_reported() -> None:
    intake = read_one("period,agency,employees\n" + "2026-10,BYM,x\n" * 10_000)
    assert intake.problems.height == 10_000
    assert intake.problems["row"].to_list() == list(range(2, 10_002))


def test_text_of_200_characters_is_read_and_of_201_refused() -> None:
    intake = read_one(LICENCES + f"2026-10,BYM,{'å' * 200},main,E1,,\n2026-10,BYM,{'å' * 201},main,E1,,\n")
    assert [len(str(user)) for (user,) in rows(intake, "licences", "user_id")] == [200]
    assert intake.problems.select("code", "row", "column").rows() == [("too_long", 3, "user_id")]
    assert len(intake.problems["value"][0]) == 80


def test_a_sku_is_translated_in_any_letter_case_and_with_no_break_spaces() -> None:
    names = ["Office\u00a0365  E1", "STANDARDPACK", "18181A46-0D4E-45CD-891E-60AABD171B4E", "Visio Plan 2", "Ukjent X"]
    intake = read_one(LICENCES + "".join(f"2026-10,BYM,u{i},main,{name},,\n" for i, name in enumerate(names)))
    assert rows(intake, "licences", "sku") == [("E1",), ("E1",), ("E1",), ("VISIOCLIENT",), ("Ukjent X",)]
    assert intake.problems.select("severity", "code", "row", "value").rows() == [
        ("notice", "unknown_sku", 6, "Ukjent X")
    ]


def test_an_agency_is_known_by_code_name_or_address_and_an_unknown_one_is_one_notice() -> None:
    agencies = ["bym", "Bymiljøetaten", "kari@bym.oslo.kommune.no", "BYN", "BYN"]
    intake = read_one("period,agency,employees\n" + "".join(f"2026-1{i % 3},{a},1\n" for i, a in enumerate(agencies)))
    assert rows(intake, "headcount", "agency") == [("BYM",), ("BYM",), ("BYM",), ("BYN",), ("BYN",)]
    assert intake.problems.select("code", "row", "value", "detail").rows() == [
        ("unknown_agency", 5, "BYN", "BYM (Bymiljøetaten)")
    ]


def test_the_callers_month_and_agency_serve_a_file_without_them() -> None:
    intake = read_one("employees\n12\n", "ansatte.csv", period="2026-10", agency="BYM")
    assert rows(intake, "headcount", "period", "agency", "employees") == [("2026-10", "BYM", 12)]


def test_the_callers_month_serves_a_wholly_empty_column_but_no_single_empty_cell() -> None:
    whole = read_one("period,agency,employees\n,BYM,12\n,VAV,7\n", period="2026-10")
    assert rows(whole, "headcount", "period") == [("2026-10",), ("2026-10",)]
    assert codes(read_one("period,agency,employees\n,BYM,12\n2026-10,VAV,7\n", period="2026-10")) == ["missing_value"]


def test_a_file_without_a_required_column_is_refused_whole_by_one_problem() -> None:
    intake = read_one("period,agency,user_id,sku\n2026-10,BYM,u1,E1\n2026-10,BYM,u2,E1\n")
    assert intake.problems.select("severity", "code", "row", "column", "detail").rows() == [
        ("refused", "missing_column", None, "account_type", "2")
    ]
    assert (intake.files[0].rows_read, intake.files[0].rows_refused) == (2, 2)


def test_a_file_named_after_its_table_is_recognised_by_its_name() -> None:
    intake = read_one("period,agency,sku\n2026-10,BYM,E1\n", "Licences_oktober.csv")
    assert intake.problems["column"].to_list() == ["user_id, account_type"]


def test_an_unknown_column_is_a_notice_and_not_a_loss() -> None:
    intake = read_one("period,agency,employees,Telefon\n2026-10,BYM,12,22222222\n")
    assert intake.problems.select("severity", "code", "column").rows() == [("notice", "unknown_column", "Telefon")]
    assert intake.usage["headcount"].height == 1


def test_the_same_bytes_are_read_once() -> None:
    intake = read_files({"a.csv": HEADCOUNT, "b.csv": HEADCOUNT})
    assert intake.usage["headcount"].height == 1
    assert intake.problems.select("severity", "code", "file", "detail").rows() == [
        ("notice", "file_skipped", "b.csv", "a.csv")
    ]


def test_a_zip_is_read_file_by_file() -> None:
    other = HEADCOUNT.replace("BYM", "VAV")
    content = zipped({"mappe/a.csv": HEADCOUNT, "b.csv": other, "__MACOSX/b.csv": b"x", "c.csv": HEADCOUNT})
    intake = read_files({"alt.zip": content})
    assert rows(intake, "headcount", "agency", "file") == [("BYM", "a.csv"), ("VAV", "b.csv")]
    assert codes(intake) == ["file_skipped"]


def test_a_price_list_among_usage_files_is_no_services_table() -> None:
    text = (
        "item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status\na,,1,,2025-01-01,,x,illustrative\n"
    )
    assert codes(read_one(text, "prices.csv", period="2026-10", agency="BYM"), "refused") == ["unknown_table"]


def test_dates_with_slashes_are_read_by_the_columns_order_and_refused_where_it_is_open() -> None:
    head = "period,agency,device_id,device_kind,established_on\n"
    told = read_one(head + "2026-10,BYM,a,thick,13/1/2026\n2026-10,BYM,b,thick,2/1/2026\n")
    assert [str(day) for (day,) in rows(told, "devices", "established_on")] == ["2026-01-13", "2026-01-02"]
    open_ = head + "2026-10,BYM,a,thick,2/1/2026\n"
    assert codes(read_one(open_)) == ["ambiguous_date"]
    chosen = read_one(open_, date_order="mdy")
    assert [str(day) for (day,) in rows(chosen, "devices", "established_on")] == ["2026-02-01"]


def test_a_single_mark_is_the_decimal_mark_with_a_notice_where_nothing_proves_it() -> None:
    text = "period,agency,provider,cost_nok\n2026-10,BYM,aws,1.234\n"
    assert rows(read_one(text), "cloud", "cost_nok") == [(12_340,)]
    assert codes(read_one(text)) == ["doubtful_decimal"]
    chosen = read_one(text, decimal=",")
    assert rows(chosen, "cloud", "cost_nok") == [(12_340_000,)]
    assert codes(chosen) == []


def test_a_column_with_comma_decimals_refuses_a_point_that_may_be_either() -> None:
    intake = read_one("period;agency;provider;cost_nok\n2026-10;BYM;aws;1,5\n2026-10;BYM;azure;1.234\n")
    assert rows(intake, "cloud", "cost_nok") == [(15_000,)]
    assert codes(intake) == ["ambiguous_decimal"]


def test_ids_are_replaced_by_keyed_hashes_that_match_across_files() -> None:
    key = b"session"
    devices = "period,agency,device_id,device_kind,employee_id\n2026-10,BYM,d,thick,e1\n2026-10,BYM,f,boss,e1\n"
    licences = "period,agency,user_id,employee_id,account_type,sku\n2026-10,BYM,u1,e1,main,E1\n"
    from billing_core.intake import Options

    intake = read_files({"a.csv": devices, "b.csv": licences}, Options(pseudonym_key=key))
    (owner,) = intake.usage["devices"]["employee_id"].to_list()
    assert intake.usage["licences"]["employee_id"].to_list() == [owner]
    assert owner.startswith("p-")
    assert intake.usage["licences"]["user_id"][0] not in (owner, "u1")
    assert intake.refused[0].cells["employee_id"].to_list() == [owner]
    other = read_files({"b.csv": licences}, Options(pseudonym_key=b"another"))
    assert other.usage["licences"]["employee_id"][0] != owner


def test_columns_that_no_rule_needs_go_no_further_than_the_door() -> None:
    intake = read_one("period,agency,employees,Telefon\n2026-10,BYM,x,22222222\n")
    assert intake.refused[0].cells.columns == ["period", "agency", "employees", "#row"]


def test_a_folder_stands_for_its_files_by_name(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", ".skjult", "~$x.xlsx"):
        (tmp_path / name).write_text(HEADCOUNT)
    (tmp_path / "under").mkdir()
    single = tmp_path / "b.csv"
    assert [source.name for source in sources_in([single, tmp_path])] == ["b.csv", "a.csv", "b.csv"]


def test_a_file_that_is_not_there_is_a_problem() -> None:
    from billing_core.intake import Options, read
    from tests.intake.support import REGISTER

    intake = read([Source("borte.csv", path=Path("borte.csv"))], REGISTER, Options())
    assert codes(intake) == ["unreadable_file"]


def test_progress_is_told_before_each_file() -> None:
    from billing_core.intake import Options, read
    from tests.intake.support import REGISTER

    told: list[tuple[int, int, str]] = []
    files = [Source("a.csv", HEADCOUNT.encode()), Source("b.csv", b"x")]
    read(files, REGISTER, Options(), lambda done, total, name: told.append((done, total, name)))
    assert told == [(0, 2, "a.csv"), (1, 2, "b.csv")]


STAFF = [["periode", "virksomhet", "ansatte"], ["2026-10", "BYM", 12]]
UNITS = [["Etat", "Hoder", "Merknad"], ["VAV", 7, "x"], ["UKE", 9, "y"]]
UNITS_MAPPED = ColumnMapping(
    table="headcount",
    columns={"agency": "Etat", "employees": "Hoder"},
    fixed={"period": "2026-10"},
    signature=signature(UNITS[0]),
)


def to_map(files: dict[str, bytes | str]) -> list[tuple[str, str]]:
    return [(sheet.file, sheet.name) for sheet in read_files(files).unread]


def test_an_unknown_sheet_beside_a_known_one_is_told_and_can_be_mapped() -> None:
    book = workbook(ansatte=STAFF, Enheter=UNITS)
    intake = read_one(book, "bok.xlsx")
    assert intake.problems.select("severity", "code", "file", "value").rows() == [
        ("notice", "unmapped_sheet", "bok.xlsx", "Enheter")
    ]
    assert [(file.file, file.recognised, file.rows_read, file.lines) for file in intake.files] == [
        ("bok.xlsx · Enheter", "", 0, 2),
        ("bok.xlsx", "usage", 1, 1),
    ]
    assert to_map({"bok.xlsx": book}) == [("bok.xlsx", "Enheter")]


def test_unknown_files_beside_known_ones_and_in_a_zip_can_be_mapped() -> None:
    files = {
        "a.csv": HEADCOUNT,
        "b.csv": "Etat;Hoder\nBYM;7\n",
        "c.zip": zipped({"d.csv": "Etat;Stillinger\nBYM;7\n", "e.csv": HEADCOUNT + "2026-10,VAV,7\n"}),
    }
    assert [file for file, _ in to_map(files)] == ["b.csv", "d.csv"]


def test_sheets_of_prose_are_a_notice_and_nobody_is_asked_what_they_are() -> None:
    book = workbook(
        ansatte=STAFF,
        Info=[["Felt", "Forklaring"], ["ansatte", "alle med lønn"]],
        Om=[["Denne boken viser ansatte."], ["Spør økonomi."]],
        Tom=[["Etat", "Hoder"]],
    )
    assert codes(read_one(book, "bok.xlsx")) == ["unknown_sheet", "unknown_sheet", "unknown_sheet"]
    assert to_map({"bok.xlsx": book}) == []


def test_nobody_is_asked_about_the_sheets_that_explain_the_template() -> None:
    book = template(catalogue())
    assert codes(read_one(book, "mal.xlsx")) == ["unknown_sheet", "unknown_sheet", "no_rows"]
    assert to_map({"mal.xlsx": book}) == []


def test_a_mapping_made_for_one_sheet_is_for_no_other_of_its_workbook() -> None:
    other = [["Etat", "Hoder", "Merknad", "Fjor"], ["BYM", 99, "", 1]]
    intake = read_one(workbook(ansatte=STAFF, Enheter=UNITS, Fjor=other), "bok.xlsx", mapping=UNITS_MAPPED)
    assert sorted(rows(intake, "headcount", "agency", "employees", "file", "row")) == [
        ("BYM", 12, "bok.xlsx · ansatte", 2),
        ("UKE", 9, "bok.xlsx · Enheter", 3),
        ("VAV", 7, "bok.xlsx · Enheter", 2),
    ]
    assert intake.problems.select("code", "value").rows() == [("unmapped_sheet", "Fjor")]


def test_text_tables_that_are_kept_can_be_read_again() -> None:
    staff = [["periode", "virksomhet", "ansatte", "ansatte"], ["2026-10", "BYM", 4, 4]]
    book = Source("bok.xlsx", workbook(en=staff, to=[staff[0], ["2026-11", "BYM", 5, 5]]))

    @cache
    def opened(name: str, content: bytes, digest: bytes) -> list[Sheet]:
        assert digest == sha256(content).digest()
        return sheets(name, content)

    first, second = (read([book], REGISTER, Options(), opened=opened) for _ in range(2))
    assert [report.file for report in first.files] == ["bok.xlsx · en", "bok.xlsx · to"]
    assert [report.file for report in second.files] == ["bok.xlsx · en", "bok.xlsx · to"]
    assert first.problems.equals(second.problems)
