"""The users, devices, connections and systems that a piece of advice is about, and advice on only some of them."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import polars as pl

from billing_core.base.folding import fold
from billing_core.planning.advice_month import AdvisedMonth
from billing_core.planning.advice_notes import Notes, advice_code
from billing_core.planning.advise import Candidate
from billing_core.scenario.actions import BaseAction
from billing_core.scenario.choice import COLUMNS
from billing_core.scenario.pickable import DETAILS

A = TypeVar("A", bound=BaseAction)

NARROWED_BY = {
    "licences": "user_ids",
    "devices": "device_ids",
    "connections": "connection_ids",
    "operations": "systems",
}
"""By which narrowing an action on a table is held to some things."""


def things(month: AdvisedMonth, usage: Mapping[str, pl.DataFrame], action: BaseAction) -> pl.DataFrame:
    """A row a thing that an action of the month's agency touches, what saves most first:

    thing       its id
    saved_nok   what its monthly lines cost less (NOK); empty where none of them has a known amount
    unknown     how many of its lines have none
    *DETAILS    what stands on its rows in the month: texts joined, of days the latest
    """
    name = NARROWED_BY[action.table]
    column = COLUMNS[name]
    monthly = pl.col("recurrence") == "monthly"
    known = pl.col("saved_nok").filter(monthly)
    gone = month.gone(action).group_by(thing=column).agg(
        saved_nok=pl.when(known.count() > 0).then(known.sum()), unknown=pl.col("saved_nok").null_count().cast(pl.Int64)
    )  # fmt: skip
    rows = usage[action.table].filter(pl.col("period") == month.period, pl.col("agency") == month.agency)
    told = rows.group_by(thing=column).agg(*(_detail(rows.schema[detail], detail) for detail in DETAILS[name]))
    found = gone.join(told, on="thing", how="left")
    return found.sort("saved_nok", "thing", descending=[True, False], nulls_last=True)


def held_to(action: A, wanted: Sequence[str]) -> A:
    """An action on only these things."""
    only = action.only.model_copy(update={NARROWED_BY[action.table]: tuple(wanted)})
    return action.model_copy(update={"only": only})


def open_candidates(
    month: AdvisedMonth, usage: Mapping[str, pl.DataFrame], candidates: Sequence[Candidate], notes: Notes
) -> list[Candidate]:
    """The candidates without what the agency has dismissed or postponed; those of which nothing is left are gone."""
    found: list[Candidate] = []
    for one in candidates:
        left_out = notes.left_out(month.agency or "", advice_code(one.action), month.period)
        if not left_out:
            found.append(one)
            continue
        there = things(month, usage, one.action)["thing"].to_list()
        left = [thing for thing in there if fold(thing) not in left_out]
        if len(left) == len(there):
            found.append(one)
        elif left:
            found.append(Candidate(one.nature, held_to(one.action, left)))
    return found


def _detail(kind: pl.DataType, column: str) -> pl.Expr:
    if kind == pl.Date:
        return pl.col(column).max()
    return pl.col(column).cast(pl.String).drop_nulls().unique().sort().str.join(", ")
