"""The session's scenarios as they are being built: drafts with steps that can be off, in a book with undo."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import streamlit as st

from billing_core.scenario import Action, Scenario
from billing_core.scenario.actions import MOST_ACTIONS
from billing_core.store.work import MOST_SCENARIOS
from pages._ui.session.keys import SCENARIOS

_PAST = "simulate.past"
_MOST_PAST = 30


@dataclass(frozen=True)
class Step:
    """An action of a draft; one that is off stays in the list, but is not worked out."""

    action: Action

    @property
    def on(self) -> bool:
        """Whether the action is carried out."""
        return not self.action.off


@dataclass(frozen=True)
class Draft:
    """A scenario being built. `made_on` names the data that a link was made on; empty where it was made here."""

    name: str
    agency: str
    steps: tuple[Step, ...] = ()
    made_on: str = ""

    @property
    def scenario(self) -> Scenario:
        """The scenario as it is kept, worked out and linked to."""
        return Scenario(name=self.name, agency=self.agency, actions=tuple(step.action for step in self.steps))


@dataclass(frozen=True)
class Book:
    """The drafts of all agencies in the order made; `open` is the name of the open one, by agency."""

    drafts: tuple[Draft, ...] = ()
    open: tuple[tuple[str, str], ...] = ()

    def of(self, agency: str) -> list[Draft]:
        """An agency's drafts."""
        return [draft for draft in self.drafts if draft.agency == agency]

    def opened(self, agency: str) -> Draft | None:
        """The open draft of an agency; its last where none is."""
        wanted, mine = dict(self.open).get(agency), self.of(agency)
        return next((draft for draft in mine if draft.name == wanted), mine[-1] if mine else None)

    def opening(self, draft: Draft) -> "Book":
        """With another draft open."""
        return replace(self, open=tuple((dict(self.open) | {draft.agency: draft.name}).items()))

    def with_new(self, draft: Draft) -> "Book":
        """With a new draft, open; under a name of its own. The oldest goes where there are too many."""
        draft = replace(draft, name=self.free_name(draft.name, draft.agency))
        return replace(self, drafts=(*self.drafts, draft)[-MOST_SCENARIOS:]).opening(draft)

    def without(self, draft: Draft) -> "Book":
        """With a draft gone."""
        return replace(self, drafts=tuple(other for other in self.drafts if other is not draft))

    def changed(self, draft: Draft, fresh: Draft) -> "Book":
        """With a draft as it is after a change; one that was not kept yet is from now on."""
        if not any(other is draft for other in self.drafts):
            return self.with_new(fresh)
        drafts = tuple(fresh if other is draft else other for other in self.drafts)
        return replace(self, drafts=drafts).opening(fresh)

    def free_name(self, name: str, agency: str) -> str:
        """`name`, or with the first number that makes it the agency's only one."""
        taken = {draft.name for draft in self.of(agency)}
        tries = (name, *(f"{name[:190]} ({number})" for number in range(2, MOST_SCENARIOS + 3)))
        return next(tried for tried in tries if tried not in taken)

    def holding(self, scenario: Scenario) -> Draft | None:
        """The draft of just this scenario."""
        same = (scenario.name, scenario.agency, scenario.actions)
        mine = ((draft, draft.scenario) for draft in self.drafts)
        return next((draft for draft, s in mine if (s.name, s.agency, s.actions) == same), None)


def book() -> Book:
    """The session's scenarios."""
    held: Book = st.session_state.get(SCENARIOS, Book())
    return held


def put(fresh: Book) -> None:
    """Makes another book the session's, with nothing to take back."""
    st.session_state[SCENARIOS] = fresh


def change(fresh: Book) -> None:
    """Makes another book the session's; `undo` goes back."""
    past: list[Book] = st.session_state.setdefault(_PAST, [])
    st.session_state[_PAST] = [*past, book()][-_MOST_PAST:]
    put(fresh)


def carried_out(agency: str) -> list[Scenario]:
    """An agency's scenarios that have any action on, in the order made."""
    return [scenario for draft in book().of(agency) if (scenario := draft.scenario).carried_out]


def saved() -> tuple[Scenario, ...]:
    """What of the book is worth keeping: the scenarios with actions."""
    return tuple(draft.scenario for draft in book().drafts if draft.steps)


def put_saved(scenarios: Iterable[Scenario]) -> None:
    """Makes a book of just these scenarios the session's; `undo` goes back."""
    fresh = Book()
    for scenario in scenarios:
        fresh = fresh.with_new(Draft(scenario.name, scenario.agency or "", tuple(map(Step, scenario.actions))))
    change(fresh)


def show(draft: Draft) -> None:
    """Opens another draft. To look is no change: there is nothing to undo."""
    put(book().opening(draft))


def can_undo() -> bool:
    """Whether there is a change to take back."""
    return bool(st.session_state.get(_PAST))


def undo() -> None:
    """Takes the last change back."""
    if can_undo():
        put(st.session_state[_PAST].pop())


Steps = tuple[Step, ...]
Edit = Callable[[Steps], Steps]


def adding(*actions: Action) -> Edit:
    """Actions at the end, as many as there is room for."""
    return lambda steps: (*steps, *map(Step, actions))[:MOST_ACTIONS]


def replacing(place: int, action: Action) -> Edit:
    """Another action at a place, on or off as before."""
    return lambda steps: (*steps[:place], _turned(action, off=not steps[place].on), *steps[place + 1 :])


def switching(place: int) -> Edit:
    """The step at a place on or off."""
    return lambda steps: (*steps[:place], _turned(steps[place].action, off=steps[place].on), *steps[place + 1 :])


def removing(place: int) -> Edit:
    """Without the step at a place."""
    return lambda steps: (*steps[:place], *steps[place + 1 :])


def swapping(place: int) -> Edit:
    """The steps at a place and the next change places."""
    return lambda steps: (*steps[:place], steps[place + 1], steps[place], *steps[place + 2 :])


def _turned(action: Action, *, off: bool) -> Step:
    return Step(action.model_copy(update={"off": off}))
