"""How much work something is, counted in calls of functions: alike on every machine, however busy."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooMuchWorkError(AssertionError):
    """More calls were made than were allowed."""


@contextmanager
def within(most: int) -> Iterator[None]:
    """Fails what makes more than `most` calls, at once."""
    count = 0

    def called(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")
        if count > most:
            sys.setprofile(None)
            raise TooMuchWorkError(f"more than {most} calls, the last in {frame.f_code.co_qualname}")

    sys.setprofile(called)
    try:
        yield
    finally:
        sys.setprofile(None)
