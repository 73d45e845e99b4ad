"""The files that were read, each with what it brought; one of them removed or replaced, the others as they are."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import streamlit as st

from billing_core.intake import FileReport, Source, brought_again
from pages._ui.base.format import counted, month, number
from pages._ui.base.plain import joined, plain
from pages._ui.base.text import agency_label, t, word
from pages._ui.session.keys import KEPT_BOTH
from pages._ui.session.state import Dataset
from pages._ui.upload.intake import KINDS, next_upload, take_in

NAME = "page.upload"
_SHOWN, _MONTHS = 50, 3


def ask_to_replace(current: Dataset) -> None:
    """Asks, where the latest files bring months that are there already, whether they take the earlier rows' place."""
    again = brought_again(current.read, current.sources)
    if again.is_empty() or st.session_state.get(KEPT_BOTH) == current.id:
        return
    with st.container(border=True, key="upload_replace"):
        st.markdown(f"**{_question(again)}**")
        st.markdown(t(f"{NAME}.again_lead"))
        with st.container(horizontal=True):
            wanted = st.button(t(f"{NAME}.again_replace"), icon=":material/sync:", key="replace_months")
            st.button(
                t(f"{NAME}.again_keep"), key="keep_both",
                on_click=lambda: st.session_state.update({KEPT_BOTH: current.id}),
            )  # fmt: skip
    if wanted:
        last = next_upload(current.sources) - 1
        take_in([replace(s, replaces=s.replaces or s.upload == last) for s in current.sources], current.options)


def _question(again: pl.DataFrame) -> str:
    """`Erstatt sep. 2026 for lisenser, enheter, drift?`, with the agencies where there are several."""
    agencies = again["agency"].drop_nulls().unique().sort().to_list()
    told = {
        "months": _months(again["period"].unique().sort().to_list()),
        "tables": ", ".join(word("table", name) for name in again["table"].unique(maintain_order=True)),
    }
    if len(agencies) == 1:
        return t(f"{NAME}.again_of", agency=agency_label(agencies[0]), **told)
    return t(f"{NAME}.again", agencies=number(len(agencies)), **told) if agencies else t(f"{NAME}.again_alone", **told)


def list_files(current: Dataset) -> None:
    """Each file handed in, with its tables, months and rows, and the ways to remove and to replace it."""
    with st.expander(counted(f"{NAME}.files_read", len(current.sources)), icon=":material/folder_open:"):
        for place, source in enumerate(current.sources[:_SHOWN]):
            with st.container(border=True):
                _one(current, place, source)
        if len(current.sources) > _SHOWN:
            st.caption(t(f"{NAME}.understood_more", count=number(len(current.sources) - _SHOWN)))


def _one(current: Dataset, place: int, source: Source) -> None:
    reports = [report for report in current.read.files if current.read.origins.get(report.file) == place]
    st.markdown(f"**{plain(source.name)}**  \n{_brought(reports)}")
    with st.container(horizontal=True):
        key = f"{current.id}_{place}"
        if st.button(t(f"{NAME}.remove"), key=f"remove_{key}", icon=":material/delete:", type="tertiary"):
            take_in([*current.sources[:place], *current.sources[place + 1 :]], current.options)
        with st.popover(t(f"{NAME}.replace_one"), icon=":material/sync:", type="tertiary", key=f"replace_{key}"):
            file = st.file_uploader(t(f"{NAME}.replace_with", file=source.name), KINDS, key=f"with_{key}")
            if st.button(t(f"{NAME}.read"), key=f"read_{key}", disabled=file is None) and file:
                fresh = replace(source, name=file.name, content=file.getvalue(), path=None)
                take_in([*current.sources[:place], fresh, *current.sources[place + 1 :]], current.options)


def _brought(reports: Sequence[FileReport]) -> str:
    """What came of a file in a line: its tables, months and rows."""
    tables = dict.fromkeys(word("table", name) for report in reports for name in report.tables)
    months = sorted({period for report in reports for period in report.months})
    rows = sum(report.rows_read for report in reports)
    refused = sum(report.rows_refused for report in reports)
    told = [", ".join(tables), _months(months), counted(f"{NAME}.rows", rows) if tables else ""]
    told += [counted(f"{NAME}.rows_refused", refused)] if refused else []
    return joined(" · ", filter(None, told)) or t(f"{NAME}.brought_nothing")


def _months(periods: Sequence[str]) -> str:
    if len(periods) > _MONTHS:
        return f"{month(periods[0])}–{month(periods[-1])}"
    return ", ".join(map(month, periods))
