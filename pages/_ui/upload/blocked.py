"""The list of blocked accounts that a user keeps, so that next month's files get a date of deactivation."""

from datetime import date

import polars as pl
import streamlit as st

from billing_core.export import csv_bytes
from billing_core.intake import blocked_list
from pages._ui.base.text import t
from pages._ui.parts.tables import usage_file
from pages._ui.session.state import Dataset

NAME = "page.upload"
_UNDATED = ("no_deactivation_dates", "dates_first_seen")


def offer_blocked(current: Dataset) -> None:
    """The list as a file, where a blocked account's date is not known or only the day it was first seen blocked."""
    licences, today = current.read.usage["licences"], date.today()
    undated = current.read.problems.filter(pl.col("code").is_in(_UNDATED))
    if undated.is_empty() or licences.is_empty():
        return
    st.subheader(t(f"{NAME}.blocked"), anchor=False)
    st.markdown(t(f"{NAME}.blocked_lead"))
    if current.options.pseudonym_key:
        st.caption(t(f"{NAME}.blocked_coded"))
    st.download_button(
        t(f"{NAME}.blocked_save"),
        lambda: csv_bytes(blocked_list(licences, today)),
        file_name=f"{usage_file(t(f'{NAME}.blocked_file'))}-{max(licences['period'])}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
