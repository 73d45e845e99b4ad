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
    """service, part, kind, amount_nok, keys, unknown_from, unknown_to; the most money first, whatever the sign."""
    sums = changed.group_by("service", "part", "kind").agg(*_COUNTS)
    return sums.sort(pl.col("amount_nok").abs(), "service", "part", descending=[True, False, False])


def of(changed: pl.DataFrame, service: str, part: str) -> pl.DataFrame:
    """The rows of a service and part, the most money first."""
    found = changed.filter(service=service, part=part)
    return found.sort(
        pl.col("amount_nok").abs(), "agency", "item", "variant", "subject", descending=[True] + [False] * 4
    )


def paired(changed: pl.DataFrame) -> pl.DataFrame:
    """`changes` with `before` and `after`: the variants that ended and that are new of one agency, table and subject.

    Both are null where either is lacking. It says no more than that the subject is the same.
    """
    place = ["agency", "table", "named"]
    named = changed.with_columns(named=pl.col("subject").map_batches(folded, pl.String))
    called = pl.coalesce("variant", "item")
    ends = [
        named.filter(pl.col("named").is_not_null(), part=part)
        .group_by(place)
        .agg(called.unique().sort().str.join(", ").alias(name))
        for part, name in (("ended", "before"), ("new", "after"))
    ]
    met = ends[0].join(ends[1], on=place)
    found = named.join(met, on=place, how="left", maintain_order="left").drop("named")
    either = pl.col("part").is_in(["ended", "new"])
    return found.with_columns(pl.when(either).then(pl.col("before", "after")))
