"""A look at a workbook's parts before the reader unpacks them: limits, hostile XML, formulas without a value.

The reader (calamine) builds a full grid from a sheet's first cell to its last, so two cells far apart could ask for
more memory than there is. This scan walks the XML with expat, keeps nothing but counts, and refuses first.
"""

import re
import zipfile
from array import array
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from billing_core.intake import limits
from billing_core.intake.sheet import UnreadableError

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_CHUNK = 1 << 20
_XML = (".xml", ".rels", ".vml")

Cells = defaultdict[int, "array[int]"]
"""Cells of one sheet: column -> rows, both from 1. Four bytes a cell: a hostile sheet may name millions."""


def _no_cells() -> Cells:
    return defaultdict(lambda: array("I"))


@dataclass
class Scan:
    """What the scan found: formula cells saved without a value by sheet name, and macros."""

    uncalculated: dict[str, Cells] = field(default_factory=dict)
    macros: bool = False


def check_sizes(archive: zipfile.ZipFile, total: int) -> None:
    """Refuse an archive that unpacks to too much, too tightly or into too many parts, or is encrypted."""
    parts = archive.infolist()
    if len(parts) > limits.ARCHIVE_FILES * 10:
        raise UnreadableError("over_limit", f"{len(parts)} > {limits.ARCHIVE_FILES * 10} parts")
    if sum(part.file_size for part in parts) > total:
        raise UnreadableError("over_limit", f"> {total // limits.MIB} MiB")
    for part in parts:
        if part.flag_bits & 1:
            raise UnreadableError("encrypted_file")
        if part.file_size > max(limits.INFLATED_RATIO * part.compress_size, limits.RATIO_FREE_BYTES):
            raise UnreadableError("over_limit", f"> {limits.INFLATED_RATIO} : 1")


def scan(archive: zipfile.ZipFile) -> Scan:
    """Walk every part of a workbook. Unreadable if one is hostile, broken or too large."""
    found = Scan(macros=any(name.endswith("vbaProject.bin") for name in archive.namelist()))
    names = _sheet_names(archive)
    for part in archive.infolist():
        if part.filename.endswith(_XML):
            grid = _OdsGrid() if part.filename == "content.xml" else _XlsxGrid(names.get(part.filename, ""))
            _walk(archive, part, grid.start, grid.end, grid.text)
            grid.check()
            found.uncalculated |= grid.uncalculated
        elif b"sheetData" in _read(archive, part):
            # A sheet under another ending would slip past this scan.
            raise UnreadableError("unreadable_file", part.filename)
    return found


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    # One byte more than promised shows a directory that lies about sizes.
    with archive.open(part) as stream:
        content = stream.read(part.file_size + 1)
    if len(content) > part.file_size:
        raise UnreadableError("unreadable_file", part.filename)
    return content


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
        parser.Parse(_read(archive, part), True)
    except expat.ExpatError as error:
        raise UnreadableError("unreadable_file", f"{part.filename}: {error}") from error


class _XlsxGrid:
    """The extent of one worksheet part; other parts pass through it without a trace."""

    def __init__(self, sheet: str) -> None:
        self.rows = self.columns = self._row = self._column = 0
        self._sheet = sheet
        self.uncalculated = {sheet: _no_cells()}
        self._formula = self._value = self._inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "row":
                reference = attributes.get("r", "")
                self._row = int(reference) if reference.isdecimal() and len(reference) < 9 else self._row + 1
                self._column = 0
                self.rows = max(self.rows, self._row)
            case "c":
                found = _REFERENCE.fullmatch(attributes.get("r", ""))
                self._column = _column_number(found[1]) if found else self._column + 1
                self._row = int(found[2]) if found else self._row
                self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column)
                # The result of a formula that gives text may well be an empty text.
                self._formula, self._value = False, attributes.get("t") == "str"
            case "f":
                self._formula = True
            case "v":
                self._inside = True

    def text(self, _: str) -> None:
        self._value = self._value or self._inside

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "v":
            self._inside = False
        elif name == "c" and self._formula and not self._value:
            self.uncalculated[self._sheet][self._column].append(self._row)

    def check(self) -> None:
        _check_extent(self.rows, self.columns)


class _OdsGrid:
    """The extent of the sheets of an ODS document, whose cells and rows say how often they repeat."""

    def __init__(self) -> None:
        self.uncalculated: dict[str, Cells] = {}
        self._missing = _no_cells()
        self._rows = self._row = self._row_end = self._columns = self._first = self._column = self._filled = 0
        self._formula = self._value = self._note = False
        self._open: list[range] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "table:table":
                self._missing = self.uncalculated.setdefault(attributes.get("table:name", ""), _no_cells())
                self._rows = self._row_end = self._columns = 0
            case "table:table-row":
                self._row = self._row_end + 1
                self._row_end += _repeated(attributes, "table:number-rows-repeated")
                self._column = self._filled = 0
                self._open = []
            case "table:table-cell" | "table:covered-table-cell":
                self._first = self._column + 1
                self._column += _repeated(attributes, "table:number-columns-repeated")
                told = {name for name in attributes if name.startswith("office:")}
                self._formula, self._value = "table:formula" in attributes, bool(told - {"office:value-type"})
                if told or self._formula:
                    self._filled = self._column
            case "text:p" if self._column:
                self._filled = self._column
            case "office:annotation":
                self._note = True

    def text(self, text: str) -> None:
        # Not the text of a note, nor the line breaks between elements.
        self._value = self._value or not (self._note or text.isspace())

    def end(self, tag: str) -> None:
        match tag:
            case "office:annotation":
                self._note = False
            case "table:table-cell" | "table:covered-table-cell" if self._formula and not self._value:
                self._open.append(range(self._first, self._column + 1))
            case "table:table-row" if self._filled:
                self._rows, self._columns = self._row_end, max(self._columns, self._filled)
                self.check()
                for columns in self._open:
                    for column in columns:
                        self._missing[column].extend(range(self._row, self._row_end + 1))

    def check(self) -> None:
        _check_extent(self._rows, self._columns)


def _repeated(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return int(text) if text.isdecimal() and len(text) < 9 else 1


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _check_extent(rows: int, columns: int) -> None:
    if columns > limits.COLUMNS:
        raise UnreadableError("over_limit", f"{columns} > {limits.COLUMNS} columns")
    if rows * columns > limits.WORKBOOK_CELLS:
        raise UnreadableError("over_limit", f"{rows} x {columns} > {limits.WORKBOOK_CELLS} cells")


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
            names[targets.get(identity, "")] = attributes.get("name", "")

    try:
        _walk(archive, archive.getinfo("xl/_rels/workbook.xml.rels"), relation)
        _walk(archive, archive.getinfo("xl/workbook.xml"), sheet)
    except KeyError:
        return {}
    return names
