"""What a zip file says of its parts, held against the limits before any of them is unpacked, and while it is."""

import io
import zipfile
from collections.abc import Iterator

from billing_core.readers import limits
from billing_core.readers.sheet import UnreadableError

_ENTRY = b"PK\x01\x02"
_MOST_ENTRIES = 100_000
"""Entries of a directory that is read at all: each takes a hundred times its packed size in memory."""

_CHUNK = 1 << 20


def directory(content: bytes) -> zipfile.ZipFile:
    """A zip file with its directory read. Unreadable if that alone is too large; BadZipFile if it is none."""
    if content.count(_ENTRY) > _MOST_ENTRIES:
        raise UnreadableError("over_limit", f"> {_MOST_ENTRIES} parts")
    return zipfile.ZipFile(io.BytesIO(content))


def check_sizes(archive: zipfile.ZipFile, total: int) -> None:
    """Refuse an archive that unpacks to too much, too tightly or into too many parts, or is locked or oddly packed."""
    parts = archive.infolist()
    if len(parts) > limits.ARCHIVE_FILES * 10:
        raise UnreadableError("over_limit", f"{len(parts)} > {limits.ARCHIVE_FILES * 10} parts")
    if sum(part.file_size for part in parts) > total:
        raise UnreadableError("over_limit", f"> {total // limits.MIB} MiB")
    for part in parts:
        if part.flag_bits & 1:
            raise UnreadableError("encrypted_file")
        # Other ways to pack set aside as much memory as the file says.
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableError("unreadable_file", f"{part.filename}: {part.compress_type}")
        if part.file_size > max(limits.INFLATED_RATIO * part.compress_size, limits.RATIO_FREE_BYTES):
            raise UnreadableError("over_limit", f"> {limits.INFLATED_RATIO} : 1")


def chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part's bytes, some at a time. Unreadable if there are more than its directory promises."""
    left = part.file_size
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise UnreadableError("unreadable_file", part.filename)
            yield chunk
