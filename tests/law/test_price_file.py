"""A price list as a user's file: what is read, what is refused and where, and which price holds on a day."""

import io
from datetime import date

import polars as pl
import pytest
import xlsxwriter

from billing_core.base.errors import PriceListError
from billing_core.base.problems import described
from billing_core.export import csv_bytes, xlsx_bytes
from billing_core.law.price_file import in_force, in_kroner, read_agreements, read_price_list, template
from tests.through import catalogue, prices_from, texts

KNOWN = catalogue()
HEADINGS = "item;variant;price_nok;app_operation_nok;valid_from;valid_to;source;status\n"


def faults(content: bytes, name: str = "p.csv") -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(PriceListError) as refused:
        read_price_list(name, content, KNOWN)
    problems = refused.value.problems
    assert described(problems, texts()).height == problems.height
    return [(row["code"], row["row"], row["column"]) for row in problems.iter_rows(named=True)]


def test_a_norwegian_file_is_read_with_its_commas_and_days() -> None:
    text = HEADINGS + "hr.standard;;1 072,50;;01.01.2026;;liste;confirmed\n"
    found = in_kroner(read_price_list("p.csv", text.encode("cp1252"), KNOWN)).row(0, named=True)
    assert (str(found["price_nok"]), found["valid_from"], found["status"]) == (
        "1072.5000", date(2026, 1, 1), "confirmed",
    )  # fmt: skip


def test_faults_stand_at_the_row_the_user_sees_also_after_blank_rows() -> None:
    text = HEADINGS + (
        "hr.standard;;70;;2026-01-01;;l;confirmed\n"
        ";;;;;;;\n"
        "hr.standrad;;70;;2026-01-01;;l;confirmed\n"
        "hr.role_gat.maintenance;;mye;;2026-01-01;;l;confirmed\n"
        "hr.standard;;75;;2026-06-01;;l;confirmed\n"
    )
    assert faults(text.encode()) == [
        ("unknown_item", 4, "item"), ("not_a_number", 5, "price_nok"), ("price_overlap", 6, "valid_from"),
    ]  # fmt: skip


def test_an_unknown_item_is_told_with_the_nearest_and_an_overlap_with_the_other_row() -> None:
    text = HEADINGS + (
        "hr.standard;;70;;2026-01-01;;;confirmed\n"
        ";;;;;;;\n"
        "hr.standard;;75;;2026-06-01;;;confirmed\n"
        "hr.standrad;;1;;2026-01-01;;;confirmed\n"
    )
    with pytest.raises(PriceListError) as refused:
        read_price_list("p.csv", text.encode(), KNOWN)
    details = dict(refused.value.problems.select("code", "detail").iter_rows())
    assert details["price_overlap"] == "2"
    assert details["unknown_item"].split(", ")[0] == "hr.standard"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [("empty_file", None, None)]),
        (b"%PDF-1.7", [("unreadable_file", None, None)]),
        (HEADINGS.encode(), [("no_rows", None, None)]),
        (
            b"item;price_nok\nhr.standard;70\n",
            [("missing_column", None, "valid_from"), ("missing_column", None, "status")],
        ),
    ],
)
def test_a_file_that_is_no_price_list_says_why(
    content: bytes, expected: list[tuple[str, int | None, str | None]]
) -> None:
    assert faults(content) == expected


def test_the_template_read_again_is_the_same_list_as_csv_and_as_workbook() -> None:
    listed = prices_from().listed
    for content in (csv_bytes(template(listed)), xlsx_bytes({"priser": template(listed)})):
        again = read_price_list("p", content, KNOWN)
        assert again.drop("row").equals(listed.drop("row"))


def test_a_workbook_with_true_days_and_numbers_is_read() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["agency", "item", "price_nok", "valid_from", "reference"])
        sheet.write_row(1, 0, ["BYM", "hr.integration", 4200.5])
        sheet.write_datetime(1, 3, date(2026, 1, 1), book.add_format({"num_format": "dd.mm.yyyy"}))
    found = in_kroner(read_agreements("a.xlsx", buffer.getvalue(), KNOWN)).row(0, named=True)
    assert (found["agency"], str(found["price_nok"]), found["valid_from"]) == ("BYM", "4200.5000", date(2026, 1, 1))


@pytest.mark.parametrize(("day", "price"), [("2025-12-31", "80.0000"), ("2026-01-01", "100.0000")])
def test_the_price_in_force_changes_on_the_day_the_new_one_begins(day: str, price: str) -> None:
    held = in_kroner(in_force(prices_from().listed, date.fromisoformat(day)))
    e1 = held.filter(pl.col("item") == "office365.licence", pl.col("variant") == "E1")
    assert [str(value) for value in e1["price_nok"]] == [price]


def test_before_the_first_price_none_is_in_force() -> None:
    assert in_force(prices_from().listed, date(2018, 12, 31)).is_empty()


def test_items_and_agencies_are_understood_by_their_names() -> None:
    named = HEADINGS + "HR-systemet – standard;;70;;2026-01-01;;l;confirmed\n"
    named += " hr SYSTEM –  standard;;80;;2025-01-01;2026-01-01;l;confirmed\n"
    found = read_price_list("p.csv", named.encode(), catalogue())
    assert found["item"].to_list() == ["hr.standard", "hr.standard"]
    agreed = "agency;item;price_nok;valid_from\nbymiljøetaten;HR-systemet – standard;70;2026-01-01\n"
    own = read_agreements("a.csv", agreed.encode(), catalogue())
    assert own.select("agency", "item").rows() == [("BYM", "hr.standard")]


def test_an_unknown_name_is_told_with_the_codes_of_the_nearest_names() -> None:
    with pytest.raises(PriceListError) as refused:
        read_price_list(
            "p.csv", (HEADINGS + "HR-systemet standard;;70;;2026-01-01;;l;confirmed\n").encode(), catalogue()
        )
    assert str(refused.value.problems["detail"][0]).split(", ")[0] == "hr.standard"
