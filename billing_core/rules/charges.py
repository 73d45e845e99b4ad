"""What every rule module reads and gives: the setting it works in, and decided charges that only lack their price."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import narwhals as nw
import polars as pl

from billing_core.base.model import LINE_SCHEMA, Rule, decided, verdict
from billing_core.base.money import QUANTITY
from billing_core.base.tables import TABLES
from billing_core.law.catalogue import Catalogue, Item
from billing_core.law.policy import Terms
from billing_core.law.prices import QUESTION

Lazy = nw.LazyFrame[Any]
Usage = Mapping[str, Lazy]

ONE = nw.lit(QUANTITY, dtype=nw.Int64)
NOTHING = nw.lit(None, dtype=nw.String)
NO_NUMBER = nw.lit(None, dtype=nw.Int64)

CHARGE = (
    *(c for c in LINE_SCHEMA if not c.endswith("_nok") and not c.startswith("price_")),
    "basis",  # how the price is found: the item's basis, or `consumption` (APP-7)
    "own_price",  # the row's own price, in ten-thousandths of NOK
    "own_source",  # and its reference
    "estimated",  # the price is an estimate, wherever it comes from
    "allocated",  # the part of a shared cost, in øre
    "replaces",  # the standard licence that one outside the standard stands in place of (reading `difference`)
    "holder",  # and the account's user_id
)
"""The columns of a charge: a line's, with what its price is found by. `quantity` is in millionths."""


@dataclass(frozen=True)
class Charges:
    """Decided charges of one kind, that only lack their price.

    `asked` holds the prices needed (QUESTION columns, in any number): the charges themselves, or the usage behind
    them where that says it without deciding anything. `single` tells that every quantity is one.
    """

    frame: Lazy
    asked: Lazy
    single: bool


@dataclass(frozen=True)
class Setting:
    """What the rules read besides the usage: the terms of these months, the catalogue, and the engine's door.

    `months` has a row a period: `as_of`, and `grace_limit`, the first day of deactivation that is still covered.
    `shares` are the parts of shared costs: `file`, `row` and `allocated` (øre).
    `keep` works out a small frame at once, so that no engine works it out again wherever it is used.
    """

    terms: Terms
    months: pl.DataFrame
    shares: pl.DataFrame
    catalogue: Catalogue
    load: Callable[[pl.DataFrame], Lazy]
    keep: Callable[[Lazy], Lazy]

    def with_months(self, frame: Lazy) -> Lazy:
        """`frame` with its month's `as_of` and `grace_limit`."""
        return frame.join(self.load(self.months), on="period", how="left")

    @property
    def exempt(self) -> nw.Expr:
        """True for agencies outside the new financing (GEN-1)."""
        return nw.col("agency").is_in(list(self.terms.exempt_agencies))

    def item(self, code: str) -> Item:
        """The catalogue's item of that code."""
        return self.catalogue.items[code]


def charges(
    frame: Lazy, item: Item, table: str, subject: str, *, asked: Lazy | None = None, **given: nw.Expr
) -> Charges:
    """Charges of one catalogue item for each row of a decided frame.

    `given` overrides single columns: variant, quantity, service, own_price, … `asked` is usage to ask prices by.
    """
    constants = {
        "service": nw.lit(item.service),
        "item": nw.lit(item.item),
        "unit": nw.lit(item.unit),
        "recurrence": nw.lit(item.recurrence),
        "basis": nw.lit(item.basis),
    }
    columns: dict[str, Any] = constants | given
    return charged(frame, table, subject, asked=asked, **columns)


def charged(frame: Lazy, table: str, subject: str, *, asked: Lazy | None = None, **given: nw.Expr) -> Charges:
    """As `charges`, where the frame's own columns (or `given`) say which item each row is."""
    defaults = {
        "variant": nw.lit(""),
        "table": nw.lit(table),
        "subject": _subject(table, subject),
        "quantity": ONE,
        "billable_from": nw.lit(None, dtype=nw.Date),
        "own_price": NO_NUMBER,
        "own_source": NOTHING,
        "estimated": nw.lit(False),
        "allocated": NO_NUMBER,
        "replaces": NOTHING,
        "holder": NOTHING,
    }
    columns = defaults | given

    def chosen(rows: Lazy, names: Sequence[str]) -> Lazy:
        return rows.select(*(columns.get(name, nw.col(name)).alias(name) for name in names))

    return Charges(
        frame=chosen(frame, CHARGE),
        asked=chosen(frame if asked is None else asked, QUESTION),
        single="quantity" not in given,
    )


