"""An invoice held against our billed lines: what is equal, what differs and how (planning contract, §4).

Every invoice line and every billed line of the invoices' months is in exactly one row. Nothing is called a difference
that is merely unknown to us: where a price, a decision or the whole month of the agency is missing, it is empty.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from billing_core.base.money import ORE, proportion
from billing_core.checking.doubles import doubles
from billing_core.checking.matching import KEY, LINE, RATED, STAGES, keyed, matched, months, stating_only

CLASSES = (
    "equal",
    "within_tolerance",
    "quantity",
    "price",
    "amount",
    "no_price",
    "double",
    "covered",
    "other_period",
    "credited",
    "only_invoice",
    "only_rated",
)

SCHEMA: dict[str, pl.DataType] = {
    "class": pl.String(),
    "invoice_id": pl.String(),
    "line": pl.String(),
    "period": pl.String(),
    "rated_period": pl.String(),
    "agency": pl.String(),
    "item": pl.String(),
    "variant": pl.String(),
    "subject": pl.String(),
    "invoice_lines": pl.Int64(),
    "rated_lines": pl.Int64(),
    "invoiced_quantity": pl.Decimal(38, 6),
    "rated_quantity": pl.Decimal(38, 6),
    "invoiced_price_nok": pl.Decimal(38, 4),
    "rated_price_nok": pl.Decimal(38, 4),
    "invoiced_nok": pl.Decimal(38, 2),
    "rated_nok": pl.Decimal(38, 2),
    "difference_nok": pl.Decimal(38, 2),
    "text": pl.String(),
}
"""The columns of a row. A difference is what is invoiced less what is rated; empty where we do not know."""

SORT = ("period", "agency", "item", "variant", "subject", "invoice_id", "line", "class", "rated_period")

_GROUP = ("kind", "group")
_NAMES = ("agency", "item", "variant", "subject")


@dataclass(frozen=True)
class Tolerance:
    """How far an amount may be off: kroner, per cent of the rated amount; both hold where both are given."""

    nok: Decimal | None = None
    pct: Decimal | None = None

    def holds(self, difference: pl.Expr, rated: pl.Expr) -> pl.Expr:
        """Whether a difference (øre) is within what is tolerated of `rated` (øre)."""
        tests = []
        if self.nok is not None:
            tests.append(difference.abs() <= int(self.nok * ORE))
        if self.pct is not None:
            part, whole = (self.pct / 100).as_integer_ratio()
            tests.append(difference.abs() * whole <= rated.abs() * part)
        return pl.all_horizontal(tests) if tests else pl.lit(value=False)


@dataclass(frozen=True)
class Reconciled:
    """The rows of a reconciliation (SCHEMA, in the order of SORT), and which lines of both sides are behind each.

    `invoice_places` and `line_places` have `row`, a place in `rows`, and `place`, one in the invoice's or our lines.
    A line of ours that is covered or undecided stands behind the row that it explains, outside its sums.
    """

    rows: pl.DataFrame
    invoice_places: pl.DataFrame
    line_places: pl.DataFrame


def reconcile(invoice: pl.DataFrame, lines: pl.DataFrame, tolerance: Tolerance) -> pl.DataFrame:
    """A row for each group of lines that are about the same (SCHEMA, in the order of SORT).

    `invoice` is checked invoice lines (`invoice.SCHEMA`), `lines` charge lines of any months (LINE_SCHEMA).
    """
    return reconciled(invoice, lines, tolerance).rows


def reconciled(invoice: pl.DataFrame, lines: pl.DataFrame, tolerance: Tolerance) -> Reconciled:
    """The same with the lines behind each row."""
    billed, covered, undecided = (_rated(lines, funding) for funding in ("billed", "framework", "undecided"))
    left = _lines(invoice)
    here = billed.filter(pl.col("month").is_in(_months_of(left)))
    twice = left.join(doubles(left, here), on=LINE, how="semi")
    met = matched(left.join(twice, on=LINE, how="anti"), here)
    left, cancelled = _cancelled(met.lines_left)
    unsure = matched(left, undecided)
    unpaid = matched(unsure.lines_left, covered)
    elsewhere = pl.concat([met.rated_left, billed.join(here, on=RATED, how="anti")])
    moved_lines, moved_rated = _in_other_months(_grouped(unpaid.lines_left), elsewhere)
    rest = _grouped(unpaid.lines_left.join(moved_lines, on=LINE, how="anti"))
    unread = _unread(rest, lines)
    ours = met.rated_left.join(moved_rated, on=RATED, how="anti")
    sides = (
        [
            ("met", met.lines),
            ("double", twice.with_row_index("group")),
            ("credited", cancelled),
            ("undecided", unsure.lines),
            ("covered", unpaid.lines),
            ("other_period", moved_lines),
            ("only_invoice", rest.join(unread, on=LINE, how="anti")),
            ("unread", unread),
        ],
        [("met", met.rated), ("other_period", moved_rated), ("only_rated", _numbered(ours, "month"))],
    )
    invoiced, rated = (_of_kinds(side) for side in sides)
    explaining = _of_kinds([("undecided", unsure.rated), ("covered", unpaid.rated)])
    rows = _presented(_invoiced(invoiced), _charged(rated), tolerance).with_row_index("row")
    return Reconciled(
        rows.select(list(SCHEMA)),
        _places(rows, invoiced, LINE),
        _places(rows, pl.concat([rated, explaining]), RATED),
    )


def class_sums(rows: pl.DataFrame) -> pl.DataFrame:
    """class, rows, lines and kroner of both sides, difference, and how many rows have none, in the order of CLASSES."""
    amounts = ("invoice_lines", "rated_lines", "invoiced_nok", "rated_nok", "difference_nok")
    return (
        rows.group_by(pl.col("class").cast(pl.Enum(CLASSES)))
        .agg(
            pl.len().cast(pl.Int64).alias("rows"),
            *(pl.col(name).sum() for name in amounts),
            unknown=pl.col("difference_nok").null_count().cast(pl.Int64),
        )
        .sort("class")
        .cast({"class": pl.String})
    )


def _places(rows: pl.DataFrame, lines: pl.DataFrame, number: str) -> pl.DataFrame:
    """row, place: the lines of one side behind each row."""
    found = lines.join(rows.select("row", *_GROUP), on=list(_GROUP))
    return found.select("row", place=number).sort("row", "place")


def _lines(invoice: pl.DataFrame) -> pl.DataFrame:
    """Invoice lines with keys and LINE. One without item, as an allowance of the whole invoice, is like no other."""
    lines = keyed(invoice).with_row_index(LINE)
    alone = pl.format("#{}", LINE)
    return lines.with_columns(key_item=pl.when(pl.col("item").is_null()).then(alone).otherwise("key_item"))


def _rated(lines: pl.DataFrame, funding: str) -> pl.DataFrame:
    """Charge lines of one funding, with whole amounts, keys and RATED."""
    found = lines.with_row_index(RATED).filter(funding=funding)
    whole = {
        name: pl.col(column).to_physical().cast(pl.Int64)
        for name, column in (("amount", "amount_nok"), ("unit_price", "unit_price_nok"), ("quantity", "quantity"))
    }
    return keyed(found.select(RATED, *_NAMES, month="period", **whole))


def _months_of(lines: pl.DataFrame) -> list[str]:
    """Every month of the invoices."""
    spans = lines.select("first", "last").unique()
    start, end = months(pl.col("first")), months(pl.col("last"))
    numbers = spans.select(pl.int_ranges(start, end + 1).explode()).to_series().unique()
    return [f"{(number - 1) // 12:04}-{(number - 1) % 12 + 1:02}" for number in numbers]


def _numbered(frame: pl.DataFrame, period: str) -> pl.DataFrame:
    """The lines with the `group` of their key and `period`."""
    key = [period, *KEY]
    groups = frame.select(key).unique(maintain_order=True).with_row_index("group")
    return frame.join(groups, on=key, maintain_order="left")


def _grouped(lines: pl.DataFrame) -> pl.DataFrame:
    return _numbered(lines.drop("group", strict=False), "period")


def _cancelled(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The lines less those of a key that a credit cancels whole; and those."""
    grouped = _grouped(lines)
    amount = pl.col("amount").cast(pl.Int128)
    whole = (amount.sum().over("group") == 0) & (amount.min().over("group") < 0)
    return lines.join(grouped.filter(whole), on=LINE, how="anti"), grouped.filter(whole)


