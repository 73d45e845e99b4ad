"""What is done about each difference on an invoice: a case, from open until a credit note closes it.

A case is known by the invoice lines it is about, so that it stays the same where more invoices are read, a tolerance
is another or our prices are. What nobody has touched needs none: `case_of` then makes an open one of the row.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from billing_core.checking.findings import AGREEING

State = Literal["open", "sent", "answered", "credited", "closed"]
STATES: tuple[State, ...] = ("open", "sent", "answered", "credited", "closed")
"""What a case can be, in order. Credited: a credit note has come that does not cover all of it."""

SETTLED = ("closed",)
MOST_CASES = 5_000
MOST_TEXT = 2_000

Short = Annotated[str, Field(max_length=200)]
Name = Annotated[str, Field(max_length=500)]


class Case(BaseModel):
    """What a difference is about (amounts in kroner, as they were when it was last looked at), and what is done of it.

    `lines`: invoice and line number of each invoice line; none of what only we have. `credited_by`: the credit notes
    that took of it, `before` what it was until then.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    lines: Annotated[tuple[tuple[Short, Short], ...], Field(max_length=200_000, fail_fast=True)] = ()
    kind: Short
    period: Short
    agency: Name | None = None
    item: Name | None = None
    variant: Name | None = None
    subject: Name | None = None
    invoiced_nok: Decimal
    rated_nok: Decimal
    difference_nok: Decimal
    state: State = "open"
    owner: Short = ""
    note: Annotated[str, Field(max_length=MOST_TEXT)] = ""
    deadline: date | None = None
    credited_by: Annotated[tuple[Short, ...], Field(max_length=1_000, fail_fast=True)] = ()
    before: State | None = None

    @property
    def about(self) -> tuple[Any, ...]:
        """What makes it the case it is."""
        return self.lines or self.name

    @property
    def name(self) -> tuple[str | None, ...]:
        """Period, agency, item, variant and subject."""
        return self.period, self.agency, self.item, self.variant, self.subject

    def is_late(self, today: date) -> bool:
        """Whether its deadline has passed and it is not closed."""
        return self.deadline is not None and self.deadline < today and self.state not in SETTLED


Cases = tuple[Case, ...]
"""The cases that somebody has touched, in the order they came."""


