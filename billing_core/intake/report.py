"""What comes out of reading: typed tables, problems, and a report of each file."""

from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class FileReport:
    """What was understood of one file (of one sheet, where a workbook holds several).

    `recognised` is `usage`, `focus`, `mapping`, `people`, `mended`, an export's name, or empty if nothing was.
    `rows_read` counts usage rows: those in the tables and those refused, always. `lines` are the file's own rows, of
    which an invoice or export makes fewer or more. `headings` are the file's own, `missing` the required columns for
    want of which it was refused whole. `how`: encoding, delimiter, sheet, header_row.
    """

    file: str
    recognised: str = ""
    tables: tuple[str, ...] = ()
    rows_read: int = 0
    rows_refused: int = 0
    lines: int = 0
    months: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    how: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RefusedRows:
    """The text of one file's refused rows, with ROW, as the file has them."""

    table: str
    file: str
    cells: pl.DataFrame


@dataclass(frozen=True)
class Intake:
    """Everything read: `usage` has all nine tables in their schema, `problems` are in billing_core.problems.SCHEMA."""

    usage: dict[str, pl.DataFrame]
    problems: pl.DataFrame
    files: list[FileReport]
    refused: list[RefusedRows]
