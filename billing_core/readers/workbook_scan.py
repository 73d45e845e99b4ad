"""A look at a workbook's parts before the reader unpacks them: limits, hostile XML, formulas without a value, errors.

XML is walked with expat, binary parts record by record; nothing is kept but counts, and what is too much refused first.
"""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from billing_core.readers.binary_grid import scan_binary
from billing_core.readers.grids import Noted, OdsGrid, Room, SharedTexts, XlsxGrid
from billing_core.readers.sheet import UnreadableError
from billing_core.readers.zip_sizes import chunks

_XML = (".xml", ".rels", ".vml")
_SHEET_DATA = b"sheetData"


@dataclass
class Scan:
    """What the scan found: by sheet name the cells of error values and of formulas saved without one, and macros."""

    noted: dict[str, Noted] = field(default_factory=dict)
    macros: bool = False


def scan(archive: zipfile.ZipFile) -> Scan:
    """Walk every part of a workbook. Unreadable if one is hostile, broken or too large."""
    found = Scan(macros=any(name.endswith("vbaProject.bin") for name in archive.namelist()))
    room, shared = Room(), _shared_texts(archive)
    names = _sheet_names(archive)
    for part in archive.infolist():
        if part.filename.endswith(_XML):
            ods = part.filename == "content.xml"
            grid = OdsGrid(room) if ods else XlsxGrid(names.get(part.filename, ""), room, shared.lengths)
            _walk(archive, part, grid.start, grid.end, grid.text)
            grid.finish()
            found.noted |= grid.noted
        elif _holds_sheet_data(archive, part):
            # A sheet under another ending would slip past this scan.
            raise UnreadableError("unreadable_file", part.filename)
    found.noted |= scan_binary(archive, room)
    return found


def _holds_sheet_data(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    before = b""
    for chunk in chunks(archive, part):
        if _SHEET_DATA in before + chunk:
            return True
        before = chunk[-len(_SHEET_DATA) :]
    return False


def _shared_texts(archive: zipfile.ZipFile) -> SharedTexts:
    texts = SharedTexts()
    for part in archive.infolist():
        if part.filename.lower().endswith("sharedstrings.xml"):
            _walk(archive, part, texts.start, texts.end, texts.text)
    return texts


def _walk(
    archive: zipfile.ZipFile,
    part: zipfile.ZipInfo,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Send the elements of one XML part to `start` and `end`. A document type is refused: no entity is expanded."""

    def refuse(*_: object) -> None:
        raise UnreadableError("hostile_file", part.filename)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.buffer_text = True
    try:
        for chunk in chunks(archive, part):
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnreadableError("unreadable_file", f"{part.filename}: {error}") from error


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part name -> sheet name of an XLSX workbook; empty for another kind."""
    targets: dict[str, str] = {}
    names: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "sheet":
            identity = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            part, name = targets.get(identity, ""), attributes.get("name", "")
            if names.setdefault(part, name) != name and part:
                # What is read as often as it is named could be counted once only.
                raise UnreadableError("hostile_file", part)

    try:
        _walk(archive, archive.getinfo("xl/_rels/workbook.xml.rels"), relation)
        _walk(archive, archive.getinfo("xl/workbook.xml"), sheet)
    except KeyError:
        return {}
    return names
