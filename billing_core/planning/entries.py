"""What someone plans, read from a file or from rows of text (planning contract, §3).

Cells are read as those of usage are, so that a number, a month or a fault is the same wherever it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from billing_core import intake
from billing_core.base.errors import RequestError
from billing_core.base.problems import Problem, merge, problem_frame
from billing_core.base.written import WrittenError, read_toml
from billing_core.intake.headings import matched, unknown_columns
from billing_core.intake.marks import Mark
from billing_core.intake.notes import without_notes
from billing_core.intake.typed import typed
from billing_core.law.catalogue import Catalogue
from billing_core.planning.entry_checks import Entry, checked_entry
from billing_core.planning.entry_words import ENTRIES
from billing_core.readers.sheet import ROW

MOST = 2_000
"""The most rows of an estimate."""


@dataclass(frozen=True)
class Planned:
    """The entries of a file and what is wrong with its rows (frame in `problems.SCHEMA`)."""

    file: str
    entries: tuple[Entry, ...]
    problems: pl.DataFrame


def read_file(source: intake.Source, catalogue: Catalogue, options: intake.Options) -> Planned:
    """The entries of a file: CSV, a workbook (its first sheet of that kind) or TOML (`[[entry]]`)."""
    try:
        content = source.read()
        if source.name.casefold().endswith(".toml"):
            return planned(source.name, _of_toml(source.name, content), catalogue)
        sheets = [sheet for sheet in intake.sheets(source.name, content) if not sheet.hidden]
        if not sheets:
            raise intake.UnreadableError("empty_file")
    except intake.UnreadableError as error:
        problem = Problem(severity="refused", code=error.code, file=source.name, detail=error.detail)
        return Planned(source.name, (), problem_frame([problem]))
    chosen = next((sheet for sheet in sheets if not matched(ENTRIES, sheet.headings).missing), sheets[0])
    return _read(chosen, catalogue, options)


def planned(file: str, rows: Sequence[Mapping[str, str]], catalogue: Catalogue, decimal: Mark | None = None) -> Planned:
    """The entries of rows of text by column (ENTRIES), the first being row 2."""
    columns = list(dict.fromkeys(["what", *(key for row in rows for key in row)]))
    texts = {key: pl.Series([row.get(key) for row in rows], dtype=pl.String) for key in columns}
    numbers = pl.Series(range(2, len(rows) + 2), dtype=pl.Int64)
    return _read(
        intake.Sheet(file, "", pl.DataFrame(texts | {ROW: numbers})), catalogue, intake.Options(decimal=decimal)
    )


def _of_toml(file: str, content: bytes) -> list[dict[str, str]]:
    try:
        rows = read_toml(content).get("entry")
    except WrittenError as error:
        raise RequestError(f"{file}: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RequestError(f"{file}: no [[entry]]; write one for each thing that is planned")
    return [{key: _text(file, number, key, value) for key, value in row.items()} for number, row in enumerate(rows, 1)]


def _text(file: str, number: int, key: str, value: Any) -> str:
    if isinstance(value, (str, int, float, date)):
        return str(value)
    raise RequestError(f"{file}: entry {number}: {key} is neither a text, a number nor a day")


def _read(sheet: intake.Sheet, catalogue: Catalogue, options: intake.Options) -> Planned:
    match = matched(ENTRIES, sheet.headings)
    if match.missing or sheet.cells.height > MOST:
        problem = Problem(
            severity="refused", code="missing_column" if match.missing else "over_limit", table=ENTRIES.name,
            file=sheet.file, column=", ".join(match.missing) or None,
            detail=str(sheet.cells.height) if match.missing else f"{sheet.cells.height} > {MOST} rows",
        )  # fmt: skip
        return Planned(sheet.file, (), problem_frame([problem]))
    told = [*sheet.problems, *unknown_columns(match, sheet.file, sheet.headings)]
    sheet, notes = without_notes(sheet, match)
    register = intake.Register.of(catalogue)
    found = typed(sheet, match, options, register)
    entries, faults = [], []
    for cells in found.frame.to_dicts():
        entry, own = checked_entry(cells, catalogue, register)
        place = Problem(file=sheet.file, row=cells["row"], table=ENTRIES.name)
        faults += [problem | place for problem in own]
        entries += [entry] if entry else []
    problems = merge([problem_frame([*told, *notes]), found.problems, problem_frame(faults)])
    return Planned(sheet.file, tuple(entries), problems)
