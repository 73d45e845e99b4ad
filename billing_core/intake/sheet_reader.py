"""A sheet to rows of usage tables, by what is known of its layout; what exports say is kept until all are in."""

import dataclasses

import polars as pl

from billing_core.base.problems import Problem
from billing_core.base.tables import TABLES
from billing_core.intake import mend
from billing_core.intake.charged import is_charged
from billing_core.intake.combine import combined
from billing_core.intake.currency import currencies, in_kroner
from billing_core.intake.exports import EXPORTS, people
from billing_core.intake.exports.facts import Facts
from billing_core.intake.focus import invoice
from billing_core.intake.gathered import Gathered
from billing_core.intake.headings import SUPPLIED, Match, matched, unknown_columns
from billing_core.intake.mapping import ColumnMapping
from billing_core.intake.notes import without_notes
from billing_core.intake.opening import Opening
from billing_core.intake.options import Options, Register
from billing_core.intake.recognise import Layout
from billing_core.intake.replaced import Turn
from billing_core.intake.report import FileReport, RefusedRows
from billing_core.intake.typed import Typed, typed
from billing_core.readers.sheet import ROW, Sheet


class SheetReader:
    """Reads the sheets that an `Opening` has opened.

    `facts` are what exports say, `invoices` the sheets of FOCUS, `charged` those of them that are lines of our own.
    """

    def __init__(self, register: Register, options: Options, opening: Opening, gathered: Gathered) -> None:
        self._register, self._options, self._opening, self._gathered = register, options, opening, gathered
        self.facts: list[tuple[str, Facts]] = []
        self.invoices: list[Sheet] = []
        self.charged: list[Sheet] = []

    def read(self, sheet: Sheet, layout: Layout) -> None:
        """Add what one sheet says to what is gathered."""
        if layout.source == "focus" and is_charged(sheet.headings):
            self._add_charged(sheet)
        elif layout.source == "focus":
            self._add_invoice(sheet, layout.mapping)
        elif layout.export:
            said, options = layout.export.facts(sheet), self._opening.options_of(sheet)
            facts = dataclasses.replace(said, period=options.period or said.period)
            bad = {*sheet.bad_rows, *facts.bad_rows}
            self._keep(sheet, layout.kind, facts, mend.refused_of_export(sheet, layout.export, bad, options))
        elif layout.mapping:
            self._add_mapped(sheet, layout.mapping)
        elif layout.match:
            report = FileReport(sheet.file, layout.kind, headings=tuple(sheet.headings), how=sheet.how)
            foreign = currencies(sheet, layout.match.table)
            self._add_usage(dataclasses.replace(sheet, foreign=foreign), layout.match, report)

    def _add_mapped(self, sheet: Sheet, mapping: ColumnMapping) -> None:
        mapped = mapping.applied(sheet)
        if mapping.table == people.NAME:
            facts = people.facts(mapped, mapping.date_order or self._options.date_order)
            self._keep(sheet, people.NAME, facts, mend.refused_people(sheet, mapping, self._opening.options_of(sheet)))
        elif mapping.table in TABLES:
            money = [mapping.columns[key] for key in TABLES[mapping.table].amounts if key in mapping.columns]
            mapped = dataclasses.replace(mapped, foreign=currencies(sheet, TABLES[mapping.table], money))
            report = FileReport(sheet.file, "mapping", headings=tuple(sheet.headings), how=sheet.how)
            self._add_usage(mapped, matched(TABLES[mapping.table], mapped.headings), report, mapping)
        else:
            known = ", ".join([*TABLES, people.NAME, "focus"])
            self._gathered.say(
                Problem(
                    severity="refused", code="mapping_without_table", file=sheet.file, value=mapping.table, detail=known
                )
            )

    def _add_usage(self, sheet: Sheet, match: Match, report: FileReport, mapping: ColumnMapping | None = None) -> None:
        """Rows of one usage table. A file without a required column is refused whole, by one problem."""
        table = match.table.name
        report = dataclasses.replace(report, tables=(table,), columns=mapping.columns if mapping else match.columns)
        self._gathered.say(*unknown_columns(match, sheet.file, sheet.headings))
        sheet, notes = without_notes(sheet, match)
        self._gathered.say(*notes)
        options = self._opening.options_of(sheet)
        missing = [key for key in match.missing if not (key in SUPPLIED and getattr(options, key))]
        if missing:
            # A file that lacks but its month or agency needs no mapping: those are asked for.
            self._gathered.unread += [sheet] if set(missing) - set(SUPPLIED) else []
            self._gathered.say(
                Problem(
                    severity="refused", code="missing_column", table=table, file=sheet.file, column=", ".join(missing),
                    detail=str(sheet.cells.height),
                )
            )  # fmt: skip
            height = sheet.cells.height
            report = dataclasses.replace(report, rows_read=height, rows_refused=height, lines=height)
            self._gathered.report(dataclasses.replace(report, missing=tuple(missing)))
        else:
            self._gathered.report(self._typed(sheet, match, report, mapping))

    def _typed(
        self, sheet: Sheet, match: Match, report: FileReport, mapping: ColumnMapping | None = None
    ) -> FileReport:
        # Only what the rules need goes on from here: names, phones and addresses stop at this line.
        needed = dataclasses.replace(sheet, cells=sheet.cells.select(*match.columns.values(), ROW))
        options = self._opening.options_of(sheet).under(mapping)
        found = in_kroner(typed(needed, match, options, self._register), match.table, needed, options)
        if found.unlicensed:
            count, table = str(found.unlicensed), match.table.name
            self._gathered.say(
                Problem(severity="notice", code="unlicensed_left_out", table=table, file=sheet.file, detail=count)
            )
        return self._gathered.add(match.table.name, found, report)

    def _add_invoice(self, sheet: Sheet, mapping: ColumnMapping | None) -> None:
        found = invoice(sheet, self._opening.options_of(sheet).under(mapping), self._register, mapping)
        self.invoices.append(sheet)
        # A row of the invoice's own is replaced before the sums are made, a sum that was refused afterwards.
        frame = self._opening.kept(found.frame, "cloud", sheet.file, "row")
        report = FileReport(
            sheet.file, "focus", ("cloud",), lines=sheet.cells.height, headings=tuple(sheet.headings), how=sheet.how
        )
        kept = Typed(frame, found.problems, found.refused)
        self._gathered.report(self._gathered.add("cloud", kept, report))

    def _add_charged(self, sheet: Sheet) -> None:
        """Charges are no usage: the file is refused whole, but for whoever takes up `charged`."""
        self.charged.append(sheet)
        self._gathered.say(Problem(severity="refused", code="charged_file", table="cloud", file=sheet.file))
        height = sheet.cells.height
        self._gathered.report(
            FileReport(
                sheet.file, "focus", rows_read=height, rows_refused=height, lines=height,
                headings=tuple(sheet.headings), how=sheet.how,
            )
        )  # fmt: skip

    def _keep(self, sheet: Sheet, kind: str, facts: Facts, refused: pl.DataFrame) -> None:
        """What an export or a list says, until all files are in; rows that say nothing readable are `refused`."""
        self.facts.append((kind, dataclasses.replace(facts, agency=self._opening.options_of(sheet).agency)))
        self._gathered.say(*facts.notices)
        bad = (sheet.bad_rows | facts.bad_rows).items()
        refusals = (Problem(severity="refused", code=c, file=sheet.file, row=r, value=v[:80]) for r, (c, v) in bad)
        self._gathered.say(*refusals)
        if refused.height:
            self._gathered.refused.append(RefusedRows(None, sheet.file, refused))
        self._gathered.report(
            FileReport(
                sheet.file, kind, rows_read=len(bad), rows_refused=len(bad), lines=sheet.cells.height,
                headings=tuple(sheet.headings), how=sheet.how,
            )
        )  # fmt: skip

    def combine(self) -> None:
        """Rows that the exports make together."""
        if not self.facts:
            return
        # Of two files of one kind the first is believed: one that replaces goes before what it replaces.
        self.facts.sort(key=lambda found: -self._opening.turns.get(found[1].file, Turn()).order)
        result = combined(self.facts, self._options, self._register, self._gathered.table("licences"))
        self._gathered.say(*result.problems)
        for table, sheet in result.sheets:
            own = next(at for at, report in enumerate(self._gathered.files) if _is_export(report, sheet.file))
            tables_of = dict.fromkeys((*self._gathered.files[own].tables, table))
            report = dataclasses.replace(self._gathered.files[own], tables=tuple(tables_of))
            kept = self._opening.without_replaced(sheet, table)
            self._gathered.files[own] = self._typed(kept, matched(TABLES[table], sheet.headings), report)


def _is_export(report: FileReport, file: str) -> bool:
    """Whether a report is that of an export by this name."""
    return report.file == file and report.recognised in {export.name for export in EXPORTS}
