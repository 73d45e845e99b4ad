"""Every kind of untrusted file against every way to ask for too much: refused within limits, and the server lives."""

import contextlib
import io
import os
import resource
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from billing_core.readers import limits, spare
from tests.intake.binary_book import binary_book, number_cell, row, shared_cell, table, text_cell
from tests.intake.support import codes, read_one, with_parts, workbook, zipped
from tests.intake.test_hostile import BOOK, MAIN, SHEET, sheet
from tests.intake.test_workbook import ods, ods_row

HEAD = ["period", "agency", "employees"]
LAST_ROW, FAR = 1_048_575, 99_999_999
LONG = "lang tekst " * 900_000
"""Ten million characters."""


def xlsx(cells: str, *shared: str) -> bytes:
    texts = "".join(f"<si><t>{text}</t></si>" for text in shared)
    parts = {"xl/sharedStrings.xml": f"<sst {MAIN}>{texts}</sst>".encode()} if shared else {}
    return with_parts(BOOK, {SHEET: sheet(cells)} | parts)


def shared_cells(rows: int) -> str:
    return "".join('<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' for _ in range(rows))


def binary_shared(rows: int) -> bytes:
    return b"".join(row(at) + shared_cell(0, 0) for at in range(rows))


def ods_cell(text: str, repeated: int = 1, rows: int = 1) -> bytes:
    cell = f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeated}">{text}'
    return ods(f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-cell></table:table-row>')


def parquet(columns: dict[str, pa.Array], **options: object) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream, **options)
    return stream.getvalue()


def same(text: str, rows: int) -> pa.Array:
    """`rows` times a text that the file holds once."""
    first = pa.Array.from_buffers(pa.int32(), rows, [None, pa.py_buffer(bytes(4 * rows))])
    return pa.DictionaryArray.from_arrays(first, [text])


def maps(rows: int, entries: int) -> pa.Array:
    """`rows` maps, each of so many entries that the file holds once."""
    texts = pa.repeat(pa.scalar("a" * 10), rows * entries)
    return pa.MapArray.from_arrays([entries * place for place in range(rows + 1)], texts, texts)


def nested(depth: int) -> pa.Array:
    values = pa.array([1])
    for _ in range(depth):
        values = pa.ListArray.from_arrays([0, 1], values)
    return values


def understated(content: bytes) -> bytes:
    """A Parquet file whose footer says that its row groups and columns hold a few bytes."""
    size = pq.read_metadata(io.BytesIO(content)).row_group(0).total_byte_size
    at = content.rindex(varint(2 * size))
    little = varint(2 * size)
    little = bytes([0x82, *([0x80] * (len(little) - 2)), 0])
    lying = content[:at] + little + content[at + len(little) :]
    assert pq.read_metadata(io.BytesIO(lying)).row_group(0).total_byte_size == 1
    return lying


def varint(number: int) -> bytes:
    found = b""
    while number >= 128:
        found, number = found + bytes([number & 0x7F | 0x80]), number >> 7
    return found + bytes([number])


