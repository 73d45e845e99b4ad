"""A table that one edits: rows of text, taken up as a whole once each of them is right."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from pages._ui.base.plain import bare

Row = Mapping[str, str | None]


def edit(
    rows: Sequence[Row],
    *,
    key: str,
    alt: str,
    columns: Mapping[str, Any],
    held: Callable[[], Hashable],
    take: Callable[[list[dict[str, str]]], str],
) -> None:
    """Draws `rows` for editing; `columns` are their names with how each is shown.

    `take` is told all rows after each change, empty ones left out; it keeps them and says "", or says what is amiss.
    `held` is what is kept, by whomever: where that changed otherwise (undo), the table begins anew from `rows`.
    """
    begun, turn = f"{key}.begun", f"{key}.turn"
    widget = f"{key}_{st.session_state.get(turn, 0)}"
    if st.session_state.get(begun, (None, None))[0] != held() or widget not in st.session_state:
        st.session_state[begun] = (held(), [dict(row) for row in rows])
        st.session_state[turn] = st.session_state.get(turn, 0) + 1
        st.session_state.pop(f"{key}.refused", None)
        widget = f"{key}_{st.session_state[turn]}"
    base = st.session_state[begun][1]

    def changed() -> None:
        told = _after(base, st.session_state[widget])
        st.session_state[f"{key}.refused"] = take([row for row in told if any(row.values())])
        st.session_state[begun] = (held(), base)

    st.data_editor(
        pl.DataFrame(base, schema=dict.fromkeys(columns, pl.String())),
        key=widget, num_rows="dynamic", hide_index=True, column_config=dict(columns), on_change=changed, alt=bare(alt),
        placeholder="",
    )  # fmt: skip
    if refused := st.session_state.get(f"{key}.refused"):
        st.error(refused, icon=":material/error:")


def _after(base: Sequence[Row], edits: Mapping[str, Any]) -> list[dict[str, str]]:
    """Rows as they are after edits, the new ones last; an empty cell is an empty text."""
    gone = set(edits["deleted_rows"])
    changed = [{**row, **edits["edited_rows"].get(at, {})} for at, row in enumerate(base) if at not in gone]
    return [
        {name: str(cell).strip() if cell is not None else "" for name, cell in row.items() if not name.startswith("_")}
        for row in (*changed, *edits["added_rows"])
    ]
