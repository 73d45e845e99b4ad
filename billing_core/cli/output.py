"""What a command writes: beside its place first, and in its place once the command is through."""

import argparse
import contextlib
import os
import re
import shutil
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl

from billing_core import intake
from billing_core.base.errors import EngineError, RequestError
from billing_core.cli.command import DATA
from billing_core.export import ENDINGS, csv_bytes, write, write_frames

STANDARD = "-"
"""Standard output where a file is written, standard input where one is read."""


class Output(ABC):
    """A place that a command writes to."""

    def __init__(self, written: str) -> None:
        self.written = written
        # A link stays; what it points at is replaced.
        self.place = Path(written).resolve()

    @property
    def is_standard(self) -> bool:
        """Whether this is standard output."""
        return self.written == STANDARD

    @abstractmethod
    def refuse_unwritable(self) -> None:
        """RequestError if nothing can be written there."""

    @abstractmethod
    def keep(self) -> None:
        """Puts what was written in its place."""

    @abstractmethod
    def drop(self) -> None:
        """Clears away what was written beside, if it is still there."""

    @contextlib.contextmanager
    def named(self) -> Iterator[None]:
        """Where others write: an error of theirs names this output."""
        try:
            yield
        except (OSError, pl.exceptions.PolarsError, EngineError) as error:
            raise RequestError(f"{self.written}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """Why writing failed: what the system says, whatever is written around it."""
    number = _SYSTEM_ERROR.search(str(error))
    if number:
        return os.strerror(int(number[1] or number[2]))
    return getattr(error, "strerror", None) or str(error).strip().partition("\n")[0]


_SYSTEM_ERROR = re.compile(r'os error (\d+)|"errno":"(\d+)"')
"""How Polars and DuckDB say the number of the system's error."""


class OutputFile(Output):
    """One file, or standard output (`-`)."""

    staged: Path | None = None

    def refuse_unwritable(self) -> None:
        """As `Output.refuse_unwritable`."""
        if self.is_standard:
            return
        if not self.place.parent.is_dir():
            raise RequestError(f"{self.written}: there is no folder {self.place.parent}")
        if self.place.exists() and not self.place.is_file():
            raise RequestError(f"{self.written} is no file")
        refuse_closed(self)

    def put(self, frame: pl.DataFrame, sheet: str) -> None:
        """Writes a frame by the file's ending; to standard output as CSV. `sheet` names it in a workbook."""
        if self.is_standard:
            print_out(csv_bytes(frame).decode())
        else:
            self.put_file(lambda path: write(frame, path, sheet))

    def put_frames(self, frames: Iterable[pl.DataFrame], sheet: str) -> None:
        """As `put`, of frames of one schema under one another, one after another."""
        if self.is_standard:
            for place, frame in enumerate(frames):
                print_out(csv_bytes(frame, header=not place).decode())
        else:
            self.put_file(lambda path: write_frames(frames, path, sheet))

    def put_file(self, write_to: Callable[[Path], object]) -> None:
        """Lets `write_to` write the file, at the path that it is given (beside the place, of the same ending)."""
        self.staged = self.place.with_name(f".{self.place.stem}.{os.getpid()}.part{self.place.suffix}")
        with self.named():
            write_to(self.staged)
            to_disk(self.staged)

    def keep(self) -> None:
        """As `Output.keep`; an earlier file's permissions stay."""
        if self.staged:
            with self.named():
                if self.place.exists():
                    shutil.copymode(self.place, self.staged)
                self.staged.replace(self.place)

    def drop(self) -> None:
        """As `Output.drop`."""
        if self.staged:
            self.staged.unlink(missing_ok=True)


class OutputFolder(Output):
    """A folder that a command writes files into; what else is there stays."""

    def refuse_unwritable(self) -> None:
        """As `Output.refuse_unwritable`."""
        if self.place.exists() and not self.place.is_dir():
            raise RequestError(f"{self.written} is no folder")

    def put_files(self, write_to: Callable[[Path], object]) -> None:
        """Lets `write_to` write the files, into the folder that it is given."""
        with self.named():
            self.place.mkdir(parents=True, exist_ok=True)
            self._staged.mkdir(exist_ok=True)
            write_to(self._staged)
            for path in self._staged.iterdir():
                to_disk(path)

    @property
    def _staged(self) -> Path:
        return self.place / f".{os.getpid()}.part"

    def keep(self) -> None:
        """As `Output.keep`."""
        with self.named():
            for path in sorted(self._staged.glob("*")):
                path.replace(self.place / path.name)

    def drop(self) -> None:
        """As `Output.drop`."""
        shutil.rmtree(self._staged, ignore_errors=True)


def print_out(text: str) -> None:
    """Writes to standard output at once: what it cannot take is an error now, not one after the exit."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # Python would try what is left again at the exit, and end with a message of its own.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise RequestError(f"standard output: {error.strerror}") from error


def output_file(*endings: str) -> Callable[[str], OutputFile]:
    """The type of an option that names a file to write: of one of `endings`, those of frames and `-` by default."""

    def read(text: str) -> OutputFile:
        ending = Path(text).suffix.lower()
        if ending not in (endings or ENDINGS) and (endings or text != STANDARD):
            named = " or ".join(endings or (*ENDINGS, f"{STANDARD} for standard output"))
            raise argparse.ArgumentTypeError(f"cannot write {text}: the ending is {ending or 'missing'}; use {named}")
        return OutputFile(text)

    return read


def output_folder(text: str) -> OutputFolder:
    """The type of an option that names a folder to write files into."""
    return OutputFolder(text)


def checked(options: argparse.Namespace) -> list[Output]:
    """The outputs among the options. RequestError for one that cannot be written, is an input or another output.

    Inputs are the paths among the options, the files of those that are folders, and the project's own data.
    """
    values = [value for given in vars(options).values() for value in (given if isinstance(given, list) else [given])]
    outputs = [value for value in values if isinstance(value, Output)]
    inputs = [value for value in values if isinstance(value, Path)]
    if inputs.count(Path(STANDARD)) > 1:
        raise RequestError("standard input can be read once only")
    for path in inputs:
        _refuse_unreadable(path)
    read = _identities([*_files(inputs), *DATA.rglob("*")])
    for position, output in enumerate(outputs):
        output.refuse_unwritable()
        if _identities([output.place]) & read:
            raise RequestError(f"{output.written} is read here; write to another file")
        if any(_same(output, other) for other in outputs[:position]):
            raise RequestError(f"{output.written} is written twice; write to another file")
    return outputs


def _refuse_unreadable(path: Path) -> None:
    """A pipe would let the program wait for ever for a writer; a device has no end."""
    if path == Path(STANDARD):
        return
    if not path.exists():
        raise RequestError(f"{path} does not exist")
    if not (path.is_file() or path.is_dir()):
        raise RequestError(f"{path} is no file; a pipe is read as standard input (-)")


def refuse_closed(output: Output) -> None:
    """RequestError where the system does not let anything be written."""
    place = output.place
    if not os.access(place if place.exists() else place.parent, os.W_OK):
        raise RequestError(f"{output.written}: Permission denied")


def _files(paths: Iterable[Path]) -> list[Path]:
    return [source.path for source in intake.sources_in(list(paths)) if source.path]


def _identities(paths: Iterable[Path]) -> set[tuple[int, int]]:
    """What tells one file from another, whatever it is called: its device and number there."""
    found = set()
    for path in paths:
        with contextlib.suppress(OSError):
            status = path.stat()
            found.add((status.st_dev, status.st_ino))
    return found


def _same(one: Output, other: Output) -> bool:
    if STANDARD in (one.written, other.written):
        return one.written == other.written
    return one.place == other.place or bool(_identities([one.place]) & _identities([other.place]))


def to_disk(path: Path) -> None:
    """Waits until the file is on the disk: a full one says so now, before the file takes its place."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
