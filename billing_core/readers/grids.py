"""What a workbook's sheets will hold once they are read: counted while their parts are walked, refused over the limits.

The reader (calamine) builds a full grid from a sheet's first cell to its last, with a copy of its text in each cell. So
two cells far apart, or one long text that many cells share or repeat, could ask for more memory than there is.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Sequence

from billing_core.readers import limits
from billing_core.readers.sheet import UNCALCULATED, UnreadableError

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MOST_REPEATS = 10**12
"""What a repeat of nine digits or more counts as: refused wherever there is anything to repeat."""

_LONGEST_ERROR = 20

Cells = defaultdict[int, "array[int]"]
"""Cells of one sheet: column -> rows, both from 1. Four bytes a cell: a hostile sheet may name millions."""


Noted = defaultdict[str, Cells]
"""What stands in cells that the reader gives as empty: by text (UNCALCULATED or an error value), the cells."""

ERRORS = frozenset(
    (
        "#NULL!",
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#NUM!",
        "#N/A",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
    )
)
"""The error values of spreadsheets, as their files write them in any language."""


def nothing_noted() -> Noted:
    """No cell noted yet."""
    return defaultdict(lambda: defaultdict(lambda: array("I")))


def error_value(written: str) -> str:
    """An error value as a file has it; one that is not known is a wrong value."""
    return written if written in ERRORS else "#VALUE!"


class Room:
    """What all sheets of one workbook take together."""

    def __init__(self) -> None:
        self._cells = self._text = 0

    def check_grid(self, rows: int, columns: int) -> int:
        """The cells there are with another sheet of this extent. Unreadable if they are too many."""
        cells = self._cells + rows * columns
        if columns > limits.COLUMNS:
            raise UnreadableError("over_limit", f"{columns} > {limits.COLUMNS} columns")
        if cells > limits.WORKBOOK_CELLS:
            raise UnreadableError("over_limit", f"{cells} > {limits.WORKBOOK_CELLS} cells")
        return cells

    def take_grid(self, rows: int, columns: int) -> None:
        """A sheet's full grid."""
        self._cells = self.check_grid(rows, columns)

    def take_text(self, characters: int) -> None:
        """The text of cells that do not hold it themselves."""
        self._text += characters
        if self._text > limits.WORKBOOK_TEXT:
            raise UnreadableError("over_limit", f"> {limits.WORKBOOK_TEXT // limits.MIB} MiB of text")


class SharedTexts:
    """How long each of the texts is that the cells of an XLSX workbook share."""

    def __init__(self) -> None:
        self.lengths = array("I")
        self._length = 0

    def start(self, tag: str, _: dict[str, str]) -> None:
        """An element begins."""
        if tag.rpartition(":")[2] == "si":
            self._length = 0

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag.rpartition(":")[2] == "si":
            self.lengths.append(self._length)

    def text(self, text: str) -> None:
        """Characters of an element."""
        self._length += len(text)


class XlsxGrid:
    """The extent of one worksheet part; other parts pass through it without a trace."""

    def __init__(self, sheet: str, room: Room, shared: Sequence[int]) -> None:
        self._rows = self._columns = self._row = self._column = self._text = 0
        self._sheet, self._room, self._lengths = sheet, room, shared
        self.noted = {sheet: nothing_noted()}
        self._formula = self._value = self._inside = self._shared = self._error = False
        self._written = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        match tag.rpartition(":")[2]:
            case "row":
                reference = attributes.get("r", "")
                self._row = int(reference) if reference.isdecimal() and len(reference) < 9 else self._row + 1
                self._column = 0
                self._rows = max(self._rows, self._row)
            case "c":
                found = _REFERENCE.fullmatch(attributes.get("r", ""))
                self._column = _column_number(found[1]) if found else self._column + 1
                self._row = int(found[2]) if found else self._row
                self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
                # The result of a formula that gives text may well be an empty text.
                kind = attributes.get("t")
                self._formula, self._value, self._shared = False, kind == "str", kind == "s"
                self._error = kind == "e"
            case "f":
                self._formula = True
            case "v":
                self._inside, self._written = True, ""

    def text(self, text: str) -> None:
        """Characters of an element."""
        if self._inside:
            self._value = True
            # An error value is short: what a hostile cell says beyond that is not kept.
            self._written += text if self._shared else text[:_LONGEST_ERROR] if self._error else ""

    def end(self, tag: str) -> None:
        """An element ends."""
        name = tag.rpartition(":")[2]
        if name == "v":
            self._inside = False
            if self._shared:
                self._text += _length(self._lengths, self._written)
        elif name == "c" and self._error and self._value:
            self.noted[self._sheet][error_value(self._written)][self._column].append(self._row)
        elif name == "c" and self._formula and not self._value:
            self.noted[self._sheet][UNCALCULATED][self._column].append(self._row)

    def finish(self) -> None:
        """The part is at its end."""
        self._room.take_grid(self._rows, self._columns)
        self._room.take_text(self._text)


