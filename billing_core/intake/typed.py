"""Text table to typed table: every column through its parser, and every fault as a problem.

A parser runs once for each distinct text of a column and its results are mapped back, so that a million rows with
twelve months and nine licences cost a handful of calls. Free text is handled as a whole column.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import polars as pl

from billing_core.base.folding import fold
from billing_core.base.problems import SCHEMA, Problem, merge, problem_frame
from billing_core.base.tables import DTYPES, Column, Table
from billing_core.intake.cells import Empty, Fault, Parser, Value, guarded, odd_texts, parser
from billing_core.intake.headings import SUPPLIED, Match
from billing_core.intake.licence_cells import JOINED, licences
from billing_core.intake.marks import date_order, number_marks
from billing_core.intake.options import Options, Register
from billing_core.readers import limits
from billing_core.readers.sheet import MEASURELESS, ROW, UNCALCULATED, Sheet

PERSONAL = ("user_id", "employee_id")
"""Columns whose values are replaced by keyed hashes where the caller asks for it."""

REGISTERED = ("agency", "sku", "item")
"""Columns whose texts are looked up among the names that the register knows."""

_EARLIEST, _YEARS_AHEAD = date(1990, 1, 1), 10
"""Days beyond these are told as odd (contract, section 1)."""

AT = "#at"
"""A row's place in the sheet, from 0: one row of an export can make several usage rows with the same row number."""

_FAULTS: dict[str, pl.DataType] = {
    AT: pl.UInt32(),
    "row": pl.Int64(),
    "place": pl.Int64(),
    "column": pl.String(),
    "code": pl.String(),
    "value": pl.String(),
    "detail": pl.String(),
}


@dataclass(frozen=True)
class Typed:
    """`frame` in the table's schema, the `problems`, and the text of the refused rows as the file has them.

    A row with several licences is several in `frame`; the `unlicensed` rows, that say there is none, are not in it.
    """

    frame: pl.DataFrame
    problems: pl.DataFrame
    refused: pl.DataFrame
    unlicensed: int = 0


class Cells(NamedTuple):
    """How one column's texts are read: the value, the fault or the emptiness of each distinct one, and doubtful ones.

    `whole` tells that every text was looked at; else only those that may be other than they are written, and the rest
    stay. `blank` tells of texts of nothing but spaces.
    """

    values: dict[str, Value]
    faults: dict[str, Fault]
    empties: dict[str, Empty]
    doubtful: frozenset[str] = frozenset()
    blank: bool = True
    whole: bool = True

    @property
    def as_written(self) -> bool:
        """Whether every text is its own value, so that the column can stay as it is."""
        other = self.blank or self.faults or self.empties
        return not other and all(text == value for text, value in self.values.items())


def typed(sheet: Sheet, match: Match, options: Options, register: Register) -> Typed:
    """All rows of `sheet`, each either in the frame or refused by exactly one problem."""
    columns, table = match.table.columns, match.table.name
    texts = _texts(sheet, match, options)
    cells = _cells_of(texts, columns, options, register)
    frame = texts.select(
        *(_values(column, cells[column.key]) for column in columns),
        *_written(match.table, cells),
        pl.col(ROW).alias("row"),
    )
    frame.insert_column(frame.width - 1, _everywhere("file", sheet.file, frame["row"]))
    frame = _coded(frame, match.table, options)
    notices = [_doubt(sheet.file, table, key, texts, c.doubtful) for key, c in cells.items() if c.doubtful]
    notices += _no_values(sheet.file, match.table, texts, cells, options)
    notices += odd_days(sheet.file, match.table, frame)
    missing = any(column.required and frame[column.key].null_count() for column in columns)
    if not (missing or sheet.bad_rows or any(c.faults for c in cells.values())):
        return _each_licence(Typed(frame, problem_frame(notices), sheet.cells.clear()), cells)
    texts, frame = texts.with_row_index(AT), frame.with_row_index(AT)
    faults = [_bad_rows(sheet, texts)]
    faults += [_faults(column, texts, cells[column.key], place, options) for place, column in enumerate(columns)]
    problems = _row_problems(pl.concat(faults), frame, table, sheet.file)
    bad = problems.select(AT).unique()
    refused = sheet.cells.with_row_index(AT).join(bad, on=AT, how="semi", maintain_order="left").drop(AT)
    personal = [heading for key, heading in match.columns.items() if key in PERSONAL]
    refused = refused.with_columns(pseudonyms(refused[heading], options) for heading in personal)
    kept = frame.join(bad, on=AT, how="anti", maintain_order="left").drop(AT)
    return _each_licence(Typed(kept, merge([problem_frame(notices), problems.drop(AT)]), refused), cells)


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
        if heading is None or (said and _blank(sheet.cells[heading]).all()):
            supplied[column.key] = said
        else:
            texts = pl.col(heading)
            columns.append((texts.str.strip_chars() if _is_free(column) else texts).alias(column.key))
    found = sheet.cells.select(columns)
    for key, said in supplied.items():
        found.insert_column(0, _everywhere(key, said, found[ROW]))
    return found


