"""The session's scenarios in the address, and what they come to, worked out once."""

from dataclasses import replace

import streamlit as st

from billing_core import scenario
from billing_core.base.engines import engine
from billing_core.scenario import Comparison, Ratings, Scenario, ScenarioError
from pages._ui.base import address
from pages._ui.base.text import t
from pages._ui.session import state
from pages._ui.session.door import once
from pages._ui.session.keys import COMPARED, RATINGS
from pages._ui.session.scenarios import Book, Draft, Edit, Step, book, change

TOKENS, MADE_ON = "simulate_scenario", "simulate_data"
"""The address keys of the scenarios (tokens, the open one first) and of the data they were made on."""

_WAITING = "simulate.waiting"
_MOST_KNOWN = 16
_LONGEST_LINK = 6000
"""Characters of tokens; servers and mail cut longer addresses."""


def edit(agency: str, how: Edit) -> None:
    """Changes the steps of the open draft, which is then made on what is here."""
    draft = opened(agency)
    change(book().changed(draft, replace(draft, steps=how(draft.steps), made_on="")))


def opened(agency: str) -> Draft:
    """The agency's open draft; where it has none yet, an empty one that is kept once it is changed."""
    return book().opened(agency) or Draft(t("page.simulate.first_name"), agency)


def kept(agency: str) -> Book:
    """The session's scenarios with the agency's open draft among them, also where it is still empty."""
    draft = opened(agency)
    return book().changed(draft, draft)


def receive() -> None:
    """Notes the scenarios that a link brings, first of all: a page that ends because data are gone forgets nothing."""
    if address.brought([TOKENS]):
        st.session_state[_WAITING] = (address.take(TOKENS), next(iter(address.take(MADE_ON)), ""))


def settle(agency: str) -> list[ScenarioError]:
    """Takes in what `receive` noted, and opens the first; why the rest could not be read."""
    tokens, made_on = st.session_state.pop(_WAITING, ((), ""))
    fresh, first, refused = book(), None, []
    for token in tokens:
        try:
            fresh, draft = taken_in(fresh, scenario.from_token(token), agency, made_on)
        except ScenarioError as error:
            refused.append(error)
        else:
            first = first or draft
    if first is not None and fresh.opening(first) != book():
        change(fresh.opening(first))
    return refused


def taken_in(into: Book, brought: Scenario, agency: str, made_on: str = "") -> tuple[Book, Draft]:
    """A book with a scenario from outside on an agency's usage, and its draft. One that is there is not there twice.

    ScenarioError if it has an action on another agency alone.
    """
    mine = brought if brought.agency == agency else scenario.on_agency(brought, agency)
    draft = into.holding(mine)
    if draft is None:
        into = into.with_new(Draft(mine.name, agency, tuple(map(Step, mine.actions)), made_on))
        draft = into.drafts[-1]
    return into.opening(draft), draft


def send(agency: str) -> bool:
    """Puts the agency's scenarios in the address, the open one first, as far as there is room: whether it has any.

    A scenario without actions is nothing to link to.
    """
    current = opened(agency)
    rest = [draft for draft in book().of(agency) if draft is not current and draft.scenario.actions]
    tokens: list[str] = []
    for draft in [current, *rest] if current.scenario.actions else []:
        token = scenario.to_token(draft.scenario)
        if len("".join([*tokens, token])) > _LONGEST_LINK:
            break
        tokens.append(token)
    address.put(TOKENS, tokens)
    address.put(MADE_ON, [current.made_on or state.basis()] if tokens else [])
    return bool(tokens)


def made_elsewhere(draft: Draft) -> bool:
    """Whether a link's scenario was made on other data, prices or readings than the session's."""
    return draft.made_on not in ("", state.basis())


def compared(wanted: Scenario) -> Comparison:
    """What a scenario comes to on the session's data, worked out once, then kept. ScenarioError if it can't be."""

    def ratings() -> Ratings:
        return Ratings(state.statement().usage, state.rates(), engine("polars"), baseline=state.lines())

    def work() -> Comparison:
        with st.spinner(t("page.simulate.working")):
            # What scenarios have in common is rated once.
            return scenario.compare_on(once(RATINGS, state.basis(), ratings, 1), wanted)

    return once(COMPARED, (state.basis(), wanted), work, _MOST_KNOWN)
