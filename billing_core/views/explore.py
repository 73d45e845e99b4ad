"""How charge lines are explored: filtered, drilled into, followed over months, and summed a service.

Every function takes lines in `model.LINE_SCHEMA`. Sums are exact (NOK); lines without an amount are left out of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import polars as pl

from billing_core.base.model import EXEMPT_RULE
from billing_core.base.money import PRICE, QUANTITY
from billing_core.base.tables import TABLES
from billing_core.views.sums import UNPRICED

Status = Literal["billed", "framework", "undecided", "unpriced", "all"]

STATUSES: dict[Status, pl.Expr] = {
    "billed": pl.col("funding") == "billed",
    "framework": pl.col("funding") == "framework",
    "undecided": pl.col("funding") == "undecided",
    "unpriced": pl.col("price_status").is_in(UNPRICED),
    "all": pl.lit(True),
}
"""Which lines a status means. `unpriced`: billed, but without a known price."""

PATH = ("service", "item", "variant")
"""The way down from the whole to one kind of line."""

LINE = ("table", "file", "row", "item")
"""What names one line (with its period and agency, which the file and row imply)."""

REST = "other"
"""What `by_month` calls the series that are too small to be drawn apart."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for; "" means any. `rule` is one of all that apply; `items` are those that `text` names too."""

    status: Status = "all"
    rule: str = ""
    text: str = ""
    items: frozenset[str] = frozenset()


def matching(lines: pl.DataFrame, wanted: Wanted) -> pl.DataFrame:
    """The lines wanted. `text` is found in subject, variant, file or reference, whatever its letter case."""
    found = lines.filter(STATUSES[wanted.status])
    if wanted.rule:
        lists = [rules for rules in found["rules"].unique() if wanted.rule in rules.split(";")]
        found = found.filter(pl.col("rules").is_in(lists))
    if wanted.text:
        # Last, because it is the dearest: text is looked for only in what the rest leaves.
        pattern = f"(?i){pl.escape_regex(wanted.text)}"
        within = [pl.col(name).str.contains(pattern).fill_null(False) for name in _SEARCHED]
        found = found.filter(pl.any_horizontal(*within, pl.col("item").is_in(sorted(wanted.items))))
    return found


def under(lines: pl.DataFrame, path: Sequence[str]) -> pl.DataFrame:
    """The lines below a path of codes: service, then item, then variant; "" ends the path."""
    codes = [(name, code) for name, code in zip(PATH, path, strict=False) if code]
    return lines.filter(*(pl.col(name) == code for name, code in codes)) if codes else lines


def at_location(lines: pl.DataFrame, connections: pl.DataFrame, location: str) -> pl.DataFrame:
    """The lines of the connections at a location; `connections` is the usage table."""
    there = connections.filter(pl.col("location_id") == location)
    keys = there.select("period", "agency", pl.lit("connections").alias("table"), "file", "row").unique()
    return lines.join(keys, on=keys.columns, how="semi")


def measure(status: Status) -> str:
    """What there is to compare lines of a status by: a sum, or their number where no amount is known."""
    return {"framework": "covered_nok", "undecided": "lines", "unpriced": "lines"}.get(status, "billed_nok")


@dataclass(frozen=True)
class Tree:
    """service, item, variant and `value` of what is above 0. `left_out` kinds are below: no area shows credits."""

    nodes: pl.DataFrame
    value: str
    left_out: int


def tree(lines: pl.DataFrame, value: str) -> Tree:
    """What to draw of lines by service, item and variant; `value` as `measure` gives it."""
    summed = lines.group_by(PATH).agg(SUMS[value]).sort(value, *PATH, descending=[True, False, False, False])
    return Tree(summed.filter(pl.col(value) > 0), value, summed.filter(pl.col(value) < 0).height)


def level(nodes: pl.DataFrame, path: Sequence[str]) -> list[str]:
    """The deepest part of a path of codes that the tree has; empty is the whole."""
    for depth in range(len(path), 0, -1):
        if under(nodes, path[:depth]).height:
            return list(path[:depth])
    return []