def decided_lines(
    frame: Lazy, table: tuple[Rule, ...], setting: Setting, usage_table: str, subject: str, **given: nw.Expr
) -> Charges:
    """Charges of each row of a frame as a decision table has them: rule, who pays, item and variant."""
    rows = decided(frame.with_columns(exempt=setting.exempt), table, setting.load)
    rows = rows.join(setting.load(_charged_as(table, setting)), on="decides", how="left")
    variant = nw.lit("")
    for place, rule in enumerate(table):
        if rule.variant is not None:
            variant = nw.when(nw.col("decides") == place).then(rule.variant).otherwise(variant)
    columns: dict[str, Any] = {"variant": variant} | given
    return charged(rows, usage_table, subject, **columns)


def _charged_as(table: tuple[Rule, ...], setting: Setting) -> pl.DataFrame:
    """For each rule of a table (`decides`) what the lines it decides are charged as."""
    rows = []
    for place, rule in enumerate(table):
        item = setting.item(rule.item)
        own = (rule.service or item.service, item.unit, item.recurrence, rule.basis or item.basis)
        rows.append((place, item.item, *own))
    names = ["decides", "item", "service", "unit", "recurrence", "basis"]
    return pl.DataFrame(rows, schema=names, schema_overrides={"decides": pl.Int32}, orient="row")


def _subject(table: str, column: str) -> nw.Expr:
    """What a line is about, as its own row writes it."""
    if not column:
        return NOTHING
    own = nw.col(column)
    return nw.coalesce("written", own) if TABLES[table].subject == column else own


def decided_by(frame: Lazy, rules: tuple[str, ...], funding: Any, setting: Setting) -> Lazy:
    """`frame` with the one verdict that all its rows have, but for GEN-1."""
    plain, outside = verdict(rules, funding, exempt=False), verdict(rules, funding, exempt=True)
    if plain == outside:
        columns = {name: nw.lit(getattr(plain, name)) for name in ("rule", "rules", "funding")}
    else:
        columns = {
            name: nw.when(setting.exempt).then(nw.lit(getattr(outside, name))).otherwise(nw.lit(getattr(plain, name)))
            for name in ("rule", "rules", "funding")
        }
    return frame.with_columns(
        **columns,
        measured=NO_NUMBER,
        limit=NO_NUMBER,
    )


def decided_by_item(frame: Lazy, setting: Setting) -> Lazy:
    """`frame` with what the catalogue says of its `item`: verdict, service, unit, recurrence and basis."""
    rows = []
    for item in setting.catalogue.items.values():
        if item.funding == "by_rule":
            continue
        for exempt in (False, True):
            found = verdict([item.rule], item.funding, exempt)
            rows.append((item.item, exempt, *astuple(found), item.service, item.unit, item.recurrence, item.basis))
    names = ("item", "exempt", "rule", "rules", "funding", "service", "unit", "recurrence", "basis")
    table = pl.DataFrame(rows, schema=list(names), orient="row")
    return (
        frame.with_columns(exempt=setting.exempt)
        .join(setting.load(table), on=["item", "exempt"], how="left")
        .with_columns(measured=NO_NUMBER, limit=NO_NUMBER)
    )


def day_number(day: nw.Expr) -> nw.Expr:
    """Days since the first of January of year 1, from parts that every engine has: two give days between dates."""
    years = day.dt.year().cast(nw.Int64) - 1
    return years * 365 + years // 4 - years // 100 + years // 400 + day.dt.ordinal_day().cast(nw.Int64)


def plain_number(millionths: nw.Expr) -> nw.Expr:
    """A quantity of at most three decimals as text without trailing zeros: 16, 16.5, 0.125 (a variant's part)."""
    whole, part = millionths // QUANTITY, millionths % QUANTITY // 1000
    digits = part.cast(nw.String).str.zfill(3)
    return nw.concat_str([whole.cast(nw.String), nw.lit("."), digits]).str.replace_all(r"\.?0+$", "")


def joined(*parts: nw.Expr) -> nw.Expr:
    """A variant: its parts joined by `/`, empty ones kept in the middle and left out at the end."""
    text = nw.concat_str([part.fill_null("") for part in parts], separator="/")
    return text.str.replace_all(r"/+$", "")
