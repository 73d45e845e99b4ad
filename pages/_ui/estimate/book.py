"""The session's estimates: several, one open, with undo and a link; and what one comes to, worked out once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from billing_core.base.engines import engine
from billing_core.base.months import month_after, month_of
from billing_core.base.problems import described, merge
from billing_core.planning.entries import planned
from billing_core.planning.estimate import Estimated, estimate
from billing_core.planning.sketch import Row, Sketch, SketchError, from_token, to_token
from pages._ui.base import address
from pages._ui.base.data import catalogue, demo_agreements
from pages._ui.base.text import language, t, texts
from pages._ui.session import state
from pages._ui.session.door import once
from pages._ui.session.keys import ESTIMATED

NAME = "page.estimate"
TOKENS = "estimate_plan"
"""The address key of the estimates (tokens, the open one first)."""

MOST_SKETCHES = 8
FIRST_ROW = 2
"""The number of an estimate's first row: the headings are row 1."""

_BOOK, _PAST = "estimate.book", "estimate.past"
_MOST_PAST, _LONGEST_LINK = 30, 6000


@dataclass(frozen=True)
class Book:
    """The estimates in the order made, and which is open."""

    sketches: tuple[Sketch, ...]
    open: int = 0

    @property
    def opened(self) -> Sketch:
        """The open estimate."""
        return self.sketches[self.open]

    def adding(self, sketch: Sketch) -> "Book":
        """With one more, open, under a name of its own; the oldest goes where there are too many."""
        taken = {other.name for other in self.sketches}
        names = (sketch.name, *(f"{sketch.name[:110]} ({number})" for number in range(2, MOST_SKETCHES + 3)))
        named = sketch.model_copy(update={"name": next(name for name in names if name not in taken)})
        kept = (*self.sketches, named)[-MOST_SKETCHES:]
        return Book(kept, len(kept) - 1)

    def changing(self, **values: Any) -> "Book":
        """With values of the open one changed."""
        fresh = self.opened.model_copy(update=values)
        return replace(self, sketches=(*self.sketches[: self.open], fresh, *self.sketches[self.open + 1 :]))

    def without(self) -> "Book":
        """Without the open one; an empty one where there is no other."""
        kept = (*self.sketches[: self.open], *self.sketches[self.open + 1 :])
        return Book(kept or (_empty(self.opened.agency),), max(0, min(self.open, len(kept) - 1)))


@dataclass(frozen=True)
class Outcome:
    """An estimate worked out, and what is wrong with its rows, in words (problems' OUT_COLUMNS)."""

    sketch: Sketch
    found: Estimated
    told: pl.DataFrame


def book() -> Book:
    """The session's estimates; an empty one for the agency last looked at to begin with."""
    if _BOOK not in st.session_state:
        agency = str(st.session_state.get("agency", ""))
        known = agency if agency in catalogue().agencies else next(iter(state.agencies()), "")
        st.session_state[_BOOK] = Book((_empty(known or next(iter(catalogue().agencies))),))
    held: Book = st.session_state[_BOOK]
    return held


def change(fresh: Book) -> None:
    """Makes another book the session's; `undo` goes back."""
    st.session_state[_PAST] = [*st.session_state.get(_PAST, []), book()][-_MOST_PAST:]
    st.session_state[_BOOK] = fresh


def show(place: int) -> None:
    """Opens another estimate. To look is no change: there is nothing to undo."""
    st.session_state[_BOOK] = replace(book(), open=place)


def edit(how: Callable[[tuple[Row, ...]], tuple[Row, ...]]) -> None:
    """Changes the rows of the open estimate."""
    change(book().changing(rows=how(book().opened.rows)))


def can_undo() -> bool:
    """Whether there is a change to take back."""
    return bool(st.session_state.get(_PAST))


def undo() -> None:
    """Takes the last change back. A callback."""
    if can_undo():
        st.session_state[_BOOK] = st.session_state[_PAST].pop()


def receive() -> bool:
    """Takes in the estimates that a link brings and opens the first; whether all could be read."""
    if not address.brought([TOKENS]):
        return True
    tokens, brought = address.take(TOKENS), []
    for token in tokens[:MOST_SKETCHES]:
        try:
            brought.append(from_token(token))
        except SketchError:
            continue
    fresh = book()
    for sketch in reversed(brought):
        if sketch in fresh.sketches:
            fresh = replace(fresh, open=fresh.sketches.index(sketch))
        else:
            mine = Book(()) if fresh.sketches == (_empty(fresh.opened.agency),) else fresh
            fresh = mine.adding(sketch)
    if fresh != book():
        change(fresh)
    return len(brought) == len(tokens)


def send() -> bool:
    """Puts the estimates in the address, the open one first, as far as there is room: whether there is any."""
    current = book().opened
    rest = [sketch for sketch in book().sketches if sketch is not current and sketch.rows]
    tokens: list[str] = []
    for sketch in [current, *rest] if current.rows else []:
        token = to_token(sketch)
        if len("".join([*tokens, token])) > _LONGEST_LINK:
            break
        tokens.append(token)
    address.put(TOKENS, tokens)
    return bool(tokens)


def worked_out(sketch: Sketch) -> Outcome:
    """What an estimate comes to by the session's prices and readings."""

    def work() -> Outcome:
        read = planned("", [row.cells for row in sketch.rows], catalogue(), ".")
        found = estimate(read, sketch.agency, (sketch.first, sketch.months), state.rates(), engine("polars"))
        return Outcome(sketch, found, described(merge([read.problems, found.problems]), texts(language())))

    return once(ESTIMATED, (state.basis(), language(), to_token(sketch)), work, MOST_SKETCHES * 2)


def rests_on_demo() -> bool:
    """Whether a figure of an estimate is by an agreement of the demo's: all else here is the user's own plan."""
    if not state.is_demo() or state.agreements():
        return False
    agreed = demo_agreements()["source"].to_list()
    planned_rows = [sketch for sketch in book().sketches if sketch.rows]
    return any(worked_out(sketch).found.wanted["price_source"].is_in(agreed).any() for sketch in planned_rows)


def _empty(agency: str) -> Sketch:
    return Sketch(name=t(f"{NAME}.first_name"), agency=agency, first=month_after(month_of(date.today())))
