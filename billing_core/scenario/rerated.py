"""The lines of changed worlds: of each table, only rows that actions may have changed are rated again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

import narwhals as nw
import polars as pl

from billing_core.base.engines import Engine
from billing_core.base.months import last_day
from billing_core.rating.rate import Rates, Rating, may_exceed, rate
from billing_core.rules import SECTIONS
from billing_core.scenario.actions import BaseAction
from billing_core.scenario.apply import apply
from billing_core.scenario.differences import changed_lines, pairs, saved
from billing_core.scenario.errors import ScenarioError
from billing_core.scenario.moved import moved_usage
from billing_core.scenario.neighbours import affected
from billing_core.scenario.places import told_apart
from billing_core.scenario.world import PLACE, Ground, Scaling, Step, World, scaled_prices

MOST_ROWS = 1_500_000
"""How many rows of changed tables are kept; beyond it the worlds used longest ago are forgotten."""


@dataclass(frozen=True)
class Part:
    """One table of a world: the lines (LINE_SCHEMA) of the rows at `places` (PLACE) are not the baseline's, but these.

    `differing` are those that are not as the baseline's (`differences.pairs`).
    """

    places: pl.DataFrame
    lines: pl.DataFrame
    differing: pl.DataFrame

    @cached_property
    def saved(self) -> pl.DataFrame:
        """What its lines cost less (`differences.saved`)."""
        return saved(self.differing)


@dataclass(frozen=True)
class Known:
    """A world, and its parts that are rated, by table."""

    world: World
    parts: dict[str, Part] = field(default_factory=dict)


class Ratings:
    """A baseline and the worlds that actions have made of it, each made once.

    Of a world only what it has not in common with the one most like it is rated, so that scenarios compared one after
    another on the same ratings share what they have in common.
    """

    def __init__(
        self,
        usage: Mapping[str, pl.DataFrame],
        rates: Rates,
        engine: Engine,
        as_of: Mapping[str, date] | None = None,
        baseline: pl.DataFrame | None = None,
    ) -> None:
        """Checked usage (`Statement.usage`); `baseline` spares its rating: the lines of just this usage and rates."""
        self.baseline = rate(usage, rates, engine, as_of).frame() if baseline is None else baseline
        self._rates, self._engine, self._as_of = rates, engine, as_of
        self._usage = usage
        self._reaching: tuple[tuple[str, str], Ratings] | None = None
        told, lines = told_apart(usage, self.baseline)
        self._days = _days(lines, as_of)
        self._before = {name: lines.filter(pl.col("table") == name) for name in SECTIONS}
        none = lines.head(0)
        self._nothing = Part(none.select(PLACE), none, pairs(none, none))
        self._heights: dict[tuple[str, Step], int] = {}
        self.start = World(told)
        self._known: dict[tuple[Step, ...], Known] = {(): Known(self.start, dict.fromkeys(SECTIONS, self._nothing))}

    def reaching(self, base: str, to: str) -> "Ratings":
        """The same with a month more: `to`, later than `base`, with the usage of `base` moved there (`moved_usage`).

        The one made last is kept: scenarios that begin in the same month share it.
        """
        if self._reaching is None or self._reaching[0] != (base, to):
            more = moved_usage(self._usage, self._rates.catalogue, base, to)
            usage = {name: pl.concat([frame, more[name]]) for name, frame in self._usage.items()}
            # Whoever has rows in `to` already may be a neighbour of what is moved there: the month is rated whole.
            there = {name: frame.filter(pl.col("period") == to) for name, frame in usage.items()}
            rated = rate(there, self._rates, self._engine, self._as_of).frame()
            lines = pl.concat([self.baseline.filter(pl.col("period") != to), rated])
            self._reaching = (base, to), Ratings(usage, self._rates, self._engine, self._as_of, lines)
        return self._reaching[1]

    def after(self, action: BaseAction, agency: str | None, world: World) -> World:
        """The world after an action for an agency. ScenarioError if it cannot be carried out."""
        # What an action costs once changes no usage.
        action = action.model_copy(update={"one_off_cost_nok": Decimal(0)})
        steps = (*world.steps, (agency, action))
        if steps not in self._known:
            ground = Ground(lambda table: self.lines(table, world), self._rates.catalogue, self._days, agency)
            self._keep(apply(action, world, ground))
        return self._known[steps].world

    def saved(self, world: World) -> pl.DataFrame:
        """What the world's lines cost less than the baseline's (see `differences.saved`)."""
        return pl.concat(self._part(table, world).saved for table in SECTIONS)

    def lines(self, table: str, world: World) -> pl.DataFrame:
        """The lines of a table as the world has them."""
        part = self._part(table, world)
        return pl.concat([_without(self._before[table], part.places), part.lines])

    def changed_lines(self, world: World) -> pl.DataFrame:
        """The lines of the world that differ from the baseline's (see `differences.changed_lines`)."""
        return changed_lines(pl.concat(self._part(table, world).differing for table in SECTIONS))

    def _keep(self, world: World) -> dict[str, Part]:
        """The parts of a world, which is now the one used last; where there are too many, others are forgotten."""
        known = self._known.pop(world.steps, Known(world))
        self._known[world.steps] = known
        others = [steps for steps in self._known if steps not in ((), world.steps)]
        rows = sum(self._size(one.world) for one in self._known.values())
        while rows > MOST_ROWS and others:
            rows -= self._size(self._known.pop(others.pop(0)).world)
        return known.parts

    def _size(self, world: World) -> int:
        """How many rows of usage a world has that are its own."""
        return sum(world.usage[table].height for table in world.touched)

    def _part(self, table: str, world: World) -> Part:
        if not any(world.touched.get(name) for name in SECTIONS[table].reads):
            return self._nothing
        parts = self._keep(world)
        if table not in parts:
            parts[table] = self._rated(table, world)
        return parts[table]

    def _rated(self, table: str, world: World) -> Part:
        """A part made from one that there is, the one that leaves least to rate: only what the two differ in."""
        known = [one for one in self._known.values() if table in one.parts]
        like = min(known, key=lambda one: self._left_to_rate(table, world, one.world))
        part = like.parts[table]
        repriced = self._repriced(table, world.scalings, like.world)
        rows = affected(table, world.usage, like.world.usage, repriced)
        here = rows.filter(~pl.col("gone")).drop("gone")
        self._heights.setdefault((table, world.steps[-1]), here.height)
        if rows.is_empty():
            return part
        fresh = self._lines_of(table, world, here)
        before = self._before[table].join(rows, on=PLACE, how="semi", maintain_order="left")
        return Part(
            places=pl.concat([part.places, rows.select(PLACE)]).unique(),
            lines=pl.concat([_without(part.lines, rows), fresh]),
            differing=pl.concat([_without(part.differing, rows), pairs(before, fresh)]),
        )

    def _left_to_rate(self, table: str, world: World, like: World) -> int:
        """About how many rows of a table are to be rated in a world if the rest is as in another.

        What a step did before, it does again, about; what a step of the other did must be taken back.
        """
        steps, others = (
            {step: rows for name in SECTIONS[table].reads for step, rows in of.touched.get(name, {}).items()}
            for of in (world, like)
        )
        added = [self._heights.get((table, step), rows) for step, rows in steps.items() if step not in others]
        return sum(added) + sum(rows for step, rows in others.items() if step not in steps)

    def _repriced(self, table: str, scalings: tuple[Scaling, ...], like: World) -> pl.DataFrame:
        """The places of rows with a line whose price is changed otherwise than in a like world."""
        found = [self._nothing.places]
        for scaling in dict.fromkeys((*scalings, *like.scalings)):
            sides = [[s for s in side if s.price_item == scaling.price_item] for side in (scalings, like.scalings)]
            if sides[0] != sides[1]:
                items = [i.item for i in self._rates.catalogue.items.values() if i.price_item == scaling.price_item]
                meant = pl.col("item").is_in(items) & (pl.col("period") >= scaling.start.isoformat()[:7])
                whose = pl.col("agency") == scaling.agency if scaling.agency else True
                found.append(self.lines(table, like).filter(meant, whose).select(PLACE))
        return pl.concat(found).unique()

    def _lines_of(self, table: str, world: World, rows: pl.DataFrame) -> pl.DataFrame:
        """The lines of rows of a table that look at no others; each agency by its own prices."""
        usage = {table: rows}
        for other in SECTIONS[table].also_reads:
            # What the rows do not read makes lines of its own, that are not asked for.
            usage[other] = world.usage[other].join(
                rows, on=SECTIONS[table].neighbours[0], how="semi", maintain_order="left"
            )
        catalogue = self._rates.catalogue
        if table == "devices":
            # They read the headcount, whose own lines are not asked for and would take as long as theirs.
            given = {code: item for code, item in catalogue.items.items() if not item.derived}
            catalogue = replace(catalogue, items=given)
        agencies: dict[tuple[Scaling, ...], list[str]] = {}
        for agency in rows["agency"].unique().sort():
            theirs = tuple(s for s in world.scalings if s.agency in (None, agency))
            agencies.setdefault(theirs, []).append(agency)
        parts = [self._nothing.lines]
        for scalings, members in agencies.items():
            rates = Rates(catalogue, scaled_prices(self._rates.prices, scalings), self._rates.policy)
            rating = rate(usage, rates, self._engine, self._as_of)
            if may_exceed(usage, rates) and rating.oversized().height:
                raise ScenarioError("too_large", f"{table}: an amount grows beyond what can be rated", detail=table)
            lines = rating.lines.filter(nw.col("table") == table, nw.col("agency").is_in(members))
            parts.append(Rating((lines,), self._engine, rating.illustrative).frame())
        return pl.concat(parts)


def _days(lines: pl.DataFrame, as_of: Mapping[str, date] | None) -> pl.DataFrame:
    """Each month's day: period, as_of."""
    periods = lines["period"].unique().to_list()
    days = [(as_of or {}).get(period) or last_day(period) for period in periods]
    return pl.DataFrame({"period": periods, "as_of": days}, schema={"period": pl.String, "as_of": pl.Date})


def _without(lines: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    return lines.join(places, on=PLACE, how="anti", maintain_order="left") if places.height else lines
