"""Advice that adds up: which actions, in which order, save an agency most together (planning contract, §5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Literal

from billing_core.planning.advice_month import NOTHING, AdvisedMonth, Prevented, Saving
from billing_core.scenario.actions import (
    Action,
    BaseAction,
    ConsolidateClients,
    EndConnections,
    RemoveDeactivated,
    RemoveExternal,
    RemoveNonstandard,
    RemoveSecondary,
    RetireSupport,
    UpgradeUnsupported,
)

Nature = Literal["clean_up", "decision"]
NATURES: tuple[Nature, ...] = ("clean_up", "decision")
"""Clean-ups come first: nobody loses a service by them."""

PREVENTS_DAYS = 60
"""Within how many days of the month's day something must become billed to count as prevented."""

LONGEST_DAYS = 3650
"""The longest that an action can ask a user to have been deactivated for: no licence in use is held so long."""

MOST_RATINGS = 80
"""Up to how many sets of one table's candidates the smallest set is searched for; a rating takes up to 0.1 s."""


@dataclass(frozen=True)
class Candidate:
    """An action that can be advised, and of which nature it is."""

    nature: Nature
    action: Action


CANDIDATES: tuple[Candidate, ...] = (
    Candidate("clean_up", RemoveDeactivated()),
    Candidate("clean_up", RemoveSecondary()),
    Candidate("clean_up", ConsolidateClients()),
    Candidate("clean_up", UpgradeUnsupported()),
    Candidate("decision", RemoveExternal()),
    Candidate("decision", RemoveNonstandard()),
    Candidate("decision", RetireSupport()),
    Candidate("decision", EndConnections(which=("redundant",))),
    Candidate("decision", EndConnections(which=("temporary",))),
    Candidate("decision", EndConnections(which=("dark_fibre",))),
)
"""In the contract's order, which decides between those that save the same."""


@dataclass(frozen=True)
class Step:
    """One action advised. What it saves `alone`, and what it adds to the steps before it (NOK a month)."""

    number: int
    candidate: Candidate
    alone: Saving
    step_nok: Decimal
    joint_nok: Decimal
    oslo_nok: Decimal
    by_agency: dict[str, Decimal]
    prevented: Prevented

    @property
    def moved_nok(self) -> Decimal:
        """What of the step is not saved for Oslo, only moved to others or the framework; negative: Oslo saves more."""
        return self.step_nok - self.oslo_nok


@dataclass(frozen=True)
class Rest:
    """A candidate that is no step, and why (see `why`)."""

    candidate: Candidate
    alone: Saving
    why: str
    prevented: Prevented


