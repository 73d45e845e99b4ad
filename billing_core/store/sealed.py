"""Bytes under a passphrase: Argon2id makes the key, ChaCha20-Poly1305 seals piece by piece, each with its place.

Beside the ciphertext stands a head of fixed length: the kind, how hard the key is to make, and a salt. What it asks for
is bounded, so that no file makes its reader take more memory than MOST_KIB. Every piece is sealed with the head, its
number and whether it is the last: one that is altered, moved, left out or cut is refused.
"""

import secrets
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from billing_core.store.errors import WorkError

KIND = b"UTOVER-SEALED-1\n"
KIB, PASSES = 64 * 1024, 3
"""What a key takes to make (RFC 9106's second choice)."""

LEAST_KIB, MOST_KIB, MOST_PASSES = 8, 256 * 1024, 10
LEAST_PASSPHRASE = 12
"""Signs."""

MOST_BYTES = 256 * 2**20
"""The most that is sealed."""

_LANES, _KEY, _SALT, _TAG = 4, 32, 16, 16
_PIECE = 2**20
_HEAD = struct.Struct(f">{len(KIND)}sIB{_SALT}s")


def is_sealed(content: bytes) -> bool:
    """Whether a file is one of ours under a passphrase."""
    return content.startswith(KIND)


def seal(content: bytes, passphrase: str, kib: int = KIB, passes: int = PASSES) -> bytes:
    """The content under a passphrase. WorkError if that is too short, or the content too large."""
    if len(passphrase) < LEAST_PASSPHRASE:
        raise WorkError("short_passphrase", "the passphrase is too short", detail=str(LEAST_PASSPHRASE))
    if len(content) > MOST_BYTES:
        raise _too_large()
    head = _HEAD.pack(KIND, kib, passes, secrets.token_bytes(_SALT))
    cipher = ChaCha20Poly1305(_key(head, passphrase))
    starts = range(0, max(len(content), 1), _PIECE)
    last = len(starts) - 1
    pieces = (content[start : start + _PIECE] for start in starts)
    return head + b"".join(cipher.encrypt(_nonce(at, at == last), piece, head) for at, piece in enumerate(pieces))


def unseal(content: bytes, passphrase: str) -> bytes:
    """What was sealed. WorkError if the passphrase is another, or anything of the file is."""
    if not is_sealed(content):
        raise WorkError("foreign", "not a sealed file")
    if len(content) > MOST_BYTES + MOST_BYTES // _PIECE * _TAG + _HEAD.size + _TAG:
        raise _too_large()
    head, sealed = content[: _HEAD.size], content[_HEAD.size :]
    if len(sealed) < _TAG:
        raise WorkError("cut", "the file is cut short")
    cipher = ChaCha20Poly1305(_key(head, passphrase))
    starts = range(0, len(sealed), _PIECE + _TAG)
    last = len(starts) - 1
    opened = []
    for at, start in enumerate(starts):
        try:
            opened.append(cipher.decrypt(_nonce(at, at == last), sealed[start : start + _PIECE + _TAG], head))
        except (InvalidTag, ValueError) as error:
            # The first piece cannot tell another passphrase from an altered file.
            code = "cut" if at else "wrong_passphrase"
            raise WorkError(code, f"piece {at + 1} is not what was sealed, or the passphrase is another") from error
    return b"".join(opened)


def _key(head: bytes, passphrase: str) -> bytes:
    _, kib, passes, salt = _HEAD.unpack(head)
    if not (LEAST_KIB * _LANES <= kib <= MOST_KIB and 1 <= passes <= MOST_PASSES):
        raise WorkError("too_demanding", f"a key of {kib} KiB and {passes} passes is not made")
    made = Argon2id(salt=salt, length=_KEY, iterations=passes, lanes=_LANES, memory_cost=kib)
    return made.derive(passphrase.encode("utf-8", "surrogatepass"))


def _nonce(number: int, last: bool) -> bytes:
    """Of a piece: a key is used for one file alone."""
    return number.to_bytes(11, "big") + bytes([last])


def _too_large() -> WorkError:
    return WorkError("too_large", f"more than {MOST_BYTES} bytes", detail=str(MOST_BYTES // 2**20))
