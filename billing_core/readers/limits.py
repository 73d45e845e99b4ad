"""Every limit an upload is held to, in one place. A file beyond one is refused with the code `over_limit`.

Ours, not the circular's: chosen so that a municipality's real files fit many times over on a machine with 4 GiB.
"""

from collections.abc import Mapping

MIB = 1024 * 1024

FILE_BYTES = 512 * MIB
"""One file as it was handed in, or unpacked from a zip."""

INFLATED_BYTES = 1024 * MIB
"""All parts of a zip file, or of a Parquet file, unpacked: read from its directory before anything is unpacked, and
held to it while it is."""

WORKBOOK_BYTES = 512 * MIB
"""All parts of a workbook, unpacked."""

INFLATED_RATIO = 200
"""Unpacked size over packed size of one part, once it is larger than RATIO_FREE_BYTES."""

RATIO_FREE_BYTES = 16 * MIB
"""A part up to this size may be packed as tightly as it likes."""

ARCHIVE_FILES = 200
"""Files in a zip file; times ten, the parts of a workbook, or of a zip with its folders and what systems add."""

ROWS = 20_000_000
"""Rows of one sheet."""

CELLS = 100_000_000
"""Rows times columns of one sheet of a text or Parquet file: in memory each takes 16 bytes, also an empty one."""

WORKBOOK_CELLS = 12_000_000
"""Rows times columns of all sheets of a workbook, each from its first cell to its last."""

WORKBOOK_TEXT = 256 * MIB
"""Characters of all cells of a workbook, a text that many cells share or repeat counted as often as it stands."""

PARQUET_TEXT = 1024 * MIB
"""Bytes of text in all cells of a Parquet file, a repeated one counted as often as it stands."""

COLUMNS = 500
"""Columns of one sheet."""

CELL_CHARACTERS = 32_767
"""Characters of one cell: what a spreadsheet holds."""

LINE_BYTES = 16 * MIB
"""Bytes of one line of a text file, and of a quoted cell of many lines: a row of COLUMNS cells of CELL_CHARACTERS."""

SHEETS = 100
"""Sheets of one workbook."""

TEXT_CHARACTERS = 200
"""Characters of one value of a usage table (contract, section 1)."""

HEADER_SEARCH_ROWS = 30
"""How far down a sheet its headings are looked for."""

EXAMPLE_CHARACTERS = 80
"""Characters of a value that a problem shows."""

READERS = 2
"""Workbooks and Parquet files read at the same time, each in a process of its own; others wait."""

READER_BYTES = 1400 * MIB
"""Memory that such a process takes at most, itself included."""

READER_SPACE = 4096 * MIB
"""Its address space: what is set aside, and mostly never taken."""

READER_SECONDS = 10
"""Processor time that a small file takes at most."""

READER_SECONDS_PER_MIB = 2
"""What each MiB of a file adds to it."""

READER_SECONDS_MOST = 120
"""Processor time that any file takes at most."""

READER_PATIENCE = 4
"""So many times its processor time a file may take by the clock, on a machine that does other work too."""

READER_START = 30
"""Seconds by the clock that a child may take to start beside that: they pass where the machine is busy."""


def reader_seconds(size: int) -> int:
    """Processor time, in seconds, for reading a workbook or Parquet file of `size` bytes."""
    return min(READER_SECONDS + READER_SECONDS_PER_MIB * size // MIB, READER_SECONDS_MOST)


def values() -> dict[str, int]:
    """Every limit by its name."""
    return {name: value for name, value in globals().items() if name.isupper()}


def hold(told: Mapping[str, int]) -> None:
    """Hold files to the limits that another process told."""
    globals().update({name: int(told[name]) for name in values()})
