"""All cases that somebody has touched, and the check as files."""

from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from billing_core.checking.cases import Cases
from billing_core.checking.reconcile import SCHEMA
from billing_core.export import Readable
from pages._ui.base.format import counted
from pages._ui.base.plain import bare
from pages._ui.base.text import t
from pages._ui.invoice.checked import NAME, Checked
from pages._ui.invoice.words import FORMS, headings
from pages._ui.parts.head import head
from pages._ui.parts.tables import downloads, heading, table, worded

_COLUMNS = ["item", "difference_nok", "state", "owner", "deadline", "class", "subject", "period", "credited_by", "note"]


def show(found: Checked) -> None:
    """Draws the cases and the buttons for files."""
    today = date.today()
    if found.cases:
        st.subheader(t(f"{NAME}.cases"), anchor=False)
        late = sum(case.is_late(today) for case in found.cases)
        if late:
            st.warning(counted(f"{NAME}.late", late), icon=":material/schedule:")
        frame = _frame(found.cases)
        told = headings() | {"credited_by": t(f"{NAME}.credited_by"), "note": t(f"{NAME}.note")}
        table(frame, key="invoice_cases", alt=t(f"{NAME}.cases"), columns=_COLUMNS, forms=FORMS, headings=told)
        downloads(t(f"{NAME}.cases_file"), lambda: frame, key="invoice_cases")
    st.markdown(f"**{t(f'{NAME}.download')}**")
    machine = found.found.rows
    first, last = found.months
    of = head(found.agency, list(dict.fromkeys((first, last))), t(f"{NAME}.title"), today)
    title, words, last_word = bare(t(f"{NAME}.title")), headings(), bare(t("ui.head_sum"))

    def readable(rows: pl.DataFrame) -> Readable:
        told = worded(rows.select(list(SCHEMA)), list(SCHEMA), FORMS, words)
        return Readable(
            title, title, of, told, (heading("difference_nok", "kroner", words["difference_nok"]),), last_word
        )

    downloads(t(f"{NAME}.file"), lambda: machine, key="invoice", readable=readable)


def _frame(cases: Cases) -> pl.DataFrame:
    """The cases as rows."""
    rows = [
        case.model_dump(include=set(_COLUMNS) - {"class", "credited_by"})
        | {"class": case.kind, "credited_by": ", ".join(case.credited_by)}
        for case in cases
    ]
    schema: dict[str, Any] = dict.fromkeys(_COLUMNS, pl.String) | {
        "difference_nok": pl.Decimal(38, 2),
        "deadline": pl.Date,
    }
    return pl.DataFrame(rows, schema=schema)
