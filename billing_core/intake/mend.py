"""Problems a person can mend: grouped by cause, and what comes back of a workbook of refused rows.

The workbook (mending_workbook.py) has the file's own columns, then where each row comes from and what is wrong with it.
Read again, its rows stand in for exactly those; a row that is answered to be no data, or deleted there, is none.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from billing_core.base.folding import fold
from billing_core.intake.exports import ACCOUNTS, KNOWN, Export
from billing_core.intake.exports.graph_list import LICENCES
from billing_core.intake.mapping import ColumnMapping
from billing_core.intake.options import Options
from billing_core.intake.pseudonyms import PERSONAL, pseudonyms
from billing_core.readers.sheet import ROW, Sheet


@dataclass(frozen=True)
class Own:
    """What one of the workbook's own headings or words is in each language, so that any copy can be read back."""

    nb: str
    en: str

    def said(self, language: str) -> str:
        """The words in a language."""
        return self.nb if language == "nb" else self.en

    def among(self, texts: Iterable[str]) -> str | None:
        """The one of `texts` that says this, in either language."""
        return next((text for text in texts if fold(text) in (self.nb, self.en)), None)


FILE = Own("fra fil (ikke endre)", "from file (do not change)")
PLACE = Own("fra rad (ikke endre)", "from row (do not change)")
REASON = Own("hva som er galt", "what is wrong")
REMEDY = Own("hva du kan gjøre", "what you can do")
ANSWER = Own("svar", "answer")
NOT_DATA = Own("ikke data", "not data")
OURS = (FILE, PLACE, REASON, REMEDY, ANSWER)
"""The headings of the workbook's last columns, in order."""

GIVEN = ("#ark", "#fil", "#rad")
"""Headings of the hidden sheet that lists every row given to mend: its sheet, file and row."""

_READ = KNOWN | {fold(name) for name in LICENCES}

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
    names = list(headings)
    return bool(FILE.among(names) and PLACE.among(names))


Places = dict[str, set[int]]
"""Rows by file."""


def given_to_mend(sheets: Sequence[Sheet]) -> tuple[list[Sheet], dict[str, Places]]:
    """The sheets of a file but for the list of rows given to mend; that list, by sheet."""
    given: dict[str, Places] = defaultdict(lambda: defaultdict(set))
    others = []
    for sheet in sheets:
        if set(GIVEN) <= set(sheet.headings):
            for name, file, row in sheet.cells.select(*GIVEN[:2], pl.col(GIVEN[2]).cast(pl.Int64, strict=False)).rows():
                if name and file and row is not None:
                    given[name][file].add(row)
        else:
            others.append(sheet)
    return others, given


def mended(sheet: Sheet, given: Places) -> tuple[list[Sheet], Places]:
    """A sheet of a mending workbook as one sheet for each file that its rows come from, with their row numbers.

    And the rows that are no data: answered so, or of those `given` in this sheet no longer there.
    """
    ours = {own: heading for own in OURS if (heading := own.among(sheet.headings))}
    place = pl.col(ours[PLACE]).str.strip_chars().cast(pl.Int64, strict=False)
    cells = sheet.cells.with_columns(pl.col(ours[FILE]).alias("#file"), place.alias("#place"))
    left = {file: rows - set(cells.filter(pl.col("#file") == file)["#place"]) for file, rows in given.items()}
    no_data = _answered(cells, ours.get(ANSWER))
    for file, row in cells.filter(no_data).select("#file", "#place").drop_nulls().rows():
        left.setdefault(file, set()).add(row)
    return _parts(sheet, cells.filter(~no_data), list(ours.values())), {
        file: rows for file, rows in left.items() if rows
    }


def _answered(cells: pl.DataFrame, answer: str | None) -> pl.Series:
    """Whether each row is answered to be no data."""
    words = [NOT_DATA.nb, NOT_DATA.en]
    said = [] if answer is None else [fold(text or "") in words for text in cells[answer]]
    return pl.Series(said or [False] * cells.height, dtype=pl.Boolean)


def _parts(sheet: Sheet, cells: pl.DataFrame, ours: list[str]) -> list[Sheet]:
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


def refused_of_export(sheet: Sheet, export: Export, bad: Collection[int], options: Options) -> pl.DataFrame:
    """The `bad` rows of an export as they can be corrected: what is read of it, and by what it is known, emptied."""
    folded = frozenset(fold(heading) for heading in sheet.headings)
    telling = [h for h in sheet.headings if fold(h) not in _READ and not export.recognised(folded - {fold(h)})]
    kept = [h for h in sheet.headings if fold(h) in _READ or h in telling]
    cells = (
        _rows(sheet, bad).select(*kept, ROW).with_columns(pl.lit(None, pl.String).alias(heading) for heading in telling)
    )
    accounts = [heading for heading in kept if fold(heading) in ACCOUNTS]
    return cells.with_columns(pseudonyms(cells[heading].str.to_lowercase(), options) for heading in accounts)


def refused_people(sheet: Sheet, mapping: ColumnMapping, options: Options) -> pl.DataFrame:
    """The bad rows of a personnel list as they can be corrected: the columns that the mapping names."""
    by_heading = {fold(heading): heading for heading in sheet.headings}
    named = {key: by_heading[fold(heading)] for key, heading in mapping.columns.items() if fold(heading) in by_heading}
    cells = _rows(sheet, sheet.bad_rows).select(*dict.fromkeys(named.values()), ROW)
    return cells.with_columns(pseudonyms(cells[named[key]], options) for key in PERSONAL if key in named)


def _rows(sheet: Sheet, rows: Collection[int]) -> pl.DataFrame:
    return sheet.cells.filter(pl.col(ROW).is_in(list(rows)))
