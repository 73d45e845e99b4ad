"""The process that reads untrusted files: asked for one after another on standard input, until that ends.

A request is a line of JSON and the file's bytes; the answer a line and an Arrow stream for each piece of a sheet, and
a last line that says how it went. What the machine knows of limits is set before the first byte is read. It knows of no
usage table: known headings are told, so that it imports little and starts at once.
"""

import contextlib
import json
import math
import os
import select
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import BinaryIO

from billing_core.readers import limits
from billing_core.readers.heading_row import Words
from billing_core.readers.others import others_reader
from billing_core.readers.pieces import Wire, packed_piece
from billing_core.readers.sheet import Sheet, UnreadableError
from billing_core.readers.spare import APART

resource: ModuleType | None
try:
    resource = import_module("resource")
except ImportError:  # Windows has none: there the time limit of the parent stands alone
    resource = None

Read = Callable[[str, bytes, Words], Iterator[Sheet]]
"""A file's name, its bytes and known headings to its sheets, in pieces."""


def main() -> None:
    """Answer until nothing more is asked."""
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    # A reader that prints would spoil the answer.
    sys.stdout = sys.stderr
    _limit_memory()
    _get_ready(questions)
    while line := questions.readline():
        request = json.loads(line)
        content = questions.read(request["bytes"])
        if len(content) < request["bytes"]:
            return
        limits.hold(request["limits"])
        _limit_time(request["seconds"])
        refused, fresh = _answer(answers, request, content)
        del content
        _say(answers, {"refused": refused, "fresh": fresh})


@cache
def reader(kind: str) -> Read:
    """What reads files of a kind: imported when first wanted."""
    found: Read = getattr(import_module(f"billing_core.readers.{kind}"), f"read_{kind}")
    return found


def _get_ready(questions: BinaryIO) -> None:
    """Import every reader while nothing is asked; a file that waits takes but its own."""
    # Windows cannot tell whether a pipe has something in it.
    with contextlib.suppress(OSError):
        for kind in APART:
            if not select.select([questions], [], [], 0)[0]:
                reader(kind)


def _answer(answers: BinaryIO, request: Wire, content: bytes) -> tuple[list[str | None] | None, bool]:
    """Send the pieces; gives what the file is refused for, if it is, and whether this process can go on."""
    try:
        with others_reader():
            for piece in reader(request["kind"])(request["file"], content, frozenset(request["words"])):
                told, cells = packed_piece(piece)
                _say(answers, {"piece": told, "bytes": len(cells)}, cells)
    except UnreadableError as error:
        return [error.code, error.detail], error.code != "too_heavy"
    return None, True


def _say(answers: BinaryIO, told: Wire, content: bytes = b"") -> None:
    answers.write(json.dumps(told).encode() + b"\n")
    answers.write(content)
    answers.flush()


def _limit_memory() -> None:
    """Bound what can be taken, where the system lets it, and leave no copy of it on disk."""
    if resource is not None:
        for kind, most in (
            ("RLIMIT_DATA", limits.READER_BYTES),
            ("RLIMIT_AS", limits.READER_SPACE),
            ("RLIMIT_CORE", 0),
        ):
            # macOS knows these limits but does not take every value.
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(getattr(resource, kind), (most, most))


def _limit_time(seconds: int) -> None:
    """End this process once it has taken `seconds` of processor time from now on."""
    if resource is not None:
        taken = os.times()
        until = math.floor(taken.user + taken.system + seconds)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()