class OdsGrid:
    """The extent of the sheets of an ODS document, whose cells and rows say how often they repeat."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.noted: dict[str, Noted] = {}
        self._missing = nothing_noted()
        self._rows = self._row = self._row_end = self._columns = self._first = self._column = self._filled = 0
        self._length = self._text = 0
        self._formula = self._value = self._note = self._error = False
        self._written = ""
        self._open: list[tuple[str, range]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        match tag:
            case "table:table":
                self._missing = self.noted.setdefault(attributes.get("table:name", ""), nothing_noted())
                self._rows = self._row_end = self._columns = 0
            case "table:table-row":
                self._row = self._row_end + 1
                self._row_end += _repeated(attributes, "table:number-rows-repeated")
                self._column = self._filled = self._text = 0
                self._open = []
            case "table:table-cell" | "table:covered-table-cell":
                self._start_cell(attributes)
            case "text:p" if self._column:
                self._filled = self._column
            case "text:s":
                self._length += _repeated(attributes, "text:c")
            case "office:annotation":
                self._note = True

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._first = self._column + 1
        self._column += _repeated(attributes, "table:number-columns-repeated")
        told = {name for name in attributes if name.startswith("office:")}
        self._formula, self._value = "table:formula" in attributes, bool(told - {"office:value-type"})
        self._error, self._written = attributes.get("calcext:value-type") == "error", ""
        self._length = len(attributes.get("office:string-value", ""))
        if told or self._formula:
            self._filled = self._column

    def text(self, text: str) -> None:
        """Characters of an element."""
        self._length += len(text)
        # Not the text of a note, nor the line breaks between elements.
        self._value = self._value or not (self._note or text.isspace())
        if self._error and not self._note:
            self._written += text.strip()[:_LONGEST_ERROR]

    def end(self, tag: str) -> None:
        """An element ends."""
        match tag:
            case "office:annotation":
                self._note = False
            case "table:table-cell" | "table:covered-table-cell":
                self._text += self._length * (self._column - self._first + 1)
                cells = range(self._first, self._column + 1)
                if self._error:
                    self._open.append((error_value(self._written), cells))
                elif self._formula and not self._value:
                    self._open.append((UNCALCULATED, cells))
            case "table:table-row" if self._filled:
                self._end_row()
            case "table:table":
                self._room.take_grid(self._rows, self._columns)

    def _end_row(self) -> None:
        self._rows, self._columns = self._row_end, max(self._columns, self._filled)
        # At once, and not at the table's end: what follows is done for every cell of a repeated row.
        self._room.check_grid(self._rows, self._columns)
        self._room.take_text(self._text * (self._row_end - self._row + 1))
        for text, columns in self._open:
            for column in columns:
                self._missing[text][column].extend(range(self._row, self._row_end + 1))

    def finish(self) -> None:
        """The part is at its end; its tables were counted as they ended."""


def _length(lengths: Sequence[int], written: str) -> int:
    """How long the shared text is whose number is `written`; 0 where there is none."""
    number = int(written) if written.isdecimal() and len(written) < 9 else len(lengths)
    return lengths[number] if number < len(lengths) else 0


def _repeated(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1").strip()
    if not text.isdecimal():
        return 1
    return int(text) if len(text) < 9 else _MOST_REPEATS


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
