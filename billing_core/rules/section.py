"""A section of the circular as one object: all that the rest of the house has to know about its rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import narwhals as nw
import polars as pl

from billing_core.base.model import Rule
from billing_core.law.policy import Terms
from billing_core.rules.charges import Charges, Lazy, Setting, Usage, decided_lines


@dataclass(frozen=True, eq=False)
class Decision:
    """One kind of line: the decision table, which rows give such a line (left out: each), and its other columns."""

    rules: tuple[Rule, ...]
    rows: nw.Expr | None = None
    columns: Mapping[str, nw.Expr] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Section:
    """One section: which usage it reads, which lines it makes of it, and by which rules.

    name        as in texts and errors
    table       the usage table whose rows give its lines
    rules       its rules' ids, in the order of the law; empty where the catalogue's row of the item decides
    lines       the charges of all usage, decided and without a price
    items       what only this section makes, so that no row of `services` may name it
    decisions   its decision tables by kind of line; none where the catalogue's row decides
    also_reads  other tables that its lines depend on
    filled_from tables that the check fills its rows from before anything is decided
    neighbours  rows look at one another if they have the same values, none empty, in one of these; the first of them
                also links the rows to the other tables read
    alone       rows that look at no other row after all
    thing       the column that names what a row is, where each row is one thing; empty where rows have a quantity
    amounts     the columns that say how much there is of an item; "" for those not named
    same_line   items that are the same line still where a row changes from one to another
    left_open   notices of what files do not say, and the rules that cannot decide without it
    """

    name: str
    table: str
    rules: tuple[str, ...]
    lines: Callable[[Usage, Setting], list[Charges]]
    items: tuple[str, ...] = ()
    decisions: Callable[[Terms], Mapping[str, Decision]] = lambda _: {}
    also_reads: tuple[str, ...] = ()
    filled_from: tuple[str, ...] = ()
    neighbours: tuple[tuple[str, ...], ...] = ()
    alone: pl.Expr | None = None
    thing: str = ""
    amounts: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"": ("quantity",)})
    same_line: tuple[str, ...] = ()
    left_open: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def reads(self) -> tuple[str, ...]:
        """The usage tables that its lines depend on, its own first."""
        return (self.table, *self.also_reads)

    def columns_of(self, item: str) -> tuple[str, ...]:
        """The columns of its table that say how much there is of an item."""
        return self.amounts.get(item, self.amounts[""])


def lines_by(
    decisions: Mapping[str, Decision], rows: Lazy, setting: Setting, table: str, subject: str
) -> list[Charges]:
    """The charges of prepared rows by several decision tables, one after another."""
    return [
        decided_lines(
            rows if one.rows is None else rows.filter(one.rows), one.rules, setting, table, subject, **one.columns
        )
        for one in decisions.values()
    ]
