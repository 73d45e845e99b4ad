"""The session's estimates in the address, and what one comes to, worked out once."""

from dataclasses import dataclass, replace

import polars as pl

from billing_core.base.engines import engine
from billing_core.base.problems import described, merge
from billing_core.planning.entries import planned
from billing_core.planning.estimate import Estimated, estimate
from billing_core.planning.sketch import Sketch, SketchError, from_token, to_token
from billing_core.store.work import MOST_ESTIMATES
from pages._ui.base import address
from pages._ui.base.data import catalogue, demo_agreements
from pages._ui.base.text import language, texts
from pages._ui.session import state
from pages._ui.session.door import once
from pages._ui.session.estimates import Book, book, change, empty
from pages._ui.session.keys import ESTIMATED

NAME = "page.estimate"
TOKENS = "estimate_plan"
"""The address key of the estimates (tokens, the open one first)."""

FIRST_ROW = 2
"""The number of an estimate's first row: the headings are row 1."""

_LONGEST_LINK = 6000


@dataclass(frozen=True)
class Outcome:
    """An estimate worked out, and what is wrong with its rows, in words (problems' OUT_COLUMNS)."""

    sketch: Sketch
    found: Estimated
    told: pl.DataFrame


def receive() -> bool:
    """Takes in the estimates that a link brings and opens the first; whether all could be read."""
    if not address.brought([TOKENS]):
        return True
    tokens, brought = address.take(TOKENS), []
    for token in tokens[:MOST_ESTIMATES]:
        try:
            brought.append(from_token(token))
        except SketchError:
            continue
    fresh = book()
    for sketch in reversed(brought):
        if sketch in fresh.sketches:
            fresh = replace(fresh, open=fresh.sketches.index(sketch))
        else:
            mine = Book(()) if fresh.sketches == (empty(fresh.opened.agency),) else fresh
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

    return once(ESTIMATED, (state.basis(), language(), to_token(sketch)), work, MOST_ESTIMATES * 2)


def rests_on_demo() -> bool:
    """Whether a figure of an estimate is by an agreement of the demo's: all else here is the user's own plan."""
    if not state.is_demo() or state.agreements():
        return False
    agreed = demo_agreements()["source"].to_list()
    planned_rows = [sketch for sketch in book().sketches if sketch.rows]
    return any(worked_out(sketch).found.wanted["price_source"].is_in(agreed).any() for sketch in planned_rows)
