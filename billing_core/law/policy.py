"""The numbers and readings of the circular, dated: which held in which month.

`data/policy.toml` says of each key once what it is, then its values, each with the day it takes force and its clause. A
month is rated by the values in force on its first day: whoever uses or shows one asks for it `of` a month.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from billing_core.base.errors import PolicyError
from billing_core.base.months import first_day, month_of
from billing_core.base.written import WrittenError, content_of, read_toml


class Terms(BaseModel):
    """The policy of one month: every value that a rule may test, by the key it has in policy.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    deactivated_grace_days: int = Field(ge=0, le=3650)
    support_machine_cutoff: date
    extensive_use_share: Decimal = Field(ge=0, le=1)
    standard_skus: tuple[str, ...]
    no_cost_skus: tuple[str, ...]
    exempt_agencies: tuple[str, ...]
    exempt_price: str
    no_cost_holders: str
    first_account: str
    replacing_licence: str
    off_platform: str
    extensive_use_base: str
    client_allowance: str
    client_order: str
    location_scope: str
    second_connection: str
    backup_disk: str
    server_memory: str
    competence_basis: str
    proration: str


class Dated(BaseModel):
    """A value, the day it takes force, and the clause that it stands in."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    value: Any
    valid_from: date
    clause: str


class Parameter(BaseModel):
    """One number, list or reading of the circular and the rules that test it; `values` in order of time.

    `choices` are the readings known to the rules.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    meaning_nb: str
    meaning_en: str
    unit: str
    rules: tuple[str, ...]
    choices: tuple[str, ...] = ()
    values: tuple[Dated, ...] = Field(min_length=1)

    @field_validator("values")
    @classmethod
    def _in_order(cls, values: tuple[Dated, ...]) -> tuple[Dated, ...]:
        days = [value.valid_from for value in values]
        if len(set(days)) < len(days):
            raise ValueError("two values take force on the same day")
        return tuple(sorted(values, key=lambda value: value.valid_from))

    def of(self, period: str) -> Dated:
        """The value in force on the first day of `period` ("YYYY-MM"). The first also serves earlier months."""
        start = first_day(period)
        return next((value for value in reversed(self.values) if value.valid_from <= start), self.values[0])

    def changed(self, change: Any) -> "Parameter":
        """This with another value for all months, or with dated ones (tables) from the first of them on."""
        if isinstance(change, Mapping) and "values" in change:
            # As a key stands in the policy's own file.
            return Parameter(**{**self.model_dump(), **change})
        if not _is_dated(change):
            only = Dated(value=change, valid_from=self.values[0].valid_from, clause=self.values[0].clause)
            return self.model_copy(update={"values": (only,)})
        given = [Dated(**({"valid_from": self.values[0].valid_from} | self._clause(row) | row)) for row in change]
        first = min(value.valid_from for value in given)
        earlier = [value for value in self.values if value.valid_from < first]
        return Parameter(**(self.model_dump() | {"values": [v.model_dump() for v in (*earlier, *given)]}))

    def _clause(self, row: Mapping[str, Any]) -> dict[str, str]:
        """The clause of a row that names none: that of the value it takes the place of."""
        day = row.get("valid_from")
        return {"clause": (self.of(month_of(day)) if isinstance(day, date) else self.values[0]).clause}


@dataclass(frozen=True)
class Policy:
    """Every policy key, in the file's order."""

    parameters: dict[str, Parameter]

    def of(self, period: str) -> Terms:
        """The terms in force on the first day of `period` ("YYYY-MM")."""
        return Terms(**{key: parameter.of(period).value for key, parameter in self.parameters.items()})

    def with_values(self, changes: Mapping[str, Any]) -> "Policy":
        """This policy with single values changed for all months, or dated where a change is a list of tables.

        Dated values leave those before the first of them in force. PolicyError if a key is unknown or a value is not
        of its kind.
        """
        parameters = dict(self.parameters)
        for key, change in changes.items():
            if key not in parameters:
                raise PolicyError(f"policy: unknown key {key!r}; known keys: {', '.join(sorted(parameters))}")
            with _naming(key):
                parameters[key] = parameters[key].changed(change)
        return _checked(parameters)


def load_policy(path: Path) -> Policy:
    """Reads the project's policy file. PolicyError names the key that is missing, unknown or out of its kind."""
    parameters = {}
    for key, said in _toml(path).items():
        with _naming(key):
            parameters[key] = Parameter(**said)
    return _checked(parameters)


def read_changes(path: Path) -> dict[str, Any]:
    """Reads a file of single policy values: `key = value`, or `[[key]]` blocks with `value` and `valid_from`."""
    return _toml(path)


def _is_dated(change: Any) -> bool:
    return isinstance(change, Sequence) and bool(change) and all(isinstance(row, Mapping) for row in change)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return read_toml(content_of(path))
    except (OSError, WrittenError) as error:
        raise PolicyError(f"policy: {path.name} cannot be read as TOML: {error}") from error


@contextmanager
def _naming(key: str) -> Iterator[None]:
    """Where a key is read: what is wrong with it names it."""
    try:
        yield
    except ValidationError as error:
        raise _amiss(error, key) from error
    except TypeError as error:
        raise PolicyError(f"policy: {key} is not written as a value or as dated values") from error


def _checked(parameters: Mapping[str, Parameter]) -> Policy:
    """The policy of these, every value in its key's own type. PolicyError if a key is missing, unknown or amiss."""
    first = {key: parameter.values[0].value for key, parameter in parameters.items()}
    try:
        return Policy({key: _typed(key, parameter, first) for key, parameter in parameters.items()})
    except ValidationError as error:
        raise _amiss(error) from error


def _typed(key: str, parameter: Parameter, others: Mapping[str, Any]) -> Parameter:
    values = []
    for dated in parameter.values:
        if parameter.choices and dated.value not in parameter.choices:
            raise PolicyError(f"policy: {key} is {dated.value!r}; it must be one of {', '.join(parameter.choices)}")
        # The terms know the type and bounds of each value; the others only stand in their places.
        value = getattr(Terms(**{**others, key: dated.value}), key)
        values.append(dated.model_copy(update={"value": value}))
    return parameter.model_copy(update={"values": tuple(values)})


def _amiss(error: ValidationError, *place: str) -> PolicyError:
    first = error.errors()[0]
    return PolicyError(f"policy: {'.'.join((*place, *map(str, first['loc'])))}: {first['msg']}")