def _everywhere(name: str, text: str | None, rows: pl.Series) -> pl.Series:
    """`text` in every row, in pieces as long as those of `rows`: else Polars copies all columns to align them."""
    one = pl.Series(name, [text], dtype=pl.String)
    return pl.concat([one.new_from_index(0, length) for length in rows.chunk_lengths()], rechunk=False)


def _blank(texts: pl.Series) -> pl.Series:
    return texts.is_null() | (texts.str.strip_chars() == "").fill_null(True)


def _cells_of(texts: pl.DataFrame, columns: Sequence[Column], options: Options, register: Register) -> dict[str, Cells]:
    """How every column is read. Single values of free text are looked at only where one is too long."""
    # One select over all columns: Polars works on them at the same time.
    free = [column.key for column in columns if _is_free(column)]
    lengths = texts.select(
        *(pl.col(key).str.len_bytes().max().alias(f"longest {key}") for key in free),
        *(pl.col(key).str.len_bytes().min().alias(f"shortest {key}") for key in free),
    )
    long = [key for key in free if (lengths[f"longest {key}"].item() or 0) > limits.TEXT_CHARACTERS]
    rest = set(free) - set(long)
    distinct = texts.select(pl.col(column.key).unique().implode() for column in columns if column.key not in rest)
    cells = {}
    for column in columns:
        some = column.key in rest
        looked_at = odd_texts(texts[column.key]) if some else distinct[column.key].item()
        written = [text for text in looked_at.to_list() if text is not None]
        filled = [text for text in written if text.strip()]
        found = _cells(column, filled, options, register)
        blank = lengths[f"shortest {column.key}"].item() == 0 if some else len(filled) < len(written)
        cells[column.key] = found._replace(blank=blank, whole=not some)
    return cells


def _is_free(column: Column) -> bool:
    return column.kind in ("text", "id") and column.key not in REGISTERED


def _cells(column: Column, distinct: list[str], options: Options, register: Register) -> Cells:
    """Distinct texts of a column through the column's parser."""
    if column.key in REGISTERED:
        known = {"agency": register.agency, "sku": _licence_parser(register), "item": register.item}[column.key]
        return _parsed(distinct, known if column.key == "sku" else guarded(known))
    short = [text for text in distinct if len(text) <= limits.TEXT_CHARACTERS]
    if column.kind in ("quantity", "money", "count"):
        marks = number_marks(short, options.decimal)
        parse = parser(column, marks.thousands)
        cells = _parsed(distinct, lambda t: Fault("ambiguous_decimal") if t in marks.refused else parse(t))
        return cells._replace(doubtful=marks.doubtful)
    if column.kind in ("date", "month"):
        return _parsed(distinct, parser(column, order=date_order(short, options.date_order)))
    return _parsed(distinct, parser(column))


def _licence_parser(register: Register) -> Parser:
    """A list of licences may be as long as a cell; each of them is held to the length of a value."""
    guard = guarded(lambda text: licences(text, register))

    def parse(text: str) -> Value | Fault | Empty:
        is_list = len(text) > limits.TEXT_CHARACTERS and text not in (UNCALCULATED, MEASURELESS)
        return licences(text, register) if is_list else guard(text)

    return parse


