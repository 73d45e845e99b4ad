"""What `changes` come to: by kind, by part and by service, and who may be the same on both sides."""

from decimal import Decimal

import polars as pl

from billing_core.base.folding import folded
from billing_core.law.catalogue import Catalogue
from billing_core.planning.changes import PARTS

KINDS = ("recurring", "occasional", "not_reported")
"""What a change is of: what comes each month, what comes once or yearly, a table that only one month has."""

_COUNTS = (
    pl.col("amount_nok").sum(),
    # A key that price and volume share is one key.
    pl.struct("agency", "table", "item", "variant", "subject").n_unique().cast(pl.Int64).alias("keys"),
    pl.col("unknown_from").sum(),
    pl.col("unknown_to").sum(),
)


def with_kind(changed: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """`changes` with `kind`, one of KINDS."""
    monthly = [item.item for item in catalogue.items.values() if item.recurrence == "monthly"]
    kind = (
        pl.when(pl.col("part") == "not_reported")
        .then(pl.lit("not_reported"))
        .when(pl.col("item").is_in(monthly))
        .then(pl.lit("recurring"))
        .otherwise(pl.lit("occasional"))
    )
    return changed.with_columns(kind=kind)


def kind_sums(changed: pl.DataFrame) -> dict[str, Decimal]:
    """What each kind comes to (NOK), those that there are; `changed` as `with_kind` gives it."""
    sums = dict(changed.group_by("kind").agg(pl.col("amount_nok").sum()).iter_rows())
    return {kind: sums[kind] for kind in KINDS if kind in sums}


def by_part(changed: pl.DataFrame) -> pl.DataFrame:
    """kind, part, amount_nok, keys, unknown_from, unknown_to, services and rules_to (lists); in the order of PARTS."""
    listed = [pl.col(name).unique().sort().alias(to) for name, to in (("service", "services"), ("rule_to", "rules_to"))]
    sums = changed.group_by("kind", "part").agg(*_COUNTS, *listed)
    return sums.sort(pl.col("kind").cast(pl.Enum(KINDS)), pl.col("part").cast(pl.Enum(PARTS)))


def by_service(changed: pl.DataFrame) -> pl.DataFrame:
    """service, part, amount_nok, keys, unknown_from, unknown_to; the most money first, whatever the sign.

    The amount is empty where all that could differ is unknown.
    """
    sums = changed.group_by("service", "part").agg(*_COUNTS).with_columns(_known())
    return sums.sort(
        pl.col("amount_nok").abs(), "service", "part", descending=[True, False, False], nulls_last=[True, False, False]
    )


def of(changed: pl.DataFrame, service: str, part: str) -> pl.DataFrame:
    """The rows of a service and part, the most money first; an amount is empty where it is unknown."""
    found = changed.filter(service=service, part=part).with_columns(
        _known(),
        *(
            pl.when(pl.col(f"unknown_{side}") < pl.col(f"lines_{side}").clip(1)).then(pl.col(f"amount_{side}_nok"))
            for side in ("from", "to")
        ),
    )
    names = ("agency", "item", "variant", "subject")
    return found.sort(
        pl.col("amount_nok").abs(), *names, descending=[True, *[False] * 4], nulls_last=[True, *[False] * 4]
    )


def _known() -> pl.Expr:
    unknown = (pl.col("amount_nok") == 0) & (pl.col("unknown_from") + pl.col("unknown_to") > 0)
    return pl.when(~unknown).then(pl.col("amount_nok"))


def paired(changed: pl.DataFrame) -> pl.DataFrame:
    """`changes` with `pair`, `E1 → E3`: the variants that ended and that are new of one agency, table and subject.

    Empty where either is lacking. It says no more than that the subject is the same.
    """
    place = ["agency", "table", "named"]
    named = changed.with_columns(named=pl.col("subject").map_batches(folded, pl.String))
    called = pl.coalesce(pl.col("variant").replace("", None), "item").unique().sort().str.join(", ")
    told = named.filter(pl.col("named").is_not_null())
    ended, new = (told.filter(part=part).group_by(place).agg(pair=called) for part in ("ended", "new"))
    met = ended.join(new, on=place).select(*place, pair=pl.concat_str("pair", "pair_right", separator=" → "))
    found = named.join(met, on=place, how="left", maintain_order="left").drop("named")
    return found.with_columns(pl.when(pl.col("part").is_in(["ended", "new"])).then("pair"))