ATTACKS: dict[str, tuple[Callable[[], bytes], str]] = {
    # cells
    "xlsx of two cells far apart": (
        lambda: xlsx(f'<row><c><v>1</v></c></row><row r="{LAST_ROW}"><c r="OL{LAST_ROW}"><v>1</v></c></row>'),
        "over_limit",
    ),
    "xlsb of two cells far apart, a grid of 549 GB": (
        lambda: binary_book(row(0) + text_cell(0, "Periode") + row(LAST_ROW) + number_cell(16_383, 1)),
        "over_limit",
    ),
    "xlsb of two cells 100 columns and a million rows apart": (
        lambda: binary_book(row(0) + text_cell(0, "Periode") + row(999_999) + number_cell(99, 1)),
        "over_limit",
    ),
    "ods of a row that repeats": (lambda: ods(ods_row(*["x"] * 20, repeated=1_000_000)), "over_limit"),
    "parquet of a hundred million cells without a value": (
        lambda: parquet({f"k{place}": pa.nulls(250_000) for place in range(401)}),
        "over_limit",
    ),
    # long texts, shared or repeated
    "xlsx of one text of 10 MB in 4 000 cells": (lambda: xlsx(shared_cells(2000), LONG), "over_limit"),
    "xlsx of one text of 30 KB in 20 000 cells": (lambda: xlsx(shared_cells(10_000), LONG[:30_000]), "over_limit"),
    "xlsb of one text of 10 MB in 2 000 cells": (
        lambda: binary_book(binary_shared(2000), [LONG[:5_000_000]]),
        "over_limit",
    ),
    "ods of a long text repeated a million times": (
        lambda: ods_cell("<text:p>" + LONG[:5000] + "</text:p>", rows=1_000_000),
        "over_limit",
    ),
    "ods of a long text repeated in columns and rows": (
        lambda: ods_cell("<text:p>" + LONG[:30_000] + "</text:p>", repeated=400, rows=400),
        "over_limit",
    ),
    "ods of a text of spaces by their number": (
        lambda: ods_cell('<text:p>x<text:s text:c="4000000000"/></text:p>'),
        "over_limit",
    ),
    "parquet of one text of 600 KB in 18 000 rows, 11 GB": (
        lambda: parquet({"period": same(LONG[:600_000], 18_000)}, compression="none"),
        "over_limit",
    ),
    # rows
    "xlsx of a row far down": (lambda: xlsx(f'<row r="{FAR}"><c><v>1</v></c></row>'), "over_limit"),
    "xlsb of a row far down": (lambda: binary_book(row(2**32 - 2) + number_cell(0, 1)), "over_limit"),
    "ods of rows beyond number": (lambda: ods_cell("<text:p>x</text:p>", rows=4_000_000_000), "over_limit"),
    "parquet of twenty million rows and one": (
        lambda: parquet({"period": pa.nulls(limits.ROWS + 1)}),
        "over_limit",
    ),
    # columns
    "xlsx of 16 384 columns": (lambda: xlsx('<row><c r="XFD1"><v>1</v></c></row>'), "over_limit"),
    "xlsb of 16 384 columns": (lambda: binary_book(row(0) + number_cell(16_383, 1)), "over_limit"),
    "xlsb of columns beyond number": (lambda: binary_book(row(0) + number_cell(2**32 - 2, 1)), "over_limit"),
    "ods of columns beyond number": (lambda: ods_cell("<text:p>x</text:p>", repeated=4_000_000_000), "over_limit"),
    "parquet of 501 columns": (lambda: parquet({f"k{place}": pa.nulls(1) for place in range(501)}), "over_limit"),
    # nesting
    "xlsx of elements within elements": (lambda: xlsx("<a>" * 100_000 + "</a>" * 100_000), "empty_file"),
    "ods of elements within elements": (
        lambda: ods_cell("<text:p>" + "<text:span>" * 100_000 + "</text:span>" * 100_000 + "</text:p>"),
        "unknown_table",
    ),
    "parquet of lists within lists": (lambda: parquet({"period": nested(60)}), "unreadable_file"),
    # metadata that lies
    "xlsx that says it is larger than it is": (
        lambda: with_parts(BOOK, {SHEET: sheet("").replace(b"<sheetD", b'<dimension ref="A1:XFD1048576"/><sheetD')}),
        "empty_file",
    ),
    "xlsb that says it is larger than it is": (
        lambda: binary_book(table(HEAD, ["2026-10", "BYM", 12.0]), extent=(2**32 - 1, 2**32 - 1)),
        "",
    ),
    "xlsb that says it shares more texts than there are": (
        lambda: binary_book(table(HEAD, ["2026-10", "BYM", 12.0]), ["x"], told=2**32 - 1),
        "unreadable_file",
    ),
    "xlsx in which many sheets are one part": (
        lambda: with_parts(workbook(**{f"a{n}": [["x"]] for n in range(100)}), _one_part_for_all()),
        "hostile_file",
    ),
}  # fmt: skip


def _one_part_for_all() -> dict[str, bytes]:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    inside = "".join(
        f'<Relationship Id="rId{n}" Type="{relation}" Target="worksheets/sheet1.xml"/>' for n in range(1, 101)
    )
    rels = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'
    )
    far = sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1000000"><c r="A1000000"><v>1</v></c></row>')
    return {"xl/_rels/workbook.xml.rels": rels.encode(), SHEET: far}


