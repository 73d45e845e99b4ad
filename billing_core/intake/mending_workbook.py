"""The workbook of refused rows: each as its file has it, where it comes from, what is wrong and what helps.

Its words are in the language chosen. Corrected and read again (mend.py), its rows stand in for exactly those.
"""

import io
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

import polars as pl
import xlsxwriter

from billing_core.base import money
from billing_core.base.problems import described
from billing_core.base.tables import TABLES, Column, Table
from billing_core.intake.headings import table_of
from billing_core.intake.mend import ANSWER, FILE, GIVEN, NOT_DATA, OURS, PLACE, REASON, REMEDY
from billing_core.intake.report import FileReport, Intake
from billing_core.readers.sheet import MEASURELESS, ROW, UNCALCULATED

_Place = tuple[str | None, str, int]
"""Table, file and row."""

_ROWS = {"nb": "rader", "en": "rows"}
"""What a sheet of rows that are no usage table's is called."""

_WIDTH = 24


def mending_workbook(intake: Intake, problems: pl.DataFrame, texts: Mapping[str, str], language: str = "nb") -> bytes:
    """An XLSX of every refused row, one sheet a table and file; `problems` may hold those of later checks too.

    `texts` and `language` are those of the person who mends.
    """
    told = _told(intake, problems.filter(pl.col("row").is_not_null()), texts)
    refused: dict[tuple[str | None, str], set[int]] = defaultdict(set)
    for table, file, row in told.filter(severity="refused").select("table", "file", "row").iter_rows():
        refused[table, file].add(row)
    stream = io.BytesIO()
    book = _Book(stream, told, texts, language)
    for (table, file), rows in refused.items():
        headings = _headings(intake, table, file, language)
        # Those refused at reading as the file has them, those refused later as the table has them.
        cells_of = [found.cells for found in intake.refused if (found.table, found.file) == (table, file)]
        if table is not None:
            own = intake.usage[table].filter(pl.col("file") == file, pl.col("row").is_in(list(rows)))
            cells_of.append(_as_text(own, TABLES[table], language))
        for cells in cells_of:
            if (wanted := cells.filter(pl.col(ROW).is_in(list(rows)))).height:
                book.add(table, file, wanted.rename(headings, strict=False))
    book.close()
    return stream.getvalue()


def _told(intake: Intake, problems: pl.DataFrame, texts: Mapping[str, str]) -> pl.DataFrame:
    """Problems in words that name each column as its file does."""
    names = [
        (table, report.file, key, heading)
        for report in intake.files
        for table in report.tables
        for key, heading in report.columns.items()
    ]
    named = pl.DataFrame(names, schema=["table", "file", "column", "heading"], orient="row", strict=False).cast(
        pl.String
    )
    by_column = problems.join(named, on=["table", "file", "column"], how="left", maintain_order="left")
    return described(by_column.with_columns(pl.coalesce("heading", "column").alias("column")), texts)


def _headings(intake: Intake, table: str | None, file: str, language: str) -> dict[str, str]:
    """The heading of each column of the table: the file's own, where that can be read back; else the language's."""
    ours = {column.key: column.heading for column in TABLES[table].columns} if table and language == "nb" else {}
    report = next((r for r in intake.files if r.file == file and table in r.tables and r.columns), FileReport(file))
    own = report.columns
    if report.recognised == "mapping":
        match = table_of([*own.values()], ())
        if (match and match.whole) or len(set(own.values())) < len(own):
            return ours
    return ours | own


class _Book:
    """The workbook while it is written; `told` are the problems of its rows, in words."""

    def __init__(self, stream: io.BytesIO, told: pl.DataFrame, texts: Mapping[str, str], language: str) -> None:
        quiet = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
        self._book = xlsxwriter.Workbook(stream, quiet)
        self._bold = self._book.add_format({"bold": True})
        self._texts, self._language = texts, language
        self._given: list[tuple[str, str, int]] = []
        self._said: dict[_Place, list[tuple[str, str]]] = defaultdict(list)
        columns = ("table", "file", "row", "message", "remedy")
        for table, file, row, message, remedy in told.select(columns).iter_rows():
            self._said[table, file, row].append((message, remedy))

    def add(self, table: str | None, file: str, cells: pl.DataFrame) -> None:
        """One sheet; cells are written as text, so that nothing in them is run as a formula."""
        word = self._texts.get(f"table.{table}", table) if table else _ROWS[self._language]
        name = f"{word} {len(self._book.worksheets()) + 1}"
        sheet = self._book.add_worksheet(name)
        headings = [heading for heading in cells.columns if heading != ROW]
        ours = [own.said(self._language) for own in OURS]
        sheet.write_row(0, 0, [*headings, *ours], self._bold)
        sheet.set_column(0, len(headings) + len(ours) - 1, _WIDTH)
        sheet.freeze_panes(1, 0)
        for at, values in enumerate(cells.iter_rows(named=True), 1):
            place = values[ROW]
            said = self._said.get((table, file, place), [])
            row = ["" if values[key] in (None, UNCALCULATED, MEASURELESS) else values[key] for key in headings]
            told = {
                FILE: file,
                PLACE: str(place),
                REASON: " ".join(dict.fromkeys(message for message, _ in said)),
                REMEDY: " ".join(dict.fromkeys(remedy for _, remedy in said)),
                ANSWER: "",
            }
            for column, text in enumerate([*row, *(told[own] for own in OURS)]):
                sheet.write_string(at, column, text)
            self._given.append((name, file, place))
        answer = {"validate": "list", "source": [NOT_DATA.said(self._language)], "ignore_blank": True}
        sheet.data_validation(
            1, len(headings) + OURS.index(ANSWER), cells.height, len(headings) + OURS.index(ANSWER), answer
        )

    def close(self) -> None:
        """The list of all rows last, out of sight: what is no longer there when it is read again was deleted."""
        if self._given:
            listed = self._book.add_worksheet("#")
            listed.hide()
            listed.write_row(0, 0, GIVEN)
            for at, (name, file, row) in enumerate(self._given, 1):
                for column, text in enumerate((name, file, str(row))):
                    listed.write_string(at, column, text)
        else:
            self._book.add_worksheet()
        self._book.close()


def _as_text(rows: pl.DataFrame, table: Table, language: str) -> pl.DataFrame:
    """Typed rows as their user would write them, by column key, for those refused only after reading."""
    columns = [rows["row"].alias(ROW)]
    for column in table.columns:
        texts = [_written(column, value, language) for value in rows[column.key].to_list()]
        columns.append(pl.Series(column.key, texts, dtype=pl.String))
    return pl.DataFrame(columns)


def _written(column: Column, value: object, language: str) -> str | None:
    """A value as its user would write it."""
    if value is None:
        return None
    if isinstance(value, int) and column.kind in ("quantity", "money"):
        scale = money.QUANTITY if column.kind == "quantity" else money.PRICE
        return f"{Decimal(value) / scale:f}"
    if isinstance(value, bool):
        return ("ja" if value else "nei") if language == "nb" else str(value).lower()
    return dict(column.choices).get(str(value), str(value)) if language == "nb" else str(value)
