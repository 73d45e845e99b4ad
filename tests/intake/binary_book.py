"""An XLSB workbook of records, as [MS-XLSB] lays them out: honest ones for seeds, others to attack with."""

import struct
from collections.abc import Iterable

from tests.intake.support import zipped

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def record(kind: int, content: bytes = b"") -> bytes:
    """A record: its type in one or two bytes, its length in up to four, and its content."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(content)
    while size >= 128:
        length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
    return head + length + bytes([size]) + content


def wide(text: str) -> bytes:
    """A text with its length before it."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def row(number: int) -> bytes:
    """The head of a row, counted from 0."""
    return record(0, struct.pack("<I", number) + bytes(13))


def text_cell(column: int, text: str) -> bytes:
    """A cell that holds its own text."""
    return record(6, struct.pack("<II", column, 0) + wide(text))


def shared_cell(column: int, number: int) -> bytes:
    """A cell that holds a text by its number among the shared ones."""
    return record(7, struct.pack("<III", column, 0, number))


def number_cell(column: int, number: float) -> bytes:
    """A cell that holds a number."""
    return record(5, struct.pack("<IId", column, 0, number))


def error_cell(column: int, code: int, *, formula: bool = False) -> bytes:
    """A cell that holds an error, itself or as what its formula gave."""
    return record(11 if formula else 3, struct.pack("<IIB", column, 0, code))


def binary_book(cells: bytes, shared: Iterable[str] = (), extent: tuple[int, int] = (1, 2), told: int = 1) -> bytes:
    """A workbook of one sheet; `extent` is what it says of its size, `told` how many shared texts it says there are."""
    texts = b"".join(record(19, b"\0" + wide(text)) for text in shared)
    sheet = (
        record(129)
        + record(148, struct.pack("<IIII", 0, extent[0], 0, extent[1]))
        + record(145)
        + cells
        + record(146)
        + record(130)
    )
    bundle = struct.pack("<II", 0, 1) + wide("rId1") + wide("Ark1")
    relation = f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.bin"/>'
    parts = {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types"/>',
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relation}</Relationships>',
        "xl/workbook.bin": record(131)
        + record(153, bytes(12))
        + record(143)
        + record(156, bundle)
        + record(144)
        + record(132),
        "xl/worksheets/sheet1.bin": sheet,
    }
    if texts:
        parts["xl/sharedStrings.bin"] = record(159, struct.pack("<II", told, told)) + texts + record(160)
    return zipped(parts)


def table(*rows: Iterable[str | float]) -> bytes:
    """The records of rows of texts and numbers."""
    return b"".join(
        row(at)
        + b"".join(
            text_cell(place, cell) if isinstance(cell, str) else number_cell(place, cell)
            for place, cell in enumerate(cells)
        )
        for at, cells in enumerate(rows)
    )
