"""What `billing_core.lines` does: usage files in, a pandas frame of charge lines out, by the command line's steps."""

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import pandas

from billing_core import intake
from billing_core.base.engines import engine
from billing_core.base.errors import RequestError
from billing_core.base.problems import described
from billing_core.base.texts import load_texts
from billing_core.cli.command import DATA
from billing_core.cli.stating import refuse_unread, why_nothing
from billing_core.intake.price_file import read_agreements, read_price_list
from billing_core.law.catalogue import Catalogue, load_catalogue
from billing_core.law.policy import load_policy
from billing_core.law.prices import Prices, no_prices
from billing_core.rating.rate import Rates
from billing_core.rating.statement import statement_of

File = str | PathLike[str]


def rated(
    paths: Sequence[File],
    *,
    period: str | None,
    agency: str | None,
    prices: File | None,
    agreements: File | None,
    policy: Mapping[str, Any],
) -> pandas.DataFrame:
    """As `billing_core.lines`."""
    known = load_catalogue(DATA)
    register = intake.Register.of(known)
    wanted = register.agency(agency) if agency else None
    read = intake.read(intake.sources_in([Path(path) for path in paths]), register, intake.Options(period, wanted))
    terms = load_policy(DATA / "policy.toml").with_values(policy)
    stated = statement_of(
        read.usage, read.problems, Rates(known, _prices(prices, agreements, known), terms), engine("polars")
    )
    told = described(stated.problems, load_texts(DATA / "texts", "en") | known.names("en"), read.written)
    refuse_unread(read, "period", period)
    wanted = refuse_unread(read, "agency", wanted)
    if not stated.rows_rated:
        raise RequestError(why_nothing(told))
    frame = stated.rating.selected(period, wanted).frame().to_pandas()
    frame.attrs["problems"] = told.to_dicts()
    return frame


def _prices(prices: File | None, agreements: File | None, known: Catalogue) -> Prices:
    listed = Path(prices or DATA / "prices.csv")
    own = Path(agreements) if agreements else None
    agreed = read_agreements(own.name, own, known) if own else no_prices()
    return Prices(read_price_list(listed.name, listed, known), agreed)
