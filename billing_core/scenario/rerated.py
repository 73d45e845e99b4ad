"""The lines of changed worlds, table by table: only what an action may have changed is rated again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import narwhals as nw
import polars as pl

from billing_core.engines import Engine
from billing_core.rate import Rates, Rating, may_exceed, rate
from billing_core.scenario.differences import changed_lines, saved
from billing_core.scenario.errors import ScenarioError
from billing_core.scenario.world import World, scaled_prices

READS = {
    "licences": ("licences",),
    "devices": ("devices", "headcount"),
    "connections": ("connections",),
    "operations": ("operations",),
    "services": ("services",),
    "headcount": ("headcount", "services"),
    "cloud": ("cloud",),
    "dispatch": ("dispatch", "dispatch_costs"),
}
"""The usage tables that the lines of a table depend on."""


class Ratings:
    """The lines of worlds, table by table; a table that the same actions have changed is rated once."""

    def __init__(
        self,
        lines: pl.DataFrame,
        starts: Sequence[str],
        rates: Rates,
        engine: Engine,
        as_of: Mapping[str, date] | None,
    ) -> None:
        """`lines` are the baseline's; `starts` has each action's first month, "" where it holds for all."""
        self._starts = starts
        self._before = {name: lines.filter(pl.col("table") == name) for name in READS}
        self._nothing = saved(lines.head(0), lines.head(0))
        self._rates, self._engine, self._as_of = rates, engine, as_of
        self._after: dict[tuple[object, ...], tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]] = {}

    def saved(self, world: World) -> pl.DataFrame:
        """What the world's lines cost less than the baseline's (see `differences.saved`)."""
        return pl.concat([self._nothing, *(part for _, _, part in self._changed(world))])

    def lines(self, table: str, world: World) -> pl.DataFrame:
        """The lines of a table as the world has them."""
        if not any(world.history.get(name) for name in READS[table]):
            return self._before[table]
        _, after, _ = self._of_table(table, world)
        first = self._first(table, world)
        return pl.concat([self._before[table].filter(pl.col("period") < first), after])

    def changed_lines(self, world: World) -> pl.DataFrame:
        """The lines of the world that differ from the baseline's (see `differences.changed_lines`)."""
        none = self._before["licences"].head(0)
        pairs = [(none, none), *((before, after) for before, after, _ in self._changed(world))]
        return changed_lines(*(pl.concat(side) for side in zip(*pairs, strict=True)))

    def _changed(self, world: World) -> list[tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]]:
        tables = [table for table, reads in READS.items() if any(world.history.get(name) for name in reads)]
        return [self._of_table(table, world) for table in tables]

    def _of_table(self, table: str, world: World) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Lines before, lines after and what is saved, of a changed table from the first month on that may differ."""
        key = (table, *(world.history.get(name, ()) for name in READS[table]))
        if key not in self._after:
            first = self._first(table, world)
            before = self._before[table].filter(pl.col("period") >= first)
            after = self._rated(table, world, first)
            self._after[key] = (before, after, saved(before, after))
        return self._after[key]

    def _first(self, table: str, world: World) -> str:
        return min(self._starts[number] for name in READS[table] for number in world.history.get(name, ()))

    def _rated(self, table: str, world: World, first: str) -> pl.DataFrame:
        """The lines of a table from month `first` on; each agency by its own prices, other tables' lines left out."""
        usage = {name: world.usage[name].filter(pl.col("period") >= first) for name in READS[table]}
        catalogue = self._rates.catalogue
        if table == "devices":
            # They read the headcount, whose own lines are not asked for and would take as long as theirs.
            given = {code: item for code, item in catalogue.items.items() if not item.derived}
            catalogue = replace(catalogue, items=given)
        agencies: dict[tuple[object, ...], list[str]] = {}
        for agency in usage[table]["agency"].unique().sort():
            theirs = tuple(s for s in world.scalings if s.agency in (None, agency))
            agencies.setdefault(theirs, []).append(agency)
        parts = [self._before[table].head(0)]
        for scalings, members in agencies.items():
            prices = scaled_prices(self._rates.prices, scalings)  # type: ignore[arg-type]
            rates = Rates(catalogue, prices, self._rates.policy)
            rating = rate(usage, rates, self._engine, self._as_of)
            if may_exceed(usage, rates) and rating.oversized().height:
                raise ScenarioError("too_large", f"{table}: an amount grows beyond what can be rated", detail=table)
            lines = rating.lines.filter(nw.col("table") == table, nw.col("agency").is_in(members))
            parts.append(Rating(lines, self._engine, rating.illustrative).frame())
        return pl.concat(parts)
