"""A session's dataset rated: its lines, their months and agencies, and what some of them are worth."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl
import streamlit as st

from billing_core.base.engines import engine
from billing_core.law.prices import QUESTION, Prices
from billing_core.rating.rate import Rates
from billing_core.rating.statement import Statement, statement_of
from billing_core.views import explore, valued
from billing_core.views.completeness import tables_of
from pages._ui.base.data import catalogue, demo_agreements, listed_prices, policy
from pages._ui.base.text import t
from pages._ui.session import door
from pages._ui.session.files import DEMO, Dataset, dataset, demo
from pages._ui.session.keys import RATED
from pages._ui.session.terms import as_shipped, basis, rates

_MOST_RATED = 2


@dataclass(frozen=True)
class Rated:
    """A dataset rated: `lines` in LINE_SCHEMA and in order, and what pages ask of all of them at every click.

    `months`: the latest first, by agency in order; those of any under "". `places`: where the lines of a month and
    agency begin, and how many they are. `tables` and `kinds`: as `completeness.tables_of` and `explore.kinds` have it.
    """

    statement: Statement
    lines: pl.DataFrame
    months: dict[str, list[str]]
    places: dict[tuple[str, str], tuple[int, int]]
    tables: pl.DataFrame
    kinds: pl.DataFrame

    def of(self, agency: str | None, period: str | None) -> pl.DataFrame:
        """The lines of an agency and a month, cut out where they stand: not one is looked at."""
        if not agency and not period:
            return self.lines
        places = [
            place
            for (month, whose), place in self.places.items()
            if (not period or month == period) and (not agency or whose == agency)
        ]
        if not places:
            return self.lines.clear()
        if period:
            # A month's agencies stand under one another.
            return self.lines.slice(places[0][0], sum(count for _, count in places))
        return pl.concat([self.lines.slice(*place) for place in places])


def rated() -> Rated:
    """The session's dataset rated by its prices and readings: once for each, then kept. Needs a dataset."""
    current = dataset()
    if current is None:
        raise LookupError("the session has no dataset")
    if current.id == DEMO and as_shipped():
        return _demo_rated()

    def work() -> Rated:
        with st.spinner(t("ui.rating")):
            return _rate(current, rates())

    return door.once(RATED, basis(), work, _MOST_RATED)


def statement() -> Statement:
    """The session's statement: rating, checked usage, problems."""
    return rated().statement


def lines(agency: str | None = None, period: str | None = None) -> pl.DataFrame:
    """The charge lines (LINE_SCHEMA) of an agency and a month; of all where none is named."""
    return rated().of(agency, period)


def tables(agency: str) -> pl.DataFrame:
    """How many lines each table, agency and month has (`completeness.tables_of`), of an agency or ("") of all."""
    return _of_agency(rated().tables, agency)


def kinds(agency: str) -> pl.DataFrame:
    """The kinds of lines that there are (`explore.kinds`), of an agency or ("") of all."""
    return _of_agency(rated().kinds, agency)


def _of_agency(frame: pl.DataFrame, agency: str) -> pl.DataFrame:
    return frame.filter(agency=agency) if agency else frame


def agencies() -> list[str]:
    """The agencies that have lines, by code."""
    return [agency for agency in rated().months if agency]


def periods(agency: str) -> list[str]:
    """The months in which an agency ("" for any) has lines, the latest first."""
    return rated().months.get(agency, [])


def refused_rows(agency: str, period: str) -> int:
    """How many rows were refused of an agency ("" for any) and month, with those that name neither."""
    theirs = [(pl.col("agency") == agency) | pl.col("agency").is_null()] if agency else []
    refused = statement().problems.filter(severity="refused").filter(pl.col("row").is_not_null(), *theirs)
    return refused.filter((pl.col("period") == period) | pl.col("period").is_null()).height


def at_stake(found: pl.DataFrame) -> valued.AtStake:
    """What the undecided among some lines would cost, by the session's prices."""
    return worth(found.filter(funding="undecided"))


def worth(found: pl.DataFrame) -> valued.AtStake:
    """What lines are worth, whoever pays; the undecided ones by the session's prices."""
    terms = rates()
    asked = found.filter(funding="undecided").select(QUESTION).unique()
    price_items = {item.item: item.price_item for item in terms.catalogue.items.values()}
    return valued.worth(found, terms.prices.answers(asked, price_items))


def warm_up() -> None:
    """Reads and rates the demo before the first session needs it."""
    _demo_rated()


@st.cache_resource
def _demo_rated() -> Rated:
    return _rate(demo(), Rates(catalogue(), Prices(listed_prices(), demo_agreements()), policy()))


def _rate(wanted: Dataset, by: Rates) -> Rated:
    read = wanted.read
    found = statement_of(read.usage, read.problems, by, engine("polars"))
    # The only time that the lines are drawn up: all else is summed from them.
    drawn = found.rating.frame()
    return laid_out(found, drawn)


def laid_out(found: Statement, drawn: pl.DataFrame) -> Rated:
    """A statement with its lines (LINE_SCHEMA, in order), and what is asked of all of them."""
    kinds = explore.kinds(drawn)
    places = _places(kinds)
    return Rated(found, drawn, _months(places), places, tables_of(kinds), kinds)


def _places(kinds: pl.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    """Where the lines of each month and agency begin, and how many they are: they are in that order (contract, 5)."""
    counts = kinds.group_by("period", "agency").agg(pl.col("lines").sum()).sort("period", "agency")
    found = counts.with_columns(first=pl.col("lines").cum_sum() - pl.col("lines"))
    return {(period, agency): (first, count) for period, agency, count, first in found.iter_rows()}


def _months(there: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The months that have lines by agency, of each month and agency that there is."""
    latest = sorted(there, reverse=True)
    whose = sorted({agency for _, agency in latest})
    every = list(dict.fromkeys(period for period, _ in latest))
    return {"": every} | {agency: [period for period, of in latest if of == agency] for agency in whose}