def _parsed(distinct: list[str], parse: Parser) -> Cells:
    values: dict[str, Value] = {}
    faults: dict[str, Fault] = {}
    empties: dict[str, Empty] = {}
    for text in distinct:
        value = parse(text)
        if isinstance(value, Fault):
            faults[text] = value
        elif isinstance(value, Empty):
            empties[text] = value
        else:
            values[text] = value
    return Cells(values, faults, empties)


def _values(column: Column, cells: Cells) -> pl.Expr:
    """The expression that turns a column's texts into its values; empty cells take the column's default."""
    values, dtype = pl.col(column.key), DTYPES[column.kind]
    if not cells.whole:
        values = _swapped(values, cells)
    elif not (dtype == pl.String and cells.as_written):
        values = values.replace_strict(
            pl.Series(list(cells.values), dtype=pl.String),
            pl.Series(list(cells.values.values()), dtype=dtype),
            default=None,
            return_dtype=dtype,
        )
    # A cell that could not be read gets the default too: its row is refused, so that shows nowhere.
    return (values if column.default is None else values.fill_null(column.default)).alias(column.key)


def _swapped(values: pl.Expr, cells: Cells) -> pl.Expr:
    """Free text in which only some texts are other than they are written."""
    other = {text: value for text, value in cells.values.items() if text != value} | dict.fromkeys(cells.empties)
    if other:
        values = values.replace(
            pl.Series(list(other), dtype=pl.String), pl.Series(list(other.values()), dtype=pl.String)
        )
    return pl.when(values != "").then(values) if cells.blank else values


def _written(table: Table, cells: Mapping[str, Cells]) -> list[pl.Expr]:
    """The subject as its row writes it, where that is not how it is compared."""
    if not table.subject:
        return []
    own = [text for text, value in cells[table.subject].values.items() if text != value]
    text = pl.col(table.subject)
    return [pl.when(text.is_in(own)).then(text).otherwise(pl.lit(None, pl.String)).alias("written")]


def _coded(frame: pl.DataFrame, table: Table, options: Options) -> pl.DataFrame:
    """The rows with their personal ids as pseudonyms, if the caller asks for that; nothing else tells them then."""
    if options.pseudonym_key is None:
        return frame
    told = [pseudonyms(frame[key], options) for key in PERSONAL if key in frame.columns]
    hidden = [pl.lit(None, pl.String).alias("written")] if table.subject in PERSONAL else []
    return frame.with_columns(*told, *hidden)


def pseudonyms(values: pl.Series, options: Options) -> pl.Series:
    """Ids replaced by their keyed hashes, if the caller asks for that."""
    if options.pseudonym_key is None:
        return values
    distinct = values.drop_nulls().unique()
    hashed = pl.Series([options.pseudonym(fold(value)) for value in distinct], dtype=pl.String)
    return values.replace_strict(distinct, hashed, default=None, return_dtype=pl.String)


def _bad_rows(sheet: Sheet, texts: pl.DataFrame) -> pl.DataFrame:
    """Rows that the reader itself found wrong, as faults before the first column."""
    found = [(row, -1, None, code, _example(value), "") for row, (code, value) in sheet.bad_rows.items()]
    schema = {name: dtype for name, dtype in _FAULTS.items() if name != AT}
    faults = pl.DataFrame(found, schema=schema, orient="row")
    return faults.join(texts.select(AT, pl.col(ROW).alias("row")), on="row").select(list(_FAULTS))


