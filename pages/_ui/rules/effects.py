"""What other policy values are worth in kroner, worked out piece by piece, and each only once."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from billing_core.base.engines import engine
from billing_core.views import readings
from billing_core.views.readings import Effect
from pages._ui.base.data import policy
from pages._ui.session import state
from pages._ui.session.door import once
from pages._ui.session.keys import MONTHS_READ, OUTCOMES

_KEPT = 200
"""How many outcomes are kept: each is a row for an agency and month."""


def months_read() -> dict[str, list[str]]:
    """The months that were read of each agency, the latest first: known before anything is rated."""
    current = state.dataset()
    if current is None:
        return {}

    def work() -> dict[str, list[str]]:
        frames = [f.select("agency", "period").unique() for f in current.read.usage.values() if "agency" in f.columns]
        pairs = pl.concat(frames).unique().sort("agency", "period", descending=[False, True])
        found = pairs.group_by("agency", maintain_order=True).agg("period")
        return dict(found.iter_rows())

    return once(MONTHS_READ, current.id, work, 1)


def worth(
    now: Mapping[str, Any], then: Mapping[str, Any], agency: str, periods: Iterable[str]
) -> dict[str | None, Effect] | None:
    """What changes for an agency where the changed policy values are `then` and not `now`: by month, and None for all.

    None where no line can change. Both are changes to the project's own policy, by key.
    """
    keys = [key for key in policy().parameters if now.get(key) != then.get(key)]
    # Whether the agency is exempt may itself be among the changes.
    policies = [state.rates(values).policy for values in (now, then)]
    tables = {table for key in keys for of in policies for table in readings.tables_of(key, of, agency)}
    if not tables:
        return None
    before, after = (_outcome(values, tables, agency) for values in (now, then))
    return {period: readings.effect(before, after, agency, period) for period in (*periods, None)}


def _outcome(values: Mapping[str, Any], tables: set[str], agency: str) -> pl.DataFrame:
    current = state.dataset()
    if current is None:
        raise LookupError("the session has no dataset")
    # Values that have no say in these tables give the same outcome: a switch leaves the others' outcomes known.
    own_policy = state.rates(values).policy
    heard = {k: v for k, v in values.items() if tables & set(readings.tables_of(k, own_policy, agency))}
    own = [owned.id if owned else "" for owned in (state.prices(), state.agreements())]
    months = months_read()[agency]
    id_ = repr((current.id, own, sorted(tables), months, sorted(heard.items())))
    rates = state.rates(heard)

    def work() -> pl.DataFrame:
        return readings.outcome(current.read.usage, rates, tables, months, engine("polars"))

    return once(OUTCOMES, id_, work, _KEPT)
