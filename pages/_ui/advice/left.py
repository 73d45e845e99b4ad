"""What is no step, and why; and what people have dismissed or postponed, with the way to take it back."""

import polars as pl
import streamlit as st

from billing_core.planning.advice_notes import Answer
from pages._ui.advice.asked import Asked
from pages._ui.advice.words import NAME, advice_name
from pages._ui.base.format import counted, month_name, number
from pages._ui.base.pages import link
from pages._ui.base.text import t
from pages._ui.parts.show import unfolded
from pages._ui.parts.tables import table
from pages._ui.session import advised


def show(found: Asked) -> None:
    """Draws both, folded."""
    rest = [one for one in found.advice.rest if one.why != "nothing"]
    if rest and (place := unfolded(t(f"{NAME}.rest"), key="advice_rest", icon=":material/block:")):
        with place:
            shown = pl.DataFrame(
                {
                    "advice": [advice_name(one.candidate.action).bare for one in rest],
                    "alone_nok": [one.alone.agency_nok for one in rest],
                    "why": [one.why for one in rest],
                },
                schema={"advice": pl.String, "alone_nok": pl.Decimal(38, 2), "why": pl.String},
            )
            table(
                shown, key="advice_rest_table", alt=t(f"{NAME}.rest"),
                forms={"alone_nok": "kroner", "why": lambda code: t(f"{NAME}.why.{code}")},
                headings={name: t(f"{NAME}.column.{name}") for name in shown.columns},
            )  # fmt: skip
    answers = advised.notes().of(found.page.agency)
    if answers:
        st.subheader(t(f"{NAME}.answers"), anchor=False)
        for place_of, answer in enumerate(answers):
            _answer(found, place_of, answer)
    link("simulate", t(f"{NAME}.to_simulate"), icon=":material/tune:")


def _answer(found: Asked, place: int, answer: Answer) -> None:
    name, holds = t(f"{NAME}.name.{answer.advice}"), answer.holds(found.page.period)
    kind = answer.verdict if holds else "over"
    until = month_name(answer.until) if answer.until else ""
    with st.container(border=True):
        st.markdown(t(f"{NAME}.answer_{kind}", name=name, until=until, reason=answer.reason))
        st.caption(counted(f"{NAME}.answer_things", len(answer.things)))
        st.button(
            t(f"{NAME}.take_back", number=number(place + 1), name=name), key=f"advice_back_{place}",
            on_click=_take_back, args=(answer,), icon=":material/undo:", type="tertiary",
        )  # fmt: skip


def _take_back(answer: Answer) -> None:
    """Takes an answer back. A callback."""
    advised.change(advised.notes().without(answer))
