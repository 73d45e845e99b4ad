"""Bytes to text tables: which kind of file it is, told by its first bytes and never by its ending."""

import gzip
import io
import itertools
import zipfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import PurePath

from billing_core.readers import limits
from billing_core.readers.apart import read_apart
from billing_core.readers.delimited import read_delimited
from billing_core.readers.heading_row import Words
from billing_core.readers.one_cell import taken_apart
from billing_core.readers.others import others_reader
from billing_core.readers.sheet import Sheet, UnreadableError
from billing_core.readers.source import Source, check_size
from billing_core.readers.spare import APART
from billing_core.readers.zip_sizes import check_sizes, directory

_HEAD = 1024
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_GZIP = b"\x1f\x8b"
_NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", _GZIP, b"Rar!", b"7z\xbc\xaf", b"{\\rtf", b"<")


def sheets_of(name: str, content: bytes, words: Words) -> list[Sheet]:
    """The text tables of one file, whose headings are looked for by known `words`.

    UnreadableError whatever is wrong with it.
    """
    with others_reader():
        return [taken_apart(sheet, words) for sheet in _sheets(name, content, words)]


def _sheets(name: str, content: bytes, words: Words) -> list[Sheet]:
    if not content[:_HEAD].strip() and not content.strip():
        raise UnreadableError("empty_file")
    for kind, head in APART.items():
        if content.startswith(head):
            return read_apart(kind, name, content, words)
    if content.startswith(_OLD_WORKBOOK):
        raise UnreadableError("old_workbook")
    if content[:_HEAD].lstrip().startswith(_NO_TABLES):
        raise UnreadableError("unreadable_file", "PDF, HTML, …")
    return [read_delimited(name, content, words)]


def unpacked(source: Source) -> Iterator[tuple[str, bytes | UnreadableError]]:
    """A file's name and bytes; those of every file inside it, if it is a zip that is no workbook."""
    try:
        with others_reader():
            name, content = _inflated(source.name, source.read())
            archive = _archive(content) if content.startswith(b"PK") else None
            members = _user_files(archive) if archive else []
    except UnreadableError as error:
        yield source.name, error
        return
    if archive is None:
        yield name, content
    for name, part in members:
        try:
            with others_reader():
                inside = _content(archive, part) if archive else b""
        except UnreadableError as error:
            yield name, error
        else:
            yield name, inside


def _inflated(name: str, content: bytes) -> tuple[str, bytes]:
    """The file that a `.gz` holds and its name, within the limits of a file; any other as it is."""
    if not content.startswith(_GZIP):
        return name, content
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            inside = stream.read(limits.FILE_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError("unreadable_file", "gzip") from error
    check_size(len(inside))
    if len(inside) > max(limits.RATIO_FREE_BYTES, limits.INFLATED_RATIO * len(content)):
        raise UnreadableError("hostile_file")
    if inside.startswith(_GZIP):
        raise UnreadableError("nested_archive")
    return PurePath(name).stem if name.casefold().endswith(".gz") else name, inside


def _archive(content: bytes) -> zipfile.ZipFile | None:
    """The zip file that holds files of the user's; None for a workbook, or what only begins like a zip."""
    try:
        archive = directory(content)
    except zipfile.BadZipFile:
        return None
    names = set(archive.namelist())
    return None if "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names else archive


def _user_files(archive: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    """The files a user put into a zip, by base name: not its folders, nor what an operating system adds."""
    check_sizes(archive, limits.INFLATED_BYTES)
    named = [(part.filename.replace("\\", "/").rpartition("/")[2], part) for part in archive.infolist()]
    found = [(n, p) for n, p in named if n and not n.startswith(".") and not p.filename.startswith("__MACOSX/")]
    if not found:
        raise UnreadableError("empty_file")
    if len(found) > limits.ARCHIVE_FILES:
        raise UnreadableError("over_limit", f"{len(found)} > {limits.ARCHIVE_FILES} files")
    return found


def _content(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    check_size(part.file_size)
    # One byte more than promised shows a directory that lies about sizes.
    with archive.open(part) as stream:
        content = stream.read(part.file_size + 1)
    if len(content) > part.file_size:
        raise UnreadableError("unreadable_file", part.filename)
    if content.startswith(b"PK") and _archive(content) is not None:
        # One zip inside another is how a small file grows without end.
        raise UnreadableError("nested_archive")
    return content


def untaken(name: str, taken: Collection[str]) -> str:
    """`name`, or with a number before its ending as a file manager would: `licences (2).csv`."""
    path = PurePath(name)
    numbered = (f"{path.stem} ({count}){path.suffix}" for count in itertools.count(2))
    return next(candidate for candidate in itertools.chain([name], numbered) if candidate not in taken)
