"""Sheets in pieces, as a reader gives them, and as they pass from the process that reads to the one that asked."""

import io
from collections.abc import Iterable
from typing import Any

import polars as pl

from billing_core.readers.sheet import Sheet

Wire = dict[str, Any]
"""What is said in a line of JSON beside the bytes of a piece."""

PIECE_CELLS = 500_000
"""About so many cells are read, and sent, at a time."""


def joined(pieces: Iterable[Sheet]) -> list[Sheet]:
    """The sheets that pieces make: those of one name lie under one another. Of a file's sheets no two share a name."""
    sheets: dict[str, Sheet] = {}
    cells: dict[str, list[pl.DataFrame]] = {}
    for piece in pieces:
        sheet = sheets.setdefault(piece.name, piece)
        cells.setdefault(piece.name, []).append(piece.cells)
        if sheet is not piece:
            sheet.problems += piece.problems
    for name, sheet in sheets.items():
        # Not laid together: a large sheet would be in memory twice.
        sheet.cells = pl.concat(cells[name], rechunk=False)
    return list(sheets.values())


def packed_piece(piece: Sheet) -> tuple[Wire, bytes]:
    """A piece as what is said of it, and its cells as an Arrow stream."""
    told = {"file": piece.file, "name": piece.name, "how": piece.how, "problems": piece.problems}
    stream = io.BytesIO()
    piece.cells.write_ipc_stream(stream)
    return told | {"hidden": piece.hidden}, stream.getvalue()


def unpacked_piece(told: Wire, content: bytes) -> Sheet:
    """The piece that was packed."""
    return Sheet(cells=pl.read_ipc_stream(content), **told)
