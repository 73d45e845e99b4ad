"""Every limit an upload is held to, in one place. A file beyond one is refused with the code `over_limit`.

Ours, not the circular's: chosen so that a municipality's real files fit many times over on a machine with 4 GiB.
"""

MIB = 1024 * 1024

FILE_BYTES = 512 * MIB
"""One file as it was handed in, or unpacked from a zip."""

INFLATED_BYTES = 1024 * MIB
"""All parts of a zip file, or of a Parquet file, unpacked: read from its directory before anything is unpacked."""

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

CELLS = 200_000_000
"""Rows times columns of one sheet of a text or Parquet file: in memory an empty cell takes as much as any."""

WORKBOOK_CELLS = 12_000_000
"""Rows times columns of one sheet of a workbook, from its first cell to its last."""

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
