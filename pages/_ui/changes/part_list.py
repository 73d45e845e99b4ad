"""What changed as a table by service and part, and as files."""

from collections.abc import Callable
from datetime import date

import polars as pl
import streamlit as st

from billing_core.export import Readable
from billing_core.planning import change_sums
from billing_core.planning.changes import SCHEMA
from pages._ui.base import address
from pages._ui.base.format import change
from pages._ui.base.plain import bare, joined
from pages._ui.base.text import service_name, t
from pages._ui.changes import behind
from pages._ui.changes.compared import NAME, Compared
from pages._ui.changes.words import FORMS, part_name
from pages._ui.parts.head import Head, head
from pages._ui.parts.picking import Row, pick_row
from pages._ui.parts.tables import downloads, heading, worded


@st.fragment
def show(found: Compared, today: date) -> None:
    """Draws the table, what is behind the part chosen, and the files. A fragment: a choice draws no chart again."""
    st.subheader(t(f"{NAME}.table"), anchor=False)
    groups = change_sums.by_service(found.rows)
    unknown = [name for name in ("unknown_from", "unknown_to") if groups[name].sum()]
    chosen = pick_row(
        groups,
        named=("service", "part"),
        key="changes_part",
        words=NAME,
        name=_named,
        columns=["service", "amount_nok", "part", "keys", *unknown],
        forms=FORMS,
        headings={"amount_nok": t("column.change_nok")},
    )
    if chosen:
        behind.show(found, chosen["service"], chosen["part"])
    of = head(found.agency, [found.earlier, found.later], t(f"{NAME}.title"), today)
    machine = found.rows.select(list(SCHEMA))
    downloads(t(f"{NAME}.file"), lambda: machine, key="changes", readable=_readable(of))
    address.send()


def _named(row: Row) -> str:
    return joined(" · ", [service_name(row["service"]), part_name(row["part"]), change(row["amount_nok"])])


def _readable(of: Head) -> Callable[[pl.DataFrame], Readable]:
    """The first sheet of the workbook."""

    def made(rows: pl.DataFrame) -> Readable:
        changed = rows.drop("table").rename({"amount_nok": "change_nok"})
        told = worded(changed, changed.columns, FORMS)
        title = bare(t(f"{NAME}.title"))
        return Readable(title, title, of, told, (heading("change_nok"),), bare(t("ui.head_sum")))

    return made
