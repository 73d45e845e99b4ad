"""Text table to typed table: every column through its parser, and every fault as a problem."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from billing_core.base.problems import merge, problem_frame
from billing_core.intake.cell_notices import doubt, no_values, odd_days
from billing_core.intake.column_cells import Cells, cells_of, is_free, values_of, written_of
from billing_core.intake.headings import SUPPLIED, Match
from billing_core.intake.ids import IDS
from billing_core.intake.licence_cells import JOINED
from billing_core.intake.options import Options, Register
from billing_core.intake.pseudonyms import PERSONAL, coded, pseudonyms
from billing_core.intake.row_faults import AT, bad_rows, blank, cell_faults, row_problems
from billing_core.readers.sheet import ROW, Sheet


@dataclass(frozen=True)
class Typed:
    """`frame` in the table's schema, the `problems`, and the text of the refused rows as the file has them.

    A row with several licences is several in `frame`; the `unlicensed` rows, that say there is none, are not in it.
    `varied` are the columns of ids of which a text may be written in several ways.
    """

    frame: pl.DataFrame
    problems: pl.DataFrame
    refused: pl.DataFrame
    unlicensed: int = 0
    varied: frozenset[str] = frozenset()


def typed(sheet: Sheet, match: Match, options: Options, register: Register) -> Typed:
    """All rows of `sheet`, each either in the frame or refused by exactly one problem."""
    columns, table = match.table.columns, match.table.name
    texts = _texts(sheet, match, options)
    cells = cells_of(texts, columns, options, register)
    frame = texts.select(
        *(values_of(column, cells[column.key]) for column in columns),
        *written_of(match.table, cells),
        pl.col(ROW).alias("row"),
    )
    frame.insert_column(frame.width - 1, _everywhere("file", sheet.file, frame["row"]))
    frame = coded(frame, match.table, options)
    notices = [doubt(sheet.file, table, key, texts, c.doubtful) for key, c in cells.items() if c.doubtful]
    notices += no_values(sheet.file, match.table, texts, cells, options)
    notices += odd_days(sheet.file, match.table, frame)
    missing = any(column.required and frame[column.key].null_count() for column in columns)
    varied = frozenset(key for key, own in cells.items() if key in IDS and not own.small)
    read = Typed(frame, problem_frame(notices), sheet.cells.clear(), varied=varied)
    if missing or sheet.bad_rows or any(c.faults for c in cells.values()):
        texts = texts.with_row_index(AT)
        faults = [bad_rows(sheet, texts)]
        faults += [cell_faults(each, texts, cells[each.key], place, options) for place, each in enumerate(columns)]
        problems = row_problems(pl.concat(faults), frame.with_row_index(AT), table, sheet.file)
        read = _without_refused(read, sheet, problems, match, options)
    return _each_licence(read, cells)


def _without_refused(read: Typed, sheet: Sheet, problems: pl.DataFrame, match: Match, options: Options) -> Typed:
    """What was read less the rows that have problems (with AT), which are refused."""
    bad = problems.select(AT).unique()
    refused = sheet.cells.with_row_index(AT).join(bad, on=AT, how="semi", maintain_order="left").drop(AT)
    personal = [heading for key, heading in match.columns.items() if key in PERSONAL]
    refused = refused.with_columns(pseudonyms(refused[heading], options) for heading in personal)
    kept = read.frame.with_row_index(AT).join(bad, on=AT, how="anti", maintain_order="left").drop(AT)
    return replace(read, frame=kept, problems=merge([read.problems, problems.drop(AT)]), refused=refused)


def _each_licence(read: Typed, cells: Mapping[str, Cells]) -> Typed:
    """A row for each licence of a cell that names several."""
    named = cells["sku"].values.values() if "sku" in cells else ()
    if not any(sku == "" or JOINED in str(sku) for sku in named):
        return read
    held = read.frame.filter(pl.col("sku") != "")
    each = held.with_columns(pl.col("sku").str.split(JOINED)).explode("sku")
    return replace(read, frame=each, unlicensed=read.frame.height - held.height)


def _texts(sheet: Sheet, match: Match, options: Options) -> pl.DataFrame:
    """The table's columns as texts by key, and ROW; free text without the spaces around it.

    A period or agency that the file leaves out, or that is wholly empty, is the caller's.
    """
    columns = [pl.col(ROW)]
    supplied: dict[str, str | None] = {}
    for column in match.table.columns:
        heading = match.columns.get(column.key)
        said = getattr(options, column.key) if column.key in SUPPLIED else None
        if heading is None or (said and blank(sheet.cells[heading]).all()):
            supplied[column.key] = said
        else:
            texts = pl.col(heading)
            columns.append((texts.str.strip_chars() if is_free(column) else texts).alias(column.key))
    found = sheet.cells.select(columns)
    for key, said in supplied.items():
        found.insert_column(0, _everywhere(key, said, found[ROW]))
    return found


def _everywhere(name: str, text: str | None, rows: pl.Series) -> pl.Series:
    """`text` in every row, in pieces as long as those of `rows`: else Polars copies all columns to align them."""
    one = pl.Series(name, [text], dtype=pl.String)
    return pl.concat([one.new_from_index(0, length) for length in rows.chunk_lengths()], rechunk=False)
