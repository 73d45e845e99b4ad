"""What a user has chosen about how files are read; it holds for all files to come."""

import secrets
from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from billing_core.intake import ColumnMapping, Options
from pages._ui.base.text import t
from pages._ui.session import door
from pages._ui.session.keys import MAPPINGS, OWN_KEY

_MOST = 50
_SWITCH = "upload_pseudonymise"


def mappings() -> tuple[ColumnMapping, ...]:
    """What the user has said that columns are, the latest first."""
    return door.kept(MAPPINGS, "") or ()


def remember(fresh: Iterable[ColumnMapping]) -> None:
    """Keeps mappings, in place of those for the same layout."""
    known = mappings()
    for mapping in fresh:
        known = (mapping, *(kept for kept in known if not _same_layout(kept, mapping)))
    put_mappings(known[:_MOST])


def put_mappings(held: tuple[ColumnMapping, ...]) -> None:
    """Has just these mappings from now on."""
    door.keep(MAPPINGS, "", held)


def forget(mapping: ColumnMapping) -> None:
    """Lets go of a mapping."""
    put_mappings(tuple(kept for kept in mappings() if kept != mapping))


def _same_layout(one: ColumnMapping, other: ColumnMapping) -> bool:
    return one.signature == other.signature if one.signature else one == other


def pseudonymise_switch(own: Options | None) -> bool:
    """The switch for replacing user ids by codes: whether the user's `own` files were read with it otherwise set.

    After a reload it stands as it did for them.
    """
    st.session_state.setdefault(_SWITCH, bool(own and own.pseudonym_key))
    label, told = t("page.upload.pseudonymise"), t("page.upload.pseudonymise_help")
    on = st.toggle(label, key=_SWITCH, help=told, persist_state="session")
    return own is not None and on != bool(own.pseudonym_key)


def chosen(options: Options) -> Options:
    """The options with the session's mappings, and with its key where ids are to be replaced."""
    return replace(options, mapping=mappings(), pseudonym_key=_key() if st.session_state.get(_SWITCH) else None)


def _key() -> bytes:
    """One key a session, so that equal ids match across its files; nobody can work the ids out later."""
    if OWN_KEY not in st.session_state:
        st.session_state[OWN_KEY] = secrets.token_bytes(32)
    key: bytes = st.session_state[OWN_KEY]
    return key


def key() -> bytes | None:
    """The session's key, if it has one."""
    held: bytes | None = st.session_state.get(OWN_KEY)
    return held


def put_key(held: bytes | None, *, on: bool) -> None:
    """Has this key from now on, so that equal ids match those of the files it was used for. A callback."""
    st.session_state.pop(OWN_KEY, None)
    if held:
        st.session_state[OWN_KEY] = held
    st.session_state[_SWITCH] = on
