"""All that a person adds to an agency's budget, as one value: assumptions, what was adopted, choices, explanations."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from billing_core.base.written import WrittenError, read_json
from billing_core.planning.adopted import Adopted
from billing_core.planning.assumptions import NONE, Assumptions, Kroner, Text
from billing_core.planning.errors import PlanError
from billing_core.scenario import Scenario

CAUSES = ("price", "quantity", "reading", "one_off", "spread", "invoice_error", "other")
"""What a deviation can come from."""

STATUSES = ("open", "under_way", "closed")

Year = int


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Voted(_Part):
    """An adopted budget as it was uploaded: the file's name, the year that rows without a month are of, the rows."""

    name: str = Field(max_length=200)
    year: Year
    rows: tuple[Adopted, ...] = Field(max_length=20_000, fail_fast=True)


class Explained(_Part):
    """What a person says of a service's deviation in a year: cause (of CAUSES), text, owner, deadline, status."""

    year: Year
    service: str = Field(max_length=200)
    cause: Literal["", "price", "quantity", "reading", "one_off", "spread", "invoice_error", "other"] = ""
    text: str = Field(default="", max_length=2000)
    owner: Text = ""
    deadline: date | None = None
    status: Literal["open", "under_way", "closed"] = "open"


class YearPlan(_Part):
    """One agency's. A change gives a new value.

    counted    months that a person has said count as accounts, or do not, whatever the data look like
    scenario   the scenario whose effect stands as rows of its own
    method     how it is forecast (`quality.METHODS`); empty: as misses least on the data
    limit_nok, limit_pct   a deviation of both at least asks for an explanation (NOK, per cent of the budget)
    """

    agency: str = Field(max_length=200)
    assumptions: Assumptions = NONE
    voted: tuple[Voted, ...] = Field(default=(), max_length=10, fail_fast=True)
    spread: Literal["even", "last_year"] = "even"
    counted: tuple[tuple[str, bool], ...] = Field(default=(), max_length=1200, fail_fast=True)
    scenario: Scenario | None = None
    lasting: bool = False
    method: Literal["", "base", "mean"] = ""
    limit_nok: Kroner | None = None
    limit_pct: Decimal | None = Field(default=None, ge=0, le=10_000, allow_inf_nan=False)
    explained: tuple[Explained, ...] = Field(default=(), max_length=500, fail_fast=True)

    def adopted_in(self, year: int) -> tuple[Adopted, ...]:
        """The rows of a year's adopted budget; none where none was uploaded for it."""
        return next((voted.rows for voted in self.voted if voted.year == year), ())

    def with_voted(self, fresh: Voted) -> "YearPlan":
        """With an adopted budget in the place of that year's."""
        return self.model_copy(update={"voted": (*self.without_voted(fresh.year).voted, fresh)})

    def without_voted(self, year: int) -> "YearPlan":
        """Without a year's adopted budget."""
        return self.model_copy(update={"voted": tuple(voted for voted in self.voted if voted.year != year)})


def to_json(plan: YearPlan) -> str:
    """The plan as a text that `from_json` reads."""
    return plan.model_dump_json(by_alias=True)


def from_json(content: bytes | str) -> YearPlan:
    """The plan that `to_json` wrote. PlanError names what is wrong with it."""
    try:
        return YearPlan.model_validate_json(_bounded(content))
    except (WrittenError, ValidationError) as error:
        raise PlanError("unreadable", f"the plan cannot be read: {error}", place="plan") from error


def _bounded(content: bytes | str) -> bytes | str:
    read_json(content)
    return content
