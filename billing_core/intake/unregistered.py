"""Agencies and licences in what was read that the register does not know, each with the nearest known."""

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from billing_core.base.problems import Code, Problem
from billing_core.intake.options import Register

MOST = 100
"""Unknown values of one kind that are told of one by one."""


def unknown_agencies(usage: Mapping[str, pl.DataFrame], register: Register) -> list[Problem]:
    """One notice for each agency that the register lacks, at its first row, up to MOST."""
    codes = {code for frame in usage.values() if "agency" in frame.columns for code in frame["agency"].unique()}
    unknown = sorted(codes - set(register.agencies))
    notices = _notices(usage, "agency", unknown, "unknown_agency", register.nearest_agency)
    return [Problem(**{**notice, "agency": notice["value"]}) for notice in notices] + _rest("agency", unknown)


def unknown_skus(licences: pl.DataFrame, register: Register) -> list[Problem]:
    """One notice for each SKU that the register does not know, at its first row, up to MOST.

    None if the register knows no SKU at all.
    """
    if not register.sku_aliases:
        return []
    unknown = sorted(set(licences["sku"].unique()) - set(register.sku_aliases.values()))
    told = _notices({"licences": licences}, "sku", unknown, "unknown_sku", register.nearest_sku)
    return told + _rest("sku", unknown)


def _rest(column: str, unknown: Sequence[str]) -> list[Problem]:
    """One notice of how many more there are: of a million, each with its nearest, nobody would live to see the end."""
    more = len(unknown) - MOST
    return [Problem(severity="notice", code="more_unknown", column=column, detail=str(more))] if more > 0 else []


def _notices(
    usage: Mapping[str, pl.DataFrame], column: str, unknown: Sequence[str], code: Code, nearest: Callable[[str], str]
) -> list[Problem]:
    """A notice for each of the first MOST values, at the first row of any table in which `column` has it."""
    places: dict[str, tuple[str, str, int]] = {}
    for table, frame in usage.items():
        left = [value for value in unknown[:MOST] if value not in places]
        if left and column in frame.columns:
            # The first place of every value in one pass, whatever their number.
            firsts = frame.select(column, at=pl.int_range(pl.len())).group_by(column).agg(pl.col("at").min())
            found = firsts.filter(pl.col(column).is_in(left))
            rows = frame[found["at"]].select(column, "file", "row")
            places |= {value: (table, file, row) for value, file, row in rows.iter_rows()}
    return [
        Problem(
            severity="notice", code=code, table=table, file=file, row=row, column=column, value=value,
            detail=nearest(value) or None,
        )
        for value, (table, file, row) in ((value, places[value]) for value in unknown[:MOST])
    ]  # fmt: skip
