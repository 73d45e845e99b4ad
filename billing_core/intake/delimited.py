"""Text files: bytes to text table, whatever program wrote them.

Encoding by BOM, then strict UTF-8, then cp1252. A file without quotes goes to Polars as it is (one line is one row
there), any other through the csv module, which knows quotes, line breaks inside them, and rows of uneven width.
"""

import csv
import io
import re
from typing import NamedTuple

import polars as pl

from billing_core.intake import limits
from billing_core.intake.headings import heading_row, known_headings
from billing_core.intake.sheet import MEASURELESS, ROW, Sheet, UnreadableError, unique_headings, without_blank_rows
from billing_core.problems import Problem

_DELIMITERS = (";", ",", "\t", "|")
_SAMPLE_BYTES = 256 * 1024
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SEP = re.compile(rb'"?sep=([\x09\x20-\x7e])"?[ ,;\t]*(?:\r?\n|$)', re.IGNORECASE)


class Layout(NamedTuple):
    """How a text file is laid out. `skipped` lines stand above the headings, the `sep=` line not counted."""

    delimiter: str
    skipped: int
    headings: list[str]


def read_delimited(file: str, content: bytes) -> Sheet:
    """A text file as a text table. Unreadable if it is no text, is empty, or breaks a limit."""
    text, encoding = utf8(content)
    text, delimiter = _declared_delimiter(text)
    if not text[:_SAMPLE_BYTES].strip() and not text.strip():
        raise UnreadableError("empty_file")
    layout = _layout(text, delimiter)
    if len(layout.headings) > limits.COLUMNS:
        raise UnreadableError("over_limit", f"{len(layout.headings)} > {limits.COLUMNS} columns")
    sheet = _regular(file, text, layout) or _careful(file, text, layout)
    if sheet.cells.height > limits.ROWS:
        raise UnreadableError("over_limit", f"{sheet.cells.height} > {limits.ROWS} rows")
    sheet.cells = without_blank_rows(sheet.cells)
    sheet.how |= {"encoding": encoding, "delimiter": layout.delimiter, "header_row": str(layout.skipped + 1)}
    return sheet


def utf8(content: bytes) -> tuple[bytes, str]:
    """`content` in UTF-8 without a mark, and the encoding it was in. Unreadable if it is not text."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _reencoded(content[len(bom) :], encoding), encoding
    # Bytes that no text holds: a picture, a program, a UTF-16 file without its mark.
    if b"\0" in content:
        raise UnreadableError("unreadable_file", "binary")
    try:
        if not content.isascii():
            content.decode("utf-8")
    except UnicodeDecodeError:
        return _reencoded(content, "cp1252"), "cp1252"
    return content, "utf-8"


def _reencoded(content: bytes, encoding: str) -> bytes:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError("unreadable_file", f"{encoding}, byte {error.start}") from error
    if "\0" in text:
        raise UnreadableError("unreadable_file", "binary")
    return text.encode()


def _declared_delimiter(text: bytes) -> tuple[bytes, str | None]:
    """The text after a `sep=` line (which no spreadsheet shows or counts) and the delimiter that the line names."""
    found = _SEP.match(text)
    if not found:
        return text, None
    return text[found.end() :], found[1].decode()


def _layout(text: bytes, declared: str | None) -> Layout:
    """The delimiter and heading row under which most columns are known; among equals the one with most columns."""
    head = text[:_SAMPLE_BYTES]
    if len(text) > len(head):
        head = head[: head.rfind(b"\n") + 1] or head
    # A sample that ends within a character loses that one only.
    sample = head.decode("utf-8", errors="ignore")
    scored: list[tuple[tuple[int, int, int], Layout]] = []
    for place, delimiter in enumerate([declared] if declared else _DELIMITERS):
        rows = _first_rows(sample, delimiter)
        at = heading_row(rows)
        headings = rows[at] if rows else []
        score = (known_headings(headings), len(headings) if _even(rows[at:]) else 1, -place)
        scored.append((score, Layout(delimiter, at, headings)))
    return max(scored)[1]


def _first_rows(sample: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) >= limits.HEADER_SEARCH_ROWS:
                break
    except csv.Error:
        return rows
    return rows


def _even(rows: list[list[str]]) -> bool:
    """Whether most rows have as many cells as the first."""
    filled = [row for row in rows if row]
    return bool(filled) and 2 * sum(len(row) == len(filled[0]) for row in filled) > len(filled)


def _regular(file: str, text: bytes, layout: Layout) -> Sheet | None:
    """The table by Polars, or None where one line need not be one row or a row has cells beyond the headings."""
    if b'"' in text or (b"\r" in text and text.count(b"\r") != text.count(b"\r\n")):
        return None
    lines = text.count(b"\n") + (not text.endswith(b"\n"))
    skipped = layout.skipped + 1
    if lines == skipped:
        frame = pl.DataFrame(schema={f"#{place}": pl.String() for place in range(len(layout.headings))})
    else:
        try:
            frame = pl.read_csv(
                text,
                has_header=False,
                skip_lines=skipped,
                separator=layout.delimiter,
                quote_char=None,
                schema={f"#{place}": pl.String() for place in range(len(layout.headings))},
            )
        except pl.exceptions.PolarsError:
            return None
        if frame.height != lines - skipped:
            return None
    return _named(file, frame, layout, pl.int_range(skipped + 1, lines + 1, eager=True))


def _named(file: str, frame: pl.DataFrame, layout: Layout, rows: pl.Series) -> Sheet:
    """`frame` with its columns named by their headings, and ROW; unnamed columns with content are told of."""
    names, problems = unique_headings(file, layout.headings)
    kept = [column.alias(name) for column, name in zip(frame, names, strict=True) if name is not None]
    for place, (column, heading) in enumerate(zip(frame.columns, layout.headings, strict=True), 1):
        if not heading.strip() and frame[column].null_count() < frame.height:
            problems.append(Problem(severity="notice", code="column_without_heading", file=file, column=str(place)))
    return Sheet(file, "", pl.DataFrame([*kept, rows.alias(ROW)]), problems=problems)


def _careful(file: str, text: bytes, layout: Layout) -> Sheet:
    """The table by the csv module. A row with content beyond the headings is refused: its cells may have shifted."""
    width = len(layout.headings)
    bad: dict[int, tuple[str, str]] = {}
    numbers: list[int] = []
    columns: list[list[str | None]] = [[] for _ in range(width)]
    csv.field_size_limit(limits.LINE_BYTES)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text.decode(), newline=""), delimiter=layout.delimiter), 1):
            if number <= layout.skipped + 1 or not any(row):
                continue
            if len(row) > width and any(cell.strip() for cell in row[width:]):
                bad[number] = ("too_many_cells", layout.delimiter.join(row[width:]))
            numbers.append(number)
            for place, column in enumerate(columns):
                column.append(_cell(row[place]) if place < len(row) else None)
    except csv.Error as error:
        raise UnreadableError("unreadable_file", str(error)) from error
    frame = pl.DataFrame({f"#{place}": pl.Series(column, dtype=pl.String) for place, column in enumerate(columns)})
    sheet = _named(file, frame, layout, pl.Series(ROW, numbers, dtype=pl.Int64))
    sheet.bad_rows = bad
    return sheet


def _cell(text: str) -> str | None:
    if len(text) > limits.CELL_CHARACTERS:
        return MEASURELESS
    return text or None
