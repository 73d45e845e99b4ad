"""What is kept between two runs, by browser, in this process's memory alone; one bound in bytes holds for all of it.

What a user gave cannot be made anew, what was worked out of it can. Where there is too little room, the results that
nobody used the longest go first, then the files; of those the browser is told. Whoever only looks keeps nothing. A
browser's things are found again after a reload, and forgotten once it has not been used for a while.
"""

import os
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock, RLock
from typing import Any

from pages._ui.session.size import parts_of

KEPT_SECONDS = float(os.environ.get("UTOVER_KEPT_SECONDS", "7200"))
"""How long a browser's things outlive its last visit."""

BYTES = int(os.environ.get("UTOVER_MEMORY_MIB", "4096")) * 2**20
"""The bound, over all browsers."""

Name = tuple[str, str, Hashable]
"""Browser, place, key."""


@dataclass(frozen=True)
class _Kept:
    value: Any
    parts: dict[int, int]
    """The bytes of each buffer in it: what shares buffers shares their room."""


class Memory:
    """All browsers' things. Safe to use from several threads."""

    def __init__(
        self, most_bytes: int = BYTES, seconds: float = KEPT_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._clock = most_bytes, seconds, clock
        # The longest unused stand first.
        self._given: OrderedDict[Name, _Kept] = OrderedDict()
        self._made: OrderedDict[Name, _Kept] = OrderedDict()
        self._used: dict[str, float] = {}
        self._lost: dict[str, set[tuple[str, Hashable]]] = {}
        self._working: dict[str, RLock] = {}
        self._holders: dict[int, tuple[int, int]] = {}
        self._bytes = 0
        self._lock = Lock()

    @property
    def held_bytes(self) -> int:
        """The room that everything takes."""
        return self._bytes

    @property
    def browsers(self) -> int:
        """How many browsers have something here."""
        return len(self._used)

    def visit(self, browser: str) -> None:
        """Notes that a browser is here, if it has anything."""
        with self._lock:
            if browser in self._used:
                self._used[browser] = self._clock()

    def once(self, browser: str, place: str, key: Hashable, work: Callable[[], Any], most: int) -> Any:
        """What `work` gives: worked out once, then kept with the `most` last used of its place."""
        name = (browser, place, key)
        # Two tabs of a browser do not do the same work twice.
        with self._at_work(browser):
            with self._lock:
                kept = self._made.get(name)
                if kept is not None:
                    self._made.move_to_end(name)
            if kept is not None:
                return kept.value
            value = work()
            with self._lock:
                self._put(self._made, name, value)
                places = [other for other in self._made if other[:2] == name[:2]]
                for other in places[: max(0, len(places) - most)]:
                    self._drop(self._made, other)
                self._make_room(name)
            return value

    def keep(self, browser: str, place: str, key: Hashable, value: Any) -> None:
        """Keeps what a user gave."""
        name = (browser, place, key)
        with self._lock:
            self._put(self._given, name, value)
            self._lost.get(browser, set()).discard((place, key))
            self._make_room(name)

    def kept(self, browser: str, place: str, key: Hashable) -> Any | None:
        """What a user gave under this key; None where there is nothing."""
        name = (browser, place, key)
        with self._lock:
            if name not in self._given:
                return None
            self._given.move_to_end(name)
            return self._given[name].value

    def keys(self, browser: str, place: str) -> list[Hashable]:
        """The keys of a place, the longest unused first."""
        with self._lock:
            return [key for owner, of, key in self._given if (owner, of) == (browser, place)]

    def let_go(self, browser: str, place: str, key: Hashable) -> None:
        """Forgets what a user gave under this key."""
        with self._lock:
            self._drop(self._given, (browser, place, key))

    def forget_made(self, browser: str) -> None:
        """Forgets all that was worked out for a browser."""
        with self._lock:
            for name in [name for name in self._made if name[0] == browser]:
                self._drop(self._made, name)

    def was_lost(self, browser: str, place: str, key: Hashable) -> bool:
        """Whether something went for want of room."""
        with self._lock:
            return (place, key) in self._lost.get(browser, ())

    def sweep(self) -> int:
        """Forgets the browsers that were not used for long; how many. Measures the rest anew: some results grow."""
        with self._lock:
            oldest = self._clock() - self._seconds
            left = [browser for browser, used in self._used.items() if used < oldest]
            for browser in left:
                self._forget(browser)
            for name in list(self._made):
                value = self._made[name].value
                self._drop(self._made, name)
                self._hold(self._made, name, _Kept(value, parts_of(value)))
            self._make_room(None)
            self._working = {browser: lock for browser, lock in self._working.items() if browser in self._used}
            return len(left)

    def _at_work(self, browser: str) -> AbstractContextManager[Any]:
        with self._lock:
            return self._working.setdefault(browser, RLock())

    def _forget(self, browser: str) -> None:
        for of in (self._given, self._made):
            for name in [name for name in of if name[0] == browser]:
                self._drop(of, name)
        self._used.pop(browser, None)
        self._lost.pop(browser, None)
        self._working.pop(browser, None)

    def _put(self, of: OrderedDict[Name, _Kept], name: Name, value: Any) -> None:
        self._drop(of, name)
        self._used[name[0]] = self._clock()
        self._hold(of, name, _Kept(value, parts_of(value)))

    def _hold(self, of: OrderedDict[Name, _Kept], name: Name, kept: _Kept) -> None:
        of[name] = kept
        for part, size in kept.parts.items():
            holders, known = self._holders.get(part, (0, size))
            self._holders[part] = holders + 1, known
            self._bytes += 0 if holders else size

    def _drop(self, of: OrderedDict[Name, _Kept], name: Name) -> None:
        kept = of.pop(name, None)
        for part in kept.parts if kept else ():
            holders, size = self._holders.pop(part)
            if holders > 1:
                self._holders[part] = holders - 1, size
            else:
                self._bytes -= size

    def _make_room(self, newest: Name | None) -> None:
        """Lets go of what is longest unused, results before files, until the rest has room; never of the newest."""
        for of in (self._made, self._given):
            for name in list(of):
                if self._bytes <= self._most:
                    return
                if name != newest:
                    self._drop(of, name)
                    if of is self._given:
                        self._lost.setdefault(name[0], set()).add(name[1:])
