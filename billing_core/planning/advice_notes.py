"""What people have answered to advice, and where their clearing-up stands: one frozen value to keep with other work."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from billing_core.base.folding import fold
from billing_core.planning.licence_cases import Belongs, Case
from billing_core.scenario.actions import BaseAction, Code, Codes, EndConnections, Kroner, Month

Reason = Annotated[str, Field(min_length=1, max_length=500)]
MOST_MONTHS = 60
MOST_NOTES = 100_000
"""How many notes of a kind are kept."""

A = TypeVar("A", bound=BaseAction)


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Answer(_Data):
    """Advice on some things (users, devices, connections, systems) that is dismissed, or postponed until a month.

    It holds for just these things, so that it stays on the next upload of them, and advice on new ones comes up.
    """

    agency: Code
    advice: Code
    things: Codes
    verdict: Literal["dismissed", "postponed"]
    reason: Reason
    until: Month | None = None

    def holds(self, period: str) -> bool:
        """Whether it still holds in a month."""
        return self.verdict == "dismissed" or period < (self.until or "")


class Stated(_Data):
    """What an agency ("" for all) has said of advice: what it costs once, and after how many months it takes effect."""

    agency: Annotated[str, Field(max_length=200)]
    advice: Code
    one_off_nok: Kroner | None = None
    months: Annotated[int, Field(ge=0, le=MOST_MONTHS)] | None = None


class Notes(_Data):
    """All of it, of every agency: answers, costs, the checklist of licences, and where users belong."""

    answers: tuple[Answer, ...] = Field(default=(), max_length=MOST_NOTES, fail_fast=True)
    stated: tuple[Stated, ...] = Field(default=(), max_length=MOST_NOTES, fail_fast=True)
    cases: tuple[Case, ...] = Field(default=(), max_length=MOST_NOTES, fail_fast=True)
    belongs: tuple[Belongs, ...] = Field(default=(), max_length=MOST_NOTES, fail_fast=True)

    def of(self, agency: str) -> tuple[Answer, ...]:
        """An agency's answers, the oldest first."""
        return tuple(answer for answer in self.answers if answer.agency == agency)

    def left_out(self, agency: str, advice: str, period: str) -> frozenset[str]:
        """The things, folded, that a piece of advice leaves out in a month."""
        holding = (one for one in self.of(agency) if one.advice == advice and one.holds(period))
        return frozenset(fold(thing) for answer in holding for thing in answer.things)

    def with_answer(self, answer: Answer) -> "Notes":
        """With an answer more."""
        return self.model_copy(update={"answers": (*self.answers, answer)})

    def without(self, answer: Answer) -> "Notes":
        """With an answer taken back."""
        return self.model_copy(update={"answers": tuple(other for other in self.answers if other != answer)})

    def said(self, agency: str, advice: str) -> Stated:
        """What is stated of a piece of advice; nothing where nothing is."""
        found = (one for one in self.stated if (one.agency, one.advice) == (agency, advice))
        return next(found, Stated(agency=agency, advice=advice))

    def stating(self, stated: Stated) -> "Notes":
        """With this stated in place of what was."""
        others = tuple(one for one in self.stated if (one.agency, one.advice) != (stated.agency, stated.advice))
        return self.model_copy(update={"stated": (*others, stated)})

    def with_cases(self, cases: Sequence[Case]) -> "Notes":
        """With these cases in place of those of the same licences."""
        fresh = {case.key: case for case in (*self.cases, *cases)}
        return self.model_copy(update={"cases": tuple(fresh.values())})


def advice_code(action: BaseAction) -> str:
    """What a piece of advice is called: its kind of action, of connections with what ends."""
    return ".".join([action.kind, *(action.which if isinstance(action, EndConnections) else ())])


def costing(action: A, stated: Stated) -> A:
    """An action with its stated cost."""
    return action.model_copy(update={"one_off_cost_nok": stated.one_off_nok or Decimal(0)})
