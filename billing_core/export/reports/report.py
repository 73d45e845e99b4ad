"""What a report is made of, what it rests on, and the figures that every report shares."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import polars as pl

from billing_core.base.months import month_before
from billing_core.export.delimited import csv_bytes
from billing_core.export.reports.measures import Measure
from billing_core.export.reports.notes import Notes
from billing_core.export.reports.wording import Wording
from billing_core.law.policy import Policy
from billing_core.planning.budget import Budget
from billing_core.planning.changes import changes
from billing_core.planning.data import Data
from billing_core.planning.follow_up import follow_up, way
from billing_core.views.completeness import Completeness, completeness, tables_of
from billing_core.views.explore import kinds
from billing_core.views.sums import Totals, totals


@dataclass(frozen=True)
class Sources:
    """What the amounts were made by: the names of price list, agreements ("" for none) and policy file.

    `shipped` is the project's own policy: what stands otherwise in the policy used is a reading switched.
    `demo`: whether the usage is the demo agency's.
    """

    price_list: str
    agreements: str
    policy: str
    shipped: Policy
    demo: bool = False


@dataclass(frozen=True)
class Report:
    """All that an agency's reports of a month are made of.

    lines     its charge lines (LINE_SCHEMA) of every month in the data
    budget    its year, forecast from `period` or from the month that the user chose
    problems  what was refused or noticed, in words (`problems.OUT_COLUMNS`)
    accounts  account strings (`checking.accounts`); None where there are none
    measures  what could be done; `scenario` is the name of the scenario that they are of, "" for proposals
    today     the day it is made
    """

    data: Data
    budget: Budget
    period: str
    lines: pl.DataFrame
    sources: Sources
    problems: pl.DataFrame
    today: date
    measures: tuple[Measure, ...] = ()
    scenario: str = ""
    notes: Notes = field(default_factory=Notes)
    accounts: pl.DataFrame | None = None

    @property
    def agency(self) -> str:
        """Whose it is."""
        return self.data.agency

    @property
    def year(self) -> str:
        """The year of its budget: the month's own, but where the user looks further ahead."""
        return str(self.budget.plan.year)

    @cached_property
    def month(self) -> pl.DataFrame:
        """The lines of its month."""
        return self.lines.filter(period=self.period)

    @cached_property
    def months(self) -> list[str]:
        """The months in the data, in order."""
        return sorted(self.lines["period"].unique())

    @cached_property
    def totals(self) -> Totals:
        """What its month's lines sum to."""
        return totals(self.month)

    @cached_property
    def year_lines(self) -> pl.DataFrame:
        """The lines of the month's year up to it."""
        return self.lines.filter(pl.col("period").str.head(4) == self.period[:4], pl.col("period") <= self.period)

    @cached_property
    def before(self) -> str | None:
        """The month before, where the data have it."""
        earlier = month_before(self.period)
        return earlier if earlier in self.months else None

    @cached_property
    def changed(self) -> pl.DataFrame:
        """What changed since the month before (`changes.SCHEMA`)."""
        held, months = self.data, (self.before or self.period, self.period)
        found = changes(held.usage, held.rates, held.engine, months, rated=self.lines)
        return found.filter(agency=self.agency)

    @cached_property
    def followed(self) -> pl.DataFrame:
        """The follow-up of the year, the total last, with the way of each deviation."""
        return way(follow_up(self.budget))

    @property
    def followed_total(self) -> dict[str, Any]:
        """The follow-up of the whole agency."""
        return self.followed.row(-1, named=True)

    @property
    def has_adopted(self) -> bool:
        """Whether an adopted budget stands beside the accounts."""
        return self.budget.rows["kind"].is_in(["adopted", "change"]).any()

    @cached_property
    def completeness(self) -> Completeness:
        """How complete its month is."""
        listed = self.data.rates.prices.listed
        made_up = frozenset(listed.filter(status="illustrative")["source"].drop_nulls())
        history = tables_of(kinds(self.lines))
        return completeness(self.lines.filter(period=self.period), history, self.period, made_up)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the lines as CSV: that of the file that `rate PATH... --agency CODE --out FILE.csv` writes."""
        return hashlib.sha256(csv_bytes(self.lines)).hexdigest()

    @cached_property
    def readings(self) -> list[tuple[str, Any]]:
        """The policy values in force in its month that are not the project's own, by key."""
        used, shipped = (policy.of(self.period) for policy in (self.data.rates.policy, self.sources.shipped))
        return [(key, value) for key, value in used if value != getattr(shipped, key)]

    @property
    def recurring(self) -> Decimal:
        """What is billed in its month and comes again each month."""
        return self._billed(pl.col("recurrence") == "monthly")

    @property
    def occasional(self) -> Decimal:
        """What is billed in its month once or once a year."""
        return self._billed(pl.col("recurrence") != "monthly")

    def _billed(self, which: pl.Expr) -> Decimal:
        return totals(self.month.filter(which)).billed


def title(report: Report, words: Wording, kind: str) -> str:
    """What a report of a kind is called, and whose and when it is."""
    told = words.say(f"title_{kind}", month=words.month(report.period), year=report.year)
    return f"{told} – {words.agency(report.agency)}"


def grounds(report: Report, words: Wording) -> list[tuple[str, str]]:
    """What every report states of itself: label and value."""
    of, left = report.sources, report.totals
    switched = "; ".join(f"{key} = {_value(value)}" for key, value in report.readings)
    name = words.agency(report.agency)
    told = {
        "agency": report.agency if name == report.agency else f"{name} ({report.agency})",
        "month": words.month(report.period),
        "months": words.months(report.months),
        "files": _files(report, words),
        "prices": of.price_list,
        "agreements": of.agreements or words.say("none"),
        "policy": of.policy,
        "readings": switched or words.say("readings_shipped"),
        "illustrative": words.say("is_illustrative") if report.data.rating.illustrative else "",
        "vat": words.say("no_vat"),
        "unknown": words.say(
            "left_out",
            unpriced=words.number(left.unpriced),
            undecided=words.number(left.undecided),
            unvalued=words.number(left.unvalued),
        ),
        "demo": words.texts["ui.demo"] if of.demo else "",
        "made": words.day(report.today),
        "fingerprint": report.fingerprint,
    }
    return [(words.say(f"head_{key}"), value) for key, value in told.items() if value]


_MOST_FILES = 4


def _files(report: Report, words: Wording) -> str:
    found = sorted({name.partition(" · ")[0] for name in report.month["file"].unique()})
    more = len(found) - _MOST_FILES
    told = ", ".join(found[:_MOST_FILES])
    return told if more <= 0 else f"{told} {words.counted('more_files', more)}"


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
