"""Bytes to text tables: which kind of file it is, told by its first bytes and never by its ending."""

import hashlib
import io
import zipfile
from collections.abc import Iterator

from billing_core.intake import limits
from billing_core.intake.delimited import read_delimited
from billing_core.intake.parquet import read_parquet
from billing_core.intake.sheet import Sheet, UnreadableError
from billing_core.intake.source import Source
from billing_core.intake.workbook import read_workbook
from billing_core.intake.workbook_scan import check_sizes

_HEAD = 1024
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"{\\rtf", b"<")


def sheets(name: str, content: bytes) -> list[Sheet]:
    """The text tables of one file. Unreadable whatever is wrong with it."""
    try:
        return _sheets(name, content)
    except UnreadableError:
        raise
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    # The readers are other people's, and some of them panic: a broken file must not end the program.
    except BaseException as error:
        raise UnreadableError(
            "unreadable_file", f"{type(error).__name__}: {error}"[: limits.TEXT_CHARACTERS]
        ) from error


def _sheets(name: str, content: bytes) -> list[Sheet]:
    if not content[:_HEAD].strip() and not content.strip():
        raise UnreadableError("empty_file")
    if content.startswith(b"PAR1"):
        return [read_parquet(name, content)]
    if content.startswith(b"PK"):
        return read_workbook(name, content)
    if content.startswith(_OLD_WORKBOOK):
        raise UnreadableError("old_workbook")
    if content[:_HEAD].lstrip().startswith(_NO_TABLES):
        raise UnreadableError("unreadable_file", "PDF, HTML, …")
    return [read_delimited(name, content)]


def unpacked(source: Source) -> Iterator[tuple[str, bytes | UnreadableError]]:
    """A file's name and bytes; those of every file inside it, if it is a zip that is no workbook."""
    try:
        content = source.read()
        if not (content.startswith(b"PK") and _is_archive(content)):
            yield source.name, content
            return
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_sizes(archive, limits.INFLATED_BYTES)
            yield from _members(archive)
    except UnreadableError as error:
        yield source.name, error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        yield source.name, UnreadableError("unreadable_file", str(error)[: limits.TEXT_CHARACTERS])


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes | UnreadableError]]:
    for part in archive.infolist():
        name = part.filename.replace("\\", "/").rpartition("/")[2]
        if part.is_dir() or name.startswith(".") or part.filename.startswith("__MACOSX/"):
            continue
        with archive.open(part) as stream:
            content = stream.read(part.file_size + 1)
        if len(content) > part.file_size:
            yield name, UnreadableError("unreadable_file", part.filename)
        elif content.startswith(b"PK") and _is_archive(content):
            # One zip inside another is how a small file grows without end.
            yield name, UnreadableError("nested_archive")
        else:
            yield name, content


def _is_archive(content: bytes) -> bool:
    """Whether a zip file holds files of the user's, and is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    return not ("[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names)


def digest(content: bytes) -> bytes:
    """What tells that the same bytes were read already."""
    return hashlib.sha256(content).digest()
