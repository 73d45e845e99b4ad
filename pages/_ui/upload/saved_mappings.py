"""Mappings as files: an earlier one taken in, each that the session holds to download or to let go of."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from billing_core.base.tables import BESIDE_USAGE, TABLES
from billing_core.intake import ColumnMapping, MappingError, columns_of
from pages._ui.base.format import counted
from pages._ui.base.plain import bare, plain
from pages._ui.base.text import t, word
from pages._ui.session import choices
from pages._ui.session.state import Dataset
from pages._ui.upload.intake import take_in

NAME = "page.upload"
PEOPLE, FOCUS = "people", "focus"
_MEGABYTES = 1
_SHOWN = 300


def saved_mappings(own: Dataset | None) -> None:
    """The field for saved mappings, and those that hold now; `own` is read again where one of them changes it."""
    held = choices.mappings()
    with st.expander(t(f"{NAME}.mappings"), icon=":material/view_column:"):
        st.markdown(t(f"{NAME}.mappings_lead"))
        files = st.file_uploader(
            t(f"{NAME}.mapping_files"), ["toml"], accept_multiple_files=True, max_upload_size=_MEGABYTES,
            key=f"upload_mappings_{st.session_state.get('upload_round', 0)}",
        )  # fmt: skip
        found = [mapping for file in files if (mapping := _read(file))]
        if st.button(t(f"{NAME}.mapping_use"), disabled=not found):
            choices.remember(found)
            _read_again(own)
        for place, mapping in enumerate(held):
            _show(mapping, place, own)


def download(mapping: ColumnMapping, key: str) -> None:
    """The button that saves a mapping as a file."""
    st.download_button(
        t(f"{NAME}.mapping_save"), mapping.to_toml(), file_name=f"{mapping.table}-{mapping.signature[:6]}.toml",
        mime="application/toml", key=key, on_click="ignore", icon=":material/download:",
    )  # fmt: skip


def table_name(table: str) -> str:
    """A table's name; a list of people and a cloud invoice are read into several."""
    return word("recognised" if table in (PEOPLE, FOCUS) else "table", table)


def _show(mapping: ColumnMapping, place: int, own: Dataset | None) -> None:
    headings = ", ".join(mapping.columns.values())
    st.markdown(f"**{table_name(mapping.table)}** · {plain(headings)}")
    with st.container(horizontal=True):
        download(mapping, f"mapping_save_{place}")
        if st.button(t(f"{NAME}.mapping_forget"), key=f"mapping_forget_{place}", icon=":material/delete:"):
            choices.forget(mapping)
            _read_again(own)


def _read_again(own: Dataset | None) -> None:
    if own:
        take_in(list(own.sources), own.options)
    else:
        st.session_state["upload_round"] = st.session_state.get("upload_round", 0) + 1
        st.rerun()


def _read(file: UploadedFile) -> ColumnMapping | None:
    """The mapping in a file; where it is none, says so and why."""
    try:
        mapping = _checked(ColumnMapping.from_toml(file.getvalue()))
    except MappingError as error:
        st.error(t(f"{NAME}.mapping_bad", file=file.name))
        st.code(str(error)[:_SHOWN], language=None, wrap_lines=True)
        return None
    st.success(counted(f"{NAME}.mapping_good", len(mapping.columns), file=file.name, table=table_name(mapping.table)))
    return mapping


def _checked(mapping: ColumnMapping) -> ColumnMapping:
    """The mapping, if it is for columns that there are. MappingError if not."""
    if mapping.table == FOCUS:
        return mapping
    if mapping.table not in (*TABLES, *BESIDE_USAGE, PEOPLE):
        raise MappingError(bare(t(f"{NAME}.mapping_no_table", table=mapping.table)))
    known = {column.key for column in columns_of(mapping.table)}
    unknown = [key for key in (*mapping.columns, *mapping.fixed, *mapping.values) if key not in known]
    if unknown:
        told = t(f"{NAME}.mapping_no_column", columns=", ".join(unknown), table=table_name(mapping.table))
        raise MappingError(bare(told))
    return mapping
