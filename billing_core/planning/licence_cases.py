"""Clearing up licences as a checklist: each licence's state, and what must be settled before it is removed."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self, get_args

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from billing_core.base.folding import fold
from billing_core.scenario.actions import Code

State = Literal["proposed", "asked", "kept", "settled", "removed"]
STATES: tuple[State, ...] = get_args(State)
"""In their order: proposed, the manager asked, kept, the mailbox settled, removed."""

Tick = Literal["hold", "mailbox", "archive", "onedrive", "roles"]
TICKS: tuple[Tick, ...] = get_args(Tick)
"""What must be looked at before a licence is removed: hold, shared mailbox, archive, OneDrive, roles."""

Group = Literal["over", "soon", "two", "external", "smaller", "outside"]
GROUPS: tuple[Group, ...] = get_args(Group)
"""In their order; a licence stands in the first that it belongs to."""

SOON_DAYS = 30
_RULES: Mapping[str, str] = {"over": "O365-5", "two": "O365-3", "external": "O365-4", "outside": "O365-2"}
_REPLACED = "E1"
"""The standard suite, in place of which a larger one stands that may be more than its user needs."""

Line = Annotated[str, Field(max_length=500)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Case(_Data):
    """One licence's state. Whoever is asked has a deadline, what is kept a reason, what is removed every tick."""

    agency: Code
    user_id: Code
    sku: Code
    state: State = "proposed"
    deadline: date | None = None
    reason: Line = ""
    ticks: tuple[Tick, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is the case of, ids folded."""
        return self.agency, fold(self.user_id), self.sku

    @model_validator(mode="after")
    def _settled(self) -> Self:
        needs = {
            "deadline_needed": self.state == "asked" and self.deadline is None,
            "reason_needed": self.state == "kept" and not self.reason.strip(),
            "ticks_needed": self.state == "removed" and set(self.ticks) != set(TICKS),
        }
        for code, lacking in needs.items():
            if lacking:
                raise PydanticCustomError(code, "{state} needs more", {"state": self.state})
        return self


class Belongs(_Data):
    """Where a user belongs: department and manager, each as a list says it."""

    user_id: Code
    department: Line = ""
    manager: Line = ""


def licences(lines: pl.DataFrame, day: date, larger: Mapping[str, str]) -> pl.DataFrame:
    """A row a licence of an agency's month that may be cleared up, by group, then dearest first:

    group, user_id, sku, amount_nok (a month with its management; empty where not known), covered_nok, billable_from,
    days (deactivated for). `larger` says which standard licence a product replaces. `day` is the month's.
    """
    held = lines.filter(pl.col("item") == "office365.licence", pl.col("funding") != "undecided")
    listed = ";" + pl.col("rules") + ";"
    of = {group: listed.str.contains(f";{rule};", literal=True) for group, rule in _RULES.items()}
    suites = [sku for sku, standard in larger.items() if standard == _REPLACED]
    of["soon"] = (pl.col("billable_from") > day) & (
        pl.col("billable_from") <= pl.lit(day).dt.offset_by(f"{SOON_DAYS}d")
    )
    of["smaller"] = pl.col("variant").is_in(suites)
    group = pl.coalesce(pl.when(of[name].fill_null(False)).then(pl.lit(name)) for name in GROUPS)
    place = ["file", "row", "subject"]
    managed = lines.filter(pl.col("item") == "office365.management").select(*place, sku="variant", more="amount_nok")
    known = held.with_columns(group=group, sku=pl.col("variant")).filter(pl.col("group").is_not_null())
    whole = pl.when(pl.col("more").is_null() & pl.col("managed")).then(None).otherwise(
        pl.col("amount_nok") + pl.col("more").fill_null(0)
    )  # fmt: skip
    order = pl.col("group").cast(pl.Enum(GROUPS)).to_physical()
    return (
        known.join(managed.with_columns(managed=True), on=[*place, "sku"], how="left")
        .with_columns(pl.col("managed").fill_null(False))
        .select(
            "group", "sku", "covered_nok", "billable_from", user_id="subject",
            amount_nok=whole.cast(pl.Decimal(38, 2)),
            days=pl.when(of["over"]).then(pl.col("measured")).cast(pl.Int64),
        )
        .sort(order, "amount_nok", "user_id", "sku", descending=[False, True, False, False], nulls_last=True)
        .select("group", "user_id", "sku", "amount_nok", "covered_nok", "billable_from", "days")
    )  # fmt: skip


def with_cases(found: pl.DataFrame, agency: str, cases: tuple[Case, ...], belongs: tuple[Belongs, ...]) -> pl.DataFrame:
    """`licences` with state, deadline, reason, ticks (joined by `;`), department and manager of each."""
    held, people = {case.key: case for case in cases}, {fold(one.user_id): one for one in belongs}
    rows = []
    for user_id, sku in found.select("user_id", "sku").iter_rows():
        case = held.get((agency, fold(user_id), sku)) or Case(agency=agency, user_id=user_id, sku=sku)
        person = people.get(fold(user_id))
        told = {"state": case.state, "deadline": case.deadline, "reason": case.reason, "ticks": ";".join(case.ticks)}
        rows.append(told | {name: getattr(person, name) if person else "" for name in ("department", "manager")})
    schema = dict.fromkeys(("state", "reason", "ticks", "department", "manager"), pl.String()) | {"deadline": pl.Date()}
    added = pl.DataFrame(rows, schema=schema)
    names = ["state", "deadline", "reason", "ticks", "department", "manager"]
    return pl.concat([found, added.select(names)], how="horizontal")


def gone(found: pl.DataFrame, agency: str, cases: tuple[Case, ...]) -> list[Case]:
    """The agency's cases whose licence stands in no group of the month any more."""
    there = {(agency, fold(user_id), sku) for user_id, sku in found.select("user_id", "sku").iter_rows()}
    return [case for case in cases if case.agency == agency and case.key not in there]
