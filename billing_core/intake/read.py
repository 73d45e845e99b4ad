"""The way in: files to text tables, text tables to typed ones, and a report of each file."""

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import PurePath

import polars as pl

from billing_core.intake import mend
from billing_core.intake.combine import combined
from billing_core.intake.exports import people
from billing_core.intake.exports.facts import Facts
from billing_core.intake.focus import invoice
from billing_core.intake.headings import SUPPLIED, Match, matched, unknown_columns
from billing_core.intake.mapping import Mapping
from billing_core.intake.opened import digest, sheets, unpacked
from billing_core.intake.options import Options, Register
from billing_core.intake.recognise import Layout, recognised
from billing_core.intake.report import FileReport, Intake, RefusedRows
from billing_core.intake.sheet import ROW, Sheet, UnreadableError
from billing_core.intake.source import Source
from billing_core.intake.typed import typed
from billing_core.problems import Problem, merge, problem_frame
from billing_core.tables import TABLES

Progress = Callable[[int, int, str], None]
"""Called before each file with files done, files in all, and its name."""


def read(sources: Sequence[Source], register: Register, options: Options, progress: Progress | None = None) -> Intake:
    """Read files in the order given. Whatever is wrong with them is a problem in the result, never an exception."""
    batch = _Batch(register, options)
    for done, source in enumerate(sources):
        if progress:
            progress(done, len(sources), source.name)
        batch.open_all(source)
    batch.read_sheets()
    batch.combine()
    return batch.intake()


