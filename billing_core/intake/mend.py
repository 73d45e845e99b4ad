"""Problems a person can mend: grouped by cause, and as a workbook of refused rows that is corrected and uploaded again.

The workbook has the file's own columns, then where each row comes from, then what is wrong with it. Read again, its
rows stand in for exactly those.
"""

import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

import polars as pl
import xlsxwriter

from billing_core.base import money
from billing_core.base.problems import described
from billing_core.base.tables import TABLES, Table
from billing_core.intake.exports import KNOWN, Export
from billing_core.intake.exports.graph_list import LICENCES
from billing_core.intake.mapping import Mapping as Columns
from billing_core.intake.options import Options
from billing_core.intake.report import Intake
from billing_core.intake.sheet import MEASURELESS, ROW, UNCALCULATED, Sheet, fold
from billing_core.intake.typed import PERSONAL, pseudonyms

FILE, PLACE, REASON = "fra fil (ikke endre)", "fra rad (ikke endre)", "hva som er galt"
"""Headings of the last three columns. They are the same in every language, so that any copy can be read back."""

_READ = KNOWN | {fold(name) for name in LICENCES}
_ACCOUNTS = {"user principal name", "userprincipalname", "primary user upn", "usernames", "bruker"}

_Place = tuple[str | None, str, int]
"""Table, file and row."""


def grouped(problems: pl.DataFrame) -> pl.DataFrame:
    """One row a cause: severity, code, table, column, `count` problems, `files`, and up to three example values.

    Refused causes come first, then the most frequent.
    """
    return (
        problems.group_by("severity", "code", "table", "column", maintain_order=True)
        .agg(
            pl.len().alias("count"),
            pl.col("file").drop_nulls().unique(maintain_order=True).alias("files"),
            pl.col("value").drop_nulls().unique(maintain_order=True).head(3).alias("examples"),
            pl.col("detail").drop_nulls().unique(maintain_order=True).head(3).alias("details"),
        )
        .sort(pl.col("severity") == "notice", -pl.col("count").cast(pl.Int64), maintain_order=True)
    )


def is_mended(headings: Iterable[str]) -> bool:
    """Whether a sheet is one of a mending workbook."""
    return {FILE, PLACE} <= {fold(heading) for heading in headings}


def mended(sheet: Sheet) -> list[Sheet]:
    """A sheet of a mending workbook as one sheet for each file that its rows come from, with their row numbers."""
    by_heading = {fold(heading): heading for heading in sheet.headings}
    ours = [by_heading[name] for name in (FILE, PLACE, REASON) if name in by_heading]
    place = pl.col(by_heading[PLACE]).str.strip_chars().cast(pl.Int64, strict=False)
    cells = sheet.cells.with_columns(pl.col(by_heading[FILE]).alias("#file"), place.alias("#place"))
    # A row that someone added has no place of its own: it stays where it is in this workbook.
    own = pl.col("#file").is_null() | pl.col("#place").is_null()
    cells = cells.with_columns(
        pl.when(own).then(pl.lit(sheet.file)).otherwise(pl.col("#file")).alias("#file"),
        pl.when(own).then(pl.col(ROW)).otherwise(pl.col("#place")).alias("#place"),
    )
    parts = []
    for rows in cells.partition_by("#file", maintain_order=True):
        bad = {place: sheet.bad_rows[row] for row, place in rows.select(ROW, "#place").rows() if row in sheet.bad_rows}
        at_place = rows.with_columns(pl.col("#place").alias(ROW)).drop("#file", "#place", *ours)
        parts.append(Sheet(str(rows["#file"][0]), sheet.name, at_place, sheet.how, bad_rows=bad))
    return parts


