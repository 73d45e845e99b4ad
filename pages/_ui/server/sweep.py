"""What a browser leaves behind is let go of by a clock of its own, not only when another browser comes."""

import asyncio
import gc
import time
from collections.abc import Callable
from typing import Any

from streamlit.runtime import Runtime

from pages._ui.session.door import MEMORY
from pages._ui.session.memory import KEPT_SECONDS, Memory

EVERY_SECONDS = min(60.0, KEPT_SECONDS / 4)
MOST_LEFT = 100
"""How many sessions without a connection are kept; Streamlit forgets what is beyond 128 without closing it."""


class Sweep:
    """Forgets browsers that were not used for long, and closes the sessions that they left.

    Streamlit drops an old session only when another one ends, and then keeps its uploaded files for good.
    """

    def __init__(
        self, memory: Memory, runtime: Any, seconds: float = KEPT_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._memory, self._runtime, self._seconds, self._clock = memory, runtime, seconds, clock
        self._left: dict[str, float] = {}

    def once(self) -> int:
        """Looks after everything now: how many browsers and sessions went."""
        closed = self._due()
        for session in closed:
            self._runtime.close_session(session)
        self._drop_files_of_none()
        gone = self._memory.sweep() + len(closed)
        if gone:
            # A session's parts hold on to each other: only the collector finds them, and Streamlit's is off.
            gc.collect()
        return gone

    def _due(self) -> list[str]:
        now, runtime = self._clock(), self._runtime
        sessions = [known.session.id for known in runtime._session_mgr.list_sessions()]
        # The longest left stand first.
        left = {id_: self._left.get(id_, now) for id_ in sessions if not runtime.is_active_session(id_)}
        self._left = dict(sorted(left.items(), key=lambda one: one[1]))
        beyond = list(self._left)[: max(0, len(self._left) - MOST_LEFT)]
        return [id_ for id_, since in self._left.items() if since < now - self._seconds or id_ in beyond]

    def _drop_files_of_none(self) -> None:
        """Uploaded files of sessions that there are none of any more."""
        known = {one.session.id for one in self._runtime._session_mgr.list_sessions()}
        for id_ in set(self._runtime.uploaded_file_mgr.file_storage) - known:
            self._runtime.uploaded_file_mgr.remove_session_files(id_)


async def sweep_on(runtime: Runtime) -> None:
    """Sweeps again and again, until it is cancelled."""
    sweep = Sweep(MEMORY, runtime)
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        sweep.once()
