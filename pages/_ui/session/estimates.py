"""The session's estimates: several, one open, with undo."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import streamlit as st

from billing_core.base.months import month_after, month_of
from billing_core.planning.sketch import Row, Sketch
from billing_core.store.work import MOST_ESTIMATES
from pages._ui.base.data import catalogue
from pages._ui.base.text import t
from pages._ui.session import state

_BOOK, _PAST = "estimate.book", "estimate.past"
_MOST_PAST = 30


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
        names = (sketch.name, *(f"{sketch.name[:110]} ({number})" for number in range(2, MOST_ESTIMATES + 3)))
        named = sketch.model_copy(update={"name": next(name for name in names if name not in taken)})
        kept = (*self.sketches, named)[-MOST_ESTIMATES:]
        return Book(kept, len(kept) - 1)

    def changing(self, **values: Any) -> "Book":
        """With values of the open one changed."""
        fresh = self.opened.model_copy(update=values)
        return replace(self, sketches=(*self.sketches[: self.open], fresh, *self.sketches[self.open + 1 :]))

    def without(self) -> "Book":
        """Without the open one; an empty one where there is no other."""
        kept = (*self.sketches[: self.open], *self.sketches[self.open + 1 :])
        return Book(kept or (empty(self.opened.agency),), max(0, min(self.open, len(kept) - 1)))


def book() -> Book:
    """The session's estimates; an empty one for the agency last looked at to begin with."""
    if _BOOK not in st.session_state:
        agency = str(st.session_state.get("agency", ""))
        known = agency if agency in catalogue().agencies else next(iter(state.agencies()), "")
        st.session_state[_BOOK] = Book((empty(known or next(iter(catalogue().agencies))),))
    held: Book = st.session_state[_BOOK]
    return held


def change(fresh: Book) -> None:
    """Makes another book the session's; `undo` goes back."""
    st.session_state[_PAST] = [*st.session_state.get(_PAST, []), book()][-_MOST_PAST:]
    st.session_state[_BOOK] = fresh


def saved() -> tuple[Sketch, ...]:
    """What of the book is worth keeping: the estimates with rows."""
    held: Book | None = st.session_state.get(_BOOK)
    return tuple(sketch for sketch in held.sketches if sketch.rows) if held else ()


def put_saved(sketches: Sequence[Sketch]) -> None:
    """Makes a book of just these estimates the session's; `undo` goes back."""
    fresh = Book(())
    for sketch in sketches:
        fresh = fresh.adding(sketch)
    change(fresh if sketches else Book((empty(book().opened.agency),)))


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


def empty(agency: str) -> Sketch:
    """An estimate without rows, from next month on."""
    return Sketch(name=t("page.estimate.first_name"), agency=agency, first=month_after(month_of(date.today())))
