"""The account strings: a file or a table to edit, suggestions to change, undo, and all of it as a file."""

import polars as pl
import streamlit as st

from billing_core.base.problems import described
from billing_core.checking.accounts import ACCOUNTS, AccountsError, as_rows, read_accounts
from billing_core.export import csv_bytes
from pages._ui.base.data import DATA, register
from pages._ui.base.format import counted
from pages._ui.base.plain import bare, joined
from pages._ui.base.text import agency_label, language, service_name, services, t, texts
from pages._ui.parts.editor import edit
from pages._ui.parts.page import Page
from pages._ui.session import checking, state
from pages._ui.session.files import OwnTable

NAME = "page.postings"
KEYS = [column.key for column in ACCOUNTS.columns]
SUGGESTED = {"debit": "298", "credit": "798"}
"""The arts of purchase and sale inside the municipality: suggested, never used before a person has kept them."""

_KINDS, _MOST_MIB = ["csv", "tsv", "txt", "xlsx", "ods"], 5
_ROUND, _REFUSED = "postings_round", "postings_refused"


def ask(shown: Page) -> None:
    """Draws what strings there are and the ways to change them."""
    held = checking.strings()
    if held is None:
        _teach(shown)
    label = counted(f"{NAME}.held", held.frame.height, name=held.name) if held else t(f"{NAME}.none")
    with st.expander(label, icon=":material/account_tree:", expanded=held is None):
        _file(held)
        st.markdown(f"**{t(f'{NAME}.table')}**")
        st.caption(t(f"{NAME}.table_lead"))
        rows = as_rows(held.frame) if held else []
        edit(
            rows, key="postings_strings", alt=t(f"{NAME}.table"), columns={key: _column(key, rows) for key in KEYS},
            held=lambda: getattr(checking.strings(), "id", ""), take=_take_rows,
        )  # fmt: skip
        if held:
            st.button(t(f"{NAME}.remove"), on_click=checking.set_strings, args=(None,), icon=":material/delete:")
    if checking.can_undo_strings():
        st.button(t(f"{NAME}.undo"), on_click=checking.undo_strings, icon=":material/undo:", key="postings_undo")


def add(rows: list[dict[str, str]]) -> None:
    """Adds rows to the strings there are: a person's doing, and theirs to change. A callback."""
    held = checking.strings()
    st.session_state[_REFUSED] = _take_rows([*(as_rows(held.frame) if held else []), *rows])


def told_refusal() -> None:
    """Says why the last rows were not taken, once."""
    if refused := st.session_state.pop(_REFUSED, None):
        st.error(refused, icon=":material/error:")


def _teach(shown: Page) -> None:
    with st.container(border=True):
        st.markdown(t(f"{NAME}.teach"))
        if state.is_demo():
            st.button(t(f"{NAME}.demo"), on_click=_demo, icon=":material/play_arrow:")
        if shown.agency:
            rows = [
                dict.fromkeys(KEYS, "") | {"agency": shown.agency, "side": side, "art": art}
                for side, art in SUGGESTED.items()
            ]
            label = t(f"{NAME}.begin", agency=agency_label(shown.agency))
            st.button(label, on_click=add, args=(rows,), icon=":material/add:", help=t(f"{NAME}.suggested"))


def _demo() -> None:
    path = DATA / "demo" / "accounts.csv"
    checking.set_strings(OwnTable(path.name, read_accounts(path.name, path, register())))


def _file(held: OwnTable | None) -> None:
    key = f"postings_file_{st.session_state.get(_ROUND, 0)}"
    st.file_uploader(
        t(f"{NAME}.upload"), _KINDS, key=key, on_change=_take_file, args=(key,), max_upload_size=_MOST_MIB,
        help=t(f"{NAME}.file_help"),
    )  # fmt: skip
    told_refusal()
    if held:
        st.download_button(
            t(f"{NAME}.save"), lambda: csv_bytes(_frame(as_rows(held.frame))),
            file_name=f"{bare(t(f'{NAME}.save_name'))}.csv", mime="text/csv", key="postings_save", on_click="ignore",
            icon=":material/download:",
        )  # fmt: skip


def _take_file(key: str) -> None:
    """Takes a file up in place of the strings there are. A callback."""
    file = st.session_state[key]
    if file is None:
        return
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state[_REFUSED] = _taken(file.name, file.getvalue())


def _take_rows(rows: list[dict[str, str]]) -> str:
    """Takes rows up in place of the strings there are; says what is amiss with them, "" where nothing is."""
    if not rows:
        checking.set_strings(None)
        return ""
    held = checking.strings()
    name = held.name if held else bare(t(f"{NAME}.save_name"))
    return _taken(name, _frame(rows).write_csv().encode(), ending=".csv")


def _frame(rows: list[dict[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(KEYS, pl.String))


def _taken(name: str, content: bytes, ending: str = "") -> str:
    try:
        checking.set_strings(OwnTable(name, read_accounts(f"{name}{ending}", content, register())))
    except AccountsError as error:
        return _refusal(error)
    return ""


def _refusal(error: AccountsError) -> str:
    words = texts(language())
    told = described(error.problems.head(3), words)
    cells = [f"{row['row'] or ''} {row['message']} {row['remedy']}".strip() for row in told.to_dicts()]
    return joined(" ", [t(f"accounts.error.{error.code}", row=str(error.row or ""), detail=error.detail), *cells])


def _column(key: str, rows: list[dict[str, str]]) -> object:
    """How a column is edited: a list where its values can be listed, else text."""
    label = bare(t(f"{NAME}.column.{key}"))
    written = {row[key]: row[key] for row in rows if row[key]}
    listed = {
        "agency": {code: agency_label(code) for code in state.agencies()},
        "service": {code: bare(service_name(code)) for code in services()},
        "side": {side: bare(t(f"{NAME}.side.{side}")) for side in SUGGESTED},
    }
    if key not in listed:
        return st.column_config.TextColumn(label, max_chars=200)
    known = written | listed[key]
    return st.column_config.SelectboxColumn(label, options=list(known), format_func=lambda code: known[str(code)])
