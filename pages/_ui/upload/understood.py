"""What was understood of each file, in plain words."""

from collections.abc import Iterator, Sequence

import streamlit as st

from billing_core.intake import FileReport
from pages._ui.base.format import counted, month, number
from pages._ui.base.plain import plain
from pages._ui.base.text import agency_label, t, word
from pages._ui.parts.problems import heading

NAME = "page.upload"
_FILES, _MONTHS = 50, 3
_DELIMITERS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}


def show_understood(files: Sequence[FileReport]) -> None:
    """A line for each file (for the first, where there are many)."""
    with st.expander(t(f"{NAME}.understood"), icon=":material/description:"):
        st.markdown(
            "\n".join(f"- **{plain(report.file)}**: {' '.join(_sentences(report))}" for report in files[:_FILES])
        )
        if len(files) > _FILES:
            st.caption(counted(f"{NAME}.understood_more", len(files) - _FILES))


def _sentences(report: FileReport) -> Iterator[str]:
    how, tables = report.how, ", ".join(word("table", name) for name in report.tables)
    if not report.recognised:
        yield t(f"{NAME}.how_unknown")
    elif tables:
        kind = word("recognised", report.recognised)
        yield counted(f"{NAME}.how_rows", report.lines, kind=kind, tables=tables, rows=number(report.rows_read))
    else:
        yield counted(f"{NAME}.how_completes", report.lines, kind=word("recognised", report.recognised))
    if report.missing:
        yield t(f"{NAME}.how_missing", columns=", ".join(map(heading, report.missing)))
    if months := report.months:
        told = ", ".join(map(month, months)) if len(months) <= _MONTHS else f"{month(months[0])}–{month(months[-1])}"
        yield t(f"{NAME}.how_of", months=told, agencies=", ".join(map(agency_label, report.agencies)))
    if "delimiter" in how:
        delimiter = _DELIMITERS.get(how["delimiter"])
        said = t(f"{NAME}.delimiter_{delimiter}") if delimiter else f"«{how['delimiter']}»"
        yield t(f"{NAME}.how_text", encoding=how["encoding"].upper(), delimiter=said, row=how["header_row"])
    elif "sheet" in how:
        yield t(f"{NAME}.how_sheet", sheet=how["sheet"], row=how["header_row"])
