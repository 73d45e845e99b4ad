"""Replacing: a later file stands for every table, agency and month it brings."""

import pytest

from billing_core.intake import Intake, Options, Source, mending_workbook, read
from tests.intake.support import REGISTER, codes, rows, workbook, zipped
from tests.intake.test_mend import TEXTS, sheets_of
from tests.through import as_csv

OLD = "period,agency,employees\n2026-08,BYM,10\n2026-09,BYM,11\n2026-09,VAV,20\n2026-19,UKE,3\n2026-09,bym,x\n"
NEW = "period,agency,employees\n2026-09,BYM,15\n"


def handed_in(*files: tuple[str, str | bytes, int], replaces: bool = True) -> Intake:
    """Reads files given as name, content and number of the upload."""
    sources = [
        Source(name, text.encode() if isinstance(text, str) else text, upload=upload, replaces=replaces)
        for name, text, upload in files
    ]
    return read(sources, REGISTER, Options())


def employees(intake: Intake) -> list[tuple[object, ...]]:
    return sorted(rows(intake, "headcount", "period", "agency", "employees"))


def test_what_a_later_file_brings_replaces_the_same_agency_and_month_and_nothing_else() -> None:
    intake = handed_in(("old.csv", OLD, 0), ("new.csv", NEW, 1))
    assert employees(intake) == [("2026-08", "BYM", 10), ("2026-09", "BYM", 15), ("2026-09", "VAV", 20)]


def test_the_rows_replaced_are_counted_and_no_longer_read_or_refused() -> None:
    intake = handed_in(("old.csv", OLD, 0), ("new.csv", NEW, 1))
    (told,) = intake.problems.filter(code="month_replaced").to_dicts()
    # Row 3 was read, row 6 refused; row 5 names no month, so nobody can tell that it was replaced.
    assert (told["file"], told["table"], told["value"], told["detail"]) == ("old.csv", "headcount", "2026-09", "2")
    old, new = intake.files
    assert (old.rows_read, old.rows_refused, old.months, old.agencies) == (3, 1, ("2026-08", "2026-09"), ("BYM", "VAV"))
    assert (new.rows_read, new.rows_refused) == (1, 0)
    assert intake.problems.filter(severity="refused")["row"].to_list() == [5]
    (sheet,) = sheets_of(mending_workbook(intake, intake.problems, TEXTS)).values()
    assert [row[0] for row in sheet[1:]] == ["2026-19"]


@pytest.mark.parametrize(
    ("files", "replaces", "left"),
    [
        ((("a.csv", OLD, 0), ("b.csv", NEW, 1)), False, [11, 15]),
        ((("a.csv", OLD, 1), ("b.csv", NEW, 1)), True, [11, 15]),
        ((("b.csv", NEW, 0), ("a.csv", OLD, 1)), True, [11]),
        ((("a.csv", OLD, 0), ("b.csv", NEW, 1), ("again.csv", OLD, 2)), True, [11]),
        ((("a.csv", OLD, 0), ("b.csv", NEW.replace("15", "x"), 1)), True, [11]),
        ((("a.csv", OLD, 0), ("b.csv", NEW.replace("BYM", "Bymiljøetaten"), 1)), True, [15]),
    ],
    ids=["not asked", "one upload", "the later one", "handed in again", "refused rows replace nothing", "by name"],
)
def test_which_file_stands(files: tuple[tuple[str, str, int], ...], replaces: bool, left: list[int]) -> None:
    found = employees(handed_in(*files, replaces=replaces))
    assert [count for month, agency, count in found if (month, agency) == ("2026-09", "BYM")] == left


def test_the_files_of_a_zip_are_one_file() -> None:
    parts = {"one.csv": NEW, "two.csv": NEW.replace("15", "16")}
    assert [count for _, _, count in employees(handed_in(("a.csv", OLD, 0), ("both.zip", zipped(parts), 1)))] == [
        10, 15, 16, 20,
    ]  # fmt: skip


def test_each_table_is_replaced_by_itself_and_shared_costs_by_their_month() -> None:
    costs = [["period", "channel", "cost_nok", "total_quantity"], ["2026-09", "svarut", 100, 10]]
    others = [["period", "channel", "cost_nok", "total_quantity"], ["2026-09", "signing", 7, 1]]
    staff = [["period", "agency", "employees"], ["2026-09", "BYM", 11]]
    old, new = workbook(dispatch_costs=costs, headcount=staff), workbook(dispatch_costs=others)
    intake = handed_in(("old.xlsx", old, 0), ("new.xlsx", new, 1))
    assert rows(intake, "dispatch_costs", "channel") == [("signing",)]
    assert employees(intake) == [("2026-09", "BYM", 11)]


def test_a_newer_export_is_believed_of_an_account_that_both_name() -> None:
    def users(sku: str, blocked: str) -> bytes:
        row = {"User principal name": "kari@bym.oslo.kommune.no", "Licenses": sku, "Block credential": blocked}
        return as_csv([row | {"Display name": "Kari", "First name": "Kari", "Last name": "N", "Object Id": "1"}])

    sources = [
        Source("old.csv", users("Office 365 E1", "False"), period="2026-09", upload=0, replaces=True),
        Source("new.csv", users("Visio Plan 2", "True"), period="2026-09", upload=1, replaces=True),
    ]
    intake = read(sources, REGISTER, Options())
    assert rows(intake, "licences", "sku", "account_status") == [("VISIOCLIENT", "deactivated")]
    assert "month_replaced" in codes(intake)


def test_sheets_of_one_table_replace_and_take_the_month_of_their_file() -> None:
    book = workbook(bym=[["virksomhet", "ansatte"], ["BYM", 15]], vav=[["virksomhet", "ansatte"], ["VAV", 25]])
    sources = [
        Source("old.csv", OLD.encode(), replaces=True),
        Source("new.xlsx", book, period="2026-09", upload=1, replaces=True),
    ]
    assert employees(read(sources, REGISTER, Options())) == [
        ("2026-08", "BYM", 10),
        ("2026-09", "BYM", 15),
        ("2026-09", "VAV", 25),
    ]
