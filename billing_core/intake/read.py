"""The way in: files to text tables, text tables to typed ones, and a report of each file."""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Sequence

import polars as pl

from billing_core.base.problems import Problem, merge, problem_frame
from billing_core.base.tables import TABLES
from billing_core.intake import mend
from billing_core.intake.combine import combined
from billing_core.intake.currency import currencies, in_kroner
from billing_core.intake.exports import EXPORTS, people
from billing_core.intake.exports.facts import Facts
from billing_core.intake.focus import invoice
from billing_core.intake.focus_agency import without_agency
from billing_core.intake.headings import SUPPLIED, Match, matched, unknown_columns
from billing_core.intake.ids import harmonised
from billing_core.intake.mapping import ColumnMapping
from billing_core.intake.notes import without_notes
from billing_core.intake.opened import sheets
from billing_core.intake.options import Options, Register
from billing_core.intake.recognise import Layout, is_mappable, recognised
from billing_core.intake.replaced import Turn, without_replaced
from billing_core.intake.report import FileReport, Intake, RefusedRows
from billing_core.intake.typed import typed
from billing_core.intake.unregistered import unknown_agencies, unknown_skus
from billing_core.readers.kinds import unpacked, untaken
from billing_core.readers.sheet import ROW, Sheet, UnreadableError
from billing_core.readers.source import Source, digest

Progress = Callable[[int, int, str], None]
"""Called before each file with files done, files in all, and its name."""

Open = Callable[[str, bytes, bytes], list[Sheet]]
"""A file's name, bytes and their digest to its text tables. Unreadable if it has none."""


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
    return _Batch(register, options, opened or (lambda name, content, _: sheets(name, content))).read(sources, progress)


