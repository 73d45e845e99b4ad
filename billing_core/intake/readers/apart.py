"""Workbooks and Parquet files are read in a process of their own, which may take so much memory and time and no more.

Their readers are other people's code, and some end the process they run in when a file asks for too much. Here that
ends the child alone, and the file is refused. A child that is idle waits for the next file; it stops with its parent,
when nothing can come from it any more.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import BoundedSemaphore, Lock, Timer
from typing import IO

import polars as pl

from billing_core.intake import limits
from billing_core.intake.readers.others import out_of_memory
from billing_core.intake.readers.pieces import Wire, joined, unpacked_piece
from billing_core.intake.sheet import Sheet, UnreadableError

_ROOT = Path(__file__).parents[3]
_CHILD = "billing_core.intake.readers.child"
_FEW_THREADS = {
    "POLARS_MAX_THREADS": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # Takes what it needs as it needs it, so that the limit is one of memory in use.
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "PYTHONPATH": str(_ROOT),
}
_WORN = 64 * limits.MIB
"""A child that has had more through it makes room for a new one, which has all of its memory still."""

_OUT_OF_TIME = getattr(signal, "SIGXCPU", None)
_OUT_OF_MEMORY = (signal.SIGABRT, getattr(signal, "SIGKILL", None))

_places = BoundedSemaphore(limits.READERS)
_lock = Lock()
_idle: list["_Reader"] = []


def read_apart(kind: str, file: str, content: bytes) -> list[Sheet]:
    """The sheets of a file of a `kind` that the child knows, by name. Unreadable as its reader says, or if it stops."""
    with _places:
        reader = _taken()
        try:
            sheets = joined(reader.read(kind, file, content))
        finally:
            _put_back(reader)
        return sheets


def warm() -> None:
    """Have a child at the ready, so that the first file does not wait for one to start."""
    with _lock:
        if not _idle:
            _idle.append(_Reader())


def idle() -> list["_Reader"]:
    """The children that wait for a file."""
    with _lock:
        return [reader for reader in _idle if reader.lives()]


def _taken() -> "_Reader":
    with _lock:
        while _idle:
            reader = _idle.pop()
            if reader.lives():
                return reader
    return _Reader()


def _put_back(reader: "_Reader") -> None:
    """Keep the reader for the next file; one that has stopped, or grown, is ended and another started in its place."""
    if reader.fresh:
        with _lock:
            _idle.append(reader)
    else:
        reader.end()
        warm()


@atexit.register
def _end_all() -> None:
    with _lock:
        while _idle:
            _idle.pop().end()


class _Reader:
    """One child process: reads one file at a time."""

    def __init__(self) -> None:
        # Of its own session: what interrupts the parent at a terminal ends the child by the end of its input alone.
        self._process = subprocess.Popen(  # noqa: S603 our own program, no word of a user's
            [sys.executable, "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=os.environ | _FEW_THREADS,
            start_new_session=True,
        )
        self.fresh = True
        self._late = False
        self._passed = 0

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def lives(self) -> bool:
        """Whether the process runs; one that does not is cleared away."""
        if self._process.poll() is None:
            return True
        self.end()
        return False

    def read(self, kind: str, file: str, content: bytes) -> Iterator[Sheet]:
        """The pieces of one file's sheets, as they come."""
        seconds = limits.reader_seconds(len(content))
        timer = Timer(limits.READER_START + limits.READER_PATIENCE * seconds, self._give_up)
        timer.daemon = True
        timer.start()
        self.fresh = False
        self._passed += len(content)
        try:
            self._ask({"kind": kind, "file": file, "seconds": seconds, "limits": limits.values()}, content)
            yield from self._answer()
        except (BrokenPipeError, EOFError) as error:
            raise self._why_stopped(seconds) from error
        except (ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
            raise UnreadableError("reader_stopped", "?") from error
        finally:
            timer.cancel()

    def _ask(self, request: Wire, content: bytes) -> None:
        line = json.dumps(request | {"bytes": len(content)}).encode() + b"\n"
        stdin = self._pipe(self._process.stdin)
        stdin.write(line)
        stdin.write(content)
        stdin.flush()

    def _answer(self) -> Iterator[Sheet]:
        stdout = self._pipe(self._process.stdout)
        while True:
            line = stdout.readline()
            if not line.endswith(b"\n"):
                raise EOFError
            told = json.loads(line)
            if "piece" not in told:
                break
            content = stdout.read(told["bytes"])
            if len(content) < told["bytes"]:
                raise EOFError
            self._passed += len(content)
            yield unpacked_piece(told["piece"], content)
        self.fresh = told["fresh"] and self._passed < _WORN
        if told["refused"]:
            raise UnreadableError(*told["refused"])

    def _give_up(self) -> None:
        self._late = True
        self._process.kill()

    def _why_stopped(self, seconds: int) -> UnreadableError:
        code = -self._process.wait()
        if self._late or code == _OUT_OF_TIME:
            return UnreadableError("too_heavy", f"{seconds} s")
        if code in _OUT_OF_MEMORY:
            return out_of_memory()
        return UnreadableError("reader_stopped", str(code))

    def end(self) -> None:
        """Stop the process, wait until it has, and close what led to it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                self._pipe(pipe).close()
            except BrokenPipeError:
                continue

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        if pipe is None:
            raise EOFError
        return pipe
