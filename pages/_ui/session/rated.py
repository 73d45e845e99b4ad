"""A session's dataset rated: its lines, their months and agencies, and what some of them are worth."""

from dataclasses import dataclass

import polars as pl
import streamlit as st

from billing_core.base.engines import engine
from billing_core.law.prices import QUESTION, Prices
from billing_core.rating.rate import Rates
from billing_core.rating.statement import Statement, state
from billing_core.views import valued
from pages._ui.base.data import catalogue, demo_agreements, listed_prices, policy
from pages._ui.base.text import t
from pages._ui.session import door
from pages._ui.session.files import DEMO, Dataset, dataset, demo
from pages._ui.session.keys import RATED
from pages._ui.session.terms import as_shipped, basis, rates

_MOST_RATED = 2


@dataclass(frozen=True)
class Rated:
    """A dataset rated: `lines` in LINE_SCHEMA, and the months that each agency has lines of.

    `months`: the latest first, by agency in order; those of any under "".
    """

    statement: Statement
    lines: pl.DataFrame
    months: dict[str, list[str]]


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
    wanted = [pl.col(key) == code for key, code in (("agency", agency), ("period", period)) if code]
    found = rated().lines
    return found.filter(*wanted) if wanted else found


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
    found = state(read.usage, read.problems, by, engine("polars"))
    # The only time that the lines are drawn up: all else is summed from them.
    drawn = found.rating.frame()
    return Rated(found, drawn, _months(drawn))


def _months(drawn: pl.DataFrame) -> dict[str, list[str]]:
    found = drawn.select("agency", "period").unique().sort("agency", "period", descending=[False, True])
    every = found["period"].unique().sort(descending=True).to_list()
    return {"": every} | dict(found.group_by("agency", maintain_order=True).agg("period").iter_rows())
