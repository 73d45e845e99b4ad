"""The words of the core: a rule, what it decides, and the columns of a charge line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Any, Literal

import narwhals as nw
import polars as pl

from billing_core.base.months import first_day, month_from

Funding = Literal["framework", "billed", "undecided"]

FREE_RULE = "O365-6"
"""The rule whose lines cost nobody anything: never billed by GEN-1, covered 0 (contract, section 3)."""

EXEMPT_RULE = "GEN-1"

LINE_SCHEMA: dict[str, pl.DataType] = {
    "period": pl.String(),
    "agency": pl.String(),
    "service": pl.String(),
    "item": pl.String(),
    "variant": pl.String(),
    "rule": pl.String(),
    "rules": pl.String(),
    "funding": pl.String(),
    "table": pl.String(),
    "file": pl.String(),
    "row": pl.Int64(),
    "subject": pl.String(),
    "quantity": pl.Decimal(18, 6),
    "unit": pl.String(),
    "recurrence": pl.String(),
    "unit_price_nok": pl.Decimal(18, 4),
    "amount_nok": pl.Decimal(18, 2),
    "covered_nok": pl.Decimal(18, 2),
    "price_status": pl.String(),
    "price_source": pl.String(),
    "measured": pl.Int64(),
    "limit": pl.Int64(),
    "billable_from": pl.Date(),
}
"""The columns of a charge line, in order (contract, section 5)."""

SORT = ("period", "agency", "table", "file", "row", "item", "variant")


@dataclass(frozen=True, eq=False)
class Rule:
    """One row of a decision table.

    `when` is true where the rule applies, false where it does not, and empty where a missing value leaves it unknown;
    None stands for the last of a table that holds only where no other does, and is listed beside none.
    `item` and `variant` are what the lines that it decides are charged as (left out where lines of several items follow
    from one decision); `service` and `basis` stand where they are not the item's own. `measured` and `limit` are the
    values tested, shown on those lines.

    A changed law is a twin of the rule with an id of its own: the old one has `valid_to` (not included), the new one
    `valid_from`. A month is decided by what is in force on its first day; `when` holds in those months alone.
    """

    id: str
    funding: Funding
    when: nw.Expr | None
    item: str = ""
    variant: nw.Expr | None = None
    service: str = ""
    basis: str = ""
    measured: nw.Expr | None = None
    limit: nw.Expr | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def __post_init__(self) -> None:
        """Holds the condition to the months that the rule is in force in."""
        period = nw.col("period")
        if self.when is None:
            if self.valid_from or self.valid_to:
                raise ValueError(f"{self.id} holds where no other does: give it a condition to date it")
            return
        if self.valid_from:
            object.__setattr__(self, "when", self.when & (period >= month_from(self.valid_from)))
        if self.valid_to:
            object.__setattr__(self, "when", self.when & (period < month_from(self.valid_to)))

    def in_force(self, period: str) -> bool:
        """Whether the rule is in force on the first day of a month."""
        day = first_day(period)
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class Verdict:
    """What is decided about a line: the deciding rule, all that apply joined by `;`, and who pays."""

    rule: str
    rules: str
    funding: Funding


def verdict(rules: Sequence[str], funding: Funding, exempt: bool) -> Verdict:
    """The verdict of rules that apply, in order. GEN-1 comes first for an exempt agency's otherwise unbilled line."""
    if exempt and funding != "billed" and rules[0] != FREE_RULE:
        rules, funding = [EXEMPT_RULE, *rules], "billed"
    return Verdict(rules[0], ";".join(rules), funding)


def outcome(table: Sequence[Rule], answers: Sequence[bool | None]) -> tuple[list[Rule], Funding]:
    """Which rules of a decision table a row lists, and its funding, from each condition's answer (None is unknown).

    `answers` are of the rules with a condition; the first listed decides. A missing value makes the row undecided only
    where it changes the funding (contract, section 3): then the unknown rules are listed, else the known ones.
    """
    answered = list(zip(_tested(table), answers, strict=True))
    known = [rule for rule, answer in answered if answer] or [rule for rule in table if rule.when is None]
    unknown = [rule for rule, answer in answered if answer is None]
    if not known:
        return unknown, "undecided"
    decided = known[0]
    # If only the unknown rules before the deciding one turned out to apply, would someone else pay?
    earlier = [rule for rule in unknown if table.index(rule) < table.index(decided)]
    if any(rule.funding != decided.funding for rule in earlier):
        return unknown, "undecided"
    return known, decided.funding


def _tested(table: Sequence[Rule]) -> list[Rule]:
    """The rules with a condition that some row may not meet: all but the last, which holds where no other does."""
    return [rule for rule in table if rule.when is not None]


def decided(frame: nw.LazyFrame[Any], table: tuple[Rule, ...], load: Any) -> nw.LazyFrame[Any]:
    """`frame` with `rule`, `rules`, `funding`, `measured`, `limit`, and `decides`, the deciding rule's place.

    `frame` has a flag `exempt` (the agency is outside the new financing). Every answer becomes a digit of one number,
    and one small table says what each number means: columns, not rows. `load` brings that table to the engine.
    """
    code = nw.col("exempt").cast(nw.Int32)
    for position, when in enumerate(rule.when for rule in table if rule.when is not None):
        # False is 0, true 1, unknown 2.
        code = code + when.cast(nw.Int32).fill_null(2) * (2 * 3**position)
    frame = frame.with_columns(code.alias("code")).join(load(_meanings(table)), on="code", how="left").drop("code")
    return frame.with_columns(
        _of_deciding(table, "measured").alias("measured"), _of_deciding(table, "limit").alias("limit")
    )


@lru_cache(64)
def _meanings(table: tuple[Rule, ...]) -> pl.DataFrame:
    rows = []
    for answers in product((False, True, None), repeat=len(_tested(table))):
        code = sum({False: 0, True: 1, None: 2}[a] * 2 * 3**i for i, a in enumerate(answers))
        rules, funding = outcome(table, answers)
        if not rules:  # of a table with a rule that always applies
            continue
        for exempt in (False, True):
            found = verdict([rule.id for rule in rules], funding, exempt)
            rows.append((code + exempt, found.rule, found.rules, found.funding, table.index(rules[0])))
    return pl.DataFrame(
        rows,
        schema={"code": pl.Int32, "rule": pl.String, "rules": pl.String, "funding": pl.String, "decides": pl.Int32},
        orient="row",
    )


def _of_deciding(table: Sequence[Rule], value: Literal["measured", "limit"]) -> nw.Expr:
    """The measured value or limit of the rule that decided a line; empty on undecided lines and where it has none."""
    result = nw.lit(None, dtype=nw.Int64)
    for rule in table:
        expression = getattr(rule, value)
        if expression is not None:
            decides = (nw.col("rule") == rule.id) & (nw.col("funding") != "undecided")
            result = nw.when(decides).then(expression.cast(nw.Int64)).otherwise(result)
    return result
