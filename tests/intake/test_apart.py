"""The process that reads untrusted files: it may end in any way, and what asked it goes on."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from billing_core.readers import limits, spare
from tests.intake.support import codes, read_one, workbook

ROOT = Path(__file__).parents[2]
BOOK = workbook(x=[["period", "agency", "employees"], ["2026-10", "BYM", 12]])


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Children that do as the file says."""
    monkeypatch.setattr(spare, "_idle", [])
    monkeypatch.setattr(spare, "_CHILD", "tests.intake.broken_child")
    yield
    for reader in spare._idle:
        reader.end()


@pytest.mark.parametrize(
    ("does", "code", "detail"),
    [
        ("abort", "too_heavy", "1400 MiB"),
        ("segfault", "reader_stopped", "11"),
        ("exit", "reader_stopped", "0"),
        ("half", "reader_stopped", "0"),
        ("babble", "reader_stopped", "?"),
        ("killed", "too_heavy", "1400 MiB"),
        ("nothing", "empty_file", None),
    ],
)
@pytest.mark.usefixtures("broken")
def test_however_the_child_ends_the_file_is_refused_and_the_next_is_read(
    does: str, code: str, detail: str | None
) -> None:
    found = read_one(b"PAR1" + does.encode()).problems.select("code", "detail").rows()
    assert found == [(code, detail)]
    assert codes(read_one(b"PAR1nothing")) == ["empty_file"]


@pytest.mark.parametrize("does", ["sleep", "spin"])
@pytest.mark.usefixtures("broken")
def test_a_child_that_does_not_answer_is_ended_by_its_limit_or_by_the_clock(
    does: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "READER_START", 0 if does == "sleep" else 30)
    monkeypatch.setattr(limits, "READER_PATIENCE", 0.05)
    assert read_one(b"PAR1" + does.encode()).problems.select("code", "detail").rows() == [("too_heavy", "10 s")]


def test_memory_beyond_the_limit_is_not_to_be_had() -> None:
    code = (
        "from billing_core.readers import child;"
        "child.reader = lambda kind: lambda *_: [bytearray(1 << 30), bytearray(1 << 29)];"
        "child.main()"
    )
    question = b'{"bytes": 0, "kind": "parquet", "file": "x", "words": [], "seconds": 10, "limits": %s}\n'
    told = json.dumps(limits.values()).encode()
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, cwd=ROOT, input=question % told, capture_output=True, check=True)
    assert json.loads(answer.stdout) == {"refused": ["too_heavy", "1400 MiB"], "fresh": False}


READING = """
import sys
from pathlib import Path
from billing_core.readers import child

heavy = {"numpy", "narwhals", "pandas", "pyarrow", "pydantic", "xlsxwriter"}
for kind in ("workbook", "parquet"):
    list(child.reader(kind)("x", Path(sys.argv[1], kind).read_bytes(), frozenset()))
    rooms = {tuple(name.split(".")[:2]) for name in sys.modules if name.startswith("billing_core.")}
    print(sorted(room for _, room in rooms), sorted(heavy & sys.modules.keys()))
"""


def test_the_child_imports_the_readers_and_little_else(tmp_path: Path) -> None:
    """What it imports is what the first file on the command line waits for."""
    (tmp_path / "workbook").write_bytes(BOOK)
    pl.DataFrame({"period": ["2026-10"], "cost": [1.5]}).write_parquet(tmp_path / "parquet")
    command = [sys.executable, "-c", READING, tmp_path]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    assert told.splitlines() == ["['base', 'readers'] []", "['base', 'readers'] ['numpy', 'pyarrow']"]


@pytest.mark.parametrize(
    ("name", "content", "ready"),
    [("a.xlsx", BOOK, 1), ("b", b"PAR1", 1), ("c.csv", b"period,agency\n", 0), ("d.xlsx", b"PAR", 0)],
)
def test_a_child_starts_for_files_that_begin_as_one_of_its_kinds_also_in_a_folder(
    name: str, content: bytes, ready: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_bytes(content)
    for path in (tmp_path / name, tmp_path):
        monkeypatch.setattr(spare, "_idle", [])
        spare.warm_for(["rate", "--agency", "x" * 5000, "a\0b", path])
        assert len(spare.idle()) == ready
        for child in spare.idle():
            child.end()


def test_a_pipe_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spare, "_idle", [])
    os.mkfifo(tmp_path / "pipe.xlsx")
    spare.warm_for([tmp_path / "pipe.xlsx"])
    assert spare.idle() == []


def test_readers_side_by_side_are_so_many_and_no_more_and_leave_nothing_behind() -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: read_one(BOOK, "x.xlsx"), range(24)))
    assert [intake.usage["headcount"]["employees"].to_list() for intake in found] == [[12]] * 24
    assert 1 <= len(spare.idle()) <= limits.READERS
    assert [pid for pid in _children(os.getpid()) if _state(pid) == "Z"] == []


def test_a_reader_that_has_had_much_through_it_makes_room_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    spare.warm()
    monkeypatch.setattr(spare, "_WORN", len(BOOK) // 2)
    before = {reader.pid for reader in spare.idle()}
    assert codes(read_one(BOOK, "x.xlsx")) == []
    assert len(before - {reader.pid for reader in spare.idle()}) == 1


@pytest.mark.parametrize("how", [signal.SIGKILL, None])
def test_a_child_stops_with_its_parent_however_that_ends(how: signal.Signals | None) -> None:
    script = "from billing_core.readers import spare; spare.warm(); print(spare.idle()[0].pid, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdin=-1, stdout=-1, text=True) as parent:
        assert parent.stdout and parent.stdin
        waiting = os.pidfd_open(int(parent.stdout.readline()))
        if how:
            parent.send_signal(how)
        else:
            parent.stdin.close()
        parent.wait(30)
    # Readable once the process has ended.
    assert select.select([waiting], [], [], 30)[0]
    os.close(waiting)


def _children(parent: int) -> list[int]:
    return [
        int(pid) for task in Path(f"/proc/{parent}/task").iterdir() for pid in (task / "children").read_text().split()
    ]


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
