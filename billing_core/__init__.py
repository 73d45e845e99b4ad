"""What of the municipality's shared IT is covered, what is billed, by which clause and why.

The way of the data is a straight line: upload -> parse (intake) -> check -> decide (rules) -> price -> sum -> show.
The package reads only what it is handed: no clock, no network, no language of its own. `lines` is its front door for
whoever works in pandas; what it needs is imported when it is called, so that the package itself is light.
"""

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

__all__ = ["lines"]


def lines(
    *paths: str | PathLike[str],
    period: str | None = None,
    agency: str | None = None,
    prices: str | PathLike[str] | None = None,
    agreements: str | PathLike[str] | None = None,
    policy: Mapping[str, Any] | None = None,
) -> "pandas.DataFrame":
    """The charge lines of usage files or folders: one row a line, in the contract's columns and order.

    Amounts and prices are exact (`decimal.Decimal`, NOK), what is unknown is missing, never zero. `period`
    ("2026-10") and `agency` (code or name) complete files that lack them and choose what comes out. `prices` and
    `agreements` are files in place of the project's list and of none; `policy` holds single values by their key in
    `data/policy.toml`. `attrs["problems"]` lists what was refused or noticed, each a dict with message and remedy.
    BillingCoreError where nothing could be rated, or a file of prices is wrong.
    """
    # The package is light until it is used, and what reads workbooks starts while the rest is imported.
    from billing_core.readers import spare  # noqa: PLC0415

    spare.warm_for(paths)
    from billing_core.frontdoor import rated  # noqa: PLC0415

    return rated(paths, period=period, agency=agency, prices=prices, agreements=agreements, policy=policy or {})
