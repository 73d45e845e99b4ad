"""Text files: bytes to text table, whatever program wrote them.

Encoding by BOM, then strict UTF-8, then cp1252; delimiter and heading row by what makes most headings known.
"""

import csv
import io
import re

from billing_core.readers import limits
from billing_core.readers.heading_row import Words, heading_row, known_headings
from billing_core.readers.sheet import Sheet, UnreadableError, check_extent, without_blank_rows
from billing_core.readers.text_rows import Layout, by_csv_module, by_polars, has_line_over

_DELIMITERS = (";", ",", "\t", "|")
_SAMPLE_BYTES = 256 * 1024
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SEP = re.compile(rb'"?sep=([\x09\x20-\x7e])"?[ ,;\t]*(?:\r?\n|$)', re.IGNORECASE)


def read_delimited(file: str, content: bytes, words: Words) -> Sheet:
    """A text file as a text table; `words` are known headings. Unreadable if no text, empty, or beyond a limit."""
    text, encoding = utf8(content)
    if has_line_over(text, limits.LINE_BYTES):
        raise UnreadableError("over_limit", f"1 line > {limits.LINE_BYTES // limits.MIB} MiB")
    text, delimiter = _declared_delimiter(text)
    if not text[:_SAMPLE_BYTES].strip() and not text.strip():
        raise UnreadableError("empty_file")
    layout = _layout(text, delimiter, words)
    check_extent(0, len(layout.headings))
    sheet = by_polars(file, text, layout) or by_csv_module(file, text, layout)
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


def _layout(text: bytes, declared: str | None, words: Words) -> Layout:
    """The delimiter and heading row under which most columns are known; among equals the one with most columns."""
    head = text[:_SAMPLE_BYTES]
    if len(text) > len(head):
        head = head[: head.rfind(b"\n") + 1] or head
    # A sample that ends within a character loses that one only.
    sample = head.decode("utf-8", errors="ignore")
    scored: list[tuple[tuple[int, int, int], Layout]] = []
    for place, delimiter in enumerate([declared] if declared else _DELIMITERS):
        rows = _first_rows(sample, delimiter)
        at = heading_row(rows, words)
        headings = rows[at] if rows else []
        score = (known_headings(headings, words), len(headings) if _even(rows[at:]) else 1, -place)
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
