from datetime import date

import pytest

from billing_core.base.tables import TABLES
from billing_core.intake import cells
from billing_core.intake.cells import Empty, Fault, parser

QUANTITY = TABLES["operations"].column("quantity")
SIGNED = TABLES["services"].column("quantity")
PRICE = TABLES["services"].column("unit_price_nok")
FLAG = TABLES["licences"].column("on_platform")
TYPE = TABLES["licences"].column("account_type")
FIBRE = TABLES["connections"].column("connection_kind")
EMPLOYEES = TABLES["headcount"].column("employees")


@pytest.mark.parametrize(
    ("text", "millionths"),
    [
        ("1", 1_000_000),
        ("12,5", 12_500_000),
        ("12.5", 12_500_000),
        ("0.125", 125_000),
        (".5", 500_000),
        ("1 234,5", 1_234_500_000),
        ("1\u00a0234\u00a0567", 1_234_567_000_000),
        ("1\u202f234", 1_234_000_000),
        ("1'234.5", 1_234_500_000),
        ("2.5000000", 2_500_000),
        ("1000000000", 1_000_000_000_000_000),
        ("-0", 0),
        ("0", 0),
    ],
)
def test_a_quantity_is_kept_exactly_in_millionths(text: str, millionths: int) -> None:
    assert parser(QUANTITY)(text) == millionths


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-1", "negative"),
        ("\u22121", "negative"),
        ("1.2345", "too_many_decimals"),
        ("1000000000.001", "too_large"),
        ("inf", "not_a_number"),
        ("1e5", "not_a_number"),
        ("12 34", "not_a_number"),
        ("1 2345", "not_a_number"),
        ("1.234.567", "not_a_number"),
        ("1,", 1_000_000),
        ("", "not_a_number"),
        ("ett", "not_a_number"),
        ("\u0661", "not_a_number"),
        ("9" * 201, "too_long"),
    ],
)
def test_a_quantity_that_cannot_be_read_says_why(text: str, code: str | int) -> None:
    found = parser(QUANTITY)(text)
    assert (found.code if isinstance(found, Fault) else found) == code


def test_a_credit_is_read_in_a_signed_column() -> None:
    assert parser(SIGNED)("\u22122,5") == -2_500_000


def test_a_price_has_at_most_four_decimals_and_ten_billion_kroner() -> None:
    assert parser(PRICE)("0.1234") == 1234
    assert parser(PRICE)("10000000000") == 100_000_000_000_000
    assert parser(PRICE)("0.12345") == Fault("too_many_decimals", "4")
    assert parser(PRICE)("10000000000.0001") == Fault("too_large", "10000000000")
    assert parser(PRICE)("-1") == Fault("negative")


def test_a_thousands_mark_parts_groups_of_three_only() -> None:
    assert parser(PRICE, mark=".")("1.234.567,50") == 12_345_675_000
    assert parser(PRICE, mark=",")("1,234.5") == 12_345_000
    assert parser(PRICE, mark=".")("1.5") == Fault("not_a_number")


@pytest.mark.parametrize(("text", "value"), [("12", 12), ("12.0", 12), ("1 200", 1200), ("0", 0)])
def test_a_count_is_a_whole_number(text: str, value: int) -> None:
    assert parser(EMPLOYEES)(text) == value


@pytest.mark.parametrize(("text", "code"), [("12.5", "not_whole"), ("-1", "negative"), ("1000000001", "too_large")])
def test_a_count_that_cannot_be_read_says_why(text: str, code: str) -> None:
    found = parser(EMPLOYEES)(text)
    assert isinstance(found, Fault)
    assert found.code == code


@pytest.mark.parametrize(
    "text",
    ["2026-10", "2026-10-31", "31.10.2026", "1.10.2026", "2026-10-01T00:00:00Z", "2026-10-01 12:30:00", "okt.2026",
     "Oct-2026", "oktober 2026", " 2026-10 ", "202610", "2026M10", "10/2026", "10.2026", "okt. 2026", "okt.\u00a02026"],
)  # fmt: skip
def test_a_month_is_read_from_its_form_a_date_or_what_excel_makes_of_it(text: str) -> None:
    assert cells.month(text) == "2026-10"


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "0000-01", "2026", "31.02.2026", "foo.2026"])
def test_what_is_no_month_is_refused(text: str) -> None:
    assert cells.month(text) == Fault("not_a_month")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("29.02.2024", date(2024, 2, 29)),
        ("1.3.2026", date(2026, 3, 1)),
        ("2022-03-18 19:49:35Z", date(2022, 3, 18)),
        ("2026-01-05 10:11:12.1230000", date(2026, 1, 5)),
        ("2026-01-05T10:11:12+01:00", date(2026, 1, 5)),
        ("5/5/2026", date(2026, 5, 5)),
    ],
)
def test_a_date_is_read_without_its_time(text: str, day: date) -> None:
    assert cells.date(text) == day


