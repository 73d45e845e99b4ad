"""What a command is, and what it ends with."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent.parent.parent / "data"
"""The project's own data: catalogue, policy, price list, texts."""

DONE, NOTHING_DONE, SOME_REFUSED = 0, 2, 3
"""Exit codes: all rows rated; nothing could be done; rated, but some rows were refused."""


@dataclass(frozen=True)
class Command:
    """One command. `options` adds its options to a parser; `run` does it and gives the exit code.

    Options of type `Path` are read, those made by `output_file` and `output_folder` are written: all are looked at
    before `run`, so that nothing is overwritten that is read. What is written takes its place when `run` is through.
    """

    help: str
    options: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]
