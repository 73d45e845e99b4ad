"""The files uploaded, and what of them is looked at: as they are kept between days, put back, and left again."""

from dataclasses import dataclass
from threading import Lock

import streamlit as st

from billing_core.intake import UnreadableError
from billing_core.store import kept
from billing_core.store.basis import Basis
from billing_core.store.errors import WorkError
from billing_core.store.kept import Kept
from billing_core.store.work import Work
from pages._ui.base import address
from pages._ui.session import choices
from pages._ui.session.files import dataset, is_demo, too_much, use
from pages._ui.session.keys import AGENCY, KEPT_BOTH, MONTH

_ONE = Lock()
"""A key takes much memory to make: one at a time, however many ask."""


@dataclass(frozen=True)
class Looked:
    """What a session looked at: the dataset's id, agency, month, the dataset of which both stand, and ids' key."""

    data: str
    agency: str | None
    month: str | None
    both: str | None
    key: bytes | None
    coded: bool


def looked() -> Looked:
    """What the session looks at now."""
    state, own = st.session_state, dataset()
    coded = bool(own and own.options.pseudonym_key)
    view = address.view().data
    return Looked(view, state.get(AGENCY), state.get(MONTH), state.get(KEPT_BOTH), choices.key(), coded)


def look_at(what: Looked) -> None:
    """Looks at it again. A callback."""
    address.change(data=what.data)
    choices.put_key(what.key, on=what.coded)
    for key, value in ((AGENCY, what.agency), (MONTH, what.month), (KEPT_BOTH, what.both)):
        if value:
            st.session_state[key] = value
        else:
            st.session_state.pop(key, None)


def there() -> bool:
    """Whether the session looks at files of the user's own."""
    return dataset() is not None and not is_demo()


def made(work: Work, basis: Basis, passphrase: str) -> bytes:
    """The work and the files under a passphrase. WorkError if it is too short, or there is too much."""
    own = dataset()
    if own is None:
        raise WorkError("no_uploads", "there is nothing uploaded")
    state = st.session_state
    whole = Kept(
        work, basis, own.sources, own.options, state.get(AGENCY) or "", state.get(MONTH) or "",
        state.get(KEPT_BOTH) == own.id,
    )  # fmt: skip
    try:
        with _ONE:
            return kept.to_bytes(whole, passphrase)
    except UnreadableError as error:
        raise WorkError("no_uploads", str(error)) from error


def opened(content: bytes, passphrase: str) -> Kept:
    """What a file holds. WorkError says why it is not opened."""
    with _ONE:
        found = kept.from_bytes(content, passphrase)
    if too_much(found.sources):
        raise WorkError("too_large", "more than a session holds", detail=str(kept.MOST_MEGABYTES))
    return found


def put_in(found: Kept) -> None:
    """Makes a file's uploads the session's, as they were looked at. A callback."""
    fresh = use(found.sources, found.options)
    key = found.options.pseudonym_key
    both = fresh.id if found.both else None
    look_at(Looked(fresh.id, found.agency or None, found.month or None, both, key, bool(key)))
