"""The menu's way to save and open work on every page: a file out, a file in, what was opened and the way back."""

from datetime import date
from typing import Any

import streamlit as st

from billing_core.store.basis import Difference, Mark
from billing_core.store.errors import WorkError
from billing_core.store.sealed import is_sealed
from billing_core.store.work import Work, from_bytes, to_bytes
from pages._ui.base.format import counted, number
from pages._ui.base.plain import Text, bare, joined, plain
from pages._ui.base.text import t
from pages._ui.server import sealed_menu
from pages._ui.server.sealed_menu import told
from pages._ui.session import work

_FILES, _REFUSED = "work.files", "work.refused"
"""Session keys: a number that empties the field of files, and why the last one was not opened."""

_MOST_MIB = 260
"""A little over what either kind of file may be; each says itself what is too much."""

_DEMO = "demo"


def draw(place: Any, today: date) -> None:
    """What unfolds to save and open, and under it what is not saved and what was opened."""
    held = work.current()
    with place:
        # A popover so low on the page would have no room.
        menu = st.expander(t("work.menu"), icon=":material/save:", key="work_menu", on_change="rerun")
        if menu.open:
            with menu:
                _save(held, today)
                sealed_menu.save(held, today)
                _open()
        if work.is_unsaved():
            # The browser's script asks before the tab closes where it finds this.
            with st.container(key="work_unsaved"):
                st.caption(f":material/circle: {t('work.unsaved')}")
        _tell()


def _save(held: Work, today: date) -> None:
    st.markdown(f"**{t('work.save')}**")
    said = contents(held)
    if not said:
        st.markdown(t("work.nothing"))
        return
    st.markdown(t("work.holds", contents=said))
    try:
        content = to_bytes(held, work.basis())
    except WorkError as error:
        st.error(told(error))
        return
    st.download_button(
        t("work.save_button"), content, file_name=bare(t("work.file", day=today.isoformat())) + ".json",
        mime="application/json", key="work_save", on_click=work.note_saved, args=(held,),
        icon=":material/download:",
    )  # fmt: skip
    st.caption(t("work.not_in_it"))


def _open() -> None:
    st.markdown(f"**{t('work.open')}**")
    key = f"work_file_{st.session_state.get(_FILES, 0)}"
    st.file_uploader(
        t("work.open_field"), ["json", "utover"], key=key, on_change=_take, args=(key,), max_upload_size=_MOST_MIB,
        help=t("work.open_help"),
    )  # fmt: skip
    if refused := st.session_state.pop(_REFUSED, None):
        name, error = refused
        st.error(t("work.refused", name=name, why=told(error)), icon=":material/error:")
    sealed_menu.ask()


def _take(key: str) -> None:
    """Opens a file in place of what is here. A callback: before the page runs again."""
    file = st.session_state[key]
    if file is None:
        return
    st.session_state[_FILES] = st.session_state.get(_FILES, 0) + 1
    content = file.getvalue()
    if is_sealed(content):
        sealed_menu.wait(file.name, content)
        return
    try:
        work.put_in(file.name, *from_bytes(content))
    except WorkError as error:
        st.session_state[_REFUSED] = (file.name, error)


def _tell() -> None:
    """What was opened, what it was made on that is another now, and the way back."""
    last = work.opened()
    if last is None:
        return
    said = contents(last.work) or t("work.empty")
    st.success(t("work.opened", name=last.name, contents=said), icon=":material/folder_open:")
    others = work.others_now(last.basis)
    if others:
        told = "\n".join(f"- {_difference(one)}" for one in others)
        st.warning(f"{t('work.others')}\n{told}", icon=":material/difference:")
    with st.container(horizontal=True):
        st.button(t("work.undo"), on_click=work.undo, key="work_undo", icon=":material/undo:")
        st.button(t("work.put_away"), on_click=work.put_away, key="work_put_away")


def contents(held: Work) -> Text | str:
    """How many there are of each part, those that there are."""
    told = [counted(f"work.part.{name}", count) for name, count in held.counts.items() if count]
    return joined(", ", told) if told else ""


def _difference(one: Difference) -> Text:
    return t(f"work.other.{one.kind}", then=_named(one.then), now=_named(one.now))


def _named(mark: Mark) -> Text | str:
    if not mark.fingerprint:
        return t("work.none")
    name = t("work.demo") if mark.name == _DEMO else plain(mark.name) if mark.name else t("work.shipped")
    return t("work.mark", name=name, rows=number(mark.rows))
