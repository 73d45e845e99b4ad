"""What a browser has uploaded, in this process's memory alone: a reload, which is a new session, finds it again.

The key is a random cookie that no script can read and no link carries, so that nobody else's session comes to it. It is
forgotten when the browser is closed, when the user starts with the demo again, or after a long break.
"""

import time
from http.cookies import SimpleCookie
from secrets import token_urlsafe
from threading import Lock
from typing import Any

import streamlit as st

COOKIE = "utover"
KEPT_SECONDS = 7200
KEPT_BROWSERS = 100

_held: dict[str, tuple[float, dict[str, Any]]] = {}
_lock = Lock()


def mine() -> dict[str, Any]:
    """This browser's own things; the session's where the browser takes no cookie."""
    key = st.context.cookies.get(COOKIE)
    if not (isinstance(key, str) and key):
        kept: dict[str, Any] = st.session_state.setdefault("memory", {})
        return kept
    now = time.monotonic()
    with _lock:
        _, things = _held.pop(key, (now, {}))
        _held[key] = (now, things)
        # The longest unused stands first.
        while len(_held) > KEPT_BROWSERS or next(iter(_held.values()))[0] < now - KEPT_SECONDS:
            del _held[next(iter(_held))]
    return things


def new_cookie(cookies: str, *, secure: bool) -> str | None:
    """The header that gives a browser its key; None where its `cookies` have one."""
    if COOKIE in SimpleCookie(cookies):
        return None
    return f"{COOKIE}={token_urlsafe(32)}; Path=/; HttpOnly; SameSite=Strict" + ("; Secure" if secure else "")
