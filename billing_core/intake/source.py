"""What is handed in: files by name, their bytes in memory or on disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from billing_core.intake import limits
from billing_core.intake.sheet import UnreadableError


@dataclass(frozen=True)
class Source:
    """One file: its base name, and either its `content` or the `path` to read it from."""

    name: str
    content: bytes | None = None
    path: Path | None = None

    def read(self) -> bytes:
        """The file's bytes. Unreadable if it is over the limit or cannot be opened."""
        try:
            size = len(self.content) if self.content is not None else self._path.stat().st_size
            if size > limits.FILE_BYTES:
                raise UnreadableError("over_limit", f"{size // limits.MIB} MiB > {limits.FILE_BYTES // limits.MIB} MiB")
            return self.content if self.content is not None else self._path.read_bytes()
        except OSError as error:
            raise UnreadableError("unreadable_file", error.strerror) from error

    @property
    def _path(self) -> Path:
        return self.path if self.path is not None else Path(self.name)


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
