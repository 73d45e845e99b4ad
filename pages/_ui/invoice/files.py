"""The invoice files: given, taken away, told of; and what teaches where there are none."""

from dataclasses import replace

import streamlit as st

from billing_core.base.problems import described
from billing_core.checking.invoice import Invoices, read_invoices
from billing_core.intake import Options, Source
from pages._ui.base.data import DATA, register
from pages._ui.base.format import counted, listed_month
from pages._ui.base.plain import plain
from pages._ui.base.text import agency_label, language, t, texts
from pages._ui.parts import problems
from pages._ui.parts.page import Page
from pages._ui.session import checking, choices, door, state
from pages._ui.session.files import short_digest
from pages._ui.session.keys import BILLS

NAME = "page.invoice"
_KINDS = ["csv", "tsv", "txt", "xlsx", "xlsm", "xlsb", "ods", "parquet", "xml", "zip"]
_SAYS_ITSELF = (".xml", ".zip")
"""The endings of files that say whose they are; of them none is chosen beforehand."""

_MOST_MIB, _KEPT, _ROUND = 100, 4, "invoice_round"
_LACKING = ("invoice_without_agency", "invoice_columns")
DEMO = {
    "check": ("invoice.csv", "invoice-rest.csv", "credit-note.csv"),
    "passed_on": ("supplier-invoice.csv",),
}
"""The demo's own invoices: those to check, the first two at first, and one that is passed on."""


def ask(view: str, shown: Page) -> Invoices:
    """Draws the field for files and what is held of them; gives the invoices read."""
    held = checking.invoices(view)
    if not held:
        _teach(view)
    label = counted(f"{NAME}.files_held", len(held)) if held else t(f"{NAME}.files_none")
    with st.expander(label, icon=":material/receipt:", expanded=not held):
        _field(view, shown)
        for at, source in enumerate(held):
            _held(view, at, source)
        if state.is_demo() and tuple(source.name for source in held) == DEMO["check"][:-1]:
            st.button(t(f"{NAME}.demo_credit"), on_click=_demo, args=(view, len(DEMO[view])), icon=":material/add:")
    found = _read(view)
    if found.problems.height:
        with st.expander(counted(f"{NAME}.problems", found.problems.height), icon=":material/info:"):
            problems.show(found.problems, key=f"invoice_{view}")
    for row in described(found.problems.filter(severity="refused").head(3), texts(language())).to_dicts():
        st.error(plain(f"{row['file']}: {row['message']} {row['remedy']}"), icon=":material/error:")
    if shown.agency and found.problems["code"].is_in(_LACKING).any():
        st.button(
            t(f"{NAME}.read_as", agency=agency_label(shown.agency)), on_click=_read_as, args=(view, shown.agency),
            icon=":material/apartment:",
        )  # fmt: skip
    return found


def _field(view: str, shown: Page) -> None:
    turn = st.session_state.get(_ROUND, 0)
    st.markdown(t(f"{NAME}.files_lead"))
    names = {"": t(f"{NAME}.in_file").bare} | {month: listed_month(month) for month in shown.periods}
    period = st.selectbox(t(f"{NAME}.month_of_files"), names, 0, names.__getitem__, key=f"invoice_month_{turn}")
    key = f"invoice_files_{view}_{turn}"
    st.file_uploader(
        t(f"{NAME}.files"), _KINDS, accept_multiple_files=True, key=key, max_upload_size=_MOST_MIB,
        on_change=_take, args=(view, key, period or None, shown.agency or None),
    )  # fmt: skip


def _take(view: str, key: str, period: str | None, agency: str | None) -> None:
    """Takes files in beside those held. A callback: before the page runs again."""
    fresh = []
    for file in st.session_state[key] or ():
        own = None if file.name.lower().endswith(_SAYS_ITSELF) or view == "passed_on" else agency
        fresh.append(Source(file.name, file.getvalue(), period=period, agency=own))
    if fresh:
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        # The bytes of a file that is there already are the same file.
        there = {source.digest for source in fresh}
        kept = [source for source in checking.invoices(view) if source.digest not in there]
        checking.set_invoices(view, (*kept, *fresh))


def _held(view: str, at: int, source: Source) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(plain(source.name))
        st.button(
            t(f"{NAME}.remove"), key=f"invoice_remove_{view}_{at}", on_click=_remove, args=(view, at),
            icon=":material/delete:", type="tertiary", help=t(f"{NAME}.remove_help", name=source.name),
        )  # fmt: skip


def _remove(view: str, at: int) -> None:
    held = checking.invoices(view)
    checking.set_invoices(view, held[:at] + held[at + 1 :])


def _read_as(view: str, agency: str) -> None:
    """The files say of nobody whose they are: they are this agency's."""
    checking.set_invoices(view, tuple(replace(source, agency=agency) for source in checking.invoices(view)))


def _teach(view: str) -> None:
    """What the check does and needs, and the demo's invoice to try it on."""
    with st.container(border=True):
        st.markdown(t(f"{NAME}.teach_{view}"))
        if state.is_demo():
            few = max(1, len(DEMO[view]) - 1)
            st.button(t(f"{NAME}.demo"), on_click=_demo, args=(view, few), icon=":material/play_arrow:")


def _demo(view: str, count: int) -> None:
    paths = [DATA / "demo" / name for name in DEMO[view][:count]]
    checking.set_invoices(view, tuple(Source(path.name, path.read_bytes()) for path in paths))


def given_as(view: str) -> str:
    """Names what is given: the files' contents and how they are read."""
    files = [(source.digest, source.period, source.agency) for source in checking.invoices(view)]
    return short_digest(repr((view, choices.mappings(), files)).encode())


def _read(view: str) -> Invoices:
    def work() -> Invoices:
        reading = Options(mapping=choices.mappings())
        return read_invoices(checking.invoices(view), register(), reading, for_all=view == "passed_on")

    return door.once(BILLS, given_as(view), work, _KEPT)
