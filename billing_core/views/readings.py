"""What a policy value is worth: the same usage rated with another value, and the difference; such values as a file.

Only the usage tables that a value has a say in are rated, so that an answer costs a fraction of a whole rating.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

import polars as pl
import tomli_w

from billing_core.base.engines import Engine
from billing_core.base.errors import PolicyError
from billing_core.base.problems import Problem, problem_frame
from billing_core.base.written import WrittenError, read_toml
from billing_core.law.policy import Parameter, Policy
from billing_core.rating.rate import Rates
from billing_core.rating.statement import statement_of
from billing_core.rules import tables_behind
from billing_core.rules.office365 import NOTICE_RULE
from billing_core.views.summary import summary

DATED = "values"
"""Where a change of a policy value holds one for each of several days, as the key stands in the policy's own file."""

_SUMS = {"billed_nok": "billed", "covered_nok": "covered"}
_COUNTS = {"unpriced_lines": "unpriced", "undecided_lines": "undecided", "refused_rows": "refused"}


@dataclass(frozen=True)
class Effect:
    """What another value changes, in NOK and in lines left out of the amounts; a minus is less than now."""

    billed: Decimal
    covered: Decimal
    unpriced: int
    undecided: int
    refused: int

    @property
    def nothing(self) -> bool:
        """Whether nothing changes."""
        return self == Effect(Decimal(0), Decimal(0), 0, 0, 0)


def choices(policy: Policy) -> dict[str, tuple[str, ...]]:
    """The Readings: each policy key that has choices, in the policy's order; the first choice is the project's own."""
    return {key: parameter.choices for key, parameter in policy.parameters.items() if parameter.choices}


def tables_of(key: str, policy: Policy, agency: str) -> tuple[str, ...]:
    """The usage tables whose lines a policy value has a say in for an agency; empty where it changes none."""
    if len(policy.parameters[key].choices) == 1:
        return ()
    if key == "exempt_price" and not any(agency in v.value for v in policy.parameters["exempt_agencies"].values):
        return ()
    rules = [rule for rule in policy.parameters[key].rules if rule != NOTICE_RULE]
    return tuple(dict.fromkeys(table for rule in rules for table in tables_behind(rule)))


def outcome(
    usage: Mapping[str, pl.DataFrame], rates: Rates, tables: Iterable[str], months: Iterable[str], engine: Engine
) -> pl.DataFrame:
    """Totals per agency and month (`summary.summary`) of some tables in some months, checked and rated by `rates`.

    `usage` is what was read, before the check between tables: that check reads the policy too.
    """
    wanted, periods = set(tables), list(months)
    part = {
        name: frame.filter(pl.col("period").is_in(periods)) if name in wanted else frame.clear()
        for name, frame in usage.items()
    }
    stated = statement_of(part, problem_frame(), rates, engine)
    return summary(stated.rating, stated.problems)


def effect(now: pl.DataFrame, then: pl.DataFrame, agency: str, period: str | None = None) -> Effect:
    """The difference of two outcomes for an agency in a month, or in all months."""
    before, after = (_of(frame, agency, period) for frame in (now, then))
    return Effect(**{name: after[name] - before[name] for name in after})


def _of(frame: pl.DataFrame, agency: str, period: str | None) -> dict[str, Any]:
    rows = frame.filter(pl.col("agency") == agency)
    if period:
        rows = rows.filter(pl.col("period") == period)
    sums = {name: rows[column].sum() or Decimal(0) for column, name in _SUMS.items()}
    return sums | {name: int(rows[column].sum()) for column, name in _COUNTS.items()}


def policy_file(changes: Mapping[str, Any]) -> str:
    """Single policy values as the text of a file for `--policy FILE`."""
    return tomli_w.dumps(changes)


def read_policy_file(name: str, content: bytes, policy: Policy) -> tuple[dict[str, Any], pl.DataFrame]:
    """The values of a policy file that differ from `policy`'s own, and what is wrong with it (`problems.SCHEMA`).

    Values are taken only from a file without problems. What differs between months is given as `dated`.
    """
    try:
        told = read_toml(content)
    except WrittenError as error:
        problem = Problem(severity="refused", code="policy_unreadable", file=name, detail=str(error))
        return {}, problem_frame([problem])
    problems = [found for key, value in told.items() if (found := _problem(name, key, value, policy))]
    if problems:
        return {}, problem_frame(problems)
    changed = policy.with_values(told).parameters
    other = [key for key in told if _held(changed[key]) != _held(policy.parameters[key])]
    return {key: as_change(changed[key]) for key in other}, problem_frame()


def as_change(parameter: Parameter) -> Any:
    """A key's values as a change of the policy: one for all months as it is, else all of them with their days."""
    if len(parameter.values) == 1:
        return plain_value(parameter.values[0].value)
    rows = [
        {"valid_from": f"{one.valid_from}", "value": plain_value(one.value), "clause": one.clause}
        for one in parameter.values
    ]
    return {DATED: rows}


def dated(change: Any) -> list[dict[str, Any]]:
    """The rows (`valid_from`, `value`, `clause`) of a change that differs between months; none of one for all."""
    return list(change[DATED]) if isinstance(change, Mapping) else []


def _held(parameter: Parameter) -> Any:
    """What a key says of months: its one value, else each with its day; not the clause it names."""
    rows = [(value.value, value.valid_from) for value in parameter.values]
    return rows if len(rows) > 1 else rows[0][0]


def _problem(name: str, key: str, value: Any, policy: Policy) -> Problem | None:
    """What is wrong with one value of a policy file; the detail is what can be used instead."""
    place = Problem(severity="refused", code="policy_value", file=name, column=key, value=_shown(value))
    if key not in policy.parameters:
        near = get_close_matches(key, policy.parameters, n=3) or list(policy.parameters)
        return place | {"code": "policy_unknown", "value": None, "detail": ", ".join(near)}
    allowed = policy.parameters[key]
    try:
        policy.with_values({key: value})
    except PolicyError:
        return place | {
            "detail": ", ".join(allowed.choices or dict.fromkeys(_shown(dated.value) for dated in allowed.values))
        }
    return None


def plain_value(value: Any) -> Any:
    """A value as the address and a file can hold it: whole numbers, text, lists of text."""
    return list(value) if isinstance(value, list | tuple) else value if isinstance(value, int) else str(value)


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