def _in_other_months(lines: pl.DataFrame, rated: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Groups of invoice lines equal to what another month has of them: the nearest month, the earlier first."""
    groups = lines.group_by("group", *KEY, "first", "last", maintain_order=True).agg(
        pl.col("amount").cast(pl.Int128).sum()
    )
    groups = groups.filter(pl.col("amount") != 0)
    taken = []
    for key in STAGES:
        pairs = _equal(stating_only(groups, key), rated, key)
        while pairs.height:
            found = rated.join(pairs.select(*key, "month", "group"), on=[*key, "month"])
            taken.append(found)
            rated, groups = (
                rated.join(found, on=RATED, how="anti"),
                groups.join(pairs, on="group", how="anti"),
            )
            pairs = _equal(stating_only(groups, key), rated, key)
    moved = pl.concat(taken) if taken else rated.clear().with_columns(group=pl.lit(0, pl.UInt32))
    return lines.filter(pl.col("group").is_in(moved["group"].unique().implode())), moved


def _equal(groups: pl.DataFrame, rated: pl.DataFrame, key: Iterable[str]) -> pl.DataFrame:
    """Pairs of a group and a month of another period whose sums of `key` are equal, each in one pair at most."""
    names = list(key)
    amount = pl.col("amount").cast(pl.Int128)
    sums = (
        rated.join(groups, on=names, how="semi")
        .group_by(*names, "month")
        .agg(amount.sum(), unknown=amount.null_count())
        .filter(unknown=0)
    )
    month = months(pl.col("month"))
    away = pl.max_horizontal(months(pl.col("first")) - month, month - months(pl.col("last")))
    return (
        groups.join(sums, on=[*names, "amount"])
        .with_columns(away=away)
        .filter(pl.col("away") > 0)
        .sort("away", "month", "group")
        .unique("group", keep="first", maintain_order=True)
        .unique([*names, "month"], keep="first", maintain_order=True)
    )


def _unread(rest: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Invoice lines of an agency and period of which no usage was read: what they should be is unknown."""
    read = keyed(lines.select("period", *_NAMES)).select("key_agency", month="period").unique()
    spans = rest.select("key_agency", "first", "last").unique()
    known = spans.join(read, on="key_agency").filter(pl.col("month").is_between("first", "last"))
    return rest.join(known, on=["key_agency", "first", "last"], how="anti")


def _of_kinds(parts: Iterable[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
    """All lines of one side, each with the kind and number of its group."""
    columns = ("group", LINE, "invoice_id", "line", "period", "first", "text", RATED, "month")
    amounts = ("amount", "quantity", "unit_price")
    return pl.concat(
        frame.select(pl.lit(kind).alias("kind"), *(n for n in (*columns, *_NAMES, *amounts) if n in frame.columns))
        for kind, frame in parts
    )


def _invoiced(lines: pl.DataFrame) -> pl.DataFrame:
    return (
        lines.sort(LINE)
        .group_by(_GROUP, maintain_order=True)
        .agg(
            pl.col("invoice_id", "line").str.join(";"),
            pl.col("period", *_NAMES).first(),
            pl.col("text").drop_nulls().unique(maintain_order=True).str.join("; "),
            invoice_lines=pl.len().cast(pl.Int64),
            **_sums("invoiced"),
        )
    )


def _charged(lines: pl.DataFrame) -> pl.DataFrame:
    month = pl.col("month")
    spanned = pl.when(month.n_unique() == 1).then(month.min()).otherwise(month.min() + ".." + month.max())
    return (
        lines.sort(RATED)
        .group_by(_GROUP, maintain_order=True)
        .agg(
            *(pl.col(name).first().alias(f"our_{name}") for name in _NAMES),
            rated_period=spanned,
            rated_lines=pl.len().cast(pl.Int64),
            unpriced=pl.col("amount").null_count().cast(pl.Int64),
            **_sums("rated"),
        )
    )


def _sums(side: str) -> dict[str, pl.Expr]:
    """A group's amount (øre), quantity (millionths; empty if any is) and unit price (ten-thousandths)."""
    amount, quantity, price = (pl.col(name).cast(pl.Int128) for name in ("amount", "quantity", "unit_price"))
    known = quantity.null_count() == 0
    common = (price.n_unique() == 1) & (price.null_count() == 0)
    total = quantity.sum()
    whole = pl.when(known & (total != 0)).then(total.abs())
    sign = pl.when(total < 0).then(pl.lit(-1, pl.Int128)).otherwise(pl.lit(1, pl.Int128))
    # øre per millionth is 10^8 ten-thousandths of a krone per one.
    shared = proportion(amount.sum() * sign, pl.lit(10**8, pl.Int128), whole)
    divided = pl.when(amount.null_count() == 0).then(shared)
    return {
        side: amount.sum(),
        f"{side}_quantity": pl.when(known).then(total),
        f"{side}_price": pl.when(common).then(price.first()).otherwise(divided),
    }


def _presented(invoiced: pl.DataFrame, charged: pl.DataFrame, tolerance: Tolerance) -> pl.DataFrame:
    """Both sides of each group beside one another, in SCHEMA and order."""
    rows = invoiced.join(charged, on=list(_GROUP), how="full", coalesce=True).with_columns(
        pl.col("invoiced", "rated").fill_null(0),
        pl.col("invoice_lines", "rated_lines", "unpriced").fill_null(0),
        pl.coalesce("period", "rated_period").alias("period"),
        *(_shown(name) for name in _NAMES),
    )
    unknown = (pl.col("unpriced") > 0) | pl.col("kind").is_in(["undecided", "unread"])
    difference = pl.col("invoiced") - pl.col("rated")
    rows = rows.with_columns(_class(difference, tolerance), difference=pl.when(~unknown).then(difference))
    columns = {
        f"{side}_{short}": as_decimal(name, digits)
        for side in ("invoiced", "rated")
        for short, name, digits in (
            ("quantity", f"{side}_quantity", 6),
            ("price_nok", f"{side}_price", 4),
            ("nok", side, 2),
        )
    } | {"difference_nok": as_decimal("difference", 2)}
    shown = [columns.get(name, pl.col(name)).alias(name) for name in SCHEMA]
    return rows.select(*shown, *_GROUP).sort(*SORT, nulls_last=False)


def _shown(name: str) -> pl.Expr:
    """What a group is about, as our lines write it where the invoice states it; all of it where it is ours alone."""
    ours = (pl.col("kind") == "only_rated") | pl.col(name).is_not_null()
    text = pl.coalesce(pl.when(ours).then(f"our_{name}"), name)
    return pl.when(text != "").then(text).alias(name)


def _class(difference: pl.Expr, tolerance: Tolerance) -> pl.Expr:
    """The class of a group: of those that met the first that holds, else what it is."""
    same = {name: pl.col(f"invoiced_{name}") == pl.col(f"rated_{name}") for name in ("quantity", "price")}
    renamed = {"undecided": "no_price", "unread": "only_invoice"}
    return (
        pl.when(pl.col("kind") != "met")
        .then(pl.col("kind").replace(renamed))
        .when(pl.col("unpriced") > 0)
        .then(pl.lit("no_price"))
        .when(difference == 0)
        .then(pl.lit("equal"))
        .when(tolerance.holds(difference, pl.col("rated")))
        .then(pl.lit("within_tolerance"))
        .when(same["price"].fill_null(value=False))
        .then(pl.lit("quantity"))
        .when(same["quantity"].fill_null(value=False))
        .then(pl.lit("price"))
        .otherwise(pl.lit("amount"))
        .alias("class")
    )


def as_decimal(column: str, digits: int) -> pl.Expr:
    """A column of whole numbers of 1/10^`digits` as exact decimals."""
    # A whole number times a decimal of that scale is exact.
    return (pl.col(column).cast(pl.Decimal(38, 0)) * pl.lit(Decimal(1).scaleb(-digits))).cast(pl.Decimal(38, digits))
