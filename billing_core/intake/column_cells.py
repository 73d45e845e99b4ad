"""How the texts of a column are read: each distinct one through the column's parser, the results mapped back.

So a million rows with twelve months and nine licences cost a handful of calls. Free text is handled as a whole column.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from billing_core.base.folding import all_small
from billing_core.base.tables import DTYPES, Column, Table
from billing_core.intake.cells import Empty, Fault, Parser, Value, guarded, odd_texts, parser
from billing_core.intake.licence_cells import licences
from billing_core.intake.marks import date_order, number_marks
from billing_core.intake.options import Options, Register
from billing_core.readers import limits
from billing_core.readers.sheet import MEASURELESS, UNCALCULATED

REGISTERED = ("agency", "sku", "item")
"""Columns whose texts are looked up among the names that the register knows."""


class Cells(NamedTuple):
    """How one column's texts are read: the value, the fault or the emptiness of each distinct one, and doubtful ones.

    `whole` tells that every text was looked at; else only those that may be other than they are written, and the rest
    stay. `blank` tells of texts of nothing but spaces, `small` that each has one spelling (`folding.all_small`).
    """

    values: dict[str, Value]
    faults: dict[str, Fault]
    empties: dict[str, Empty]
    doubtful: frozenset[str] = frozenset()
    blank: bool = True
    whole: bool = True
    small: bool = False

    @property
    def as_written(self) -> bool:
        """Whether every text is its own value, so that the column can stay as it is."""
        other = self.blank or self.faults or self.empties
        return not other and all(text == value for text, value in self.values.items())


def cells_of(texts: pl.DataFrame, columns: Sequence[Column], options: Options, register: Register) -> dict[str, Cells]:
    """How every column is read. Single values of free text are looked at only where one is too long."""
    # One select over all columns: Polars works on them at the same time.
    free = [column.key for column in columns if is_free(column)]
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
        small = some and all_small(texts[column.key])
        looked_at = odd_texts(texts[column.key], small=small) if some else distinct[column.key].item()
        written = [text for text in looked_at.to_list() if text is not None]
        filled = [text for text in written if text.strip()]
        found = _cells(column, filled, options, register)
        blank = lengths[f"shortest {column.key}"].item() == 0 if some else len(filled) < len(written)
        cells[column.key] = found._replace(blank=blank, whole=not some, small=small)
    return cells


def is_free(column: Column) -> bool:
    """Whether a column may hold any text, so that there are too many to look at each."""
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


def values_of(column: Column, cells: Cells) -> pl.Expr:
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


def written_of(table: Table, cells: Mapping[str, Cells]) -> list[pl.Expr]:
    """The subject as its row writes it, where that is not how it is compared."""
    if not table.subject:
        return []
    own = [text for text, value in cells[table.subject].values.items() if text != value]
    text = pl.col(table.subject)
    return [pl.when(text.is_in(own)).then(text).otherwise(pl.lit(None, pl.String)).alias("written")]