def refused_of_export(sheet: Sheet, export: Export, options: Options) -> pl.DataFrame:
    """The bad rows of an export as they can be corrected: what is read of it, and by what it is known, emptied."""
    folded = frozenset(fold(heading) for heading in sheet.headings)
    telling = [h for h in sheet.headings if fold(h) not in _READ and not export.recognised(folded - {fold(h)})]
    kept = [h for h in sheet.headings if fold(h) in _READ or h in telling]
    cells = _bad(sheet).select(*kept, ROW).with_columns(pl.lit(None, pl.String).alias(heading) for heading in telling)
    accounts = [heading for heading in kept if fold(heading) in _ACCOUNTS]
    return cells.with_columns(pseudonyms(cells[heading].str.to_lowercase(), options) for heading in accounts)


def refused_people(sheet: Sheet, mapping: Columns, options: Options) -> pl.DataFrame:
    """The bad rows of a personnel list as they can be corrected: the columns that the mapping names."""
    by_heading = {fold(heading): heading for heading in sheet.headings}
    named = {key: by_heading[fold(heading)] for key, heading in mapping.columns.items() if fold(heading) in by_heading}
    cells = _bad(sheet).select(*dict.fromkeys(named.values()), ROW)
    return cells.with_columns(pseudonyms(cells[named[key]], options) for key in PERSONAL if key in named)


def _bad(sheet: Sheet) -> pl.DataFrame:
    return sheet.cells.filter(pl.col(ROW).is_in(list(sheet.bad_rows)))


def mending_workbook(intake: Intake, problems: pl.DataFrame, texts: Mapping[str, str]) -> bytes:
    """An XLSX of every refused row, one sheet a table and file; `problems` may hold those of later checks too."""
    told = described(problems, texts).filter(pl.col("row").is_not_null())
    reasons: dict[_Place, list[str]] = defaultdict(list)
    refused: dict[tuple[str | None, str], set[int]] = defaultdict(set)
    for severity, table, file, row, message in told.select("severity", "table", "file", "row", "message").iter_rows():
        reasons[table, file, row].append(message)
        if severity == "refused":
            refused[table, file].add(row)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    for (table, file), rows in refused.items():
        # Those refused at reading as the file has them, those refused later in the table's own columns.
        texts_of = [found.cells for found in intake.refused if (found.table, found.file) == (table, file)]
        if table is not None:
            texts_of.append(_as_text(intake.usage[table], TABLES[table], file, rows))
        for cells in texts_of:
            if (wanted := cells.filter(pl.col(ROW).is_in(list(rows)))).height:
                _write(book, table, file, wanted, reasons)
    if not book.worksheets():
        book.add_worksheet()
    book.close()
    return stream.getvalue()


def _write(
    book: xlsxwriter.Workbook, table: str | None, file: str, cells: pl.DataFrame, reasons: Mapping[_Place, list[str]]
) -> None:
    """One sheet; cells are written as text, so that nothing in them is run as a formula."""
    sheet = book.add_worksheet(f"{table or 'rader'} {len(book.worksheets()) + 1}")
    headings = [name for name in cells.columns if name != ROW]
    for column, heading in enumerate([*headings, FILE, PLACE, REASON]):
        sheet.write_string(0, column, heading)
    for at, values in enumerate(cells.iter_rows(named=True), 1):
        place = values[ROW]
        row = ["" if values[name] in (None, UNCALCULATED, MEASURELESS) else values[name] for name in headings]
        for column, text in enumerate([*row, file, str(place), " ".join(reasons.get((table, file, place), ()))]):
            sheet.write_string(at, column, text)


def _as_text(frame: pl.DataFrame, table: Table, file: str, rows: Collection[int]) -> pl.DataFrame:
    """Typed rows of one file as their user would write them, for those refused only after reading."""
    own = frame.filter(pl.col("file") == file, pl.col("row").is_in(list(rows)))
    columns = [own["row"].alias(ROW)]
    for column in table.columns:
        scale = {"quantity": money.QUANTITY, "money": money.PRICE}.get(column.kind)
        values = own[column.key].to_list()
        texts = [None if v is None else f"{Decimal(v) / scale:f}" if scale else _plain(v) for v in values]
        columns.append(pl.Series(column.key, texts, dtype=pl.String))
    return pl.DataFrame(columns)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
