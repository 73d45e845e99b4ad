"""What is billed as postings on an agency's own account strings (planning contract, §6): in balance, never guessed.

The string of a charge is the row that says most of it: the exact item, else the longest prefix, else none; then one
that gives the service, then one that gives the agency; in force on the month's first day.
"""

import polars as pl

from billing_core.checking.accounts import STRING

MISSING = "Mangler kontering"
"""The text of what no string holds for."""

SCHEMA: dict[str, pl.DataType] = {
    "period": pl.String(),
    "agency": pl.String(),
    **{part: pl.String() for part in STRING},
    "debit_nok": pl.Decimal(38, 2),
    "credit_nok": pl.Decimal(38, 2),
    "lines": pl.Int64(),
    "unknown": pl.Int64(),
}
"""`lines` are those billed or not decided, `unknown` those of them that have no amount and are left out of the sums."""

_CHARGE = ("period", "agency", "service", "item")
_EXACT = 1000
"""Above the length of any prefix."""


def postings(lines: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """A row for each account string, and one credit row for each agency and month (SCHEMA). `lines`: LINE_SCHEMA."""
    charges = _charges(lines)
    debit = _on_strings(charges, accounts.filter(side="debit"))
    credit = _on_strings(_whole(charges), accounts.filter(side="credit"))
    nothing = pl.lit(0, pl.Decimal(38, 2))
    return (
        pl.concat(
            [
                debit.with_columns(place=pl.lit(0), debit_nok="amount", credit_nok=nothing),
                credit.with_columns(place=pl.lit(1), debit_nok=nothing, credit_nok="amount"),
            ]
        )
        .sort("period", "agency", "place", pl.col("art").is_null(), *STRING, nulls_last=False)
        .select(list(SCHEMA))
        .cast(pl.Schema(SCHEMA))
    )


def without_string(lines: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """What no string holds for: side, period, agency, service, item, amount_nok, lines, unknown; the dearest first.

    Of the credit side a whole agency and month, without service and item.
    """
    charges = _charges(lines)
    lacking = []
    for side, asked in (("debit", charges), ("credit", _whole(charges))):
        best = _best(asked, accounts.filter(side=side))
        lacking.append(asked.join(best, on=list(_CHARGE), how="anti", nulls_equal=True).with_columns(side=pl.lit(side)))
    rows = pl.concat(lacking).group_by("side", *_CHARGE).agg(pl.col("amount", "lines", "unknown").sum())
    return rows.rename({"amount": "amount_nok"}).sort(
        pl.col("side") == "credit", pl.col("amount_nok").abs(), *_CHARGE, descending=[False, True, *[False] * 4]
    )


def journal(rows: pl.DataFrame) -> pl.DataFrame:
    """Postings (SCHEMA) in the shape of a journal upload: date, the string, and one signed amount; they sum to 0.

    The date is the month's last day; debit is above 0.
    """
    return rows.select(
        "agency",
        date=(pl.col("period") + "-01").str.to_date().dt.month_end(),
        period="period",
        **{part: pl.col(part) for part in STRING},
        amount_nok=pl.col("debit_nok") - pl.col("credit_nok"),
    )


def posted_sums(rows: pl.DataFrame) -> pl.DataFrame:
    """period, agency, debit, credit, lines, unknown, and what of debit and credit lacks a string (kroner)."""
    lacking = (pl.col("text") == MISSING) & pl.col("art").is_null()
    debited = pl.col("debit_nok")
    return (
        rows.with_columns(
            is_credit=pl.int_range(pl.len()).over("period", "agency") == pl.len().over("period", "agency") - 1
        )
        .group_by("period", "agency", maintain_order=True)
        .agg(
            debited.sum(),
            pl.col("credit_nok").sum(),
            pl.col("lines", "unknown").filter(~pl.col("is_credit")).sum(),
            debit_missing_nok=debited.filter(lacking.fill_null(value=False)).sum(),
            credit_missing_nok=pl.col("credit_nok").filter(lacking.fill_null(value=False)).sum(),
        )
    )


def _charges(lines: pl.DataFrame) -> pl.DataFrame:
    """What is billed or not decided, by period, agency, service and item."""
    return (
        lines.filter(pl.col("funding") != "framework")
        .group_by(_CHARGE)
        .agg(
            amount=pl.col("amount_nok").cast(pl.Decimal(38, 2)).sum(),
            lines=pl.len().cast(pl.Int64),
            unknown=pl.col("amount_nok").null_count().cast(pl.Int64),
        )
    )


def _whole(charges: pl.DataFrame) -> pl.DataFrame:
    """The same of each agency and month as a whole."""
    return charges.with_columns(item=pl.lit(None, pl.String), service=pl.lit(None, pl.String))


def _on_strings(charges: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """The sums of charges by account string; what has none is one row of an agency and month."""
    found = charges.join(_best(charges, accounts), on=list(_CHARGE), how="left", nulls_equal=True)
    lacking = pl.col("art").is_null()
    return (
        found.with_columns(text=pl.when(lacking).then(pl.lit(MISSING)).otherwise("text"))
        .group_by("period", "agency", *STRING)
        .agg(pl.col("amount", "lines", "unknown").sum())
    )


def _best(charges: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """The string of each charge that has one."""
    asked = charges.select(_CHARGE).unique().with_columns(day=(pl.col("period") + "-01").str.to_date())
    said = accounts.rename({"agency": "own_agency", "service": "own_service", "item": "pattern"})
    met = asked.join(_patterns(asked, said), on="item", nulls_equal=True)
    own = met.join(said, left_on=["pattern", "agency"], right_on=["pattern", "own_agency"], nulls_equal=True)
    all_ = met.join(said.filter(pl.col("own_agency").is_null()).drop("own_agency"), on="pattern", nulls_equal=True)
    return (
        pl.concat([own.with_columns(is_own=pl.lit(1)), all_.with_columns(is_own=pl.lit(0))], how="diagonal")
        .filter(
            pl.col("own_service").is_null() | (pl.col("own_service") == pl.col("service")),
            pl.col("valid_from").is_null() | (pl.col("valid_from") <= pl.col("day")),
            pl.col("valid_to").is_null() | (pl.col("day") < pl.col("valid_to")),
        )
        .sort("says", pl.col("own_service").is_not_null(), "is_own", descending=True)
        .unique(_CHARGE, keep="first", maintain_order=True)
        .select(*_CHARGE, *STRING)
    )


def _patterns(asked: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """item, pattern, says: every pattern that an item is of, and how much it says of it."""
    patterns = accounts["pattern"].unique().to_list()
    rows = [
        (item, pattern, says)
        for item in asked["item"].unique()
        for pattern in patterns
        if (says := _says(item, pattern)) is not None
    ]
    return pl.DataFrame(rows, schema={"item": pl.String, "pattern": pl.String, "says": pl.Int64}, orient="row")


def _says(item: str | None, pattern: str | None) -> int | None:
    if pattern is None:
        return -1
    if item is None:
        return None
    if pattern.endswith("*"):
        return len(pattern) - 1 if item.startswith(pattern[:-1]) else None
    return _EXACT if item == pattern else None
