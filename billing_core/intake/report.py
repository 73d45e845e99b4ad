"""What comes out of reading: typed tables, problems, and a report of each file."""

from dataclasses import dataclass, field, replace

import polars as pl

from billing_core.base.problems import Written
from billing_core.intake.options import Options
from billing_core.readers.sheet import Sheet

SHEET_MARK = " · "
"""Stands between a workbook and its sheet in a `file`, where a workbook has several sheets of one table."""


@dataclass(frozen=True)
class FileReport:
    """What was understood of one file (of one sheet, where a workbook holds several).

    `recognised` is `usage`, `focus`, `mapping`, `people`, `mended`, an export's name, or empty if nothing was.
    `rows_read` counts usage rows: those in the tables, those `without_licence` and those refused, always. `lines` are
    the file's own rows, of which an invoice or export makes fewer or more; a sheet that was left unread beside others
    has lines alone.
    `headings` are the file's own, `columns` those of its one table by column key, `missing` the required columns for
    want of which it was refused whole. `how`: encoding, delimiter, sheet, header_row.
    """

    file: str
    recognised: str = ""
    tables: tuple[str, ...] = ()
    rows_read: int = 0
    rows_refused: int = 0
    without_licence: int = 0
    lines: int = 0
    months: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    how: dict[str, str] = field(default_factory=dict)

    def completes(self, earlier: "FileReport") -> bool:
        """Whether this report is of corrected rows of what `earlier` is of: the same file, read as the same."""
        if self.file != earlier.file:
            return False
        return set(self.tables) <= set(earlier.tables) if self.tables else self.recognised == earlier.recognised

    def completed(self, later: "FileReport") -> "FileReport":
        """This report with the rows of `later`."""
        return replace(
            self,
            rows_read=self.rows_read + later.rows_read,
            rows_refused=self.rows_refused + later.rows_refused,
            without_licence=self.without_licence + later.without_licence,
            lines=self.lines + later.lines,
            months=tuple(sorted({*self.months, *later.months})),
            agencies=tuple(sorted({*self.agencies, *later.agencies})),
        )


@dataclass(frozen=True)
class RefusedRows:
    """The text of one file's refused rows, with ROW, as the file has them.

    `table` is None for rows of an export or a list of people, which are no usage table's.
    """

    table: str | None
    file: str
    cells: pl.DataFrame


@dataclass(frozen=True)
class Intake:
    """Everything read: `usage` has all nine tables in their schema, `problems` are in billing_core.problems.SCHEMA.

    `given`: by file, the options it was read under, with the month and agency of its own that it was handed in with.
    `origins`: by file, the place among the sources of the one that it came in.
    `unread`: the sheets with rows that nothing could be read of, for a mapping to tell of. `invoices`: those with rows
    whose agency could not be told, or is not in the register. `charged`: sheets of charge lines that we wrote,
    refused as usage (`charged.charged` reads them back).
    """

    usage: dict[str, pl.DataFrame]
    problems: pl.DataFrame
    files: list[FileReport]
    refused: list[RefusedRows]
    given: dict[str, Options]
    origins: dict[str, int] = field(default_factory=dict)
    unread: tuple[Sheet, ...] = ()
    invoices: tuple[Sheet, ...] = ()
    charged: tuple[Sheet, ...] = ()

    @property
    def written(self) -> Written:
        """How the files write what problems name."""
        tables = [((table, report.file), report.columns) for report in self.files for table in report.tables]
        return Written(self.sheets, dict(tables))

    @property
    def sheets(self) -> dict[tuple[str | None, str], str]:
        """By table and file, the sheet that rows stand in, of workbooks in whose place (`file`) it is not named."""
        named = [report for report in self.files if "sheet" in report.how and SHEET_MARK not in report.file]
        # What an export does not say readably is no table's row yet.
        return {
            (table, report.file): report.how["sheet"]
            for report in named
            for table in (report.tables if report.columns else (*report.tables, None))
        }
