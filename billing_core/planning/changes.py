"""Why the billed amount differs between two months: the difference split into named parts (planning contract, §1).

The lines of both months meet by what they are about (`KEY`). The first part of `_part` that holds takes the whole
difference of a key, but for price and volume, which share it. The parts sum to the difference of the two billed totals.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from billing_core.base.engines import Engine
from billing_core.base.folding import fold, folded
from billing_core.base.money import as_decimal, proportion
from billing_core.law.catalogue import Catalogue
from billing_core.law.policy import Policy
from billing_core.rating.rate import Rates, rate
from billing_core.rules.network import OPERATION

KEY = ("agency", "table", "item", "variant", "subject")
"""What a line is about; connections' operation items are one, and a monthly service has no subject in its key."""

PARTS = (
    "policy",
    "not_reported",
    "one_off",
    "unknown",
    "new",
    "ended",
    "became_billed",
    "became_covered",
    "rule",
    "cost",
    "volume",
    "price",
    "unit_cost",
)
"""Every part, in the order in which they are tried (`policy` beside the others)."""

SCHEMA: dict[str, pl.DataType] = {
    "agency": pl.String(),
    "table": pl.String(),
    "service": pl.String(),
    "item": pl.String(),
    "variant": pl.String(),
    "subject": pl.String(),
    "part": pl.String(),
    "amount_nok": pl.Decimal(38, 2),
    "amount_from_nok": pl.Decimal(38, 2),
    "amount_to_nok": pl.Decimal(38, 2),
    "quantity_from": pl.Decimal(38, 6),
    "quantity_to": pl.Decimal(38, 6),
    "lines_from": pl.Int64(),
    "lines_to": pl.Int64(),
    "unknown_from": pl.Int64(),
    "unknown_to": pl.Int64(),
    "rule_from": pl.String(),
    "rule_to": pl.String(),
}
"""The columns of a change. Only `amount_nok` may be summed: a key with several parts repeats the others."""

SORT = ("agency", "table", "service", "item", "variant", "subject", "part")

_NOT_MONTHLY = ("one_off", "yearly")
_OPERATED = "network"
_KEYED = ("agency", "table", "key_item", "variant", "key_subject")
_BEFORE, _AFTER = "_from", "_to"
_SUMS = ("amount", "quantity", "lines", "unknown", "billed", "least", "most")


