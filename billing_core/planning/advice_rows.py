"""Advice as rows: those of the command `advise` (planning contract, §5), and its totals."""

import json
from decimal import Decimal

import polars as pl

from billing_core.planning.advice_month import NOTHING
from billing_core.planning.advise import Advice, Candidate, Rest, Step, preventing

_MONEY = pl.Decimal(38, 2)
SCHEMA: dict[str, pl.DataType] = {
    "step": pl.Int64(),
    "nature": pl.String(),
    "kind": pl.String(),
    "action": pl.String(),
    **dict.fromkeys(
        ("alone_nok", "step_nok", "joint_nok", "oslo_nok", "moved_nok", "prevents_nok", "one_off_nok"), _MONEY
    ),
    "lines": pl.Int64(),
    "unknown": pl.Int64(),
}
"""The columns of `rows`."""

TOTALS: dict[str, pl.DataType] = {
    "agency": pl.String(),
    "period": pl.String(),
    **dict.fromkeys(("billed_nok", "target_nok", "joint_nok", "oslo_nok", "moved_nok", "prevents_nok"), _MONEY),
    "steps": pl.Int64(),
    "unknown": pl.Int64(),
    "method": pl.String(),
    "reached": pl.Boolean(),
}
"""The columns of `totals`."""


def rows(advice: Advice) -> pl.DataFrame:
    """A row a step in order; then what saves nothing now but prevents, outside the sums: without step and joint."""
    steps = [_step(step) for step in advice.steps]
    return pl.DataFrame([*steps, *map(_preventing, advice.preventing)], schema=SCHEMA)


def totals(advice: Advice, agency: str) -> pl.DataFrame:
    """One row of TOTALS. `unknown` counts monthly lines without a known amount, left out of `billed_nok`."""
    prevented = [step.prevented.amount_nok for step in advice.steps]
    prevented += [rest.prevented.amount_nok for rest in advice.preventing]
    known = [amount for amount in prevented if amount is not None]
    row = {
        "agency": agency,
        "period": advice.period,
        "billed_nok": advice.billed_nok,
        "target_nok": advice.target_nok,
        "joint_nok": advice.joint.agency_nok,
        "oslo_nok": advice.joint.oslo_nok,
        "moved_nok": advice.joint.agency_nok - advice.joint.oslo_nok,
        "prevents_nok": sum(known, NOTHING) if known or not prevented else None,
        "steps": len(advice.steps),
        "unknown": advice.unknown,
        "method": advice.method,
        "reached": advice.reached,
    }
    return pl.DataFrame([row], schema=TOTALS)


def _step(step: Step) -> dict[str, object]:
    return _common(step.candidate) | {
        "step": step.number,
        "alone_nok": step.alone.agency_nok,
        "step_nok": step.step_nok,
        "joint_nok": step.joint_nok,
        "oslo_nok": step.oslo_nok,
        "moved_nok": step.moved_nok,
        "prevents_nok": step.prevented.amount_nok,
        "lines": step.alone.lines,
        "unknown": step.alone.unknown,
    }


def _preventing(rest: Rest) -> dict[str, object]:
    return _common(preventing(rest.candidate)) | {
        "step": None,
        "alone_nok": NOTHING,
        "step_nok": None,
        "joint_nok": None,
        "oslo_nok": None,
        "moved_nok": None,
        "prevents_nok": rest.prevented.amount_nok,
        "lines": rest.prevented.lines,
        "unknown": rest.prevented.unknown,
    }


def _common(one: Candidate) -> dict[str, object]:
    """What is the same of a step and of what only prevents. A cost that nobody stated is not known, not 0."""
    stated: Decimal | None = one.action.one_off_cost_nok or None
    action = json.dumps({"kind": one.action.kind} | one.action.model_dump(mode="json", exclude_defaults=True))
    return {"nature": one.nature, "kind": one.action.kind, "action": action, "one_off_nok": stated}
