"""What the columns of an invoice specification of one's own are, asked where they are not known."""

import streamlit as st

from billing_core.base.folding import fold
from billing_core.base.tables import INVOICE
from billing_core.checking.invoice import Invoices
from billing_core.intake import ColumnMapping, Sheet, propose
from billing_core.intake.headings import SUPPLIED
from pages._ui.base import address
from pages._ui.base.data import register
from pages._ui.base.format import counted
from pages._ui.base.text import t
from pages._ui.parts.problems import heading
from pages._ui.session import choices

NAME = "page.invoice"
_BESIDE = 3


def ask(view: str, given: Invoices) -> None:
    """Asks of the first file with unknown columns which of them are an invoice's, and reads it so from then on."""
    if not given.unread:
        return
    sheet = given.unread[0]
    proposed = propose(sheet, register(), INVOICE.name)
    key = f"invoice_map_{view}_{proposed.mapping.signature}"
    with st.container(border=True):
        st.markdown(counted(f"{NAME}.map", sheet.cells.height, file=sheet.file))
        columns = _headings(sheet, proposed.mapping, key)
        needed = [column.key for column in INVOICE.columns if column.required and column.key not in SUPPLIED]
        missing = [column for column in needed if column not in columns]
        if missing:
            st.info(t(f"{NAME}.map_missing", columns=", ".join(heading(column) for column in missing)))
        mapping = proposed.mapping.model_copy(update={"columns": columns})
        st.button(
            t(f"{NAME}.map_use"), disabled=bool(missing), key=f"{key}_use", icon=":material/check:",
            on_click=choices.remember, args=([mapping],),
        )  # fmt: skip


def _headings(sheet: Sheet, proposed: ColumnMapping, key: str) -> dict[str, str]:
    """Which heading of the file each column of an invoice has; those that it lacks are left out."""
    by_word = {fold(own): own for own in sheet.headings}
    options = ["", *sheet.headings]
    names = {name: address.spaced(name) or t(f"{NAME}.map_none") for name in options}
    found: dict[str, str] = {}
    for first in range(0, len(INVOICE.columns), _BESIDE):
        row = INVOICE.columns[first : first + _BESIDE]
        for place, column in zip(st.columns(_BESIDE), row, strict=False):
            guess = by_word.get(fold(proposed.columns.get(column.key, "")), "")
            own = place.selectbox(
                heading(column.key), options, options.index(guess),
                names.__getitem__, key=f"{key}_{column.key}",
            )  # fmt: skip
            if own:
                found[column.key] = own
    return found
