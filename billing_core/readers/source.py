"""What is handed in: files by name, their bytes in memory or on disk."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from billing_core.readers import limits
from billing_core.readers.sheet import UnreadableError


@dataclass(frozen=True)
class Source:
    """One file: its base name, and either its `content` or the `path` to read it from.

    `period` and `agency` serve it where it says none itself, before those of all files (`Options`). One that `replaces`
    takes the place of what files of an earlier `upload` brought, for every table, agency and month that it brings.
    """

    name: str
    content: bytes | None = None
    path: Path | None = None
    period: str | None = None
    agency: str | None = None
    upload: int = 0
    replaces: bool = False

    @cached_property
    def digest(self) -> bytes:
        """What tells that the same bytes were read already: worked out once. Unreadable as for `read`."""
        return digest(self.read())

    def read(self) -> bytes:
        """The file's bytes. Unreadable if it is over the limit or cannot be opened."""
        if self.content is not None:
            check_size(len(self.content))
            return self.content
        try:
            with (self.path or Path(self.name)).open("rb") as stream:
                check_size(os.fstat(stream.fileno()).st_size)
                # One byte more than the limit shows a file that grows, or one that tells no size.
                content = stream.read(limits.FILE_BYTES + 1)
        except OSError as error:
            raise UnreadableError("unreadable_file", error.strerror) from error
        check_size(len(content))
        return content


def digest(content: bytes) -> bytes:
    """What tells one content from another."""
    return hashlib.sha256(content).digest()


def check_size(size: int) -> None:
    """Refuse more bytes than a file may have, alone or inside a zip."""
    if size > limits.FILE_BYTES:
        raise UnreadableError("over_limit", f"{size // limits.MIB} MiB > {limits.FILE_BYTES // limits.MIB} MiB")


def sources_in(paths: Sequence[Path]) -> list[Source]:
    """The files of `paths` in the order given; a folder stands for its own files by name, not those of its folders.

    Hidden files, and the lock files a spreadsheet leaves, are passed over in a folder.
    """
    found: list[Source] = []
    for path in paths:
        if path.is_dir():
            inside = sorted((entry for entry in path.iterdir() if entry.is_file()), key=lambda entry: entry.name)
            found += [Source(entry.name, path=entry) for entry in inside if not entry.name.startswith((".", "~$"))]
        else:
            found.append(Source(path.name, path=path))
    return found
