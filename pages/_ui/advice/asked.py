"""What is asked for, and the advice for it: of one agency, or of all together with progress and a way to stop."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

import streamlit as st

from billing_core.base.engines import engine
from billing_core.planning.advice_month import AdvisedMonth
from billing_core.planning.advice_notes import advice_code, costing
from billing_core.planning.advice_things import open_candidates
from billing_core.planning.advise import CANDIDATES, Advice, Candidate, advise, target_of
from pages._ui.advice.words import NAME
from pages._ui.base import address
from pages._ui.base.format import NotUnderstood, kroner, typed_number
from pages._ui.base.text import t
from pages._ui.parts.page import Page
from pages._ui.session import advised, state
from pages._ui.session.door import once
from pages._ui.session.keys import ADVICE, ADVISED

TARGETS = ("most", "tenth", "sum")
TENTH = Decimal(10)
"""Per cent of what is billed, of the target with a click of its own."""

_MOST_NOK = 10**12
_KEPT = 8
_STOPPED = "advice.stopped"
_EXPECTED = 20
"""About how many ratings all of Oslo takes: what the bar is drawn against."""


@dataclass(frozen=True)
class Asked:
    """What is shown, the advice for it, and `beyond`: what decisions would save a month more than clean-ups alone."""

    page: Page
    month: AdvisedMonth
    candidates: tuple[Candidate, ...]
    advice: Advice
    decisions: bool
    beyond: Decimal


def ask(shown: Page) -> Asked:
    """Draws what can be asked for; ends the run where all of Oslo is stopped."""
    month = _month(shown)
    target = address.select(
        t(f"{NAME}.target"), TARGETS, key="advice_target", default="most",
        format=lambda code: t(f"{NAME}.target_{code}"), widget=st.segmented_control,
    )  # fmt: skip
    decisions = address.toggle(t(f"{NAME}.decisions"), key="advice_decisions")
    target_nok = target_of(month, TENTH) if target == "tenth" else _typed() if target == "sum" else None
    candidates = _candidates(month, shown)

    def work() -> tuple[Advice, Decimal]:
        found = advise(month, candidates, decisions=decisions, target_nok=target_nok)
        less, more = (advise(month, candidates, decisions=both).joint.agency_nok for both in (False, True))
        return found, more - less

    key = (state.basis(), shown.agency, shown.period, candidates, decisions, target_nok)
    found, beyond = once(ADVICE, key, lambda: work() if shown.agency else _watched(month, work), _KEPT)
    return Asked(shown, month, candidates, found, decisions, beyond)


def _typed() -> Decimal | None:
    """The sum to save a month, echoed as understood; None for none yet."""
    typed = address.text(t(f"{NAME}.sum"), key="advice_sum", max_chars=40)
    if not typed:
        return None
    try:
        value = typed_number(typed, Decimal("0.01"), _MOST_NOK)
    except NotUnderstood as error:
        st.error(str(error), icon=":material/error:")
        return None
    st.caption(t("ui.number_understood", value=kroner(value)))
    return value


def _month(shown: Page) -> AdvisedMonth:
    def work() -> AdvisedMonth:
        usage, lines = state.statement().usage, state.lines()
        return AdvisedMonth(
            usage, lines, rates=state.rates(), engine=engine("polars"), agency=shown.agency or None, period=shown.period
        )

    return once(ADVISED, (state.basis(), shown.agency, shown.period), work, 2)


def _candidates(month: AdvisedMonth, shown: Page) -> tuple[Candidate, ...]:
    """Those that nobody has dismissed, each with its stated cost; of all agencies together, all: answers are one's."""
    if not shown.agency:
        return CANDIDATES
    notes = advised.notes()
    there = open_candidates(month, state.statement().usage, CANDIDATES, notes)
    said = [notes.said(shown.agency, advice_code(one.action)) for one in there]
    return tuple(Candidate(one.nature, costing(one.action, stated)) for one, stated in zip(there, said, strict=True))


def _watched(month: AdvisedMonth, work: Callable[[], tuple[Advice, Decimal]]) -> tuple[Advice, Decimal]:
    """Work on all of Oslo with a bar, and a button that ends it: what is rated by then is not rated again."""
    if st.session_state.get(_STOPPED):
        st.warning(t(f"{NAME}.stopped"), icon=":material/stop_circle:")
        st.button(t(f"{NAME}.go_on"), key="advice_go_on", on_click=_stop, args=(False,), icon=":material/play_arrow:")
        st.stop()
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, text=t(f"{NAME}.working"))
        st.button(t(f"{NAME}.stop"), key="advice_stop", on_click=_stop, args=(True,), icon=":material/stop:")
    done = count(1)

    def each() -> None:
        # Drawing ends the run where another is wanted: so a click on the button is noticed between two ratings.
        bar.progress(min(next(done) / _EXPECTED, 0.95), text=t(f"{NAME}.working"))

    month.each = each
    try:
        found = work()
    finally:
        month.each = None
    place.empty()
    return found


def _stop(stopped: bool) -> None:
    st.session_state[_STOPPED] = stopped
