"""Charge lines as a FOCUS file, 1.2 or 1.4 (planning contract, §7): a row a line whose amount is known.

What a line covers stands in ListCost and `x_CoveredCost`; the agency pays BilledCost. Lines whose amount or covered
value is unknown are left out and counted (`about`): a null cost is no cost in FOCUS.
"""

import hashlib
from typing import Any

import polars as pl

from billing_core.base.money import PRICE, QUANTITY, proportion
from billing_core.base.months import first_day, month_after
from billing_core.export.delimited import csv_bytes
from billing_core.law.catalogue import Catalogue
from billing_core.law.prices import QUESTION, Prices, no_prices

VERSIONS = ("1.2", "1.4")
PROVIDER = "Utviklings- og kompetanseetaten"

COLUMNS = (
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodStart", "BillingPeriodEnd",
    "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency", "ChargePeriodStart", "ChargePeriodEnd",
    "ContractedCost", "EffectiveCost", "InvoiceId", "InvoiceIssuerName", "ListCost", "PricingQuantity", "PricingUnit",
    "ServiceCategory", "ServiceName", "ServiceSubcategory", "SubAccountId", "SubAccountName",
)  # fmt: skip
"""FOCUS columns of either version."""

OWN = ("x_Rule", "x_Clause", "x_CoveredCost", "x_PriceStatus")
PROVIDERS = {"1.2": ("ProviderName", "PublisherName"), "1.4": ("ServiceProviderName", "HostProviderName")}
"""Who sells: 1.3 renamed it and 1.4 took the old names away."""

_CATEGORIES = {
    "office365": ("Business Applications", "Productivity and Collaboration"),
    "network": ("Networking", "Other (Networking)"),
}
_OTHER = ("Other", "Other (Other)")
_BY_USE = ("cloud", "dispatch")


def focus(
    lines: pl.DataFrame, catalogue: Catalogue, prices: Prices, version: str, *, subjects: bool = False
) -> pl.DataFrame:
    """The rows of charge lines (LINE_SCHEMA) whose amount is known; costs and quantities are exact decimals.

    `subjects`: with ResourceId, the user, PC, connection or system that a line is about.
    """
    known = _known(lines).with_columns(ListCost=_list_cost(_known(lines), catalogue, prices))
    billed = pl.when(pl.col("funding") == "billed").then("amount_nok").otherwise(pl.lit(0, pl.Decimal(18, 2)))
    items = catalogue.items.values()
    names = {item.item: item.name_en for item in items}
    clauses = {rule.rule: rule.clause for rule in catalogue.rules.values()}
    start, end = _ends(known)
    text = {
        "BillingAccountId": "oslo-kommune",
        "BillingAccountName": "Oslo kommune",
        "BillingCurrency": "NOK",
        "InvoiceIssuerName": PROVIDER,
    } | dict.fromkeys(PROVIDERS[version], PROVIDER)
    item = pl.col("item").replace(names)
    made = known.with_columns(
        **{name: pl.lit(value) for name, value in text.items()},
        **dict.fromkeys(("BilledCost", "ContractedCost", "EffectiveCost"), billed),
        **dict.fromkeys(("BillingPeriodStart", "ChargePeriodStart"), start),
        **dict.fromkeys(("BillingPeriodEnd", "ChargePeriodEnd"), end),
        ChargeCategory=pl.when(billed < 0).then(pl.lit("Credit")).otherwise(pl.lit("Usage")),
        ChargeClass=pl.lit(None, pl.String),
        ChargeDescription=_plain(
            pl.when(pl.col("variant") != "").then(item + " - " + pl.col("variant")).otherwise(item)
        ),
        ChargeFrequency=_frequency(),
        InvoiceId=pl.lit(None, pl.String),
        PricingQuantity="quantity",
        PricingUnit="unit",
        ServiceCategory=_category(0),
        ServiceSubcategory=_category(1),
        ServiceName="service",
        SubAccountId="agency",
        SubAccountName=pl.col("agency").replace(catalogue.agencies),
        x_Rule="rule",
        x_Clause=pl.col("rule").replace(clauses),
        x_CoveredCost="covered_nok",
        x_PriceStatus="price_status",
        ResourceId="subject",
        ResourceType="table",
    )
    resource = ("ResourceId", "ResourceType") if subjects else ()
    return made.select(*COLUMNS, *PROVIDERS[version], *resource, *OWN)


