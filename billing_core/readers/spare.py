"""The processes that read workbooks and Parquet files: started before they are needed, taken, and ended.

It imports nothing of weight, so that the first one starts while what asks of it is still being imported.
"""

import atexit
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import IO

from billing_core.readers import limits

APART = {"workbook": b"PK", "parquet": b"PAR1"}
"""The kinds of file that are read apart, and what each begins with. A zip of other files begins like a workbook."""

_ROOT = Path(__file__).parents[2]
_CHILD = "billing_core.readers.child"
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

_places = BoundedSemaphore(limits.READERS)
_lock = Lock()
_idle: list["Child"] = []


class Child:
    """One process: reads one file at a time. `fresh` is what it says of itself; `passed`, the bytes it has had."""

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
        self.passed = 0

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def questions(self) -> IO[bytes]:
        """Where it is asked."""
        return _open(self._process.stdin)

    @property
    def answers(self) -> IO[bytes]:
        """Where it answers."""
        return _open(self._process.stdout)

    @property
    def worn(self) -> bool:
        """Whether another should take its place."""
        return not self.fresh or self.passed >= _WORN

    def lives(self) -> bool:
        """Whether the process runs; one that does not is cleared away."""
        if self._process.poll() is None:
            return True
        self.end()
        return False

    def kill(self) -> None:
        """Stop the process at once."""
        self._process.kill()

    def signal(self) -> int:
        """The number of the signal that ended it, 0 if none did; waits until it has ended."""
        return -self._process.wait()

    def end(self) -> None:
        """Stop the process, wait until it has, and close what led to it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                _open(pipe).close()
            except BrokenPipeError:
                continue


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise EOFError
    return pipe


def warm() -> None:
    """Have a child at the ready, so that the first file does not wait for one to start."""
    with _lock:
        if not _idle:
            _idle.append(Child())


def warm_for(paths: Iterable[str | os.PathLike[str]]) -> None:
    """Have a child at the ready if any of the files, or of those in the folders, is one for it."""
    if any(_is_apart(file) for path in paths for file in _files(Path(path))):
        warm()


def _files(path: Path) -> Iterable[Path]:
    try:
        return list(path.iterdir()) if path.is_dir() else [path]
    except (OSError, ValueError):
        return []


def _is_apart(path: Path) -> bool:
    try:
        # A pipe would wait for whoever writes into it.
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return stream.read(4).startswith(tuple(APART.values()))
    except (OSError, ValueError):
        return False


def idle() -> list[Child]:
    """The children that wait for a file."""
    with _lock:
        return [child for child in _idle if child.lives()]


@contextmanager
def taken() -> Iterator[Child]:
    """A child for one file. Afterwards it waits for the next; if worn it is ended, and another started in its place."""
    with _places:
        child = _first_alive() or Child()
        try:
            yield child
        finally:
            if child.worn:
                child.end()
                warm()
            else:
                with _lock:
                    _idle.append(child)


def _first_alive() -> Child | None:
    with _lock:
        while _idle:
            child = _idle.pop()
            if child.lives():
                return child
    return None


@atexit.register
def _end_all() -> None:
    with _lock:
        while _idle:
            _idle.pop().end()
