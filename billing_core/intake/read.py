"""The way in: files to text tables, text tables to typed ones, and a report of each file."""

import dataclasses
from collections.abc import Callable, Sequence

import polars as pl

from billing_core.base.problems import Problem, merge, problem_frame
from billing_core.base.tables import TABLES
from billing_core.intake.focus_agency import without_agency
from billing_core.intake.gathered import Gathered
from billing_core.intake.opened import sheets
from billing_core.intake.opening import Open, Opening
from billing_core.intake.options import Options, Register
from billing_core.intake.replaced import without_replaced
from billing_core.intake.report import Intake
from billing_core.intake.sheet_reader import SheetReader
from billing_core.intake.unregistered import unknown_agencies, unknown_skus
from billing_core.readers.source import Source

Progress = Callable[[int, int, str], None]
"""Called before each file with files done, files in all, and its name."""

_LEFT = ("file_skipped", "no_rows", "unknown_table", "unmapped_sheet")
"""Problems that say of a file why nothing of it was read."""


def read(
    sources: Sequence[Source],
    register: Register,
    options: Options,
    progress: Progress | None = None,
    opened: Open | None = None,
) -> Intake:
    """Read files in the order given. Whatever is wrong with them is a problem in the result, never an exception.

    `opened`: the caller's own, where it keeps the text tables of files that it reads again.
    """
    gathered = Gathered()
    opening = Opening(options, opened or (lambda name, content, _: sheets(name, content)), gathered)
    reader = SheetReader(register, options, opening, gathered)
    for done, source in enumerate(sources):
        if progress:
            progress(done, len(sources), source.name)
        opening.open(done, source)
    _read_sheets(reader, opening)
    reader.combine()
    # Corrected rows of usage tables come when there is a report of each file that they are from.
    for sheet, layout in opening.corrected:
        if layout.source in TABLES:
            reader.read(sheet, layout)
    return _intake(reader, opening, gathered, register)


def _read_sheets(reader: SheetReader, opening: Opening) -> None:
    """Every text table, let go of when it is read; of corrected rows those that exports say more of."""
    while opening.sheets:
        sheet, layout = opening.sheets.pop(0)
        reader.read(opening.without_replaced(sheet, layout.source), layout)
    for sheet, layout in opening.corrected:
        if layout.source not in TABLES:
            reader.read(sheet, layout)


def _intake(reader: SheetReader, opening: Opening, gathered: Gathered, register: Register) -> Intake:
    """All that was read, with what shows only once all files are in."""
    usage = gathered.usage(list(opening.given))
    gathered.say(*_silent(reader, opening, gathered))
    unread = tuple(sheet for sheet in gathered.unread if sheet.cells.height)
    problems = merge(gathered.problems)
    found = Intake(usage, problems, gathered.files, gathered.refused, opening.given, opening.origins, unread)
    found = without_replaced(found, opening.turns)
    unknown = [*unknown_agencies(found.usage, register), *unknown_skus(found.usage["licences"], register)]
    problems = merge([found.problems, problem_frame(unknown)])
    lacking = without_agency(problems)
    invoices = tuple(sheet for sheet in reader.invoices if sheet.file in lacking)
    return dataclasses.replace(found, problems=problems, invoices=invoices, charged=tuple(reader.charged))


def _silent(reader: SheetReader, opening: Opening, gathered: Gathered) -> list[Problem]:
    """Files that were read and gave nothing: no row, nothing refused, nothing that completes another file."""
    heard = gathered.heard | {facts.file for _, facts in reader.facts if facts.people}
    heard |= {report.file for report in gathered.files if report.recognised == "mended" and report.lines}
    told = merge(gathered.problems)
    heard |= set(told.filter((pl.col("severity") == "refused") | pl.col("code").is_in(_LEFT))["file"])
    # A workbook whose sheets have names of their own is heard through them.
    heard |= {file.partition(" · ")[0] for file in opening.given if " · " in file}
    return [Problem(severity="notice", code="nothing_read", file=file) for file in opening.given if file not in heard]