def changes(
    usage: Mapping[str, pl.DataFrame],
    rates: Rates,
    engine: Engine,
    months: tuple[str, str],
    before: Policy | None = None,
    *,
    rated: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """What changed in billed amounts between two months, the earlier first (SCHEMA, in the order of SORT).

    `usage` is checked usage of any months. `before` is the policy that stood for the earlier month where it was
    another than the later one's; by default the same dated policy. `rated` are the lines of `usage` by `rates`, where
    somebody has them: they are not worked out again.
    """
    earlier, later = months
    old = _standing(before or rates.policy, earlier)
    by_old = Rates(rates.catalogue, rates.prices, old)
    if rated is None:
        first, last = _lines(usage, by_old, engine, earlier), _lines(usage, rates, engine, later)
    else:
        last = rated.filter(period=later)
        first = rated.filter(period=earlier) if before is None else _lines(usage, by_old, engine, earlier)
    if old.of(later) == rates.policy.of(later):
        return _presented(_explained(first, last, rates.catalogue))
    unchanged = _lines(usage, by_old, engine, later)
    by_policy = _met(unchanged, last).with_columns(part=pl.lit("policy"), amount=_difference())
    return _presented(pl.concat([_explained(first, unchanged, rates.catalogue), by_policy], how="diagonal"))


def part_sums(changed: pl.DataFrame) -> pl.DataFrame:
    """agency, part, amount_nok, rows, unknown_from, unknown_to of `changes`, in the order of PARTS."""
    order = pl.Enum(PARTS)
    return (
        changed.group_by("agency", pl.col("part").cast(order))
        .agg(
            pl.col("amount_nok").sum(),
            rows=pl.len().cast(pl.Int64),
            unknown_from=pl.col("unknown_from").sum(),
            unknown_to=pl.col("unknown_to").sum(),
        )
        .sort("agency", "part")
        .cast({"part": pl.String})
    )


def behind(lines: pl.DataFrame, row: Mapping[str, Any]) -> pl.DataFrame:
    """Those of a month's lines (LINE_SCHEMA) that a row of `changes` is about, the dearest first."""
    table, item, subject = row["table"], row["item"], row["subject"]
    same = {
        "agency": pl.lit(row["agency"]),
        "table": pl.lit(table),
        "variant": pl.lit(row["variant"], pl.String),
        "key_item": pl.lit(_OPERATED if table == "connections" and item in OPERATION else item),
        "key_subject": pl.lit(None if subject is None else fold(subject), pl.String),
    }
    found = keyed(lines).filter(*(pl.col(name).eq_missing(value) for name, value in same.items()))
    return found.select(lines.columns).sort("amount_nok", "covered_nok", descending=True, nulls_last=True)


def keyed(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines (LINE_SCHEMA) with `key_item` and `key_subject`: what KEY compares of the two."""
    operated = (pl.col("table") == "connections") & ~pl.col("recurrence").is_in(_NOT_MONTHLY)
    return lines.with_columns(
        key_item=pl.when(operated).then(pl.lit(_OPERATED)).otherwise(pl.col("item")),
        key_subject=pl.when(_is_counted())
        .then(pl.lit(None))
        .otherwise(pl.col("subject").map_batches(folded, pl.String)),
    )


def _is_counted() -> pl.Expr:
    """Whether a line is of a service by the month, whose users are counted and not compared."""
    return (pl.col("table") == "services") & ~pl.col("recurrence").is_in(_NOT_MONTHLY)


def _standing(policy: Policy, period: str) -> Policy:
    """The policy in force in one month, as if it held in every month."""
    return policy.with_values(policy.of(period).model_dump())


def _lines(usage: Mapping[str, pl.DataFrame], rates: Rates, engine: Engine, period: str) -> pl.DataFrame:
    # No rule looks beyond its month: the month's own rows give the month's own lines.
    month = {name: frame.filter(pl.col("period") == period) for name, frame in usage.items()}
    return rate(month, rates, engine).frame()


def _explained(first: pl.DataFrame, last: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Each key of two months with its part and amount (øre); volume and price are two rows of one key."""
    met = _met(first, last).with_columns(part=_part(first, last, catalogue))
    shared = met.filter(pl.col("part") == "shared").with_columns(volume=_volume())
    rest = pl.when(pl.col("allocated")).then(pl.lit("unit_cost")).otherwise(pl.lit("price"))
    return pl.concat(
        [
            met.filter(pl.col("part") != "shared").with_columns(amount=_difference()),
            shared.with_columns(part=pl.lit("volume"), amount="volume").drop("volume"),
            shared.with_columns(part=rest, amount=_difference() - pl.col("volume")).drop("volume"),
        ]
    )


def _difference() -> pl.Expr:
    return pl.col("amount_to") - pl.col("amount_from")


def _volume() -> pl.Expr:
    """What more or fewer would have cost at the earlier month's price; the rest is the price's."""
    more = pl.col("quantity_to") - pl.col("quantity_from")
    priced = (pl.col("quantity_from") > 0) & (pl.col("quantity_to") > 0)
    least = pl.min_horizontal("least_from", "least_to")
    most = pl.max_horizontal("most_from", "most_to")
    one_sign = (least >= 0) | (most <= 0)
    safe = pl.when(priced).then(pl.col("quantity_from")).otherwise(pl.lit(1, dtype=pl.Int128))
    # Without a price that both months share, all of it is volume if the quantity moved, else price.
    whole = pl.when(more != 0).then(_difference()).otherwise(pl.lit(0, dtype=pl.Int128))
    return pl.when(priced & one_sign).then(proportion(pl.col("amount_from"), more, safe)).otherwise(whole)


def _part(first: pl.DataFrame, last: pl.DataFrame, catalogue: Catalogue) -> pl.Expr:
    """The first part that holds of a key; `shared` where price and volume part it between them."""
    passed_on = [item.item for item in catalogue.items.values() if item.basis == "pass_through"]
    return (
        pl.when(~_in_both(first, last))
        .then(pl.lit("not_reported"))
        .when(pl.col("recurrence").is_in(_NOT_MONTHLY))
        .then(pl.lit("one_off"))
        .when(pl.col("unknown_from") + pl.col("unknown_to") > 0)
        .then(pl.lit("unknown"))
        .when(pl.col("lines_from") == 0)
        .then(pl.lit("new"))
        .when(pl.col("lines_to") == 0)
        .then(pl.lit("ended"))
        .when((pl.col("billed_from") == 0) & (pl.col("billed_to") > 0))
        .then(pl.lit("became_billed"))
        .when((pl.col("billed_from") > 0) & (pl.col("billed_to") == 0))
        .then(pl.lit("became_covered"))
        .when((pl.col("rule_from") != pl.col("rule_to")) | (pl.col("items_from") != pl.col("items_to")))
        .then(pl.lit("rule"))
        .when(pl.col("item").is_in(passed_on))
        .then(pl.lit("cost"))
        .otherwise(pl.lit("shared"))
    )


def _in_both(first: pl.DataFrame, last: pl.DataFrame) -> pl.Expr:
    """Whether the agency reported the key's table in both months."""
    places = [{(a, t) for a, t in frame.select("agency", "table").unique().iter_rows()} for frame in (first, last)]
    both = pl.DataFrame(sorted(places[0] & places[1]), schema={"agency": pl.String, "table": pl.String}, orient="row")
    reported = pl.struct("agency", "table")
    return reported.is_in(both.select(reported).to_series().implode())


def _met(first: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    """Both months' sums of each key, side by side; a month without lines of it has zeros."""
    met = _summed(first, _BEFORE).join(
        _summed(last, _AFTER), on=_KEYED, how="full", coalesce=True, nulls_equal=True, maintain_order="left_right"
    )
    sums = [pl.col(name + side).fill_null(0) for name in _SUMS for side in (_BEFORE, _AFTER)]
    shown = [
        pl.coalesce(name + _AFTER, name + _BEFORE).alias(name) for name in ("service", "item", "subject", "recurrence")
    ]
    allocated = pl.any_horizontal("allocated_from", "allocated_to").fill_null(value=False)
    return met.with_columns(*sums, *shown, allocated=allocated)


def _summed(lines: pl.DataFrame, side: str) -> pl.DataFrame:
    """A month's lines summed by key: amounts in øre, quantities in millionths, as Int128; `side` ends each name."""
    amount = pl.col("amount_nok").to_physical().cast(pl.Int128)
    subject = pl.when(_is_counted()).then(pl.lit(None)).otherwise(pl.col("subject"))
    by_key = keyed(lines)
    summed = (
        by_key.with_columns(subject=subject)
        .group_by(*_KEYED)
        .agg(
            pl.col("service", "item", "subject", "recurrence", "rule").first(),
            amount=amount.sum(),
            quantity=pl.col("quantity").to_physical().cast(pl.Int128).sum(),
            lines=pl.len().cast(pl.Int64),
            unknown=pl.col("amount_nok").null_count().cast(pl.Int64),
            billed=(pl.col("funding") == "billed").sum().cast(pl.Int64),
            least=amount.min().fill_null(0),
            most=amount.max().fill_null(0),
            allocated=(pl.col("price_status") == "allocated").any(),
            items=pl.col("item").first(),
        )
    )
    summed = summed.join(
        _joined(by_key, summed), on=_KEYED, how="left", nulls_equal=True, maintain_order="left"
    ).with_columns(pl.coalesce(f"{name}_joined", name).alias(name) for name in ("rule", "items"))
    summed = summed.drop("rule_joined", "items_joined")
    return summed.rename({name: name + side for name in summed.columns if name not in _KEYED})


def _joined(by_key: pl.DataFrame, summed: pl.DataFrame) -> pl.DataFrame:
    """Rules and items of the keys with several lines; most have one, whose own are the answer."""
    several = by_key.join(summed.filter(pl.col("lines") > 1), on=_KEYED, how="semi", nulls_equal=True)
    texts = (
        pl.col(name).unique().sort().str.join(";").alias(f"{to}_joined")
        for name, to in (("rule", "rule"), ("item", "items"))
    )
    return several.group_by(*_KEYED).agg(*texts)


def _presented(found: pl.DataFrame) -> pl.DataFrame:
    """The rows that say anything, in SCHEMA and order."""
    kroner = {name: as_decimal(short, 2) for name, short in _KRONER.items()}
    quantities = {name: as_decimal(name, 6) for name in ("quantity_from", "quantity_to")}
    said = (pl.col("amount") != 0) | (pl.col("unknown_from") + pl.col("unknown_to") > 0)
    columns = kroner | quantities
    rows = found.filter(said).select(columns.get(name, pl.col(name)).alias(name) for name in SCHEMA)
    return rows.cast(pl.Schema(SCHEMA)).sort(*SORT, nulls_last=False)


_KRONER = {"amount_nok": "amount", "amount_from_nok": "amount_from", "amount_to_nok": "amount_to"}
