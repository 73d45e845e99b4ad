"""The menu's way to keep uploads too: a file under a passphrase, made when asked, and opened by the same passphrase."""

from datetime import date

import streamlit as st

from billing_core.store.errors import WorkError
from billing_core.store.kept import LEAST_SIGNS, check_passphrase
from billing_core.store.sealed import LEAST_PASSPHRASE
from billing_core.store.work import Work
from pages._ui.base.plain import Text, bare
from pages._ui.base.text import t
from pages._ui.session import door, uploads, work
from pages._ui.session.keys import WORK

_MADE, _WAITING = "sealed_made", "sealed_waiting"
"""Keys of the place of work: the file made and what it was made of, and a file that waits for its passphrase."""

_REFUSED, _WRONG = "work.sealed_refused", "work.sealed_wrong"
"""Session keys: why no file was made, and why the one that waits was not opened."""

_FIRST, _AGAIN, _OPENING = "work_passphrase", "work_passphrase_again", "work_passphrase_open"
"""Session keys of the fields; what stands in them is taken out when it is used."""


def save(held: Work, today: date) -> None:
    """The choice to take the uploads with one, if there are any."""
    if not uploads.there() or not st.checkbox(t("work.sealed.choice"), key="work_sealed"):
        return
    st.warning(t("work.sealed.warning"), icon=":material/shield_person:")
    if not st.checkbox(t("work.sealed.read"), key="work_sealed_read"):
        return
    with st.form("work_seal", clear_on_submit=True, border=False):
        st.text_input(t("work.sealed.passphrase"), type="password", key=_FIRST, autocomplete="new-password")
        st.text_input(t("work.sealed.again"), type="password", key=_AGAIN, autocomplete="new-password")
        st.caption(t("work.sealed.hint", least=LEAST_PASSPHRASE, signs=LEAST_SIGNS))
        st.form_submit_button(t("work.sealed.make"), on_click=_make, args=(held,), icon=":material/lock:")
    if error := st.session_state.pop(_REFUSED, None):
        st.error(told(error), icon=":material/error:")
    _offer(held, today)


def _make(held: Work) -> None:
    """Makes the file. A callback."""
    door.let_go(WORK, _MADE)
    first, again = _taken(_FIRST), _taken(_AGAIN)
    try:
        check_passphrase(first, again)
        content = uploads.made(held, work.basis(), first)
    except WorkError as error:
        st.session_state[_REFUSED] = error
        return
    door.keep(WORK, _MADE, (content, held, uploads.looked()))


def _offer(held: Work, today: date) -> None:
    """The file that was made, while it holds what is here."""
    made = door.kept(WORK, _MADE)
    if made is None:
        return
    content, of, looked = made
    if (of, looked) != (held, uploads.looked()):
        door.let_go(WORK, _MADE)
        return
    st.download_button(
        t("work.sealed.download"), content, file_name=bare(t("work.file", day=today.isoformat())) + ".utover",
        mime="application/octet-stream", key="work_sealed_save", on_click=_took, args=(held,),
        icon=":material/download:",
    )  # fmt: skip


def _took(held: Work) -> None:
    work.note_saved(held)
    door.let_go(WORK, _MADE)


def wait(name: str, content: bytes) -> None:
    """Has a sealed file wait for its passphrase. A callback."""
    door.keep(WORK, _WAITING, (name, content))


def ask() -> None:
    """Asks for the passphrase of a file that waits for it."""
    waiting = door.kept(WORK, _WAITING)
    if waiting is None:
        return
    name, _ = waiting
    with st.form("work_unseal", clear_on_submit=True, border=False):
        st.markdown(t("work.sealed.asks", name=name))
        st.text_input(t("work.sealed.passphrase_of"), type="password", key=_OPENING, autocomplete="off")
        st.form_submit_button(t("work.sealed.open"), on_click=_open, icon=":material/lock_open:")
    if error := st.session_state.pop(_WRONG, None):
        st.error(t("work.refused", name=name, why=told(error)), icon=":material/error:")
    st.button(t("work.sealed.leave"), key="work_sealed_leave", on_click=door.let_go, args=(WORK, _WAITING))


def _open() -> None:
    """Opens the file that waits, in place of what is here. A callback."""
    passphrase, waiting = _taken(_OPENING), door.kept(WORK, _WAITING)
    if waiting is None:
        return
    name, content = waiting
    try:
        found = uploads.opened(content, passphrase)
        work.put_in(name, found.work, found.basis, found)
    except WorkError as error:
        st.session_state[_WRONG] = error
        return
    door.let_go(WORK, _WAITING)


def _taken(key: str) -> str:
    """What stands in a field, which then holds nothing."""
    held = str(st.session_state.get(key) or "")
    st.session_state[key] = ""
    return held


def told(error: WorkError) -> Text:
    """Why work is not opened or not made, in words."""
    return t(f"work.error.{error.code}", place=error.place, detail=error.detail)