class Taken:
    """Processor time (s) and memory (bytes) that reading takes: in the child, and in this process beyond the start."""

    def __init__(self) -> None:
        self._before = {reader.pid: _processor(reader.pid) for reader in spare.idle()}
        self._dead = _of_dead()
        self._peaks, self._over = dict.fromkeys(self._before, 0), threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)
        self._looking.start()
        Path("/proc/self/clear_refs").write_text("5")
        self._own = _status("self", "VmRSS")

    def _look(self) -> None:
        """Note the children's peaks while they live: what is told of ended ones begins with this process's own."""
        while not self._over.wait(0.002):
            for pid in self._peaks:
                with contextlib.suppress(OSError, StopIteration):
                    self._peaks[pid] = _status(pid, "VmHWM")

    def check(self) -> None:
        """Within the limits of the proof: ten seconds, 1.5 GB, and nothing here."""
        alive = [reader.pid for reader in spare.idle()]
        # What the next child takes to start is no part of it.
        seconds = sum(_processor(pid) - self._before[pid] for pid in alive if pid in self._before)
        ended = [taken for pid, taken in self._before.items() if pid not in alive]
        assert seconds + _of_dead() - self._dead - sum(ended) < limits.READER_SECONDS
        self._over.set()
        self._looking.join()
        assert self._peaks
        assert all(0 < peak < 1.5e9 for peak in (*self._peaks.values(), *(_status(pid, "VmHWM") for pid in alive)))
        assert _status("self", "VmHWM") - self._own < 100 * limits.MIB


def _processor(pid: int) -> float:
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _status(pid: int | str, key: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key))


def _of_dead() -> float:
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


@pytest.fixture(autouse=True)
def _a_child_at_the_ready() -> Iterator[None]:
    spare.warm()
    yield


@pytest.mark.parametrize("name", ATTACKS)
def test_a_file_that_asks_for_too_much_is_refused_within_the_limits(name: str) -> None:
    make, code = ATTACKS[name]
    content = make()
    for packed in (content, zipped({"inside.bin": content})):
        taken = Taken()
        found = codes(read_one(packed, "file.zip"))
        taken.check()
        assert found[:1] == ([code] if code else [])
    assert codes(read_one(BOOK, "x.xlsx")) == []


def test_the_text_of_maps_counts_as_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = parquet({"Tags": maps(1_000, 10)})
    assert codes(read_one(content)) == ["unknown_table"]
    # Each row is ten times "aaaaaaaaaa":"aaaaaaaaaa", parted by commas, within braces: 261 bytes.
    monkeypatch.setattr(limits, "PARQUET_TEXT", 260_000)
    assert codes(read_one(content)) == ["over_limit"]


def test_a_parquet_footer_that_lies_about_its_size_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    content = parquet({"period": pa.array(["2026-10" * 10] * 100_000)}, use_dictionary=False, compression="zstd")
    assert codes(read_one(understated(content))) == ["unknown_table"]
    monkeypatch.setattr(limits, "PARQUET_TEXT", 7_000_000)
    assert codes(read_one(understated(content))) == ["unknown_table"]
    monkeypatch.setattr(limits, "PARQUET_TEXT", 6_999_999)
    assert codes(read_one(understated(content))) == ["over_limit"]


@pytest.mark.parametrize(
    ("limit", "most", "content"),
    [
        ("WORKBOOK_TEXT", 8, xlsx(shared_cells(2), "ab")),
        ("WORKBOOK_TEXT", 6, binary_book(binary_shared(3), ["ab"])),
        ("WORKBOOK_TEXT", 12, ods_cell("<text:p>ab</text:p>", repeated=3, rows=2)),
        ("WORKBOOK_CELLS", 6, binary_book(table(["a", "b", "c"], ["2026-10", "BYM", 12.0]))),
        ("PARQUET_TEXT", 8, parquet({"a": pa.array(["ab", "ab", None, "cdef"])})),
    ],
)
def test_a_limit_is_the_last_that_is_read(
    limit: str, most: int, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, limit, most)
    assert codes(read_one(content)) == ["unknown_table"]
    monkeypatch.setattr(limits, limit, most - 1)
    assert codes(read_one(content)) == ["over_limit"]
