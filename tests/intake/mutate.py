"""Damaged copies of files that keep their shape: a workbook's parts, records and numbers, a Parquet file's footer.

Bytes changed at random in a packed part are only ever a broken packing; what is changed here is read.
"""

import io
import random
import re
import zipfile
import zlib

AWKWARD = (
    b'"', b";", b"\n", b"\r", b"\0", b"\xff", "\u00a0".encode(), b"=", b"1e999", b"-", b"NaN", b"," * 50, b"\t",
    b"'", b"[" * 60, b"{", b"0x" + b"f" * 4000, b"9" * 4400, b".a" * 30,
)  # fmt: skip
NUMBERS = (0, 1, 2, 127, 128, 255, 256, 499, 500, 501, 16_383, 65_535, 1_048_575, 2**24, 2**28, 2**31 - 1, 2**32 - 1)
_NUMBER = re.compile(rb"\d+")
_ELEMENT = re.compile(rb"<[^<>/]+/?>")


def mutated(content: bytes, other: bytes, randomness: random.Random) -> bytes:
    """A damaged copy of a file; `other` is one that parts may come from."""
    for _ in range(randomness.randint(1, 4)):
        if content.startswith(b"PK") and randomness.random() < 0.9:
            content = _book(content, other, randomness)
        elif content.startswith(b"PAR1") and randomness.random() < 0.9:
            content = _parquet(content, randomness)
        else:
            content = _bytes(content, other, randomness)
    return content


def _book(content: bytes, other: bytes, randomness: random.Random) -> bytes:
    parts = _parts(content)
    if not parts:
        return _bytes(content, other, randomness)
    name = randomness.choice(sorted(parts))
    match randomness.randrange(8):
        case 0:
            del parts[name]
        case 1:
            parts |= {name: randomness.choice(sorted(_parts(other).items()) or [(name, b"")])[1]}
        case 2:
            parts[name + randomness.choice((".xml", ".bin", "x"))] = parts[name]
        case _:
            change = _xml if parts[name].lstrip().startswith(b"<") else _records
            parts[name] = change(parts[name], randomness)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", randomness.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
        for part, inside in parts.items():
            archive.writestr(part, inside)
    packed = bytearray(stream.getvalue())
    if parts and randomness.random() < 0.1:
        # A directory that lies about a size.
        at = packed.rindex(b"PK\1\2") + randomness.choice((20, 24))
        packed[at : at + 4] = _choice(randomness)
    return bytes(packed)


def _parts(content: bytes) -> dict[str, bytes]:
    """The parts of a zip that are small enough to change."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {part.filename: archive.read(part) for part in archive.infolist() if part.file_size < 1 << 20}
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError, ValueError):
        return {}


def _xml(content: bytes, randomness: random.Random) -> bytes:
    """A number changed, or an element doubled, moved or left out."""
    numbers, elements = list(_NUMBER.finditer(content)), list(_ELEMENT.finditer(content))
    kind = randomness.randrange(4)
    if kind < 2 and numbers:
        found = randomness.choice(numbers)
        return content[: found.start()] + str(randomness.choice(NUMBERS)).encode() + content[found.end() :]
    if elements:
        found, place = randomness.choice(elements), randomness.choice(elements).start()
        if kind == 2:
            return content[:place] + found[0] * randomness.choice((1, 3, 500)) + content[place:]
        return content[: found.start()] + content[found.end() :]
    return content


def _records(content: bytes, randomness: random.Random) -> bytes:
    """Four bytes set to a number, or a stretch doubled or left out."""
    at = randomness.randrange(len(content) + 1)
    end = min(len(content), at + randomness.choice((1, 4, 17, 30)))
    match randomness.randrange(4):
        case 0:
            return content[:at] + _choice(randomness) + content[at + 4 :]
        case 1:
            return content[:at] + bytes([randomness.randrange(256)]) + content[at + 1 :]
        case 2:
            return content[:end] + content[at:end] * randomness.choice((1, 3, 200)) + content[end:]
        case _:
            return content[:at] + content[end:]


def _parquet(content: bytes, randomness: random.Random) -> bytes:
    """Bytes changed in the footer, whose length stands before the last mark, or in a page's head."""
    length = int.from_bytes(content[-8:-4], "little")
    footer = max(4, len(content) - 8 - length)
    first, last = (footer, len(content) - 8) if randomness.random() < 0.7 else (4, footer)
    changed = bytearray(content)
    for _ in range(randomness.randint(1, 3)):
        at = randomness.randrange(first, max(last, first + 1))
        if randomness.random() < 0.3:
            # Five bytes that are a length in Thrift's numbers.
            changed[at : at + 5] = b"\xff\xff\xff\xff\x0f"
        else:
            changed[at : at + 1] = bytes([randomness.randrange(256)])
    return bytes(changed)


def _bytes(content: bytes, other: bytes, randomness: random.Random) -> bytes:
    """Bytes changed, cut, doubled, moved in from another file, or made awkward."""
    data = bytearray(content)
    at = randomness.randrange(len(data) + 1)
    end = min(len(data), at + randomness.choice((1, 2, 16, 200)))
    match randomness.randrange(5):
        case 0:
            data[at:end] = bytes(randomness.randrange(256) for _ in range(end - at))
        case 1:
            del data[at:end]
        case 2:
            data[at:at] = data[at:end] * randomness.randint(1, 20)
        case 3:
            start = randomness.randrange(len(other) + 1)
            data[at:at] = other[start : start + 100]
        case _:
            data[at:end] = randomness.choice(AWKWARD)
    return bytes(data)


def _choice(randomness: random.Random) -> bytes:
    return randomness.choice(NUMBERS).to_bytes(4, "little")
