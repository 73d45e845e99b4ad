"""A text as a token that an address can carry, and back, within a bound."""

import base64
import binascii
import zlib


def pack(text: str) -> str:
    """The text as letters, digits, `-` and `_`."""
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpack(token: str, most: int) -> bytes:
    """The bytes of a token's text. ValueError if it was cut short, is none, or unpacks to more than `most` bytes."""
    try:
        packed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(packed, most)
    except (binascii.Error, zlib.error) as error:
        raise ValueError("no token") from error
    if not unpacking.eof:
        raise ValueError("cut short, or too long")
    return text
