"""Assumptions of a budget: changes of the forecast, own lines and figures, a range (planning contract, section 2)."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from fractions import Fraction
from typing import Annotated, Any, Self

import tomli_w
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from billing_core.base.folding import fold
from billing_core.base.money import kroner
from billing_core.base.months import months_between
from billing_core.base.written import WrittenError, read_toml
from billing_core.planning.errors import PlanError
from billing_core.rating.allocate import largest_remainder


def _as_written(value: Any) -> Any:
    """A number of TOML as its digits say, never as the binary number nearest to them; a day as its month."""
    if isinstance(value, float):
        return repr(value)
    return f"{value:%Y-%m}" if isinstance(value, date) else value


Month = Annotated[str, Field(pattern=r"^[12][0-9]{3}-(0[1-9]|1[0-2])$"), BeforeValidator(_as_written)]
Percent = Annotated[Decimal, Field(ge=-100, le=10_000, decimal_places=4), BeforeValidator(_as_written)]
Kroner = Annotated[
    Decimal, Field(ge=-(10**12), le=10**12, decimal_places=2, allow_inf_nan=False), BeforeValidator(_as_written)
]
Text = Annotated[str, Field(max_length=200)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Data(BaseModel):
    """Refuses what it does not know, so that a misspelt key is no silent default."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    note: Text = ""


class Change(_Data):
    """Growth or cut of quantity, rise or fall of price, of services and items (globs; all given must hold)."""

    service: Name | None = None
    item: Name | None = None
    start: Month | None = Field(default=None, alias="from")
    end: Month | None = Field(default=None, alias="to")
    quantity_pct: Percent = Decimal(0)
    price_pct: Percent = Decimal(0)

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if not (self.service or self.item):
            raise ValueError("service or item says what changes")
        _refuse_backwards(self.start, self.end)
        return self

    @property
    def factor(self) -> Fraction:
        """What it multiplies a sum by."""
        return (1 + Fraction(self.quantity_pct) / 100) * (1 + Fraction(self.price_pct) / 100)

    def holds(self, month: str, service: str, item: str) -> bool:
        """Whether it is about a month's sum of an item."""
        within = (self.start or month) <= month <= (self.end or month)
        pairs = ((self.service, service), (self.item, item))
        return within and all(wanted is None or fnmatchcase(fold(value), fold(wanted)) for wanted, value in pairs)


class Own(_Data):
    """A line of one's own: each month's amount, or a total spread evenly over its months."""

    name: Name
    service: Text = ""
    month: Month | None = None
    start: Month | None = Field(default=None, alias="from")
    end: Month | None = Field(default=None, alias="to")
    amount_nok: Kroner | None = None
    total_nok: Kroner | None = None

    @model_validator(mode="after")
    def _says_when_and_how_much(self) -> Self:
        if (self.month is None) == (self.start is None or self.end is None) or (
            self.month and (self.start or self.end)
        ):
            raise ValueError("give either month, or from and to")
        if (self.amount_nok is None) == (self.total_nok is None):
            raise ValueError("give either amount_nok or total_nok")
        _refuse_backwards(self.start, self.end)
        return self

    @property
    def place(self) -> tuple[str, str, str]:
        """What no two lines have in common: name, service and first month."""
        return fold(self.name), fold(self.service), self.month or str(self.start)

    @property
    def by_month(self) -> dict[str, Decimal]:
        """Its amount (NOK) in each of its months; they sum to the total, to the øre."""
        months = [self.month] if self.month else months_between(str(self.start), str(self.end))
        if self.amount_nok is not None:
            return dict.fromkeys(months, self.amount_nok)
        return dict(zip(months, spread(int((self.total_nok or Decimal(0)) * 100), [1] * len(months)), strict=True))


class Override(_Data):
    """A person's own figure in place of a month's forecast of a service, or of one item of it.

    `computed_nok` is what the forecast said when it was set, on `stated_on` (None: unknown); `note` says why.
    """

    month: Month
    service: Name
    item: Text = ""
    amount_nok: Kroner
    computed_nok: Kroner | None = None
    stated_on: date | None = None

    @property
    def place(self) -> tuple[str, str, str]:
        """What no two have in common."""
        return self.month, self.service, self.item

    def holds(self, month: str, service: str, item: str) -> bool:
        """Whether it stands for a month's forecast of an item."""
        return (month, service) == (self.month, self.service) and self.item in ("", item)


class Range(_Data):
    """What the forecast is stated to lie between, in per cent of it."""

    low_pct: Percent
    high_pct: Percent

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low_pct > self.high_pct:
            raise ValueError("low_pct is above high_pct")
        return self


MOST_OWN = 500
"""The most own lines of a budget."""


class Assumptions(_Data):
    """What a person assumes beyond the data."""

    change: tuple[Change, ...] = Field(default=(), max_length=500, fail_fast=True)
    own: tuple[Own, ...] = Field(default=(), max_length=MOST_OWN, fail_fast=True)
    range: tuple[Range, ...] = Field(default=(), max_length=1, fail_fast=True)
    override: tuple[Override, ...] = Field(default=(), max_length=500, fail_fast=True)

    def with_own(self, lines: Sequence[Own]) -> Self:
        """With own lines added; one of the same name, service and first month takes the place of what was there."""
        fresh = {line.place: line for line in (*self.own, *lines)}
        return self.model_copy(update={"own": tuple(fresh.values())})

    def with_own_of(self, source: str, lines: Sequence[Own]) -> Self:
        """With the own lines that a source brings (an estimate), in place of those named `<source>: …` before.

        PlanError if there are then more than a budget holds.
        """
        begins = fold(f"{source}:")
        kept = [line for line in self.own if not fold(line.name).startswith(begins)]
        if len(kept) + len(lines) > MOST_OWN:
            raise PlanError("too_many_own", f"more than {MOST_OWN} own lines", detail=str(MOST_OWN))
        return self.model_copy(update={"own": (*kept, *lines)})

    def factor(self, month: str, service: str, item: str) -> Fraction | None:
        """What all changes together multiply a sum by; None where none holds."""
        found = [change.factor for change in self.change if change.holds(month, service, item)]
        product = Fraction(1)
        for factor in found:
            product *= factor
        return product if found else None


NONE = Assumptions()


def read_assumptions(content: bytes | str) -> Assumptions:
    """The assumptions of a TOML file. PlanError names what is unknown, missing or wrong, and where."""
    try:
        return Assumptions.model_validate(read_toml(content))
    except WrittenError as error:
        raise PlanError("not_toml", f"assumptions: not TOML: {error}", place=str(error.line or "")) from error
    except ValidationError as error:
        first = error.errors()[0]
        # Entries are counted from 1, as a person does.
        place = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
        told = first["msg"].removeprefix("Value error, ")
        raise PlanError("bad_assumption", f"assumptions: {place}: {told}", place, told) from error


def to_toml(assumptions: Assumptions) -> str:
    """The assumptions as a file that `read_assumptions` reads."""
    kept = assumptions.model_dump(by_alias=True, exclude_defaults=True, exclude_none=True)
    # Kinds without an entry are left out, not written as empty lists.
    return tomli_w.dumps({kind: entries for kind, entries in kept.items() if entries})


def spread(ore: int, weights: list[int]) -> Iterator[Decimal]:
    """An amount (øre) over months by weights, in NOK, by largest remainder; a negative one as its mirror."""
    shares = largest_remainder(abs(ore), weights, sum(weights))
    return (kroner(-share if ore < 0 else share) for share in shares)


def _refuse_backwards(start: str | None, end: str | None) -> None:
    if start and end and end < start:
        raise ValueError("to is before from")