def _faults(column: Column, texts: pl.DataFrame, cells: Cells, place: int, options: Options) -> pl.DataFrame:
    """The column's unreadable and missing cells in _FAULTS."""
    own = texts.select(AT, pl.col(ROW).alias("row"), pl.col(column.key).alias("text"))
    parts: list[pl.DataFrame] = []
    if cells.faults:
        found = [(text, f.code, _shown(column, text, options), f.detail) for text, f in cells.faults.items()]
        parts.append(own.join(pl.DataFrame(found, schema=["text", "code", "value", "detail"], orient="row"), on="text"))
    if column.required and cells.empties:
        stood = [(text, f"{empty.code}_required", text, "") for text, empty in cells.empties.items()]
        parts.append(own.join(pl.DataFrame(stood, schema=["text", "code", "value", "detail"], orient="row"), on="text"))
    if column.required:
        missing = own.filter(_blank(own["text"]))
        parts.append(missing.with_columns(code=pl.lit("missing_value"), value=pl.lit(None), detail=pl.lit("")))
    if not any(part.height for part in parts):
        return pl.DataFrame(schema=_FAULTS)
    return pl.concat(parts, how="vertical_relaxed").select(
        pl.lit(place).alias(name).cast(dtype) if name == "place"
        else pl.lit(column.key).alias(name) if name == "column"
        else pl.col(name).cast(dtype)
        for name, dtype in _FAULTS.items()
    )  # fmt: skip


def _shown(column: Column, text: str, options: Options) -> str | None:
    return _example(options.pseudonym(text.strip()) if column.key in PERSONAL else text)


def _example(text: str) -> str | None:
    """A cell as a problem shows it: what stands for no text at all is left out, a long one cut."""
    if text in (UNCALCULATED, MEASURELESS):
        return None
    cut = limits.EXAMPLE_CHARACTERS
    return text if len(text) <= cut else text[: cut - 1] + "…"


def _doubt(file: str, table: str, key: str, texts: pl.DataFrame, doubtful: frozenset[str]) -> Problem:
    """One notice for a column whose numbers could be read otherwise, with its first such cell."""
    cells = texts.filter(pl.col(key).is_in(list(doubtful)))
    return Problem(
        severity="notice", code="doubtful_decimal", table=table, file=file, row=cells[ROW][0], column=key,
        value=cells[key][0], detail=str(cells.height),
    )  # fmt: skip


def _no_values(
    file: str, table: Table, texts: pl.DataFrame, cells: Mapping[str, Cells], options: Options
) -> list[Problem]:
    """One notice for each column and text that stands for no value, at its first row, with the number of rows."""
    found = []
    for column in table.columns:
        # Where the column is required each row is refused, which names what stood there.
        for text, empty in {} if column.required else cells[column.key].empties.items():
            rows = texts.filter(pl.col(column.key) == text)[ROW]
            found.append(
                Problem(
                    severity="notice", code=empty.code, table=table.name, file=file, row=rows[0], column=column.key,
                    value=_shown(column, text, options), detail=str(rows.len()),
                )
            )  # fmt: skip
    return found


def odd_days(file: str, table: Table, frame: pl.DataFrame) -> list[Problem]:
    """One notice for each column and day before 1990, or more than ten years after the newest month: kept, but told."""
    newest = frame["period"].max() if "period" in frame.columns else None
    if not isinstance(newest, str):
        return []
    latest = date(int(newest[:4]) + _YEARS_AHEAD, int(newest[5:]), 28)
    found = []
    for key in (column.key for column in table.columns if column.kind == "date"):
        odd = frame.filter((pl.col(key) < _EARLIEST) | (pl.col(key) > latest))
        for (day,), rows in odd.group_by(key, maintain_order=True):
            found.append(
                Problem(
                    severity="notice", code="odd_date", table=table.name, file=file, row=rows["row"][0], column=key,
                    value=str(day), detail=str(rows.height),
                )
            )  # fmt: skip
    return found


def _row_problems(faults: pl.DataFrame, frame: pl.DataFrame, table: str, file: str) -> pl.DataFrame:
    """Faults as problems, with AT: a row's first is `refused`, the others notices; period and agency if readable."""
    said = [name for name in SUPPLIED if name in frame.columns]
    return (
        faults.sort(AT, "place", maintain_order=True)
        .with_columns(
            severity=pl.when(pl.col(AT).is_first_distinct()).then(pl.lit("refused")).otherwise(pl.lit("notice")),
            table=pl.lit(table),
            file=pl.lit(file),
        )
        .join(frame.select(AT, *said), on=AT, how="left", maintain_order="left")
        .with_columns(pl.lit(None, pl.String).alias(name) for name in SUPPLIED if name not in said)
        .select(AT, *SCHEMA)
    )
