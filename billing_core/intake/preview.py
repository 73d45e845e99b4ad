"""A look at what a mapping would make of a sheet, before it is confirmed."""

from dataclasses import replace
from typing import NamedTuple

import polars as pl

from billing_core.base.tables import TABLES, Table
from billing_core.intake.exports import people
from billing_core.intake.focus import invoice
from billing_core.intake.headings import Match, matched
from billing_core.intake.mapping import ColumnMapping
from billing_core.intake.options import Options, Register
from billing_core.intake.propose import columns_of
from billing_core.intake.typed import typed
from billing_core.readers.sheet import ROW, Sheet

PREVIEWED = 1000
"""So many rows are looked at; the first of them decide how numbers and dates are read here."""


class Preview(NamedTuple):
    """The first rows as they would be read: `frame` in the table's schema, and the `problems` of the others."""

    frame: pl.DataFrame
    problems: pl.DataFrame


def preview(sheet: Sheet, mapping: ColumnMapping, options: Options, register: Register) -> Preview:
    """`sheet`'s first rows under `mapping`, which must name all columns that its table requires."""
    cells = sheet.cells.head(PREVIEWED)
    bad = {row: told for row, told in sheet.bad_rows.items() if row in cells[ROW]}
    first = Sheet(sheet.file, sheet.name, cells, bad_rows=bad)
    mapped, options = mapping.applied(first), options.under(mapping)
    if mapping.table == "focus":
        charged = invoice(first, options, register, mapping)
        return Preview(charged.frame, charged.problems)
    if mapping.table == people.NAME:
        # As the licences will have it that the list completes; who has no account is none of theirs.
        mapped = replace(mapped, cells=mapped.cells.filter(pl.col("user_id").str.strip_chars() != ""))
        match = Match(Table(people.NAME, "", tuple(columns_of(people.NAME))), {key: key for key in mapped.headings}, ())
    else:
        match = matched(TABLES[mapping.table], mapped.headings)
    read = typed(mapped, match, options, register)
    return Preview(read.frame, read.problems)