def about(lines: pl.DataFrame, version: str, price_list: str, policy: str) -> dict[str, Any]:
    """What stands beside the file: how many lines there are, and why some are no rows."""
    undecided = pl.col("funding") == "undecided"
    unpriced = (pl.col("funding") == "billed") & pl.col("amount_nok").is_null()
    unknown = (pl.col("funding") == "framework") & pl.col("covered_nok").is_null()
    return {
        "version": version,
        "lines": lines.height,
        "rows": _known(lines).height,
        "unpriced": lines.filter(unpriced).height,
        "undecided": lines.filter(undecided).height,
        "covered_unknown": lines.filter(unknown).height,
        "price_list": price_list,
        "policy": policy,
        "fingerprint": hashlib.sha256(csv_bytes(lines)).hexdigest(),
    }


def for_csv(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows whose quantities are written with a decimal: a whole one would be taken for another type than FOCUS asks."""
    written = pl.col("PricingQuantity").cast(pl.String).str.replace(r"(\.\d+?)0+$", "$1")
    return rows.with_columns(PricingQuantity=written)


def _plain(text: pl.Expr) -> pl.Expr:
    """FOCUS asks for ASCII: the dashes of our names become hyphens."""
    return text.str.replace_all("–", "-")


def _known(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.filter(pl.col("amount_nok").is_not_null(), pl.col("covered_nok").is_not_null())


def _list_cost(known: pl.DataFrame, catalogue: Catalogue, prices: Prices) -> pl.Series:
    """The covered value of a covered line; of a billed one at another price than the list's what the list would say."""
    items = {item.item: item.price_item for item in catalogue.items.values()}
    questions = known.select(QUESTION).unique()
    listed = Prices(prices.listed, no_prices()).answers(questions, items)
    listed = listed.select(*QUESTION, "price", "app_operation")
    answered = known.join(listed, on=list(QUESTION), how="left", maintain_order="left")
    less = pl.when(pl.col("service") == "consumption").then("app_operation").otherwise(0)
    price = (pl.col("price") - less).cast(pl.Int128)
    whole = pl.lit(QUANTITY * PRICE // 100, pl.Int128)
    cost = proportion(pl.col("quantity").to_physical().cast(pl.Int128), price, whole)
    decimal = (cost.cast(pl.Decimal(38, 0)) * pl.lit("0.01").cast(pl.Decimal(38, 2))).cast(pl.Decimal(38, 2))
    amount = pl.col("amount_nok").cast(pl.Decimal(38, 2))
    own = pl.col("price_status").is_in(["agreed", "estimate"])
    return answered.select(
        ListCost=pl.when(pl.col("funding") == "framework")
        .then(pl.col("covered_nok").cast(pl.Decimal(38, 2)))
        .when(own)
        .then(pl.coalesce(decimal, amount))
        .otherwise(amount)
    ).to_series()


def _ends(known: pl.DataFrame) -> tuple[pl.Expr, pl.Expr]:
    """The first moment of each line's month, and of the next."""
    months = known["period"].unique().to_list()
    starts = {month: f"{first_day(month)}T00:00:00Z" for month in months}
    ends = {month: f"{first_day(month_after(month))}T00:00:00Z" for month in months}
    return pl.col("period").replace(starts), pl.col("period").replace(ends)


def _frequency() -> pl.Expr:
    return (
        pl.when(pl.col("recurrence") == "one_off")
        .then(pl.lit("One-Time"))
        .when(pl.col("table").is_in(_BY_USE))
        .then(pl.lit("Usage-Based"))
        .otherwise(pl.lit("Recurring"))
    )


def _category(place: int) -> pl.Expr:
    known = {service: names[place] for service, names in _CATEGORIES.items()}
    return pl.col("service").replace_strict(known, default=_OTHER[place], return_dtype=pl.String)