def by_month(lines: pl.DataFrame, level: str, value: str, top: int = 7) -> pl.DataFrame:
    """period, `level`, `value` for the `top` largest codes of `level`, the largest first; the rest together as REST."""
    summed = lines.group_by("period", level).agg(SUMS[value])
    largest = summed.group_by(level).agg(pl.col(value).abs().sum()).sort(value, level, descending=[True, False])
    kept = largest[level].head(top).to_list()
    code = pl.when(pl.col(level).is_in(kept, nulls_equal=True)).then(pl.col(level)).otherwise(pl.lit(REST))
    order = pl.col(level).replace_strict([*kept, REST], range(len(kept) + 1), return_dtype=pl.Int64)
    merged = summed.with_columns(code.alias(level)).group_by("period", level).agg(pl.col(value).sum())
    return merged.sort(order, "period")


def items(lines: pl.DataFrame) -> pl.DataFrame:
    """Each item of each service: quantity_billed, _covered and _undecided, its unit, SUMS, and counts of lines.

    The counts are of lines without an amount: unpriced, undecided, unvalued (framework lines without a known price).
    """
    quantities = [pl.col("quantity").filter(STATUSES[of]).sum().alias(name) for name, of in _QUANTITIES.items()]
    return lines.group_by("service", "item", "unit").agg(*quantities, *SUMS.values(), *_COUNTS).sort("service", "item")


def billed_as_before(lines: pl.DataFrame) -> dict[str, Decimal]:
    """By service: what an agency outside the new financing is billed for what others have covered (GEN-1)."""
    before = lines.filter(pl.col("rule") == EXEMPT_RULE, pl.col("amount_nok").is_not_null())
    return dict(before.group_by("service").agg(pl.col("amount_nok").sum()).sort("service").iter_rows())


def kinds(lines: pl.DataFrame) -> pl.DataFrame:
    """What lines there are: every service, item, variant and `rules` of each agency, month and table; how many."""
    return lines.group_by("period", "agency", "table", *PATH, "rules").agg(lines=pl.len().cast(pl.Int64))


def choices(kinds: pl.DataFrame) -> pl.DataFrame:
    """What can be asked for, of some agencies' `kinds`: every service, item, variant and `rules`."""
    return kinds.select(*PATH, "rules").unique().sort(*PATH, "rules")


def find(lines: pl.DataFrame, code: str) -> int | None:
    """The place of the line that `code` names (`name_line`); None if it is not among `lines`."""
    parts = code.split(_JOINED)
    if len(parts) != len(LINE) or not parts[2].isdecimal():
        return None
    table, file, row, item = parts
    same = (pl.col("row") == int(row), pl.col("item") == item, pl.col("table") == table, pl.col("file") == file)
    places = lines.select(pl.all_horizontal(*same).arg_true())
    return int(places.item(0, 0)) if places.height else None


def name_lines(lines: pl.DataFrame) -> list[str]:
    """The code of each line, which `find` finds again."""
    return lines.select(pl.concat_str(LINE, separator=_JOINED)).to_series().to_list()


def row_of(usage: Mapping[str, pl.DataFrame], line: Mapping[str, Any]) -> dict[str, Any]:
    """The usage row that a line came from, by column; quantities and money as decimals. Empty where it is not there."""
    table = TABLES[line["table"]]
    same = [pl.col(name) == line[name] for name in ("row", "file")]
    found = usage[table.name].filter(*same)
    if found.is_empty():
        return {}
    row = found.row(0, named=True)
    scales = {"quantity": QUANTITY, "money": PRICE}
    return {
        column.key: row[column.key]
        if column.kind not in scales or row[column.key] is None
        else Decimal(row[column.key]) / scales[column.kind]
        for column in table.columns
    }


SUMS: dict[str, pl.Expr] = {
    "billed_nok": pl.col("amount_nok").sum().alias("billed_nok"),
    "covered_nok": pl.col("covered_nok").sum().alias("covered_nok"),
    "lines": pl.len().cast(pl.Int64).alias("lines"),
}

_COUNTS = (
    STATUSES["unpriced"].sum().cast(pl.Int64).alias("unpriced"),
    STATUSES["undecided"].sum().cast(pl.Int64).alias("undecided"),
    (STATUSES["framework"] & pl.col("covered_nok").is_null()).sum().cast(pl.Int64).alias("unvalued"),
)
_QUANTITIES: dict[str, Status] = {
    "quantity_billed": "billed",
    "quantity_covered": "framework",
    "quantity_undecided": "undecided",
}
_SEARCHED = ("subject", "variant", "file", "price_source")
_JOINED = "|"
