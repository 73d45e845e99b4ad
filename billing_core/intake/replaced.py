"""Replacing: what an earlier file brought of a table, agency and month goes where a later one brings it anew.

Files handed in together (`Source.upload`) do not replace each other: they are one delivery in parts. Only rows that
could be read replace anything, so a file of refused rows does not empty a month.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import polars as pl

from billing_core.base.problems import Problem, problem_frame
from billing_core.intake.report import FileReport, Intake, RefusedRows
from billing_core.readers.sheet import ROW
from billing_core.readers.source import Source


class Turn(NamedTuple):
    """When a file was handed in, and whether it replaces what came before (`Source.upload`, `Source.replaces`)."""

    upload: int = 0
    replaces: bool = False

    @property
    def order(self) -> int:
        """How late it is among those that replace; 0 for those that do not."""
        return self.upload if self.replaces else 0


def without_replaced(read: Intake, turns: Mapping[str, Turn]) -> Intake:
    """What was read, less what later files replaced, with a notice of the rows of each file and table.

    Rows replaced count as neither read nor refused; what was said of single ones goes with them.
    """
    if not any(turn.replaces for turn in turns.values()):
        return read
    files = pl.DataFrame(
        [(file, *turn) for file, turn in turns.items()],
        schema={"file": pl.String(), "upload": pl.Int64(), "replaces": pl.Boolean()},
        orient="row",
    )
    usage, gone = {}, []
    for name, frame in read.usage.items():
        newest = _newest(frame, files)
        usage[name], old = _parted(frame, newest, files)
        refused = read.problems.filter(
            pl.col("table") == name, pl.col("severity") == "refused", pl.col("row").is_not_null()
        )
        _, old_refused = _parted(refused, newest, files)
        for rows, was_refused in ((old, False), (old_refused, True)):
            gone.append(rows.select("file", "row", "period", table=pl.lit(name), refused=pl.lit(was_refused)))
    replaced = pl.concat(gone)
    problems = read.problems.join(replaced, on=["table", "file", "row"], how="anti", maintain_order="left")
    return replace(
        read,
        usage=usage,
        problems=pl.concat([problems, problem_frame(_notices(replaced))]),
        files=[_less(report, replaced, usage) for report in read.files],
        refused=[kept for rows in read.refused if (kept := _still_refused(rows, replaced)).cells.height],
    )


def brought_again(read: Intake, sources: Sequence[Source]) -> pl.DataFrame:
    """What the latest upload brings though an earlier one brought it: `table`, `agency` and `period`.

    In the tables' order, then by agency (null for a table without one) and month. Nothing where it has been replaced.
    """
    last = max((source.upload for source in sources), default=0)
    late = [file for file, place in read.origins.items() if sources[place].upload == last]
    found = []
    for name, frame in read.usage.items():
        keys = [key for key in ("agency", "period") if key in frame.columns]
        brought = frame.group_by(keys).agg(
            late=pl.col("file").is_in(late).any(), early=~pl.col("file").is_in(late).all()
        )
        twice = brought.filter("late", "early").sort(keys)
        agency = [] if "agency" in keys else [pl.lit(None, pl.String).alias("agency")]
        found.append(twice.with_columns(*agency, table=pl.lit(name)).select("table", "agency", "period"))
    return pl.concat(found)


def _newest(frame: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """For each agency and month of a table, the last upload that replaces what came before it (`newest`)."""
    keys = _keys(frame)
    brought = frame.lazy().select("file", **keys).unique().join(files.lazy(), on="file").filter("replaces")
    return brought.group_by(list(keys)).agg(newest=pl.col("upload").max()).collect()


def _parted(rows: pl.DataFrame, newest: pl.DataFrame, files: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that stay and rows that are replaced. One whose month or agency is not known stays."""
    keys = [name for name in newest.columns if name != "newest"]
    joined = (
        rows.with_columns(_keys(rows)[name].alias(f"#{name}") for name in keys)
        .join(files, on="file", how="left", maintain_order="left")
        .join(newest, left_on=[f"#{name}" for name in keys], right_on=keys, how="left", maintain_order="left")
    )
    old = (pl.col("upload").fill_null(0) < pl.col("newest")).fill_null(False)
    return joined.filter(~old).select(rows.columns), joined.filter(old).select(rows.columns)


def _keys(frame: pl.DataFrame) -> dict[str, pl.Expr]:
    """What a row is of: its month and, where the table has one, its agency, in whatever letter case."""
    keys = {"period": pl.col("period"), "agency": pl.col("agency").str.to_lowercase()}
    return {name: key for name, key in keys.items() if name in frame.columns}


def _notices(replaced: pl.DataFrame) -> Iterator[Problem]:
    counted = replaced.group_by("file", "table", maintain_order=True).agg(
        rows=pl.len(), first=pl.col("period").min(), last=pl.col("period").max()
    )
    for file, table, rows, first, last in counted.iter_rows():
        months = first if first == last else f"{first}–{last}"
        yield Problem(
            severity="notice", code="month_replaced", table=table, file=file, column="period", value=months,
            detail=str(rows),
        )  # fmt: skip


def _less(report: FileReport, replaced: pl.DataFrame, usage: Mapping[str, pl.DataFrame]) -> FileReport:
    """A file's report without the rows that were replaced."""
    own = replaced.filter(pl.col("file") == report.file, pl.col("table").is_in(report.tables))
    if own.is_empty():
        return report
    left = [usage[table].filter(pl.col("file") == report.file) for table in report.tables]
    return replace(
        report,
        rows_read=report.rows_read - own.height,
        rows_refused=report.rows_refused - own.filter("refused").height,
        months=_distinct(left, "period"),
        agencies=_distinct(left, "agency"),
    )


def _distinct(frames: Iterable[pl.DataFrame], column: str) -> tuple[str, ...]:
    values = (frame[column].drop_nulls().unique() for frame in frames if column in frame.columns)
    return tuple(sorted({value for found in values for value in found}))


def _still_refused(rows: RefusedRows, replaced: pl.DataFrame) -> RefusedRows:
    own = replaced.filter(pl.col("file") == rows.file, pl.col("table") == rows.table)
    return replace(rows, cells=rows.cells.filter(~pl.col(ROW).is_in(own["row"].implode())))
