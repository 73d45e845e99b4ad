"""Any canonical table, written in any of the ways that files come in, reads back the same."""

import csv
import datetime
import io
import re
from collections.abc import Callable
from decimal import Decimal
from random import Random

import polars as pl
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_core.base import money
from billing_core.base.folding import fold, tidy
from billing_core.base.tables import TABLES, Column, Table
from billing_core.intake.cells import PLACEHOLDERS
from tests.intake.support import codes, read_one


def _is_value(text: str) -> bool:
    return bool(text) and fold(text) not in PLACEHOLDERS


TEXT = st.text(st.sampled_from("abcøÅ 0129-_.;,|\"'=+@"), min_size=1, max_size=12).map(str.strip).filter(_is_value)
IDS = st.text(st.sampled_from("abcøå 0129-_.;,|\"'=+@"), min_size=3, max_size=12).map(tidy).filter(_is_value)
ONE_LICENCE = TEXT.map(lambda text: tidy(re.sub(r"[^\w ]", "-", text))).filter(_is_value)
"""Without the marks that part several licences of a cell."""

QUANTITIES = st.decimals(0, 10**9, places=3, allow_nan=False)
PRICES = st.decimals(0, 10**9, places=4, allow_nan=False)
DAYS = st.dates(datetime.date(1970, 1, 2), datetime.date(2100, 12, 31))


def values_of(column: Column) -> st.SearchStrategy[object]:
    kinds: dict[str, st.SearchStrategy[object]] = {
        "month": DAYS.map(lambda day: day.isoformat()[:7]),
        "id": IDS,
        "text": {
            "agency": st.sampled_from(["BYM", "VAV"]),
            "sku": ONE_LICENCE,
            "item": TEXT.map(tidy).filter(_is_value),
        }.get(column.key, TEXT),
        "code": st.sampled_from([english for english, _ in column.choices] or [""]),
        "date": DAYS,
        "flag": st.booleans(),
        "quantity": QUANTITIES,
        "money": PRICES,
        "count": st.integers(0, 10**9),
    }
    values = kinds[column.kind]
    if column.required or column.default is not None or column.key == "quantity":
        return values
    return st.none() | values


def tables() -> st.SearchStrategy[tuple[Table, list[dict[str, object]]]]:
    def rows_of(table: Table) -> st.SearchStrategy[tuple[Table, list[dict[str, object]]]]:
        row = st.fixed_dictionaries({column.key: values_of(column) for column in table.columns})
        return st.tuples(st.just(table), st.lists(row, min_size=1, max_size=5))

    return st.sampled_from(list(TABLES.values())).flatmap(rows_of)


def expected(table: Table, rows: list[dict[str, object]]) -> list[tuple[object, ...]]:
    scales = {"quantity": money.QUANTITY, "money": money.PRICE}

    def kept(column: Column, value: object) -> object:
        if isinstance(value, Decimal):
            return int(value * scales[column.kind])
        return column.default if value is None and column.default is not None else value

    return [tuple(kept(column, row[column.key]) for column in table.columns) for row in rows]


def written(value: object, mark: str, norwegian_dates: bool, columns_word: Callable[[object], object]) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nei"
        case Decimal():
            return f"{value:f}".replace(".", mark)
        case datetime.date():
            return f"{value:%d.%m.}{value.year:04}" if norwegian_dates else value.isoformat()
    return str(columns_word(value))


STYLES = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|"),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
        "mark": st.sampled_from(".,"),
        "line_end": st.sampled_from(["\n", "\r\n"]),
    }
)


@settings(max_examples=80)
@given(made=tables(), style=STYLES, norwegian=st.booleans(), random=st.randoms(use_true_random=False))
def test_a_table_written_as_any_csv_reads_back_the_same(
    made: tuple[Table, list[dict[str, object]]], style: dict[str, str], norwegian: bool, random: Random
) -> None:
    table, rows = made
    columns = list(table.columns)
    random.shuffle(columns)
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=style["delimiter"], lineterminator=style["line_end"])
    writer.writerow([column.heading if norwegian else column.key for column in columns])
    for row in rows:
        words = [dict(column.choices) if norwegian else {} for column in columns]
        writer.writerow(
            written(row[column.key], style["mark"], norwegian, lambda value, word=word: word.get(value, value))
            for column, word in zip(columns, words, strict=True)
        )
    intake = read_one(stream.getvalue().encode(style["encoding"]), f"{table.name}.csv")
    found = intake.usage[table.name]
    assert found.select(column.key for column in table.columns).rows() == expected(table, rows)
    assert found["row"].to_list() == list(range(2, len(rows) + 2))
    assert set(codes(intake)) <= {"doubtful_decimal", "unknown_sku", "odd_date"}


@settings(max_examples=30)
@given(made=tables())
def test_a_table_written_as_a_workbook_reads_back_the_same(made) -> None:
    table, rows = made
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, day = book.add_worksheet("ark"), book.add_format({"num_format": "dd.mm.yyyy"})
        for place, column in enumerate(table.columns):
            sheet.write(0, place, column.heading)
            for at, row in enumerate(rows, 1):
                value = row[column.key]
                if isinstance(value, datetime.date):
                    sheet.write_datetime(at, place, datetime.datetime(value.year, value.month, value.day), day)
                elif isinstance(value, str):
                    sheet.write_string(at, place, value)
                elif value is not None:
                    sheet.write(at, place, float(value) if isinstance(value, Decimal) else value)
    intake = read_one(stream.getvalue(), "bok.xlsx")
    assert intake.usage[table.name].select(column.key for column in table.columns).rows() == expected(table, rows)


@settings(max_examples=30)
@given(made=tables())
def test_a_table_written_as_parquet_reads_back_the_same(made) -> None:
    table, rows = made
    stream = io.BytesIO()
    types = {
        "quantity": pl.Decimal(20, 3),
        "money": pl.Decimal(20, 4),
        "flag": pl.Boolean,
        "date": pl.Date,
        "count": pl.Int64,
    }
    schema = {column.key: types.get(column.kind, pl.String) for column in table.columns}
    pl.DataFrame(rows, schema=schema).write_parquet(stream)
    intake = read_one(stream.getvalue(), "tabell.parquet")
    assert intake.usage[table.name].select(column.key for column in table.columns).rows() == expected(table, rows)