class _Batch:
    """What has been read so far; `read` is its one way in."""

    def __init__(self, register: Register, options: Options, opened: Open) -> None:
        self._register, self._options, self._sheets = register, options, opened
        self._opened: list[tuple[Sheet, Layout]] = []
        self._corrected: list[tuple[Sheet, Layout]] = []
        self._facts: list[tuple[str, Facts]] = []
        self._replaced: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._left_out: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._frames: dict[str, list[pl.DataFrame]] = defaultdict(list)
        self._problems: list[pl.DataFrame] = []
        self._files: list[FileReport] = []
        self._refused: list[RefusedRows] = []
        self._seen: dict[bytes, list[str]] = {}
        self._given: dict[str, Options] = {}
        self._turns: dict[str, Turn] = {}
        self._origins: dict[str, int] = {}
        self._unread: list[Sheet] = []
        self._invoices: list[Sheet] = []

    def read(self, sources: Sequence[Source], progress: Progress | None) -> Intake:
        """Opens all files, types what is in them, then what they say together, then what was corrected of either."""
        for done, source in enumerate(sources):
            if progress:
                progress(done, len(sources), source.name)
            self._open_all(done, source)
        self._read_sheets()
        self._combine()
        self._read_corrected()
        return self._intake()

    def _open_all(self, place: int, source: Source) -> None:
        """Turn a file, or every file inside a zip, into text tables. Its bytes are let go of when this returns."""
        period, agency = source.period or self._options.period, source.agency or self._options.agency
        turn = Turn(source.upload, source.replaces)
        for name, content in unpacked(source):
            # What is held in memory is hashed once, however often it is read.
            hashed = source.digest if content is source.content else None
            known = len(self._given)
            self._open(name, content, dataclasses.replace(self._options, period=period, agency=agency), turn, hashed)
            self._origins |= dict.fromkeys([*self._given][known:], place)

    def _open(
        self, name: str, content: bytes | UnreadableError, options: Options, turn: Turn, hashed: bytes | None = None
    ) -> None:
        """Turn one file into text tables, or say why not. `options` are the caller's; `hashed` its digest, if known."""
        found: list[Sheet] = []
        try:
            if isinstance(content, UnreadableError):
                raise content
            hashed = hashed or digest(content)
            twins = self._seen.setdefault(hashed, [])
            same = [twin for twin in twins if options.period in (None, self._given[twin].period)]
            if same:
                self._skip(name, same[0], turn)
                return
            # File and row say which row is meant: two files of one name are told apart.
            name = untaken(name, self._given)
            self._given[name], self._turns[name] = options, turn
            twins.append(name)
            found, given = mend.given_to_mend(self._sheets(name, content, hashed))
            known = recognised(name, found, self._options.mappings)
            # An export may be the same for several months; what says its month itself counts once.
            if len(twins) > 1 and not all(layout.export for _, layout in known.sheets):
                self._skip(name, twins[0], turn)
                return
        except UnreadableError as error:
            self._say(Problem(severity="refused", code=error.code, file=name, detail=error.detail))
            unread = [sheet for sheet in found if is_mappable(sheet)]
            self._unread += unread
            self._files += [_unread(s, s.file, s.cells.height) for s in unread] or [FileReport(name)]
            return
        self._say(*known.problems)
        self._unread += known.unmapped
        self._files += [_unread(sheet, f"{name} · {sheet.name}", 0) for sheet in known.unmapped]
        for sheet, layout in known.sheets:
            # Sheets of one table have names of their own, beside the file's.
            self._given[sheet.file], self._turns[sheet.file] = options, turn
            self._say(*sheet.problems)
            if layout.mended:
                self._open_corrected(sheet, layout, given.get(sheet.name, {}))
            else:
                self._opened.append((sheet, layout))

    def _skip(self, name: str, twin: str, turn: Turn) -> None:
        # What is handed in again to replace what came between is the newest once more.
        for file in self._turns:
            if file.partition(" · ")[0] == twin:
                self._turns[file] = max(self._turns[file], turn)
        self._say(Problem(severity="notice", code="file_skipped", file=name, detail=twin))
        self._files.append(FileReport(name))

    def _open_corrected(self, sheet: Sheet, layout: Layout, given: mend.Places) -> None:
        """Rows that stand in for those of other files, wherever in the order those are; and those that are no data."""
        self._files.append(FileReport(sheet.file, "mended", lines=sheet.cells.height, how=sheet.how))
        parts, left_out = mend.mended(sheet, given)
        for file, rows in left_out.items():
            self._left_out[layout.source, file] |= rows
            table, shown = layout.source if layout.source in TABLES else None, ", ".join(map(str, sorted(rows)))
            self._say(
                Problem(
                    severity="notice", code="rows_not_data", table=table, file=file, value=shown, detail=str(len(rows))
                )
            )
        for part in parts:
            self._replaced[layout.source, part.file] |= set(part.cells[ROW])
            self._corrected.append((part, layout))

    def _read_sheets(self) -> None:
        """Type every text table; what exports say is kept until all are in."""
        while self._opened:
            sheet, layout = self._opened.pop(0)
            self._read(self._without_replaced(sheet, layout.source), layout)
        for sheet, layout in self._corrected:
            if layout.source not in TABLES:
                self._read(sheet, layout)

    def _read_corrected(self) -> None:
        """Corrected rows of usage tables, once there is a report of each file that they come from."""
        for sheet, layout in self._corrected:
            if layout.source in TABLES:
                self._read(sheet, layout)

    def _read(self, sheet: Sheet, layout: Layout) -> None:
        if layout.source == "focus":
            self._add_invoice(sheet, layout.mapping)
        elif layout.export:
            said, options = layout.export.facts(sheet), self._of(sheet)
            facts = dataclasses.replace(said, period=options.period or said.period)
            bad = {*sheet.bad_rows, *facts.bad_rows}
            self._keep(sheet, layout.kind, facts, mend.refused_of_export(sheet, layout.export, bad, options))
        elif layout.mapping:
            self._add_mapped(sheet, layout.mapping)
        elif layout.match:
            report = FileReport(sheet.file, layout.kind, headings=tuple(sheet.headings), how=sheet.how)
            foreign = currencies(sheet, layout.match.table)
            self._add_usage(dataclasses.replace(sheet, foreign=foreign), layout.match, report)

    def _without_replaced(self, sheet: Sheet, source: str) -> Sheet:
        cells = self._kept(sheet.cells, source, sheet.file, ROW)
        if cells is sheet.cells:
            return sheet
        left = set(cells[ROW])
        return dataclasses.replace(
            sheet, cells=cells, bad_rows={row: bad for row, bad in sheet.bad_rows.items() if row in left}
        )

    def _kept(self, rows: pl.DataFrame, source: str, file: str, place: str) -> pl.DataFrame:
        """`rows` of a file less those that corrected ones stand in for; `place` is the column of their numbers."""
        left_out = self._left_out.get((source, file))
        if left_out:
            rows = rows.filter(~pl.col(place).is_in(list(left_out)))
        replaced = self._replaced.get((source, file))
        if not replaced:
            return rows
        kept = rows.filter(~pl.col(place).is_in(list(replaced)))
        if kept.height < rows.height:
            table, count = source if source in TABLES else None, str(rows.height - kept.height)
            self._say(Problem(severity="notice", code="rows_replaced", table=table, file=file, detail=count))
        return kept

    def _add_mapped(self, sheet: Sheet, mapping: ColumnMapping) -> None:
        mapped = mapping.applied(sheet)
        if mapping.table == people.NAME:
            facts = people.facts(mapped, mapping.date_order or self._options.date_order)
            self._keep(sheet, people.NAME, facts, mend.refused_people(sheet, mapping, self._of(sheet)))
        elif mapping.table in TABLES:
            money = [mapping.columns[key] for key in TABLES[mapping.table].amounts if key in mapping.columns]
            mapped = dataclasses.replace(mapped, foreign=currencies(sheet, TABLES[mapping.table], money))
            report = FileReport(sheet.file, "mapping", headings=tuple(sheet.headings), how=sheet.how)
            self._add_usage(mapped, matched(TABLES[mapping.table], mapped.headings), report, mapping)
        else:
            known = ", ".join([*TABLES, people.NAME, "focus"])
            self._say(
                Problem(
                    severity="refused", code="mapping_without_table", file=sheet.file, value=mapping.table, detail=known
                )
            )

    def _add_usage(self, sheet: Sheet, match: Match, report: FileReport, mapping: ColumnMapping | None = None) -> None:
        """Rows of one usage table. A file without a required column is refused whole, by one problem."""
        table = match.table.name
        report = dataclasses.replace(report, tables=(table,), columns=mapping.columns if mapping else match.columns)
        self._say(*unknown_columns(match, sheet.file, sheet.headings))
        sheet, notes = without_notes(sheet, match)
        self._say(*notes)
        options = self._of(sheet)
        missing = [key for key in match.missing if not (key in SUPPLIED and getattr(options, key))]
        if missing:
            # A file that lacks but its month or agency needs no mapping: those are asked for.
            self._unread += [sheet] if set(missing) - set(SUPPLIED) else []
            self._say(
                Problem(
                    severity="refused", code="missing_column", table=table, file=sheet.file, column=", ".join(missing),
                    detail=str(sheet.cells.height),
                )
            )  # fmt: skip
            height = sheet.cells.height
            report = dataclasses.replace(report, rows_read=height, rows_refused=height, lines=height)
            self._report(dataclasses.replace(report, missing=tuple(missing)))
        else:
            self._report(self._typed(sheet, match, report, mapping))

    def _typed(
        self, sheet: Sheet, match: Match, report: FileReport, mapping: ColumnMapping | None = None
    ) -> FileReport:
        # Only what the rules need goes on from here: names, phones and addresses stop at this line.
        needed = dataclasses.replace(sheet, cells=sheet.cells.select(*match.columns.values(), ROW))
        options = self._of(sheet).under(mapping)
        found = in_kroner(typed(needed, match, options, self._register), match.table, needed, options)
        if found.unlicensed:
            count, table = str(found.unlicensed), match.table.name
            self._say(
                Problem(severity="notice", code="unlicensed_left_out", table=table, file=sheet.file, detail=count)
            )
            report = dataclasses.replace(
                report,
                rows_read=report.rows_read + found.unlicensed,
                without_licence=report.without_licence + found.unlicensed,
            )
        return self._rows(match.table.name, found.frame, found.problems, found.refused, report)

    def _add_invoice(self, sheet: Sheet, mapping: ColumnMapping | None) -> None:
        found = invoice(sheet, self._of(sheet).under(mapping), self._register, mapping)
        self._invoices.append(sheet)
        # A row of the invoice's own is replaced before the sums are made, a sum that was refused afterwards.
        frame = self._kept(found.frame, "cloud", sheet.file, "row")
        report = FileReport(
            sheet.file, "focus", ("cloud",), lines=sheet.cells.height, headings=tuple(sheet.headings), how=sheet.how
        )
        self._report(self._rows("cloud", frame, found.problems, found.refused, report))

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
            months=tuple(sorted({*report.months, *_distinct(frame, "period")})),
            agencies=tuple(sorted({*report.agencies, *_distinct(frame, "agency")})),
        )

    def _report(self, report: FileReport) -> None:
        """A file's report; what corrected rows say goes into that of the file they are of."""
        same = (at for at, earlier in enumerate(self._files) if report.completes(earlier))
        at = next(same, None)
        if at is None:
            self._files.append(report)
        else:
            self._files[at] = self._files[at].completed(report)

    def _keep(self, sheet: Sheet, kind: str, facts: Facts, refused: pl.DataFrame) -> None:
        """What an export or a list says, until all files are in; rows that say nothing readable are `refused`."""
        self._facts.append((kind, dataclasses.replace(facts, agency=self._of(sheet).agency)))
        self._say(*facts.notices)
        bad = (sheet.bad_rows | facts.bad_rows).items()
        self._say(*(Problem(severity="refused", code=c, file=sheet.file, row=r, value=v[:80]) for r, (c, v) in bad))
        if refused.height:
            self._refused.append(RefusedRows(None, sheet.file, refused))
        self._report(
            FileReport(
                sheet.file, kind, rows_read=len(bad), rows_refused=len(bad), lines=sheet.cells.height,
                headings=tuple(sheet.headings), how=sheet.how,
            )
        )  # fmt: skip

    def _combine(self) -> None:
        """Rows that the exports make together."""
        if not self._facts:
            return
        tables = pl.concat([pl.DataFrame(schema=TABLES["licences"].schema), *self._frames["licences"]])
        # Of two files of one kind the first is believed: one that replaces goes before what it replaces.
        self._facts.sort(key=lambda found: -self._turns.get(found[1].file, Turn()).order)
        result = combined(self._facts, self._options, self._register, tables)
        self._say(*result.problems)
        for table, sheet in result.sheets:
            own = next(at for at, report in enumerate(self._files) if _is_export(report, sheet.file))
            tables_of = dict.fromkeys((*self._files[own].tables, table))
            report = dataclasses.replace(self._files[own], tables=tuple(tables_of))
            kept = self._without_replaced(sheet, table)
            self._files[own] = self._typed(kept, matched(TABLES[table], sheet.headings), report)

    def _of(self, sheet: Sheet) -> Options:
        """The caller's options for the file that a sheet is of."""
        return self._given.get(sheet.file, self._options)

    def _say(self, *problems: Problem) -> None:
        if problems:
            self._problems.append(problem_frame(problems))

    def _intake(self) -> Intake:
        """All that was read, with what shows only once all files are in."""
        usage = {
            name: pl.concat([pl.DataFrame(schema=table.schema), *self._frames[name]]) for name, table in TABLES.items()
        }
        usage = harmonised(usage, list(self._given))
        self._say(*self._silent(usage))
        unread = tuple(sheet for sheet in self._unread if sheet.cells.height)
        found = Intake(usage, merge(self._problems), self._files, self._refused, self._given, self._origins, unread)
        found = without_replaced(found, self._turns)
        unknown = [
            *unknown_agencies(found.usage, self._register),
            *unknown_skus(found.usage["licences"], self._register),
        ]
        problems = merge([found.problems, problem_frame(unknown)])
        lacking = without_agency(problems)
        invoices = tuple(sheet for sheet in self._invoices if sheet.file in lacking)
        return dataclasses.replace(found, problems=problems, invoices=invoices)

    def _silent(self, usage: dict[str, pl.DataFrame]) -> list[Problem]:
        """Files that were read and gave nothing: no row, nothing refused, nothing that completes another file."""
        heard = {file for frame in usage.values() for file in frame["file"].unique()}
        heard |= {facts.file for _, facts in self._facts if facts.people}
        heard |= {report.file for report in self._files if report.recognised == "mended" and report.lines}
        told = merge(self._problems)
        heard |= set(told.filter((pl.col("severity") == "refused") | pl.col("code").is_in(_LEFT))["file"])
        # A workbook whose sheets have names of their own is heard through them.
        heard |= {file.partition(" · ")[0] for file in self._given if " · " in file}
        return [Problem(severity="notice", code="nothing_read", file=file) for file in self._given if file not in heard]


_LEFT = ("file_skipped", "no_rows", "unknown_table", "unmapped_sheet")
"""Problems that say of a file why nothing of it was read."""


def _unread(sheet: Sheet, file: str, refused: int) -> FileReport:
    """A sheet that nothing recognised: its headings are what a mapping can be proposed from."""
    return FileReport(
        file, rows_read=refused, rows_refused=refused, lines=sheet.cells.height, headings=tuple(sheet.headings),
        how=sheet.how,
    )  # fmt: skip


def _is_export(report: FileReport, file: str) -> bool:
    """Whether a report is that of an export by this name."""
    return report.file == file and report.recognised in {export.name for export in EXPORTS}


def _distinct(frame: pl.DataFrame, column: str) -> tuple[str, ...]:
    return tuple(frame[column].drop_nulls().unique().sort()) if column in frame.columns else ()
