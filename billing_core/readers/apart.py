"""Workbooks and Parquet files are read in a process of their own, which may take so much memory and time and no more.

Their readers are other people's code, and some end the process they run in when a file asks for too much. Here that
ends the child alone, and the file is refused. A child that is idle waits for the next file; it stops with its parent,
when nothing can come from it any more.
"""

import json
import signal
from collections.abc import Iterator
from threading import Timer

import polars as pl

from billing_core.readers import limits, spare
from billing_core.readers.heading_row import Words
from billing_core.readers.others import out_of_memory
from billing_core.readers.pieces import Wire, joined, unpacked_piece
from billing_core.readers.sheet import Sheet, UnreadableError

_OUT_OF_TIME = getattr(signal, "SIGXCPU", None)
_OUT_OF_MEMORY = (signal.SIGABRT, getattr(signal, "SIGKILL", None))


def read_apart(kind: str, file: str, content: bytes, words: Words) -> list[Sheet]:
    """The sheets of a file of a `kind` that the child knows, by name. Unreadable as its reader says, or if it stops."""
    told = {"kind": kind, "file": file, "words": sorted(words), "limits": limits.values()}
    with spare.taken() as child:
        return joined(_Asked(child, limits.reader_seconds(len(content))).read(told, content))


class _Asked:
    """A child asked for one file, which may take so many seconds."""

    def __init__(self, child: spare.Child, seconds: int) -> None:
        self._child, self._seconds = child, seconds
        self._late = False

    def read(self, told: Wire, content: bytes) -> Iterator[Sheet]:
        """The pieces of the file's sheets, as they come."""
        timer = Timer(limits.READER_START + limits.READER_PATIENCE * self._seconds, self._give_up)
        timer.daemon = True
        timer.start()
        self._child.fresh = False
        self._child.passed += len(content)
        try:
            self._ask(told | {"seconds": self._seconds, "bytes": len(content)}, content)
            yield from self._answer()
        except (BrokenPipeError, EOFError) as error:
            raise self._why_stopped() from error
        except (ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
            raise UnreadableError("reader_stopped", "?") from error
        finally:
            timer.cancel()

    def _ask(self, request: Wire, content: bytes) -> None:
        questions = self._child.questions
        questions.write(json.dumps(request).encode() + b"\n")
        questions.write(content)
        questions.flush()

    def _answer(self) -> Iterator[Sheet]:
        answers = self._child.answers
        while True:
            line = answers.readline()
            if not line.endswith(b"\n"):
                raise EOFError
            told = json.loads(line)
            if "piece" not in told:
                break
            content = answers.read(told["bytes"])
            if len(content) < told["bytes"]:
                raise EOFError
            self._child.passed += len(content)
            yield unpacked_piece(told["piece"], content)
        self._child.fresh = told["fresh"]
        if told["refused"]:
            raise UnreadableError(*told["refused"])

    def _give_up(self) -> None:
        self._late = True
        self._child.kill()

    def _why_stopped(self) -> UnreadableError:
        code = self._child.signal()
        if self._late or code == _OUT_OF_TIME:
            return UnreadableError("too_heavy", f"{self._seconds} s")
        if code in _OUT_OF_MEMORY:
            return out_of_memory()
        return UnreadableError("reader_stopped", str(code))
