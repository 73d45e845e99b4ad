"""The session's work as one value: gathered from where its parts are kept, put back there, and whether it is saved."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from billing_core.base.errors import PriceListError
from billing_core.checking.accounts import AccountsError, as_rows, read_accounts
from billing_core.intake.price_file import as_rows as as_price_rows
from billing_core.intake.price_file import from_rows
from billing_core.store.basis import Basis, Difference, Mark, differences
from billing_core.store.errors import WorkError
from billing_core.store.kept import Kept
from billing_core.store.work import AccountStrings, PriceRows, Work
from pages._ui.base import data
from pages._ui.session import advised, checking, choices, door, estimates, plans, scenarios, terms, uploads
from pages._ui.session.files import OwnTable, dataset, is_demo
from pages._ui.session.keys import WORK

_SAVED, _OPENED = "saved", "opened"
_FORMS = ("simulate.edited", "estimate.edited")
"""Session keys of the forms that hold a row by its place: what is opened has other rows."""


@dataclass(frozen=True)
class Part:
    """How one part of `Work` is read from the session and put back."""

    get: Callable[[], Any]
    put: Callable[[Any], None]


def _accounts() -> AccountStrings | None:
    held = checking.strings()
    return AccountStrings.model_construct(name=held.name[:200], rows=tuple(as_rows(held.frame))) if held else None


def _put_accounts(held: AccountStrings | None) -> None:
    """WorkError where they can no longer be used: an item is none, say."""
    if held is None:
        checking.set_strings(None)
        return
    content = pl.DataFrame(list(held.rows)).write_csv().encode()
    try:
        frame = read_accounts("accounts.csv", content, data.register())
    except AccountsError as error:
        raise WorkError("bad_value", str(error), place="accounts") from error
    checking.set_strings(OwnTable(held.name, frame))


def _prices_part(kind: str, get: Callable[[], OwnTable | None], put: Callable[..., None]) -> Part:
    def held() -> PriceRows | None:
        own = get()
        return PriceRows.model_construct(name=own.name[:200], rows=tuple(as_price_rows(own.frame))) if own else None

    def put_held(fresh: PriceRows | None) -> None:
        """WorkError where they can no longer be used: an item is none, say."""
        try:
            put(OwnTable(fresh.name, from_rows(kind, fresh.rows, data.catalogue())) if fresh else None)
        except (PriceListError, pl.exceptions.PolarsError) as error:
            raise WorkError("bad_value", str(error), place=kind) from error

    return Part(held, put_held)


PARTS = {
    "accounts": Part(_accounts, _put_accounts),
    "prices": _prices_part("prices", terms.prices, terms.set_prices),
    "agreements": _prices_part("agreements", terms.agreements, terms.set_agreements),
    "scenarios": Part(scenarios.saved, scenarios.put_saved),
    "estimates": Part(estimates.saved, estimates.put_saved),
    "plans": Part(plans.plans, plans.put_plans),
    "cases": Part(checking.cases, checking.set_cases),
    "notes": Part(advised.notes, advised.change),
    "mappings": Part(choices.mappings, choices.put_mappings),
    "readings": Part(terms.told_readings, terms.put_readings),
}
"""Every part, by its field's name; first what may be refused, so that nothing else is then changed."""

_REFUSABLE = ("accounts", "prices", "agreements")


@dataclass(frozen=True)
class Opened:
    """A file opened: name, content, and what it was made on; the work `before`, and what of that was `saved`.

    `looked`: what was looked at before, where the file brought uploads.
    """

    name: str
    work: Work
    basis: Basis
    before: Work
    saved: Work
    looked: uploads.Looked | None = None


def current() -> Work:
    """The session's work as it is now."""
    return Work.model_construct(**{name: part.get() for name, part in PARTS.items()})


def is_unsaved() -> bool:
    """Whether there is anything that the last file saved or opened does not hold."""
    return current() != _saved()


def note_saved(work: Work) -> None:
    """Notes that a file holds this work. A callback."""
    door.keep(WORK, _SAVED, work)


def put_in(name: str, work: Work, basis: Basis, files: Kept | None = None) -> None:
    """Puts a file's work in place of the session's, and the `files` that came with it; `undo` goes back. A callback.

    WorkError leaves all as it was.
    """
    opened = Opened(name, work, basis, current(), _saved(), uploads.looked() if files else None)
    try:
        _put(work)
    except WorkError:
        for part in _REFUSABLE:
            PARTS[part].put(getattr(opened.before, part))
        raise
    if files:
        uploads.put_in(files)
    note_saved(current())
    door.keep(WORK, _OPENED, opened)


def opened() -> Opened | None:
    """The file that was opened last, until that is undone or put away."""
    held: Opened | None = door.kept(WORK, _OPENED)
    return held


def undo() -> None:
    """Goes back to the work that was there before the last file was opened. A callback."""
    last = opened()
    if last:
        _put(last.before)
        if last.looked:
            uploads.look_at(last.looked)
        note_saved(last.saved)
        put_away()


def put_away() -> None:
    """Tells no more of the file opened. A callback."""
    door.let_go(WORK, _OPENED)


def others_now(then: Basis) -> tuple[Difference, ...]:
    """What the session's work rests on that is another than then."""
    return differences(then, basis())


def basis() -> Basis:
    """What the session's work rests on now."""
    return Basis(data=_data(), prices=_prices(), agreements=_agreements(), policy=_policy())


def _put(work: Work) -> None:
    for name, part in PARTS.items():
        part.put(getattr(work, name))
    for key in _FORMS:
        st.session_state.pop(key, None)


def _saved() -> Work:
    held: Work | None = door.kept(WORK, _SAVED)
    return held or Work()


def _data() -> Mark:
    held = dataset()
    if held is None:
        return Mark()
    # By content alone: the same files under other names, or handed in in another order, are the same data.
    files = sorted((one.digest.hex(), one.period or "", one.agency or "") for one in held.sources)
    names = "demo" if is_demo() else ", ".join(one.name for one in held.sources)
    return Mark.of(names, sum(frame.height for frame in held.read.usage.values()), repr(files).encode())


def _prices() -> Mark:
    own = terms.prices()
    frame = own.frame if own else data.listed_prices()
    return Mark.of(own.name if own else "", frame.height, frame.write_csv().encode())


def _agreements() -> Mark:
    own, frame = terms.agreements(), terms.rates().prices.agreed
    return Mark.of(own.name if own else "", frame.height, frame.write_csv().encode()) if frame.height else Mark()


def _policy() -> Mark:
    """Of the project's own policy: the readings chosen are part of the work, and come with it."""
    return Mark.of("", len(data.policy().parameters), data.POLICY.read_bytes())
