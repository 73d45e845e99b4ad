"""Extent and errors of the sheets of an XLSB workbook, whose parts are records: a type, a length, and so many bytes.

Types and layouts are those of [MS-XLSB] 2.1.4 and 2.3. Only where a cell is, how long a text, and which error is read.
"""

import zipfile
from array import array
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from billing_core.readers.grids import Noted, Room, nothing_noted
from billing_core.readers.sheet import UnreadableError
from billing_core.readers.zip_sizes import chunks

_ROW, _SHARED, _TEXT = 0, 7, 19
_CELLS = range(2, 12)
"""Cells that hold something; those of type 1 have a format alone."""
_BUNDLE = 156
"""Names a sheet: its state and number, then the relation to its part, then its name."""
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_ERROR_CELLS = (3, 11)
"""Cells that hold an error, or a formula that gave one."""
_BOOK = "xl/workbook.bin"
_RELATIONS = "xl/_rels/workbook.bin.rels"
_LONGEST_BUNDLE = 2048
_TEXTS = "xl/sharedStrings.bin"


def scan_binary(archive: zipfile.ZipFile, room: Room) -> dict[str, Noted]:
    """Count what the binary sheets of a workbook will hold; there are none in another kind.

    Gives the cells of error values by sheet name.
    """
    names = set(archive.namelist())
    if _RELATIONS not in names:
        return {}
    lengths = array("I")
    if _TEXTS in names:
        lengths.extend(_number(told, 1) for kind, told in _records(archive, _TEXTS) if kind == _TEXT)
    targets = _targets(archive)
    titles = _sheet_names(archive, targets) if _BOOK in names else {}
    return {titles.get(part, ""): _scan_sheet(archive, part, room, lengths) for part in sorted(targets.keys() & names)}


def _scan_sheet(archive: zipfile.ZipFile, name: str, room: Room, lengths: "array[int]") -> Noted:
    noted = nothing_noted()
    row = rows = columns = text = 0
    for kind, told in _records(archive, name):
        if kind == _ROW:
            row = _number(told, 0) + 1
        elif kind in _CELLS:
            rows, columns = max(rows, row), max(columns, _number(told, 0) + 1)
            if kind == _SHARED:
                shared = _number(told, 8)
                text += lengths[shared] if shared < len(lengths) else 0
            elif kind in _ERROR_CELLS:
                noted[_ERRORS.get(told[8] if len(told) > 8 else -1, "#VALUE!")][_number(told, 0) + 1].append(row)
    room.take_grid(rows, columns)
    room.take_text(text)
    return noted


def _sheet_names(archive: zipfile.ZipFile, targets: Mapping[str, str]) -> dict[str, str]:
    """Part name -> sheet name, of the parts (`_targets`) that the workbook names."""
    parts, names = {relation: part for part, relation in targets.items()}, {}
    for kind, told in _records(archive, _BOOK, _LONGEST_BUNDLE):
        if kind == _BUNDLE:
            relation, at = _text(told, 8)
            names[parts.get(relation, "")] = _text(told, at)[0]
    return names


def _text(told: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it, and where what follows begins."""
    end = at + 4 + 2 * _number(told, at)
    return told[at + 4 : end].decode("utf-16-le", "replace"), end


def _number(told: bytes, at: int) -> int:
    return int.from_bytes(told[at : at + 4], "little")


def _records(archive: zipfile.ZipFile, name: str, most: int = 12) -> Iterator[tuple[int, bytes]]:
    """The type and the first `most` bytes of each record, as far as the part is whole."""
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
        yield kind, content[at : at + most]
        at += length


def _targets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The parts that are the workbook's sheets, each with the relation it is named by."""
    found: dict[str, str] = {}

    def relation(_: str, attributes: dict[str, str]) -> None:
        target = attributes.get("Target", "")
        if attributes.get("Type", "").endswith("/worksheet"):
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            found.setdefault(part, attributes.get("Id", ""))

    parser = expat.ParserCreate()
    parser.StartElementHandler = relation
    try:
        for chunk in chunks(archive, archive.getinfo(_RELATIONS)):
            parser.Parse(chunk)
    except expat.ExpatError as error:
        raise UnreadableError("unreadable_file", f"{_RELATIONS}: {error}") from error
    return found
