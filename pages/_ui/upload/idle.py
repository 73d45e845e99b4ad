"""PCs that may stand idle: how many there are, what they come to, and whether they are to count."""

from dataclasses import replace

import polars as pl
import streamlit as st

from billing_core.intake.idle import COUNTED, LEFT_OUT, UNSEEN_DAYS
from billing_core.rating.statement import Statement
from billing_core.views import reported
from pages._ui.base.format import counted, kroner, number
from pages._ui.base.text import t
from pages._ui.session import state
from pages._ui.session.state import Dataset
from pages._ui.upload.intake import take_in

NAME = "page.upload"


def ask_idle(current: Dataset, stated: Statement) -> None:
    """Asks whether PCs that are disabled or not seen for long are to count. The choice stays with the upload."""
    left_out = stated.problems.filter(pl.col("code") == LEFT_OUT)
    count = int(left_out["detail"].cast(pl.Int64).sum())
    if count:
        _show(counted(f"{NAME}.idle_out", count), t(f"{NAME}.idle_count"), current, leave_out=False)
        return
    idle = stated.problems.filter(pl.col("code").is_in(COUNTED))
    if idle.is_empty():
        return
    lines = state.rated().lines
    worth = state.worth(pl.concat(reported.concerned(own, lines) for own in idle.partition_by("code")))
    told = counted(
        f"{NAME}.idle_found", idle.height, days=number(UNSEEN_DAYS),
        amount=kroner(worth.amount if worth.unknown < worth.lines else None),
    )  # fmt: skip
    without = counted(f"{NAME}.idle_without", worth.unknown) if 0 < worth.unknown < worth.lines else ""
    _show(f"{told} {without}".strip(), t(f"{NAME}.idle_leave_out"), current, leave_out=True)


def _show(told: str, label: str, current: Dataset, *, leave_out: bool) -> None:
    st.subheader(t(f"{NAME}.idle"), anchor=False)
    st.markdown(told)
    if leave_out:
        st.caption(t(f"{NAME}.idle_note"))
    if st.button(label, key="upload_idle", icon=":material/computer:"):
        take_in(list(current.sources), replace(current.options, leave_out_idle=leave_out))
