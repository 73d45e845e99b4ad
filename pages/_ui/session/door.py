"""The one door to what is kept between runs: the process's memory, for this session's browser."""

from collections.abc import Callable, Hashable
from secrets import token_urlsafe
from typing import Any, TypeVar

import streamlit as st

from pages._ui.session import cookie
from pages._ui.session.keys import BROWSER
from pages._ui.session.memory import Memory

T = TypeVar("T")

MEMORY = Memory()
"""The process's own."""


def enter() -> None:
    """Notes whose session this is. Called first in a run, since a broken connection tells no cookie later in it."""
    st.session_state[BROWSER] = cookie.known(st.context.headers.get_all("cookie")) or browser()
    MEMORY.visit(browser())


def browser() -> str:
    """The name of this session's browser: its cookie's key, or one for the session alone where it takes no cookie."""
    if BROWSER not in st.session_state:
        st.session_state[BROWSER] = f"session {token_urlsafe(24)}"
    return str(st.session_state[BROWSER])


def once(place: str, key: Hashable, work: Callable[[], T], most: int) -> T:
    """What `work` gives: worked out once for this browser, then kept with the `most` last used of its place."""
    found: T = MEMORY.once(browser(), place, key, work, most)
    return found


def keep(place: str, key: Hashable, value: Any) -> None:
    """Keeps what the user gave, for this browser."""
    MEMORY.keep(browser(), place, key, value)


def kept(place: str, key: Hashable) -> Any | None:
    """What this browser's user gave under a key; None where there is nothing."""
    return MEMORY.kept(browser(), place, key)


def keys(place: str) -> list[Any]:
    """The keys of a place of this browser's, the longest unused first."""
    return MEMORY.keys(browser(), place)


def let_go(place: str, key: Hashable) -> None:
    """Forgets what this browser's user gave under a key."""
    MEMORY.let_go(browser(), place, key)


def forget_made() -> None:
    """Forgets all that was worked out for this browser."""
    MEMORY.forget_made(browser())


def was_lost(place: str, key: Hashable) -> bool:
    """Whether something of this browser's went for want of room."""
    return MEMORY.was_lost(browser(), place, key)
