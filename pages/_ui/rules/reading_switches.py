"""The Readings of the circular as switches, and what each other choice is worth."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from billing_core.export import Readable
from billing_core.views import readings
from pages._ui.base.data import policy
from pages._ui.base.format import month
from pages._ui.base.plain import bare
from pages._ui.base.text import agency_label, t
from pages._ui.parts.head import head
from pages._ui.parts.tables import downloads, table, worded
from pages._ui.rules import effects, policy_changes
from pages._ui.rules.policy_changes import NAME, change_to, held, shipped, worth_text
from pages._ui.session import state

_EFFECTS = ("billed_month", "billed_all", "covered_all")


def show(agency: str, period: str) -> None:
    """Every Reading; the amounts follow one by one, so that a switch never waits for them."""
    st.markdown(t(f"{NAME}.readings_lead", agency=agency_label(agency), month=month(period)))
    together = policy_changes.show(period)
    switches = readings.choices(policy())
    places = {key: _switch(key, options, period) for key, options in switches.items()}
    summary = st.container()
    policy_changes.tell_worth(together, agency, period)
    now = state.readings()
    for key, place in places.items():
        others = [code for code in switches[key] if code != held(key, period)]
        told = [worth_text(now, now | {key: code}, agency, period, _lead(key, code)) for code in others]
        place.markdown("\n\n".join(told) or t(f"{NAME}.one_choice"))
    with summary:
        _summary(agency, period)


def _switch(key: str, options: Sequence[str], period: str) -> Any:
    """One Reading: its choices with the project's own marked, and beside it the place for what others are worth."""
    known, own, widget = policy().parameters[key], shipped(key, period), f"reading_{key}"
    st.session_state[widget] = held(key, period)

    def named(code: str) -> str:
        return t(f"{NAME}.own_choice" if code == own else f"{NAME}.other_choice", text=t(f"reading.{key}.{code}"))

    with st.container(border=True):
        words, worth = st.columns([3, 2], gap="medium")
        with words:
            title = t(f"reading.{key}.title")
            st.markdown(f"**{title}**")
            # The field's own name is heard as it is written: it has no signs of Markdown.
            st.radio(
                title, options, key=widget, format_func=named, label_visibility="collapsed",
                on_change=lambda: change_to(key, st.session_state[widget], period),
            )  # fmt: skip
            st.caption(t(f"{NAME}.reading_source", clause=known.of(period).clause, rules=", ".join(known.rules)))
            if key in state.readings():
                st.button(t(f"{NAME}.reset_one"), key=f"reset_{key}", on_click=change_to, args=(key, own, period))
        place = worth.empty()
        place.caption(t(f"{NAME}.working"))
    return place


def _lead(key: str, code: str) -> str:
    return t(f"{NAME}.with_choice", text=t(f"reading.{key}.{code}"))


def _summary(agency: str, period: str) -> None:
    """All choices beside one another, as numbers: the outcomes are known by now."""
    now, rows = state.readings(), []
    for key, options in readings.choices(policy()).items():
        for code in options:
            found = effects.worth(now, now | {key: code}, agency, [period])
            if code != held(key, period) and found is not None:
                amounts = (found[period].billed, found[None].billed, found[None].covered)
                rows.append((t(f"reading.{key}.title"), *amounts, t(f"reading.{key}.{code}")))
    money = {name: pl.Decimal(38, 2) for name in _EFFECTS}
    frame = pl.DataFrame(rows, schema={"reading": pl.String} | money | {"choice": pl.String}, orient="row")
    st.subheader(t(f"{NAME}.summary", agency=agency), anchor=False)
    headings = {name: t(f"{NAME}.column_{name}", month=month(period)) for name in frame.columns}
    table(
        frame, key="rules_effects", alt=t(f"{NAME}.summary", agency=agency), headings=headings,
        forms=dict.fromkeys(_EFFECTS, "kroner"),
    )  # fmt: skip
    of = head(agency, [period], t(f"{NAME}.section_readings"), date.today())
    title = bare(t(f"{NAME}.summary", agency=agency))

    def readable(found: pl.DataFrame) -> Readable:
        # Each choice is an answer to the same question: they are not summed.
        told = worded(found, found.columns, dict.fromkeys(_EFFECTS, "kroner"), headings)
        return Readable(bare(t(f"{NAME}.section_readings")), title, of, told, (), "")

    downloads(t(f"{NAME}.summary_file"), lambda: frame, key="rules_effects", readable=readable)
