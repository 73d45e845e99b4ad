"""The numbers and readings of the circular, dated: which held in which month.

`data/policy.toml` holds each value with meaning, unit, clause and the day it takes force. A month is rated by the
values in force on its first day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from billing_core.base.errors import PolicyError
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


class Value(BaseModel):
    """One value of a policy key and the months it holds from. `choices` are the readings known to the rules."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    value: Any
    unit: str
    valid_from: date
    clause: str
    rules: tuple[str, ...]
    meaning_nb: str
    meaning_en: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Policy:
    """Every policy key with its values in order of `valid_from`."""

    values: dict[str, tuple[Value, ...]]

    def on(self, period: str) -> Terms:
        """The terms in force on the first day of `period` ("YYYY-MM"). The first value also serves earlier months."""
        first_day = date.fromisoformat(f"{period}-01")
        in_force = {}
        for key, dated in self.values.items():
            held = [v.value for v in dated if v.valid_from <= first_day]
            in_force[key] = held[-1] if held else dated[0].value
        return Terms(**in_force)

    def with_values(self, changes: Mapping[str, Any]) -> "Policy":
        """This policy with single values changed for all months, or dated where a change is a list of tables.

        PolicyError if a key is unknown or a value is not of its kind.
        """
        values = dict(self.values)
        for key, change in changes.items():
            if key not in values:
                raise PolicyError(f"policy: unknown key {key!r}; known keys: {', '.join(sorted(values))}")
            first = values[key][0]
            blocks = change if _dated(change) else [{"value": change}]
            values[key] = tuple(_value(key, first.model_dump() | block) for block in blocks)
        return _checked(values)


def load_policy(path: Path) -> Policy:
    """Reads the project's policy file. PolicyError names the key that is missing, unknown or out of its kind."""
    return _checked({key: tuple(_value(key, block) for block in blocks) for key, blocks in _toml(path).items()})


def read_changes(path: Path) -> dict[str, Any]:
    """Reads a file of single policy values (`key = value`, or dated blocks as in policy.toml)."""
    return _toml(path)


def _dated(change: Any) -> bool:
    return isinstance(change, Sequence) and bool(change) and all(isinstance(block, Mapping) for block in change)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return read_toml(content_of(path))
    except (OSError, WrittenError) as error:
        raise PolicyError(f"policy: {path.name} cannot be read as TOML: {error}") from error


def _value(key: str, block: Mapping[str, Any]) -> Value:
    try:
        value = Value(**block)
    except ValidationError as error:
        raise PolicyError(f"policy: {key}: {error.errors()[0]['loc']} {error.errors()[0]['msg']}") from error
    if value.choices and value.value not in value.choices:
        raise PolicyError(f"policy: {key} is {value.value!r}; it must be one of {', '.join(value.choices)}")
    return value


def _checked(values: dict[str, tuple[Value, ...]]) -> Policy:
    policy = Policy({key: tuple(sorted(dated, key=lambda v: v.valid_from)) for key, dated in values.items()})
    days = sorted({v.valid_from for dated in policy.values.values() for v in dated})
    try:
        for day in days:
            policy.on(f"{day:%Y-%m}")
    except ValidationError as error:
        first = error.errors()[0]
        raise PolicyError(f"policy: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    return policy
