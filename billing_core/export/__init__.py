"""Frames to files: CSV, XLSX and Parquet, by the file's ending; the upload workbook."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from billing_core.base.engines import write_parquet
from billing_core.base.errors import RequestError
from billing_core.export.delimited import csv_bytes
from billing_core.export.readable import Readable, readable_bytes
from billing_core.export.workbook import xlsx_bytes

__all__ = ["ENDINGS", "Readable", "csv_bytes", "readable_bytes", "write", "write_frames", "xlsx_bytes"]

ENDINGS = (".csv", ".parquet", ".xlsx")
"""How the names of files end that frames are written to."""


def write(frame: pl.DataFrame, path: Path, sheet: str) -> None:
    """Writes a frame by the ending of `path`: .csv, .parquet or .xlsx. RequestError for any other."""
    match path.suffix.lower():
        case ".csv":
            path.write_bytes(csv_bytes(frame))
        case ".parquet":
            frame.write_parquet(path)
        case ".xlsx":
            path.write_bytes(xlsx_bytes({sheet: frame}))
        case other:
            raise RequestError(
                f"cannot write {path.name}: the ending is {other or 'missing'}; use {' or '.join(ENDINGS)}"
            )


def write_frames(frames: Iterable[pl.DataFrame], path: Path, sheet: str) -> None:
    """Writes frames of one schema under one another, as `write` would write them together; one is held at a time.

    A workbook is made in memory, and holds them all.
    """
    match path.suffix.lower():
        case ".csv":
            with path.open("wb") as stream:
                for place, frame in enumerate(frames):
                    stream.write(csv_bytes(frame, header=not place))
        case ".parquet":
            write_parquet(frames, path)
        case _:
            write(pl.concat(frames), path, sheet)