class _Batch:
    """What has been read so far."""

    def __init__(self, register: Register, options: Options) -> None:
        self._register, self._options = register, options
        self._opened: list[tuple[Sheet, Layout]] = []
        self._facts: list[tuple[str, Facts]] = []
        self._replaced: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._frames: dict[str, list[pl.DataFrame]] = defaultdict(list)
        self._problems: list[pl.DataFrame] = []
        self._files: list[FileReport] = []
        self._refused: list[RefusedRows] = []
        self._seen: dict[bytes, str] = {}

    def open_all(self, source: Source) -> None:
        """Turn a file, or every file inside a zip, into text tables. Its bytes are let go of when this returns."""
        for name, content in unpacked(source):
            self.open(name, content)

    def open(self, name: str, content: bytes | UnreadableError) -> None:
        """Turn one file into text tables, or say why not."""
        found: list[Sheet] = []
        try:
            if isinstance(content, UnreadableError):
                raise content
            key = digest(content)
            if key in self._seen:
                self._say(Problem(severity="notice", code="file_skipped", file=name, detail=self._seen[key]))
                self._files.append(FileReport(name))
                return
            # File and row say which row is meant: two files of one name are told apart.
            name = _untaken(name, self._seen.values())
            self._seen[key] = name
            found = sheets(name, content)
            known = recognised(name, found, self._options.mappings)
        except UnreadableError as error:
            self._say(Problem(severity="refused", code=error.code, file=name, detail=error.detail))
            self._files += [_unknown(sheet) for sheet in found] or [FileReport(name)]
            return
        self._say(*known.problems)
        for sheet, layout in known.sheets:
            self._say(*sheet.problems)
            if layout.mended:
                # Its rows stand in for those of other files, wherever in the order those are.
                table = layout.match.table.name if layout.match else "cloud"
                parts = mend.mended(sheet)
                for part in parts:
                    self._replaced[table, part.file] |= set(part.cells[ROW])
                self._opened += [(part, layout) for part in parts]
            else:
                self._opened.append((sheet, layout))

    def read_sheets(self) -> None:
        """Type every text table; what exports say is kept until all are in."""
        while self._opened:
            sheet, layout = self._opened.pop(0)
            if layout.kind == "focus":
                self._add_invoice(sheet if layout.mended else self._without_replaced(sheet, "cloud"), layout)
            elif layout.export:
                self._keep(sheet, layout.kind, layout.export.facts(sheet))
            elif layout.mapping:
                self._add_mapped(sheet, layout.mapping)
            elif layout.match:
                report = FileReport(sheet.file, layout.kind, headings=tuple(sheet.headings), how=sheet.how)
                self._add_usage(sheet, layout.match, report)

    def _without_replaced(self, sheet: Sheet, table: str) -> Sheet:
        replaced = self._replaced.get((table, sheet.file))
        if not replaced or not sheet.cells[ROW].is_in(list(replaced)).any():
            return sheet
        kept = sheet.cells.filter(~pl.col(ROW).is_in(list(replaced)))
        self._say(
            Problem(
                severity="notice", code="rows_replaced", table=table, file=sheet.file,
                detail=str(sheet.cells.height - kept.height),
            )
        )  # fmt: skip
        return dataclasses.replace(sheet, cells=kept)

    def _add_mapped(self, sheet: Sheet, mapping: Mapping) -> None:
        mapped = mapping.applied(sheet)
        if mapping.table == people.NAME:
            self._keep(sheet, people.NAME, people.facts(mapped, mapping.date_order or self._options.date_order))
        elif mapping.table in TABLES:
            report = FileReport(sheet.file, "mapping", headings=tuple(sheet.headings), how=sheet.how)
            self._add_usage(mapped, matched(TABLES[mapping.table], mapped.headings), report, mapping)
        else:
            known = ", ".join([*TABLES, people.NAME, "focus"])
            self._say(
                Problem(
                    severity="refused", code="mapping_without_table", file=sheet.file, value=mapping.table, detail=known
                )
            )

    def _add_usage(self, sheet: Sheet, match: Match, report: FileReport, mapping: Mapping | None = None) -> None:
        """Rows of one usage table. A file without a required column is refused whole, by one problem."""
        table = match.table.name
        report = dataclasses.replace(report, tables=(table,))
        if report.recognised != "mended":
            sheet = self._without_replaced(sheet, table)
        self._say(*unknown_columns(match, sheet.file, sheet.headings))
        missing = [key for key in match.missing if not (key in SUPPLIED and getattr(self._options, key))]
        if missing:
            self._say(
                Problem(
                    severity="refused", code="missing_column", table=table, file=sheet.file, column=", ".join(missing),
                    detail=str(sheet.cells.height),
                )
            )  # fmt: skip
            height = sheet.cells.height
            report = dataclasses.replace(report, rows_read=height, rows_refused=height, lines=height)
            self._files.append(dataclasses.replace(report, missing=tuple(missing)))
        else:
            self._files.append(self._typed(sheet, match, report, mapping))

    def _typed(self, sheet: Sheet, match: Match, report: FileReport, mapping: Mapping | None = None) -> FileReport:
        # Only what the rules need goes on from here: names, phones and addresses stop at this line.
        needed = dataclasses.replace(sheet, cells=sheet.cells.select(*match.columns.values(), ROW))
        found = typed(needed, match, self._options.under(mapping), self._register)
        return self._rows(match.table.name, found.frame, found.problems, found.refused, report)

    def _add_invoice(self, sheet: Sheet, layout: Layout) -> None:
        found = invoice(sheet, self._options, self._register, layout.mapping)
        report = FileReport(
            sheet.file, "focus", ("cloud",), lines=sheet.cells.height, headings=tuple(sheet.headings), how=sheet.how
        )
        self._files.append(self._rows("cloud", found.frame, found.problems, found.refused, report))

    def _rows(
        self, table: str, frame: pl.DataFrame, problems: pl.DataFrame, refused: pl.DataFrame, report: FileReport
    ) -> FileReport:
        """Keep what was read of one file; its report with these rows added."""
        self._frames[table].append(frame)
        self._problems.append(problems)
        if refused.height:
            self._refused.append(RefusedRows(table, report.file, refused))
        read = frame.height + refused.height
        return dataclasses.replace(
            report,
            rows_read=report.rows_read + read,
            rows_refused=report.rows_refused + refused.height,
            lines=report.lines or read,
            months=_distinct(frame, "period"),
            agencies=_distinct(frame, "agency"),
        )

    def _keep(self, sheet: Sheet, kind: str, facts: Facts) -> None:
        """What an export or a list says, until all files are in; rows that say nothing readable are refused."""
        self._facts.append((kind, facts))
        self._say(*facts.notices)
        bad = sheet.bad_rows.items()
        self._say(*(Problem(severity="refused", code=c, file=sheet.file, row=r, value=v[:80]) for r, (c, v) in bad))
        self._files.append(
            FileReport(
                sheet.file, kind, rows_read=len(bad), rows_refused=len(bad), lines=sheet.cells.height,
                headings=tuple(sheet.headings), how=sheet.how,
            )
        )  # fmt: skip

    def combine(self) -> None:
        """Rows that the exports make together."""
        if not self._facts:
            return
        result = combined(self._facts, self._options, self._register)
        self._say(*result.problems)
        for table, sheet in result.sheets:
            own = next(at for at, report in enumerate(self._files) if _is_export(report, sheet.file))
            report = dataclasses.replace(self._files[own], tables=(table,))
            kept = self._without_replaced(sheet, table)
            self._files[own] = self._typed(kept, matched(TABLES[table], sheet.headings), report)

    def _say(self, *problems: Problem) -> None:
        if problems:
            self._problems.append(problem_frame(problems))

    def intake(self) -> Intake:
        """All that was read, with what shows only once all files are in."""
        usage = {
            name: pl.concat([pl.DataFrame(schema=table.schema), *self._frames[name]]) for name, table in TABLES.items()
        }
        codes = (code for report in self._files for code in report.agencies)
        self._say(*_unknown_agencies(usage, codes, self._register), *_unknown_skus(usage["licences"], self._register))
        return Intake(usage, merge(self._problems), self._files, self._refused)


