"""What an invoice check has found, sorted by what it asks of a person: what agrees, what differs, what is unknown."""

import polars as pl

from billing_core.checking.reconcile import Reconciled, as_decimal

KINDS = ("agrees", "differs", "not_invoiced", "unknown")
"""Not invoiced is what only we have: where an invoice is of a part, that is no fault of it. Unknown is what we have no
price, no decision or no usage of: it is never called a difference."""

AGREEING = ("equal", "within_tolerance", "credited")
"""The classes that ask nothing of anybody."""

INVOICE_COLUMNS = ("invoice_id", "line", "text", "quantity", "unit_price_nok", "amount_nok", "credits", "file")

_NAMED = ("agency", "item", "variant", "subject")


def with_kind(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows (`reconcile.SCHEMA`) with `row`, their place, and `kind`; the dearest difference first."""
    kind = (
        pl.when(pl.col("difference_nok").is_null())
        .then(pl.lit("unknown"))
        .when(pl.col("class").is_in(AGREEING))
        .then(pl.lit("agrees"))
        .when(pl.col("class") == "only_rated")
        .then(pl.lit("not_invoiced"))
        .otherwise(pl.lit("differs"))
    )
    found = rows.with_row_index("row").with_columns(kind=kind)
    dear = pl.col("difference_nok").abs()
    return found.sort(dear, "invoiced_nok", "row", descending=[True, True, False], nulls_last=True)


def kind_sums(rows: pl.DataFrame) -> pl.DataFrame:
    """kind, rows, lines and kroner of both sides, difference (kroner), in the order of KINDS, each of them there."""
    amounts = [pl.col(name).sum() for name in ("invoiced_nok", "rated_nok", "difference_nok")]
    sums = rows.group_by("kind").agg(
        pl.len().cast(pl.Int64).alias("rows"), pl.col("invoice_lines", "rated_lines").sum(), *amounts
    )
    return pl.DataFrame({"kind": KINDS}).join(sums, on="kind", how="left", maintain_order="left").fill_null(0)


def invoice_lines(found: Reconciled, row: int, invoice: pl.DataFrame) -> pl.DataFrame:
    """The invoice lines behind a row as they stood in the files: INVOICE_COLUMNS, amounts in kroner."""
    lines = invoice[found.invoice_places.filter(row=row)["place"].to_list()]
    exact = {"quantity": ("quantity", 6), "unit_price_nok": ("unit_price", 4), "amount_nok": ("amount", 2)}
    return lines.with_columns(**{name: as_decimal(*of) for name, of in exact.items()}).select(INVOICE_COLUMNS)


def our_lines(found: Reconciled, row: int, lines: pl.DataFrame) -> pl.DataFrame:
    """Our charge lines behind a row (LINE_SCHEMA); of what is billed twice, those that it was billed for once."""
    rows = found.rows.with_row_index("row")
    wanted = rows.filter(row=row)
    if wanted["class"].item() == "double":
        others = rows.filter(pl.col("class") != "double")
        wanted = others.join(wanted, on=["period", *_NAMED], how="semi", nulls_equal=True)
    places = found.line_places.join(wanted.select("row"), on="row")["place"]
    return lines[places.to_list()]


def credit_notes(invoice: pl.DataFrame) -> list[str]:
    """The numbers of the invoices (`invoice.SCHEMA`) that only give back."""
    amount = pl.col("amount")
    sums = invoice.group_by("invoice_id", maintain_order=True).agg(back=(amount <= 0).all() & (amount < 0).any())
    return sums.filter("back")["invoice_id"].to_list()
