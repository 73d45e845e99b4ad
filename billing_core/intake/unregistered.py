"""Agencies and licences in what was read that the register does not know, each with the nearest known."""

from collections.abc import Mapping, Sequence

import polars as pl

from billing_core.base.problems import Code, Problem
from billing_core.intake.options import Register

MOST = 100
"""Unknown values of one kind that are told of one by one."""


def unknown_agencies(usage: Mapping[str, pl.DataFrame], register: Register) -> list[Problem]:
    """One notice for each agency that the register lacks, at its first row, up to MOST."""
    codes = {code for frame in usage.values() if "agency" in frame.columns for code in frame["agency"].unique()}
    unknown = sorted(codes - set(register.agencies))
    notices = [
        _first(usage, "agency", code, "unknown_agency", register.nearest_agency(code)) for code in unknown[:MOST]
    ]
    return [Problem(**{**notice, "agency": notice["value"]}) for notice in notices] + _rest("agency", unknown)


def unknown_skus(licences: pl.DataFrame, register: Register) -> list[Problem]:
    """One notice for each SKU that the register does not know, at its first row, up to MOST.

    None if the register knows no SKU at all.
    """
    if not register.sku_aliases:
        return []
    unknown = sorted(set(licences["sku"].unique()) - set(register.sku_aliases.values()))
    usage = {"licences": licences}
    told = [_first(usage, "sku", sku, "unknown_sku", register.nearest_sku(sku)) for sku in unknown[:MOST]]
    return told + _rest("sku", unknown)


def _rest(column: str, unknown: Sequence[str]) -> list[Problem]:
    """One notice of how many more there are: of a million, each with its nearest, nobody would live to see the end."""
    more = len(unknown) - MOST
    return [Problem(severity="notice", code="more_unknown", column=column, detail=str(more))] if more > 0 else []


def _first(usage: Mapping[str, pl.DataFrame], column: str, value: str, code: Code, detail: str) -> Problem:
    """A notice at the first row of any table in which `column` has `value`."""
    having = ((name, frame) for name, frame in usage.items() if column in frame.columns)
    places = ((name, frame, frame[column].index_of(value)) for name, frame in having)
    table, rows, place = next(found for found in places if found[2] is not None)
    file, row = rows.select("file", "row").row(place)
    return Problem(
        severity="notice", code=code, table=table, file=file, row=row, column=column, value=value, detail=detail or None
    )