def _unknown(sheet: Sheet) -> FileReport:
    """A sheet that nothing recognised: its headings are what a mapping can be proposed from."""
    height = sheet.cells.height
    return FileReport(
        sheet.file, rows_read=height, rows_refused=height, lines=height, headings=tuple(sheet.headings), how=sheet.how
    )


def _is_export(report: FileReport, file: str) -> bool:
    """Whether a report is that of an export by this name; corrected rows of it go by the same."""
    return report.file == file and report.recognised not in ("", "mended")


def _distinct(frame: pl.DataFrame, column: str) -> tuple[str, ...]:
    return tuple(frame[column].drop_nulls().unique().sort()) if column in frame.columns else ()


def _unknown_agencies(usage: dict[str, pl.DataFrame], codes: Iterable[str], register: Register) -> list[Problem]:
    """One notice for each of `codes` that the register lacks, at its first row."""
    unknown = sorted(set(codes) - set(register.agencies))
    notices = [_first(usage, "agency", code, "unknown_agency", register.nearest_agency(code)) for code in unknown]
    return [Problem(**{**notice, "agency": notice["value"]}) for notice in notices]


def _unknown_skus(licences: pl.DataFrame, register: Register) -> list[Problem]:
    """One notice for each SKU that the register does not know, at its first row; none if it knows no SKU at all."""
    if not register.sku_aliases:
        return []
    unknown = sorted(set(licences["sku"].unique()) - set(register.sku_aliases.values()))
    return [_first({"licences": licences}, "sku", sku, "unknown_sku", register.nearest_sku(sku)) for sku in unknown]


def _first(usage: dict[str, pl.DataFrame], column: str, value: str, code: str, detail: str) -> Problem:
    """A notice at the first row of any table in which `column` has `value`."""
    having = ((name, frame) for name, frame in usage.items() if column in frame.columns)
    places = ((name, frame, frame[column].index_of(value)) for name, frame in having)
    table, rows, place = next(found for found in places if found[2] is not None)
    file, row = rows.select("file", "row").row(place)
    return Problem(
        severity="notice", code=code, table=table, file=file, row=row, column=column, value=value, detail=detail or None
    )


def _untaken(name: str, taken: Collection[str]) -> str:
    """`name`, or with a number before its ending as a file manager would: `licences (2).csv`."""
    path = PurePath(name)
    numbered = (f"{path.stem} ({count}){path.suffix}" for count in itertools.count(2))
    return next(candidate for candidate in itertools.chain([name], numbered) if candidate not in taken)