@dataclass(frozen=True)
class Advice:
    """The steps in order, and the candidates that are none. The steps sum to `joint`.

    target_nok  what was to be saved a month; None where nothing was asked for
    method      exact (the smallest set of all) or greedy
    """

    period: str
    billed_nok: Decimal
    unknown: int
    steps: tuple[Step, ...]
    rest: tuple[Rest, ...]
    joint: Saving
    target_nok: Decimal | None
    method: Literal["exact", "greedy"]

    @property
    def reached(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        return None if self.target_nok is None else self.joint.agency_nok >= self.target_nok

    @property
    def preventing(self) -> tuple[Rest, ...]:
        """What keeps something from being billed that no step keeps from it already."""
        return tuple(rest for rest in self.rest if rest.prevented.lines)


def advise(
    month: AdvisedMonth,
    candidates: Sequence[Candidate] = CANDIDATES,
    *,
    decisions: bool = False,
    target_nok: Decimal | None = None,
) -> Advice:
    """The advice for a month. Candidates that are decisions are steps only with `decisions`.

    With a target the smallest set that meets it (fewest, then most saved, then order), where there are few enough sets
    to look at all; else, and without one, greedy: each step saves most together with those before it.
    """
    open_to = [one for one in candidates if decisions or one.nature == "clean_up"]
    exact = target_nok is not None and _ratings(open_to) <= MOST_RATINGS
    found = smallest(month, open_to, target_nok) if exact and target_nok is not None else None
    chosen = greedy(month, open_to, target_nok) if found is None else found
    steps, joint = _steps(month, chosen)
    rest = tuple(_rest(month, one, chosen, asked=one in open_to) for one in candidates if one not in chosen)
    return Advice(
        month.period, month.billed_nok, month.unknown, steps, rest, joint, target_nok, "exact" if exact else "greedy"
    )


def greedy(month: AdvisedMonth, candidates: Sequence[Candidate], target_nok: Decimal | None = None) -> list[Candidate]:
    """Candidates in the order in which each saves most together with those before it, clean-ups first.

    Ends where none saves more, or the target is met.
    """
    chosen: list[Candidate] = []

    def joint(*more: Candidate) -> Decimal:
        return month.saving(_actions([*chosen, *more])).agency_nok

    for nature in NATURES:
        left = [one for one in candidates if one.nature == nature]
        while left and (target_nok is None or joint() < target_nok):
            best = max(left, key=joint)
            if joint(best) <= joint():
                break
            chosen.append(best)
            left.remove(best)
    return chosen


def smallest(month: AdvisedMonth, candidates: Sequence[Candidate], target_nok: Decimal) -> list[Candidate] | None:
    """The smallest set that saves the target: fewest, then most saved, then order. None where no set does.

    A set is carried out in the order of the candidates.
    """
    for size in range(len(candidates) + 1):
        sets = [(month.saving(_actions(found)).agency_nok, found) for found in combinations(candidates, size)]
        most, best = max(sets, key=lambda one: one[0])
        if most >= target_nok:
            return list(best)
    return None


def target_of(month: AdvisedMonth, percent: Decimal) -> Decimal:
    """A percentage of what is known to be billed for the month's monthly lines (NOK, exact)."""
    return month.billed_nok * percent / 100


def _ratings(candidates: Sequence[Candidate]) -> int:
    """How many sets there are of the candidates of one table, over all tables: each is rated once."""
    tables = [one.action.table for one in candidates]
    return sum(2 ** tables.count(table) for table in set(tables))


def _actions(candidates: Sequence[Candidate]) -> list[BaseAction]:
    return [one.action for one in candidates]


def _steps(month: AdvisedMonth, chosen: Sequence[Candidate]) -> tuple[tuple[Step, ...], Saving]:
    found: list[Step] = []
    before = Saving()
    for number, one in enumerate(chosen, start=1):
        joint = month.saving(_actions(chosen[:number]))
        mine, theirs = joint.by_agency or {}, before.by_agency or {}
        by_agency = {code: mine.get(code, NOTHING) - theirs.get(code, NOTHING) for code in {**theirs, **mine}}
        found.append(
            Step(
                number,
                one,
                month.saving([one.action]),
                joint.agency_nok - before.agency_nok,
                joint.agency_nok,
                joint.oslo_nok - before.oslo_nok,
                by_agency,
                month.prevented(one.action, PREVENTS_DAYS),
            )
        )
        before = joint
    return tuple(found), before


def _rest(month: AdvisedMonth, one: Candidate, chosen: Sequence[Candidate], *, asked: bool) -> Rest:
    alone = month.saving([one.action])
    more = month.saving(_actions([*chosen, one])).agency_nok - month.saving(_actions(chosen)).agency_nok
    return Rest(one, alone, why(alone, more, asked=asked), month.prevented(one.action, PREVENTS_DAYS))


def preventing(one: Candidate) -> Candidate:
    """A candidate that removes deactivated users' licences, of only those that are still covered."""
    only_soon = {"about_to_become_billable": True, "over_days": LONGEST_DAYS}
    return Candidate(one.nature, one.action.model_copy(update=only_soon))


def why(alone: Saving, more_nok: Decimal, *, asked: bool) -> str:
    """Why a candidate is no step, as a code.

    nothing     no line of the agency changes
    unknown     the lines that change have no known price
    undecided   they lack a value, so that nobody knows who pays
    covered     what changes is covered by the framework or costs nothing
    dearer      it costs the agency more
    not_needed  it would save, but the target is met without it
    decision    it would save, but is a decision, and those were not asked for
    overlapped  alone it saves, but the steps have taken that already
    """
    if not alone.lines:
        return "nothing"
    if alone.agency_nok < 0:
        return "dearer"
    if alone.agency_nok == 0:
        return ("undecided" if alone.undecided else "unknown") if alone.unknown else "covered"
    if not asked:
        return "decision"
    return "not_needed" if more_nok > 0 else "overlapped"
