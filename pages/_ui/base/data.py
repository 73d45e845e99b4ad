"""The project's own data, loaded once for all sessions and never changed."""

from pathlib import Path

import polars as pl
import streamlit as st

from billing_core.intake import Register
from billing_core.intake.price_file import read_agreements, read_price_list
from billing_core.law.catalogue import Catalogue, load_catalogue
from billing_core.law.policy import Policy, load_policy

DATA = Path(__file__).parents[3] / "data"
POLICY, PRICES = DATA / "policy.toml", DATA / "prices.csv"


@st.cache_resource
def catalogue() -> Catalogue:
    """Items, rules, agencies and SKUs."""
    return load_catalogue(DATA)


@st.cache_resource
def policy() -> Policy:
    """The policy as the project ships it."""
    return load_policy(POLICY)


@st.cache_resource
def listed_prices() -> pl.DataFrame:
    """The illustrative price list."""
    return read_price_list("prices.csv", PRICES.read_bytes(), catalogue())


@st.cache_resource
def demo_agreements() -> pl.DataFrame:
    """The demo agency's agreements."""
    path = DATA / "demo" / "agreements.csv"
    return read_agreements(path.name, path.read_bytes(), catalogue())


def register() -> Register:
    """What the intake knows of names."""
    return Register.of(catalogue())
