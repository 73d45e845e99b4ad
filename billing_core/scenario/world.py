"""What actions change, and the smallest steps that change it: rows go, rows get other values, rows get copies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import polars as pl

from billing_core.base.money import MAX_PRICE, MAX_QUANTITY, QUANTITY, changed_by
from billing_core.base.tables import TABLES
from billing_core.law.catalogue import Catalogue
from billing_core.law.prices import Prices
from billing_core.scenario.actions import BaseAction
from billing_core.scenario.errors import ScenarioError

PLACE = ("file", "row")
"""What names a row of a usage table (licences: as `told_apart` numbers them)."""

COPIED = "scenario"
"""The file that copies of rows stand in."""


@dataclass(frozen=True)
class Scaling:
    """The price of an item (as the price list names it) changed by a percentage from a day on; no agency: for all."""

    agency: str | None
    price_item: str
    skus: tuple[str, ...]
    percent: Decimal
    start: date


Step = tuple[str | None, BaseAction]
"""An action, and the agency it is carried out for (None: all)."""


@dataclass(frozen=True)
class World:
    """Usage and prices as `steps` have left them.

    `touched` tells, by table, which steps changed it, and how many rows each.
    """

    usage: Mapping[str, pl.DataFrame]
    scalings: tuple[Scaling, ...] = ()
    steps: tuple[Step, ...] = ()
    touched: Mapping[str, Mapping[Step, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Ground:
    """What actions are decided by: the lines of the world as it stands, the catalogue, each month's day, the agency.

    `lines` gives the lines of a usage table (LINE_SCHEMA).
    """

    lines: Callable[[str], pl.DataFrame]
    catalogue: Catalogue
    as_of: pl.DataFrame  # period, as_of
    agency: str | None


@dataclass(frozen=True)
class Edit:
    """One change of one table: `rows` (PLACE, and what `change` reads) go, unless `change` gives columns new values.

    `more` are rows that come.
    """

    table: str
    rows: pl.DataFrame
    change: Mapping[str, pl.Expr] | None = None
    more: pl.DataFrame | None = None

    @property
    def size(self) -> int:
        """How many rows go, change or come."""
        return self.rows.height + (0 if self.more is None else self.more.height)

    def made(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The table after it."""
        if self.more is not None:
            return pl.concat([frame, self.more.select(frame.columns)])
        if self.change is None:
            return frame.join(self.rows, on=PLACE, how="anti", maintain_order="left")
        marked = frame.join(self.rows.with_columns(chosen=True), on=PLACE, how="left", maintain_order="left")
        new = {
            name: pl.when(pl.col("chosen")).then(value).otherwise(pl.col(name)).cast(frame.schema[name])
            for name, value in self.change.items()
        }
        return marked.with_columns(**new).select(frame.columns)


def scaled_prices(prices: Prices, scalings: tuple[Scaling, ...]) -> Prices:
    """Price list and agreements with each scaling from its day on; before it they are as they were."""
    listed, agreed = prices.listed, prices.agreed
    for scaling in scalings:
        listed, agreed = _scaled(listed, scaling), _scaled(agreed, scaling)
        if Prices(listed, agreed).highest > MAX_PRICE:
            item = scaling.price_item
            raise ScenarioError("too_large", f"{item}: the price grows beyond what can be rated", detail=item)
    return Prices(listed, agreed, prices.lasting)


def _scaled(prices: pl.DataFrame, scaling: Scaling) -> pl.DataFrame:
    meant = pl.col("item") == scaling.price_item
    if scaling.skus:
        meant &= pl.col("variant").is_in(list(scaling.skus))
    start = pl.lit(scaling.start)
    before = prices.filter(meant, pl.col("valid_from") < start).with_columns(
        valid_to=pl.min_horizontal(pl.col("valid_to"), start)
    )
    after = prices.filter(meant, pl.col("valid_to").is_null() | (pl.col("valid_to") > start)).with_columns(
        valid_from=pl.max_horizontal(pl.col("valid_from"), start),
        price=changed_by("price", scaling.percent),
        app_operation=changed_by("app_operation", scaling.percent),
    )
    return pl.concat([prices.filter(~meant), before, after])


def refuse_beyond_limits(frame: pl.DataFrame, table: str) -> None:
    """ScenarioError if a quantity or cost of a changed table is more than a usage file could say."""
    for column in TABLES[table].columns:
        most = {"quantity": MAX_QUANTITY, "money": MAX_PRICE, "count": MAX_QUANTITY // QUANTITY}.get(column.kind)
        if most is not None and frame.filter(pl.col(column.key).abs() > most).height:
            raise ScenarioError("too_large", f"{table}: {column.key} grows beyond what can be rated", detail=column.key)
    if table == "operations":
        memory = pl.col("quantity").cast(pl.Float64) * pl.col("memory_gb").cast(pl.Float64)
        if frame.filter(pl.col("kind") == "server", memory > float(MAX_QUANTITY) * QUANTITY).height:
            raise ScenarioError("too_large", "operations: memory grows beyond what can be rated", detail="memory_gb")
