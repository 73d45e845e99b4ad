"""A gigabyte of one line, however it is handed in: refused, and with hardly any memory beyond what is handed in."""

import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from billing_core.readers import limits

ROOT = Path(__file__).parents[2]


def peak(content: str, name: str = "one_line.csv") -> tuple[list[str], float]:
    """The problem codes of a file, read in a process of its own, and by how many MiB memory peaked above `content`."""
    program = f"""
from pathlib import Path
from billing_core.intake import Options, Source, read
from tests.intake.support import REGISTER, codes

def read_one(source):
    return codes(read([source], REGISTER, Options()))

def peak():
    # In KiB. Not ru_maxrss: that begins with what the process held that started this one.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

read_one(Source("a.csv", b"period,agency,employees\\n2026-10,BYM,12\\n"))
source = Source({name!r}, {content})
before = peak()
found = read_one(source)
print((peak() - before) / 1024, *found)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    grown, *found = done.stdout.split()
    return found, float(grown)


def packed_line(path: Path, told: int, packed: int) -> str:
    """A zip of one file: a GiB of one line in `packed` bytes at least, whose directory says that it has `told`."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(b"9" * limits.MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    line = block * 1024 + packer.flush()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one_line.csv", line.ljust(packed, b"\0"))
    content = bytearray(path.read_bytes())
    directory = content.rindex(b"PK\x01\x02")
    for method, size in ((8, 22), (directory + 10, directory + 24)):
        content[method : method + 2] = zipfile.ZIP_DEFLATED.to_bytes(2, "little")
        content[size : size + 4] = told.to_bytes(4, "little")
    path.write_bytes(content)
    return f"path=Path({str(path)!r})"


def test_a_gigabyte_of_one_line_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "one_line.csv"
    with path.open("wb") as stream:
        stream.truncate(1024 * limits.MIB)
    found, grown = peak(f"path=Path({str(path)!r})")
    assert found == ["over_limit"]
    assert grown < 32


@pytest.mark.parametrize(
    ("told", "packed", "code"),
    [
        (1024 * limits.MIB, 0, "over_limit"),  # too tightly packed
        (limits.FILE_BYTES + 1, limits.FILE_BYTES // 150, "over_limit"),  # larger than one file may be
        (1000, 0, "unreadable_file"),  # a directory that lies
    ],
)
def test_a_gigabyte_of_one_line_in_a_zip_is_refused_unpacked(tmp_path: Path, told: int, packed: int, code: str) -> None:
    content = packed_line(tmp_path / "x.zip", told, packed)
    assert (tmp_path / "x.zip").stat().st_size < 4 * limits.MIB
    found, grown = peak(content, "x.zip")
    assert found == [code]
    assert grown < 32


@pytest.mark.parametrize("start", ["", "period,agency,employees\\n2026-10,BYM,", 'period,agency,employees\\n"'])
def test_one_line_as_large_as_a_file_may_be_is_refused_without_a_copy(start: str) -> None:
    found, grown = peak(f"b'{start}'.ljust({limits.FILE_BYTES}, b'9')")
    assert found == ["over_limit"]
    assert grown < 32
