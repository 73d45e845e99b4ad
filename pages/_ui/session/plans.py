"""What a user adds to an agency's budget: one frozen value an agency, with undo; whoever adds to it does so here."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing_core.planning.assumptions import Own
from billing_core.planning.year_plan import YearPlan
from pages._ui.session import door
from pages._ui.session.keys import PLANS

_MOST_PAST = 30


@dataclass(frozen=True)
class _Kept:
    """A plan as it is, and what it was before, the oldest first."""

    now: YearPlan
    past: tuple[YearPlan, ...] = ()


def plan(agency: str) -> YearPlan:
    """An agency's plan; one without anything to begin with."""
    return _kept(agency).now


def plans() -> tuple[YearPlan, ...]:
    """Every agency's plan that holds anything, by agency."""
    held = [plan(agency) for agency in sorted(door.keys(PLANS))]
    return tuple(one for one in held if one != YearPlan(agency=one.agency))


def put_plans(fresh: Sequence[YearPlan]) -> None:
    """Has just these plans from now on; each agency's `undo` goes back."""
    empty = [YearPlan(agency=one.agency) for one in plans()]
    for one in {plan.agency: plan for plan in (*empty, *fresh)}.values():
        change(one)


def change(fresh: YearPlan) -> None:
    """Makes another plan the agency's; `undo` goes back."""
    kept = _kept(fresh.agency)
    if fresh != kept.now:
        door.keep(PLANS, fresh.agency, _Kept(fresh, (*kept.past, kept.now)[-_MOST_PAST:]))


def add_own(agency: str, lines: Sequence[Own]) -> None:
    """Adds own lines to an agency's budget; those of the same name, service and first month are replaced."""
    held = plan(agency)
    change(held.model_copy(update={"assumptions": held.assumptions.with_own(lines)}))


def bring_own(agency: str, source: str, lines: Sequence[Own]) -> None:
    """Puts the own lines of a source in an agency's budget, in place of its earlier ones. PlanError: too many."""
    held = plan(agency)
    change(held.model_copy(update={"assumptions": held.assumptions.with_own_of(source, lines)}))


def can_undo(agency: str) -> bool:
    """Whether there is a change of an agency's plan to take back."""
    return bool(_kept(agency).past)


def undo(agency: str) -> None:
    """Takes the last change of an agency's plan back."""
    kept = _kept(agency)
    if kept.past:
        door.keep(PLANS, agency, _Kept(kept.past[-1], kept.past[:-1]))


def _kept(agency: str) -> _Kept:
    held: _Kept | None = door.kept(PLANS, agency)
    return held or _Kept(YearPlan(agency=agency))