@pytest.mark.parametrize("text", ["2023-02-29", "31.04.2026", "32.01.2026", "2026-1", "i går", "45000"])
def test_a_date_that_does_not_exist_is_refused(text: str) -> None:
    assert cells.date(text) == Fault("not_a_date")


def test_a_date_with_slashes_follows_the_columns_order() -> None:
    assert cells.date("8/9/2021") == Fault("ambiguous_date")
    assert cells.date("8/9/2021 1:25:31 PM", "mdy") == date(2021, 8, 9)
    assert cells.date("8/9/2021", "dmy") == date(2021, 9, 8)


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("JA", True), ("1", True), ("Sann", True), ("FALSE", False), ("nei", False), ("0", False)],
)
def test_a_flag_is_read_in_both_languages(text: str, value: bool) -> None:
    assert parser(FLAG)(text) is value


def test_what_is_no_flag_is_refused() -> None:
    assert parser(FLAG)("kanskje") == Fault("not_a_flag")


@pytest.mark.parametrize("text", ["main", "HOVED", "  hoved\u00a0"])
def test_a_code_is_read_in_both_languages_and_any_letter_case(text: str) -> None:
    assert parser(TYPE)(text) == "main"


def test_a_code_of_two_words_is_read_however_they_are_parted() -> None:
    assert {parser(FIBRE)(text) for text in ("dark_fibre", "Dark fibre", "mørk  fiber", "mørk-fiber")} == {"dark_fibre"}


def test_an_unknown_code_names_those_allowed() -> None:
    assert parser(TYPE)("sjef") == Fault("unknown_code", "hoved (main), bi (secondary), ekstern (external)")


@pytest.mark.parametrize("text", ["okt.26", "Oct-26", "10.26", "26-10", "10/26"])
def test_a_month_with_two_digits_of_the_year_is_refused_as_such(text):
    assert cells.month(text) == Fault("two_digit_year")


@pytest.mark.parametrize("text", ["01.03.23", "1/3/23", "01-03-23", "1. mars 23"])
def test_a_day_with_two_digits_of_the_year_is_refused_as_such(text):
    assert cells.date(text) == Fault("two_digit_year")


@pytest.mark.parametrize(
    "text",
    ["1.3.2023", "1. mars 2023", "1 mar 2023", "20230301", "2023-03-01T10:00:00.123Z", "01.03.2023 kl. 10:00",
     "01-03-2023", "2023/03/01", "01.03.2023 10.15", "1.3.2023.", "onsdag 1. mars 2023", "2023-03-01 10:00:00 UTC"],
)  # fmt: skip
def test_a_day_is_read_in_every_form(text):
    assert cells.date(text) == date(2023, 3, 1)


@pytest.mark.parametrize(
    "text",
    ["0001-01-01", "1601-01-01", "1899-12-30", "31.12.1899", "1900-01-00", "01.01.1900", "1970-01-01T00:00:00Z",
     "9999-12-31"],
)  # fmt: skip
def test_what_systems_write_for_no_day_is_no_day(text):
    assert cells.date(text) == Empty("sentinel_date")


@pytest.mark.parametrize("text", ["null", "NaN", "-", "–", "—", ".", "?", "Ukjent", "(TOM)", "mangler"])
@pytest.mark.parametrize("key", ["quantity", "system", "service_level"])
def test_a_placeholder_is_no_value_whatever_the_column(text, key):
    assert parser(TABLES["operations"].column(key))(text) == Empty("placeholder")


@pytest.mark.parametrize(
    "text", ["#N/A", "#I/T", "#REF!", "#verdi!", "#VALUE!", "#NAVN?", "#Name?", "#DIV/0!", "#NULL!"]
)
def test_an_error_value_is_no_value_and_called_by_its_name(text):
    assert parser(TABLES["operations"].column("system"))(text) == Empty("error_value")


def test_nought_is_no_id_but_a_number_and_a_text():
    operations = TABLES["operations"]
    assert parser(operations.column("system"))("0") == Empty("placeholder")
    assert parser(operations.column("quantity"))("0") == 0
    assert parser(operations.column("service_level"))("0") == "0"


@pytest.mark.parametrize("text", ["1,23457E+11", "1.2e+5", "1E+10"])
def test_an_id_in_scientific_notation_has_lost_its_digits(text):
    assert parser(TABLES["licences"].column("employee_id"))(text) == Fault("scientific_id")


@pytest.mark.parametrize(("text", "value"), [("x", True), ("J", True), ("sant", True), ("N", False), ("usant", False)])
def test_a_flag_is_read_in_short_too(text, value):
    assert cells.flag(text) is value
