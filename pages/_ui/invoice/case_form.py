"""The case of a difference: what is done of it, the codes of an Invoice Response, and the text to send."""

import polars as pl
import streamlit as st

from billing_core.base.texts import LANGUAGES
from billing_core.checking.cases import MOST_TEXT, STATES, Case, case_of, kept, opened, response
from pages._ui.base.plain import bare
from pages._ui.base.text import language, t
from pages._ui.invoice.checked import NAME, Row
from pages._ui.invoice.letter import letter
from pages._ui.invoice.words import state_name
from pages._ui.session import checking
from pages._ui.session.files import short_digest

_FULL = "invoice_cases_full"


def show(row: Row, ours: pl.DataFrame) -> None:
    """Draws the case of a row (`reconcile.SCHEMA`), whose lines of ours are `ours`."""
    case = case_of(checking.cases(), row)
    st.markdown(f"#### {t(f'{NAME}.case')}")
    if case.credited_by:
        st.info(t(f"{NAME}.credited_{case.state}", notes=", ".join(case.credited_by)), icon=":material/undo:")
    edit, send = st.columns(2, gap="large")
    with edit:
        _form(row, case)
    with send:
        _text(row, case, ours)


def _form(row: Row, case: Case) -> None:
    # Another content is another form, so that what is undone is seen in it.
    key = f"invoice_case_{short_digest(repr((case.about, case)).encode())}"
    with st.form(key, border=True):
        names = {code: state_name(code) for code in STATES}
        st.selectbox(t(f"{NAME}.column.state"), names, STATES.index(case.state), names.__getitem__, key=f"{key}_state")
        st.text_input(t(f"{NAME}.column.owner"), case.owner, max_chars=200, key=f"{key}_owner")
        st.date_input(t(f"{NAME}.column.deadline"), case.deadline, format="DD.MM.YYYY", key=f"{key}_deadline")
        st.text_area(t(f"{NAME}.note"), case.note, max_chars=MOST_TEXT, key=f"{key}_note")
        st.form_submit_button(t(f"{NAME}.keep"), on_click=_keep, args=(row, case, key), icon=":material/save:")
    if st.session_state.pop(_FULL, False):
        st.error(t(f"{NAME}.cases_full"))
    if checking.can_undo_cases():
        st.button(t(f"{NAME}.undo"), on_click=checking.undo_cases, icon=":material/undo:", key="invoice_undo")


def _keep(row: Row, case: Case, key: str) -> None:
    """Keeps what was written; the amounts are those of the row now. A callback."""
    written = {name: st.session_state[f"{key}_{name}"] for name in ("state", "owner", "deadline", "note")}
    now = opened(row).model_dump(include={"invoiced_nok", "rated_nok", "difference_nok"})
    fresh = Case.model_validate(case.model_dump() | now | written)
    try:
        checking.set_cases(kept(checking.cases(), fresh))
    except ValueError:
        st.session_state[_FULL] = True


def _text(row: Row, case: Case, ours: pl.DataFrame) -> None:
    codes = response(case)
    st.markdown(t(f"{NAME}.response"))
    told = [("status", codes.status), *(("reason", code) for code in codes.reasons)]
    told += [("wish", code) for code in codes.wishes]
    lines = [f"- {t(f'{NAME}.{kind}')}: **{code}** {t(f'{NAME}.response_{kind}.{code}')}" for kind, code in told]
    st.markdown("\n".join(lines))
    own = language()
    chosen = st.segmented_control(
        t(f"{NAME}.letter_language"), LANGUAGES, default=own, key="invoice_letter_language",
        format_func=lambda code: t(f"ui.language_{code}"),
    )  # fmt: skip
    text = letter(row, case, ours, chosen or own)
    st.code(text, language=None, wrap_lines=True)
    st.download_button(
        t(f"{NAME}.letter_file"), text, file_name=f"{bare(t(f'{NAME}.letter_name'))}-{row['period'][:7]}.txt",
        mime="text/plain", key="invoice_letter", on_click="ignore", icon=":material/download:",
    )  # fmt: skip