def pairs_of(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Invoice and line number of each invoice line of a row (`reconcile.SCHEMA`)."""
    if not row["invoice_id"]:
        return ()
    return tuple(zip(row["invoice_id"].split(";"), row["line"].split(";"), strict=True))


def _name(row: Mapping[str, Any]) -> tuple[str | None, ...]:
    return row["period"], row["agency"], row["item"], row["variant"], row["subject"]


def opened(row: Mapping[str, Any]) -> Case:
    """The open case of a row (`reconcile.SCHEMA`) whose difference is known."""
    names = ("period", "agency", "item", "variant", "subject", "invoiced_nok", "rated_nok", "difference_nok")
    return Case(lines=pairs_of(row), kind=row["class"], **{name: row[name] for name in names})


@dataclass(frozen=True)
class Index:
    """Cases by what they are about, to find that of a row."""

    by_line: Mapping[tuple[str, str], Case]
    by_name: Mapping[tuple[Any, ...], tuple[Case, ...]]

    @classmethod
    def of(cls, cases: Iterable[Case]) -> "Index":
        """The index of some cases."""
        by_line: dict[tuple[str, str], Case] = {}
        by_name: dict[tuple[str | None, ...], tuple[Case, ...]] = {}
        for case in cases:
            by_line |= dict.fromkeys(case.lines, case)
            by_name[case.name] = (*by_name.get(case.name, ()), case)
        return cls(by_line, by_name)

    def all(self, row: Mapping[str, Any]) -> list[Case]:
        """The cases that a row is about: those of its invoice lines, else that of what only we have."""
        pairs = pairs_of(row)
        if pairs:
            return [self.by_line[pair] for pair in pairs if pair in self.by_line]
        return [case for case in self.by_name.get(_name(row), ()) if not case.lines]


def case_of(cases: Cases, row: Mapping[str, Any]) -> Case:
    """The case of a row as it was left; an open one where nobody has touched it."""
    held = Index.of(cases).all(row)
    return held[0] if held else opened(row)


def kept(cases: Cases, case: Case) -> Cases:
    """The cases with this one in its place, or added; ValueError beyond MOST_CASES."""
    if any(held.about == case.about for held in cases):
        return tuple(case if held.about == case.about else held for held in cases)
    if len(cases) >= MOST_CASES:
        raise ValueError(f"more than {MOST_CASES} cases")
    return (*cases, case)


def followed(cases: Cases, rows: pl.DataFrame, credit_notes: Iterable[str]) -> Cases:
    """The cases after what the invoices (rows of `reconcile.SCHEMA`) now say of them.

    `credit_notes`: numbers of invoices that credit. One that cancels all of a case closes it, one that takes a part of
    it makes it credited; where the credit note is gone again the case is as before. Each credit note counts once: what
    a person has changed since stays.
    """
    if not cases:
        return cases
    credits, index = set(credit_notes), Index.of(cases)
    found: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {case.about: [] for case in cases}
    for row in rows.filter(_touched(cases, credits)).iter_rows(named=True):
        numbers = {number for number, _ in pairs_of(row)}
        about = {case.about for case in index.all(row)}
        # Part of it may be credited in the row of the line that it doubles.
        about |= {case.about for case in index.by_name.get(_name(row), ())} if numbers & credits else set()
        for one in about:
            found[one].append(row)
    return tuple(_followed(case, found[case.about], credits) for case in cases)


def _touched(cases: Cases, credits: set[str]) -> pl.Expr:
    """Rows that a case may be about: a quick sieve."""
    numbers = sorted({number for case in cases for number, _ in case.lines} | credits)
    alone = pl.col("invoice_id").is_null()
    return alone | pl.col("invoice_id").str.split(";").list.set_intersection(numbers).list.len().gt(0)


def _followed(case: Case, rows: list[Mapping[str, Any]], credits: set[str]) -> Case:
    if not rows:
        return case
    mine = {number for number, _ in case.lines}
    by = tuple(sorted({number for row in rows for number, _ in pairs_of(row)} & credits - mine))
    if by == case.credited_by:
        return case
    if not by:
        return case.model_copy(update={"state": case.before or case.state, "credited_by": (), "before": None})
    now = {"credited_by": by, "before": case.before or case.state}
    left = sum((row["difference_nok"] or Decimal(0) for row in rows), Decimal(0))
    if left * case.difference_nok <= 0 or all(row["class"] in AGREEING for row in rows):
        return case.model_copy(update=now | {"state": "closed"})
    # What is left of it is what the credit note has not taken.
    return case.model_copy(update=now | {"state": "credited", "difference_nok": left})


class Response(BaseModel):
    """What an Invoice Response (Peppol BIS 63) would say: status, reasons and wishes by their codes."""

    model_config = ConfigDict(frozen=True)
    status: str
    reasons: tuple[str, ...]
    wishes: tuple[str, ...]


_RESPONSES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "quantity": (("QTY",), ("CNP",)),
    "price": (("PRI",), ("CNP",)),
    "amount": (("QTY", "PRI"), ("CNP",)),
    "double": (("OTH",), ("CNP",)),
    "covered": (("UNR",), ("CNP",)),
    "other_period": (("REF",), ("PIN",)),
    "only_invoice": (("UNR",), ("PIN",)),
    "only_rated": (("ITM",), ("PIN",)),
}
"""Reasons and wishes by class. What we do not recognise is asked about before anything is to be credited."""


def response(case: Case) -> Response:
    """The codes that say what a case is about. What is invoiced too little is no matter for a credit note."""
    reasons, wishes = _RESPONSES[case.kind]
    return Response(status="UQ", reasons=reasons, wishes=wishes if case.difference_nok >= 0 else ("PIN",))


def with_cases(rows: pl.DataFrame, cases: Cases) -> pl.DataFrame:
    """Rows (`reconcile.SCHEMA`) with what is done of each: `state`, `owner` and `deadline` of its case."""
    index = Index.of(cases)
    held: list[tuple[str, str, date | None]] = [("open", "", None)] * rows.height
    if cases:
        for place, row in _places_touched(rows, cases):
            if case := next(iter(index.all(row)), None):
                held[place] = (case.state, case.owner, case.deadline)
    told = pl.DataFrame(held, schema={"state": pl.String, "owner": pl.String, "deadline": pl.Date}, orient="row")
    return pl.concat([rows, told], how="horizontal")


def _places_touched(rows: pl.DataFrame, cases: Cases) -> list[tuple[int, dict[str, Any]]]:
    placed = rows.with_row_index("place").filter(_touched(cases, set())).to_dicts()
    return [(row.pop("place"), row) for row in placed]
