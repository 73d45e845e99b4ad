"""Two ratings side by side, line for line: what each line costs less, and which lines go, change and come."""

import polars as pl

from billing_core.rules import SECTIONS

LINE = ("table", "file", "row", "part")
"""What makes two lines the same. `part` is the item, but one for all that are the same line (`Section.same_line`)."""

COMPARED = (
    "item",
    "variant",
    "rule",
    "rules",
    "funding",
    "quantity",
    "unit_price_nok",
    "amount_nok",
    "covered_nok",
    "price_status",
)
COMMON = ("period", "agency", "service", "subject", "unit", "recurrence")
DIFFERS = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_after")) for name in COMPARED)
NOTHING = pl.lit(0).cast(pl.Decimal(18, 2))


def _with_part(lines: pl.DataFrame) -> pl.DataFrame:
    firsts = {item: section.same_line[0] for section in SECTIONS.values() for item in section.same_line}
    return lines.with_columns(part=pl.col("item").replace(firsts))


def pairs(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The lines (LINE_SCHEMA) that differ: LINE, COMMON and COMPARED, and the latter two again with `_after`.

    What is empty on a side throughout is a line that is not there on it.
    """
    left, right = (_with_part(lines).select(*LINE, *COMMON, *COMPARED) for lines in (before, after))
    return left.join(right, on=LINE, how="full", suffix="_after", coalesce=True).filter(DIFFERS)


def _known(before: pl.Expr, after: pl.Expr) -> pl.Expr:
    """Neither side is a line whose amount is unknown; a line that is not there costs 0, and that is known."""
    there, still = pl.col("period").is_not_null(), pl.col("period_after").is_not_null()
    return ~((there & before.is_null()) | (still & after.is_null()))


def _undecided() -> pl.Expr:
    """A side of the line is undecided: it lacks a value, and with it its amount, whatever the price list says."""
    sides = (pl.col(name) == "undecided" for name in ("price_status", "price_status_after"))
    return pl.any_horizontal(*(side.fill_null(False) for side in sides))


def _less(before: pl.Expr, after: pl.Expr) -> pl.Expr:
    return before.fill_null(NOTHING) - after.fill_null(NOTHING)


def saved(differing: pl.DataFrame) -> pl.DataFrame:
    """What `pairs` of lines cost less after, summed: period, agency, recurrence, table, and

    saved      the amount the agency pays less, where it is known on both sides
    covered    the amount the framework pays less, likewise
    cost       both together, likewise: what it costs less for Oslo
    changed    lines that go, change or come
    unknown    of these, lines whose amount is unknown on a side: without a price, or
    undecided  not decided, because a value is missing
    worthless  of these, lines whose amount or covered value is
    """
    amount, covered = pl.col("amount_nok"), pl.col("covered_nok")
    new_amount, new_covered = pl.col("amount_nok_after"), pl.col("covered_nok_after")
    cost, new_cost = amount + covered, new_amount + new_covered
    known, wholly = _known(amount, new_amount), _known(cost, new_cost)
    return (
        differing.select(
            "table",
            saved=pl.when(known).then(_less(amount, new_amount)).otherwise(NOTHING),
            covered=pl.when(wholly).then(_less(covered, new_covered)).otherwise(NOTHING),
            cost=pl.when(wholly).then(_less(cost, new_cost)).otherwise(NOTHING),
            unknown=~known,
            undecided=~known & _undecided(),
            worthless=~wholly,
            **{name: pl.coalesce(name, f"{name}_after") for name in ("period", "agency", "recurrence")},
        )
        .group_by("period", "agency", "recurrence", "table")
        .agg(
            pl.col("saved", "covered", "cost").sum(),
            changed=pl.len().cast(pl.Int64),
            unknown=pl.col("unknown").sum().cast(pl.Int64),
            undecided=pl.col("undecided").sum().cast(pl.Int64),
            worthless=pl.col("worthless").sum().cast(pl.Int64),
        )
    )


def changed_lines(differing: pl.DataFrame) -> pl.DataFrame:
    """`pairs` of lines to be read: `change` (goes, changes, comes), place, COMMON, COMPARED and each with `_after`.

    `saved_nok` is what the line costs the agency less; empty where either amount is unknown. Sorted as lines are.
    """
    gone, came = pl.col("period_after").is_null(), pl.col("period").is_null()
    amount, new_amount = pl.col("amount_nok"), pl.col("amount_nok_after")
    known = _known(amount, new_amount)
    change = pl.when(gone).then(pl.lit("goes")).when(came).then(pl.lit("comes")).otherwise(pl.lit("changes"))
    return (
        differing.with_columns(
            change=change,
            saved_nok=pl.when(known).then(_less(amount, new_amount)),
            **{name: pl.coalesce(name, f"{name}_after") for name in COMMON},
        )
        .select(
            "change",
            *COMMON[:3],
            "table",
            "file",
            "row",
            *COMMON[3:],
            *(f"{name}{side}" for name in COMPARED for side in ("", "_after")),
            "saved_nok",
        )
        .sort("period", "agency", "table", "file", "row", pl.coalesce("item", "item_after"))
    )
