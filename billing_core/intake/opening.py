"""Files to text tables that something is known of: opened in the order given, each content once."""

import dataclasses
from collections import defaultdict
from collections.abc import Callable

import polars as pl

from billing_core.base.problems import Problem
from billing_core.base.tables import TABLES
from billing_core.intake import mend
from billing_core.intake.gathered import Gathered
from billing_core.intake.options import Options
from billing_core.intake.recognise import Layout, is_mappable, recognised
from billing_core.intake.replaced import Turn
from billing_core.intake.report import FileReport
from billing_core.readers.kinds import unpacked, untaken
from billing_core.readers.sheet import ROW, Sheet, UnreadableError
from billing_core.readers.source import Source, digest

Open = Callable[[str, bytes, bytes], list[Sheet]]
"""A file's name, bytes and their digest to its text tables. Unreadable if it has none."""


class Opening:
    """Opens files. `sheets` are what is to be read, `corrected` the sheets whose rows stand in for those of others.

    By file: `given`, the options it is read under; `turns`, when it came; `origins`, the place of its source.
    """

    def __init__(self, options: Options, opened: Open, gathered: Gathered) -> None:
        self._options, self._sheets, self._gathered = options, opened, gathered
        self.sheets: list[tuple[Sheet, Layout]] = []
        self.corrected: list[tuple[Sheet, Layout]] = []
        self.given: dict[str, Options] = {}
        self.turns: dict[str, Turn] = {}
        self.origins: dict[str, int] = {}
        self._replaced: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._left_out: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._seen: dict[bytes, list[str]] = {}

    def open(self, place: int, source: Source) -> None:
        """Turn a file, or every file inside a zip, into text tables. Its bytes are let go of when this returns."""
        period, agency = source.period or self._options.period, source.agency or self._options.agency
        turn = Turn(source.upload, source.replaces)
        for name, content in unpacked(source):
            # What is held in memory is hashed once, however often it is read.
            hashed = source.digest if content is source.content else None
            known = len(self.given)
            self._open_one(
                name, content, dataclasses.replace(self._options, period=period, agency=agency), turn, hashed
            )
            self.origins |= dict.fromkeys([*self.given][known:], place)

    def _open_one(
        self, name: str, content: bytes | UnreadableError, options: Options, turn: Turn, hashed: bytes | None = None
    ) -> None:
        """Turn one file into text tables, or say why not. `options` are the caller's; `hashed` its digest, if known."""
        found: list[Sheet] = []
        try:
            if isinstance(content, UnreadableError):
                raise content
            hashed = hashed or digest(content)
            twins = self._seen.setdefault(hashed, [])
            same = [twin for twin in twins if options.period in (None, self.given[twin].period)]
            if same:
                self._skip(name, same[0], turn)
                return
            # File and row say which row is meant: two files of one name are told apart.
            name = untaken(name, self.given)
            self.given[name], self.turns[name] = options, turn
            twins.append(name)
            found, given = mend.given_to_mend(self._sheets(name, content, hashed))
            known = recognised(name, found, self._options.mappings)
            # An export may be the same for several months; what says its month itself counts once.
            if len(twins) > 1 and not all(layout.export for _, layout in known.sheets):
                self._skip(name, twins[0], turn)
                return
        except UnreadableError as error:
            self._gathered.say(Problem(severity="refused", code=error.code, file=name, detail=error.detail))
            unread = [sheet for sheet in found if is_mappable(sheet)]
            self._gathered.unread += unread
            self._gathered.files += [_unread(s, s.file, s.cells.height) for s in unread] or [FileReport(name)]
            return
        self._gathered.say(*known.problems)
        self._gathered.unread += known.unmapped
        self._gathered.files += [_unread(sheet, f"{name} · {sheet.name}", 0) for sheet in known.unmapped]
        for sheet, layout in known.sheets:
            # Sheets of one table have names of their own, beside the file's.
            self.given[sheet.file], self.turns[sheet.file] = options, turn
            self._gathered.say(*sheet.problems)
            if layout.mended:
                self._open_corrected(sheet, layout, given.get(sheet.name, {}))
            else:
                self.sheets.append((sheet, layout))

    def _skip(self, name: str, twin: str, turn: Turn) -> None:
        # What is handed in again to replace what came between is the newest once more.
        for file in self.turns:
            if file.partition(" · ")[0] == twin:
                self.turns[file] = max(self.turns[file], turn)
        self._gathered.say(Problem(severity="notice", code="file_skipped", file=name, detail=twin))
        self._gathered.files.append(FileReport(name))

    def _open_corrected(self, sheet: Sheet, layout: Layout, given: mend.Places) -> None:
        """Rows that stand in for those of other files, wherever in the order those are; and those that are no data."""
        self._gathered.files.append(FileReport(sheet.file, "mended", lines=sheet.cells.height, how=sheet.how))
        parts, left_out = mend.mended(sheet, given)
        for file, rows in left_out.items():
            self._left_out[layout.source, file] |= rows
            table, shown = layout.source if layout.source in TABLES else None, ", ".join(map(str, sorted(rows)))
            self._gathered.say(
                Problem(
                    severity="notice", code="rows_not_data", table=table, file=file, value=shown, detail=str(len(rows))
                )
            )
        for part in parts:
            self._replaced[layout.source, part.file] |= set(part.cells[ROW])
            self.corrected.append((part, layout))

    def without_replaced(self, sheet: Sheet, source: str) -> Sheet:
        """A sheet less its rows that corrected ones stand in for; `source` is a usage table or an export."""
        cells = self.kept(sheet.cells, source, sheet.file, ROW)
        if cells is sheet.cells:
            return sheet
        left = set(cells[ROW])
        return dataclasses.replace(
            sheet, cells=cells, bad_rows={row: bad for row, bad in sheet.bad_rows.items() if row in left}
        )

    def kept(self, rows: pl.DataFrame, source: str, file: str, place: str) -> pl.DataFrame:
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
            self._gathered.say(Problem(severity="notice", code="rows_replaced", table=table, file=file, detail=count))
        return kept

    def options_of(self, sheet: Sheet) -> Options:
        """The caller's options for the file that a sheet is of."""
        return self.given.get(sheet.file, self._options)


def _unread(sheet: Sheet, file: str, refused: int) -> FileReport:
    """A sheet that nothing recognised: its headings are what a mapping can be proposed from."""
    return FileReport(
        file, rows_read=refused, rows_refused=refused, lines=sheet.cells.height, headings=tuple(sheet.headings),
        how=sheet.how,
    )  # fmt: skip
