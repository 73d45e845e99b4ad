"""What became of the files that were read, and which lines their problems are about."""

from collections.abc import Mapping, Sequence

import polars as pl

from billing_core.intake import FileReport
from billing_core.rules import SECTIONS


def months(usage: Mapping[str, pl.DataFrame]) -> list[str]:
    """The months that any usage table has rows of, in order."""
    return sorted({month for frame in usage.values() for month in frame["period"].unique()})


def lacks_month_or_agency(problems: pl.DataFrame) -> bool:
    """Whether files were refused because neither they nor the caller said which month or agency they are for."""
    lacking = (pl.col("code") == "missing_column") & pl.col("column").str.contains(r"\b(period|agency)\b")
    return problems.filter(lacking | (pl.col("code") == "period_unknown")).height > 0


def concerned(problems: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """The lines that problems of one code are about: none where nobody can tell, as of rows that were refused."""
    code = problems["code"][0]
    for table, section in SECTIONS.items():
        if code in section.left_open:
            return lines.filter(pl.col("rule").is_in(section.left_open[code]), funding="undecided", table=table)
    if code not in _SAID:
        return lines.clear()
    key = _SAID[code]
    told = problems.select(*(pl.col(said).alias(name) for name, said in key.items())).unique()
    return lines.join(told, on=list(key), how="semi", maintain_order="left")


def files(reports: Sequence[FileReport], usage: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What became of each file: file, recognised, tables, read, rated, refused, months, agencies; in file order.

    `usage` is what was rated: rows that the check between tables refused after reading count as refused too.
    """
    rated = {name: dict(frame.group_by("file").len().iter_rows()) for name, frame in usage.items()}
    rows = []
    for report in reports:
        kept = report.without_licence + sum(rated[table].get(report.file, 0) for table in report.tables)
        place = {"file": report.file, "recognised": report.recognised, "tables": list(report.tables)}
        counts = {"read": report.rows_read, "rated": kept, "refused": report.rows_read - kept}
        rows.append(place | counts | {"months": list(report.months), "agencies": list(report.agencies)})
    return pl.DataFrame(rows, schema=_FILES)


_SAID = {
    "unknown_agency": {"agency": "value"},
    "unknown_sku": {"table": "table", "variant": "value"},
    "two_files": {"table": "table", "agency": "agency", "period": "period"},
    "disabled_device": {"table": "table", "file": "file", "row": "row"},
    "unseen_device": {"table": "table", "file": "file", "row": "row"},
    "active_with_date": {"table": "table", "file": "file", "row": "row"},
}
"""Notices that say which lines they are about: the lines' columns, and the problem's that say the same."""

_FILES: dict[str, pl.DataType] = {
    "file": pl.String(),
    "recognised": pl.String(),
    "tables": pl.List(pl.String()),
    "read": pl.Int64(),
    "rated": pl.Int64(),
    "refused": pl.Int64(),
    "months": pl.List(pl.String()),
    "agencies": pl.List(pl.String()),
}
