"""Taking in files: read and rated under a progress bar, asked about what they lack, and told what became of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from billing_core.base.months import month_of, months_until
from billing_core.export.template import template
from billing_core.intake import Options, Source, mending_workbook
from billing_core.rating.statement import Statement
from billing_core.views import reported
from pages._ui.base.data import catalogue
from pages._ui.base.format import listed_month, number
from pages._ui.base.text import agency_label, language, t, texts, word
from pages._ui.parts.tables import XLSX, Form, table, usage_file
from pages._ui.session import choices, state
from pages._ui.session.state import Dataset

NAME = "page.upload"
KINDS = ["csv", "tsv", "txt", "xlsx", "xlsm", "xlsb", "ods", "parquet", "zip"]
_MONTHS_BACK = 36


def choose_files(own: Dataset | None) -> None:
    """The field for files, what they leave out, and the button that reads them; `own` is what was uploaded before."""
    turn = st.session_state.get("upload_round", 0)
    key = f"upload_files_{turn}"
    files = st.file_uploader(
        t(f"{NAME}.files"), KINDS, accept_multiple_files=True, key=key, help=t(f"{NAME}.files_help")
    )
    kept: tuple[Source, ...] = ()
    if own:
        names = {mode: t(f"{NAME}.mode_{mode}") for mode in ("add", "replace")}
        mode = st.radio(t(f"{NAME}.mode"), names, format_func=names.get, horizontal=True)
        kept = own.sources if mode == "add" else ()
    with st.expander(t(f"{NAME}.options"), icon=":material/tune:"):
        st.markdown(t(f"{NAME}.without_month_lead"))
        period, agency = _month_and_agency(f"upload_{turn}")
        switched = choices.pseudonymise_switch(own.options if own else None)
        if own and switched and st.button(t(f"{NAME}.read_again"), key="upload_pseudonymise_again"):
            take_in(list(own.sources), own.options)
    if st.button(t(f"{NAME}.read"), disabled=not files, icon=":material/play_arrow:"):
        # The month chosen is that of these files alone: those kept have had theirs.
        upload = next_upload(kept)
        fresh = [Source(f.name, f.getvalue(), period=period, agency=agency, upload=upload) for f in files]
        take_in([*kept, *fresh], own.options if own and kept else Options())


def next_upload(sources: Sequence[Source]) -> int:
    """The number of the upload that comes after those of some files."""
    return 1 + max((source.upload for source in sources), default=0)


def take_in(sources: list[Source], options: Options) -> None:
    """Reads and rates files under a progress bar, and shows the page anew with what came of them."""
    if state.too_much(sources):
        st.error(t(f"{NAME}.too_much", limit=number(state.MAX_BYTES // 2**20)))
        return
    bar = st.progress(0.0, t(f"{NAME}.reading"))

    def progress(done: int, of: int, file: str) -> None:
        # Rating is the last step, after all files.
        bar.progress(done / (of + 1), t(f"{NAME}.reading_file", done=done + 1, all=of, file=file))

    state.use(sources, choices.chosen(options), progress)
    bar.progress(len(sources) / (len(sources) + 1), t("ui.rating"))
    _ = state.rated().lines
    # Other keys empty the field of files, and what is said of them.
    st.session_state["upload_round"] = st.session_state.get("upload_round", 0) + 1
    st.rerun()


def ask_again(current: Dataset, stated: Statement) -> None:
    """Asks for the month or agency that files were refused for lack of, and reads them again."""
    if not reported.lacks_month_or_agency(stated.problems):
        return
    st.warning(t(f"{NAME}.ask"))
    period, agency = _month_and_agency("upload_again")
    if st.button(t(f"{NAME}.read_again"), disabled=not (period or agency)):
        again = [replace(s, period=s.period or period, agency=s.agency or agency) for s in current.sources]
        take_in(again, current.options)


def show_files(current: Dataset, stated: Statement) -> int:
    """Rows read, rated and refused, in all and of each file; gives the number refused."""
    became = reported.files(current.read.files, stated.usage)
    counts = {name: int(became[name].sum()) for name in ("read", "rated", "refused")}
    for place, (name, count) in zip(st.columns(3, border=True), counts.items(), strict=True):
        place.metric(t(f"column.{name}"), number(count))
    forms: dict[str, Form] = {
        "recognised": lambda code: word("recognised", code) if code else t(f"{NAME}.not_recognised"),
        "tables": lambda names: ", ".join(word("table", name) for name in names),
        "months": lambda found: number(len(found)),
        "agencies": ", ".join,
        "read": "number",
        "rated": "number",
        "refused": "number",
    }
    table(became, key="upload_became", alt=t(f"{NAME}.became"), forms=forms)
    return counts["refused"]


def offer_template() -> None:
    """The workbook to fill in."""
    st.download_button(
        t(f"{NAME}.template"),
        lambda: template(catalogue()),
        file_name=f"{t(f'{NAME}.template_file')}.xlsx",
        mime=XLSX,
        on_click="ignore",
        icon=":material/download:",
        help=t(f"{NAME}.template_help"),
    )


def offer_mending(current: Dataset, stated: Statement) -> None:
    """The refused rows as a workbook to correct and add."""
    words = texts(language())
    st.download_button(
        t(f"{NAME}.mend"),
        lambda: mending_workbook(current.read, stated.problems, words, language()),
        file_name=f"{usage_file(t(f'{NAME}.mend_file'))}.xlsx",
        mime=XLSX,
        on_click="ignore",
        icon=":material/build:",
        help=t(f"{NAME}.mend_help"),
    )


def _month_and_agency(prefix: str) -> tuple[str | None, str | None]:
    """The month and agency of files that do not say them; None where they do."""
    months = months_until(month_of(date.today()), _MONTHS_BACK)[::-1]
    stated = t(f"{NAME}.in_file")
    left, right = st.columns(2)
    period = left.selectbox(
        t(f"{NAME}.month_of_files"), months, None, listed_month, key=f"{prefix}_period", placeholder=stated
    )
    agencies = sorted(catalogue().agencies)
    agency = right.selectbox(
        t(f"{NAME}.agency_of_files"), agencies, None, agency_label, key=f"{prefix}_agency", placeholder=stated
    )
    return period, agency
