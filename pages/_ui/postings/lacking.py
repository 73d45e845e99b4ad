"""What lacks an account string: by item, and where to mend it."""

import polars as pl
import streamlit as st

from pages._ui.base.format import month_name
from pages._ui.base.text import item_name, service_name, t
from pages._ui.parts.tables import Form, table
from pages._ui.postings import strings
from pages._ui.postings.posted import Posted
from pages._ui.postings.strings import NAME

_FORMS: dict[str, Form] = {
    "item": lambda code: item_name(code) if code else t(f"{NAME}.whole_agency"),
    "service": lambda code: service_name(code) if code else "",
    "side": lambda code: t(f"{NAME}.side.{code}"),
    "unknown": "number",
}


def show(made: Posted) -> None:
    """Draws what lacks a string, and a suggestion that one keeps or changes; nothing where all has one."""
    if made.lacking.is_empty():
        return
    title = t(f"{NAME}.lacking", month=month_name(made.shown.period))
    st.subheader(title, anchor=False)
    st.markdown(t(f"{NAME}.lacking_lead"))
    several = ["agency"] * (made.lacking["agency"].n_unique() > 1)
    table(
        made.lacking, key="postings_lacking", alt=title, forms=_FORMS,
        columns=["item", "amount_nok", "service", "side", *several, "lines", "unknown"],
        headings={"side": t(f"{NAME}.column.side"), "unknown": t(f"{NAME}.column.unknown")},
    )  # fmt: skip
    rows = _suggested(made.lacking)
    st.button(
        t(f"{NAME}.suggest"), on_click=strings.add, args=(rows,), icon=":material/add:", help=t(f"{NAME}.suggested")
    )


def _suggested(lacking: pl.DataFrame) -> list[dict[str, str]]:
    """A row for each agency, side and service that lacks a string, with the art suggested and nothing else."""
    rows = []
    wanted = lacking.select("side", "agency", "service").unique(maintain_order=True)
    for side, agency, service in wanted.iter_rows():
        named = {"side": side, "agency": agency, "service": service or "", "art": strings.SUGGESTED[side]}
        rows.append(dict.fromkeys(strings.KEYS, "") | named | {"text": service_name(service) if service else ""})
    return rows
