"""The cookie that tells one browser from another: made here, signed, and known again only if it was."""

import hmac
from collections.abc import Iterable
from secrets import token_bytes, token_urlsafe

NAME = "utover"
_SECRET = token_bytes(32)
"""Of this process: its memory ends with it, and so do its cookies."""


def issued() -> str:
    """A cookie's value that nobody can guess or make up."""
    key = token_urlsafe(24)
    return f"{key}.{_signature(key)}"


def known(headers: Iterable[str]) -> str | None:
    """The key in the first cookie of ours that this process issued; None where the `Cookie` headers have none.

    Other cookies of the host are not looked into, however they are written.
    """
    for part in ";".join(headers).split(";"):
        name, _, value = part.strip().partition("=")
        key, _, signature = value.partition(".")
        # Bytes are compared, since a header may hold any.
        if name == NAME and hmac.compare_digest(signature.encode(), _signature(key).encode()):
            return key
    return None


def new_cookie(headers: Iterable[str], *, secure: bool) -> str | None:
    """The header that gives a browser its key; None where its `Cookie` headers have one."""
    if known(headers) is not None:
        return None
    return f"{NAME}={issued()}; Path=/; HttpOnly; SameSite=Strict" + ("; Secure" if secure else "")


def _signature(key: str) -> str:
    return hmac.new(_SECRET, key.encode(), "sha256").hexdigest()
