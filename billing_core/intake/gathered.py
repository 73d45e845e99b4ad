"""What has been read so far: rows by table, problems, a report of each file, and what nothing could be read of."""

import dataclasses
from collections import defaultdict

import polars as pl

from billing_core.base.problems import Problem, problem_frame
from billing_core.base.tables import TABLES
from billing_core.intake.ids import harmonised
from billing_core.intake.report import FileReport, RefusedRows
from billing_core.intake.typed import Typed
from billing_core.readers.sheet import Sheet


class Gathered:
    """What files have given; `add`, `say` and `report` are its ways in. `heard` are the files that gave any row."""

    def __init__(self) -> None:
        self.frames: dict[str, list[pl.DataFrame]] = defaultdict(list)
        self.problems: list[pl.DataFrame] = []
        self.files: list[FileReport] = []
        self.refused: list[RefusedRows] = []
        self.unread: list[Sheet] = []
        self.heard: set[str] = set()
        # Agencies are few and looked at always; of the other ids, columns in which a text may be written otherwise.
        self._varied = {"agency"}

    def say(self, *problems: Problem) -> None:
        """Problems, in the order in which they are found."""
        if problems:
            self.problems.append(problem_frame(problems))

    def add(self, table: str, found: Typed, report: FileReport) -> FileReport:
        """Keep what was read of one file; its report with these rows added."""
        self.frames[table].append(found.frame)
        self.problems.append(found.problems)
        self._varied |= found.varied
        if found.frame.height:
            self.heard.add(report.file)
        if found.refused.height:
            self.refused.append(RefusedRows(table, report.file, found.refused))
        read = found.frame.height + found.unlicensed + found.refused.height
        return dataclasses.replace(
            report,
            rows_read=report.rows_read + read,
            rows_refused=report.rows_refused + found.refused.height,
            without_licence=report.without_licence + found.unlicensed,
            lines=report.lines or read,
            months=tuple(sorted({*report.months, *_distinct(found.frame, "period")})),
            agencies=tuple(sorted({*report.agencies, *_distinct(found.frame, "agency")})),
        )

    def report(self, report: FileReport) -> None:
        """A file's report; what corrected rows say goes into that of the file they are of."""
        same = (at for at, earlier in enumerate(self.files) if report.completes(earlier))
        at = next(same, None)
        if at is None:
            self.files.append(report)
        else:
            self.files[at] = self.files[at].completed(report)

    def table(self, name: str) -> pl.DataFrame:
        """All rows of one table."""
        return pl.concat([pl.DataFrame(schema=TABLES[name].schema), *self.frames[name]])

    def usage(self, files: list[str]) -> dict[str, pl.DataFrame]:
        """All rows by table, equal ids as equal texts; `files` in the order given."""
        return harmonised({name: self.table(name) for name in TABLES}, files, self._varied)


def _distinct(frame: pl.DataFrame, column: str) -> tuple[str, ...]:
    return tuple(frame[column].drop_nulls().unique().sort()) if column in frame.columns else ()
