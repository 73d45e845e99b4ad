"""A look at what a mapping would make of a sheet, before it is confirmed."""

from typing import NamedTuple

import polars as pl

from billing_core.intake.exports import people
from billing_core.intake.exports.facts import Person
from billing_core.intake.headings import matched
from billing_core.intake.mapping import Mapping
from billing_core.intake.options import Options, Register
from billing_core.intake.sheet import ROW, Sheet
from billing_core.intake.typed import PERSONAL, pseudonyms, typed
from billing_core.problems import problem_frame
from billing_core.tables import TABLES

PREVIEWED = 1000
"""So many rows are looked at; the first of them decide how numbers and dates are read here."""


class Preview(NamedTuple):
    """The first rows as they would be read: `frame` in the table's schema, and the `problems` of the others."""

    frame: pl.DataFrame
    problems: pl.DataFrame


def preview(sheet: Sheet, mapping: Mapping, options: Options, register: Register) -> Preview:
    """`sheet`'s first rows under `mapping`, which must name all columns that its table requires."""
    first = Sheet(sheet.file, sheet.name, sheet.cells.head(PREVIEWED))
    first.bad_rows = {row: bad for row, bad in sheet.bad_rows.items() if row in first.cells[ROW]}
    mapped, options = mapping.applied(first), options.under(mapping)
    if mapping.table == people.NAME:
        schema = {name: pl.Int64() if name == "row" else pl.String() for name in Person._fields}
        found = pl.DataFrame(people.facts(mapped, options.date_order).people, schema=schema, orient="row")
        return Preview(found.with_columns(pseudonyms(found[key], options) for key in PERSONAL), problem_frame())
    read = typed(mapped, matched(TABLES[mapping.table], mapped.headings), options, register)
    return Preview(read.frame, read.problems)
