"""The extent of the sheets of an XLSB workbook, whose parts are records: a type, a length, and so many bytes.

Types and layouts are those of [MS-XLSB] 2.1.4 and 2.3. Only what says where a cell is, and how long a text, is read.
"""

import zipfile
from array import array
from collections.abc import Iterator
from xml.parsers import expat

from billing_core.intake.readers.grids import Room
from billing_core.intake.readers.zip_sizes import chunks
from billing_core.intake.sheet import UnreadableError

_ROW, _SHARED, _TEXT = 0, 7, 19
_CELLS = range(2, 12)
"""Cells that hold something; those of type 1 have a format alone."""
_RELATIONS = "xl/_rels/workbook.bin.rels"
_TEXTS = "xl/sharedStrings.bin"


def scan_binary(archive: zipfile.ZipFile, room: Room) -> None:
    """Count what the binary sheets of a workbook will hold; there are none in another kind."""
    names = set(archive.namelist())
    if _RELATIONS not in names:
        return
    lengths = array("I")
    if _TEXTS in names:
        lengths.extend(_number(told, 1) for kind, told in _records(archive, _TEXTS) if kind == _TEXT)
    for name in _targets(archive) & names:
        _scan_sheet(archive, name, room, lengths)


def _scan_sheet(archive: zipfile.ZipFile, name: str, room: Room, lengths: "array[int]") -> None:
    row = rows = columns = text = 0
    for kind, told in _records(archive, name):
        if kind == _ROW:
            row = _number(told, 0) + 1
        elif kind in _CELLS:
            rows, columns = max(rows, row), max(columns, _number(told, 0) + 1)
            if kind == _SHARED:
                shared = _number(told, 8)
                text += lengths[shared] if shared < len(lengths) else 0
    room.take_grid(rows, columns)
    room.take_text(text)


def _number(told: bytes, at: int) -> int:
    return int.from_bytes(told[at : at + 4], "little")


def _records(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[int, bytes]]:
    """The type and first bytes of each record, as far as the part is whole."""
    content = b"".join(chunks(archive, archive.getinfo(name)))
    at, end = 0, len(content)
    while at < end:
        kind, at = content[at], at + 1
        if kind & 0x80 and at < end:
            kind, at = kind & 0x7F | content[at] << 7, at + 1
        length = shift = 0
        while at < end and shift < 28:
            byte = content[at]
            length |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if byte < 0x80:
                break
        yield kind, content[at : at + 12]
        at += length


def _targets(archive: zipfile.ZipFile) -> set[str]:
    """The parts that the workbook names as its sheets."""
    found: set[str] = set()

    def relation(_: str, attributes: dict[str, str]) -> None:
        target = attributes.get("Target", "")
        if attributes.get("Type", "").endswith("/worksheet"):
            found.add(target.lstrip("/") if target.startswith("/") else f"xl/{target}")

    parser = expat.ParserCreate()
    parser.StartElementHandler = relation
    try:
        for chunk in chunks(archive, archive.getinfo(_RELATIONS)):
            parser.Parse(chunk)
    except expat.ExpatError as error:
        raise UnreadableError("unreadable_file", f"{_RELATIONS}: {error}") from error
    return found
