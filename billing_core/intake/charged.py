"""FOCUS files of charge lines that this program wrote, known by `x_Rule`: read back as lines (planning contract, §7).

They are charges and no usage, so that nothing but `rate` takes them up. Beside usage of the same agency and month, or
another such file of it, the rows are refused: they would count twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from billing_core.base.folding import fold
from billing_core.base.model import LINE_SCHEMA
from billing_core.base.problems import Problem, problem_frame
from billing_core.intake.focus import texts_under
from billing_core.intake.options import Register
from billing_core.law.catalogue import Catalogue, Item
from billing_core.readers.sheet import ROW, Sheet

_RULE = "x_Rule"
_TEXTS = (
    "ChargePeriodStart", "SubAccountId", "BillingCurrency", "BilledCost", "x_CoveredCost", "PricingQuantity", _RULE,
    "x_PriceStatus", "ServiceName", "ChargeDescription", "ChargeFrequency", "PricingUnit", "ResourceType", "ResourceId",
)  # fmt: skip
_FORMS = {
    "ChargePeriodStart": ("not_a_month", r"^[12]\d{3}-(?:0[1-9]|1[0-2])(?:-|$)"),
    "BilledCost": ("not_a_number", r"^-?\d{1,15}(?:[.,]\d{1,2}0*)?$"),
    "x_CoveredCost": ("not_a_number", r"^-?\d{1,15}(?:[.,]\d{1,2}0*)?$"),
    "PricingQuantity": ("not_a_number", r"^-?\d{1,10}(?:[.,]\d{1,6}0*)?$"),
}
"""How the cells of a column are written, and what is wrong with others."""

_NEEDED = (*_FORMS, "SubAccountId", "BillingCurrency", _RULE)
_BETWEEN = " - "
_PLACE = ("agency", "period")
_BESIDE = "charged_beside"


def is_charged(headings: Iterable[str]) -> bool:
    """Whether a FOCUS file is one of charge lines."""
    return fold(_RULE) in {fold(heading) for heading in headings}


@dataclass(frozen=True)
class Charged:
    """Lines read back (LINE_SCHEMA), and the problems of the rows that were not."""

    lines: pl.DataFrame
    problems: pl.DataFrame


def charged(sheets: Sequence[Sheet], catalogue: Catalogue, usage: Mapping[str, pl.DataFrame]) -> Charged:
    """The lines of files in their order, a line a row. `usage` is what other files brought."""
    register = Register.of(catalogue)
    found = pl.concat([_cells(sheet, place, register) for place, sheet in enumerate(sheets)])
    places = [frame.select(_PLACE) for frame in usage.values() if "agency" in frame.columns]
    taken = pl.concat(places).unique().with_columns(is_taken=True)
    found = found.join(taken, on=_PLACE, how="left", maintain_order="left").with_columns(_fault())
    is_twice = pl.col("place") > pl.col("place").filter(pl.col("code").is_null()).min().over(_PLACE)
    found = found.with_columns(code=pl.when(is_twice).then(pl.coalesce("code", pl.lit(_BESIDE))).otherwise("code"))
    lines = found.filter(pl.col("code").is_null()).with_columns(_named(catalogue)).select(_line(catalogue))
    return Charged(lines.cast(pl.Schema(LINE_SCHEMA)), _problems(found.filter(pl.col("code").is_not_null()), sheets))


def _cells(sheet: Sheet, place: int, register: Register) -> pl.DataFrame:
    """The columns read of a sheet, with each row's agency and month; without the rows that its reader refused."""
    texts = pl.DataFrame({name: texts_under(sheet, name) for name in _TEXTS}, schema=dict.fromkeys(_TEXTS, pl.String))
    agencies = {text: register.agency(text) for text in texts["SubAccountId"].unique() if text}
    return texts.with_columns(
        file=pl.lit(sheet.file),
        row=sheet.cells[ROW].cast(pl.Int64),
        place=pl.lit(place),
        agency=pl.col("SubAccountId").replace(agencies),
        period=pl.col("ChargePeriodStart").str.head(7),
    ).filter(~pl.col("row").is_in(list(sheet.bad_rows)))


def _fault() -> list[pl.Expr]:
    """`code` and `column` of what is wrong with a row, the first of it; nothing where it is a line."""
    tests = [(pl.col(name).is_null(), "missing_value", name) for name in _NEEDED]
    tests += [(~pl.col(name).str.contains(form), code, name) for name, (code, form) in _FORMS.items()]
    currency = "BillingCurrency"
    tests += [(pl.col(currency).str.to_uppercase() != "NOK", "foreign_currency", currency)]
    tests += [(pl.col("is_taken").fill_null(value=False), _BESIDE, "")]
    code, column = pl.lit(None, pl.String), pl.lit(None, pl.String)
    for holds, wrong, name in reversed(tests):
        code = pl.when(holds).then(pl.lit(wrong)).otherwise(code)
        column = pl.when(holds).then(pl.lit(name)).otherwise(column)
    return [code.alias("code"), column.alias("column")]


def _named(catalogue: Catalogue) -> pl.Expr:
    """The item whose name a description begins with, the longest; what is of none is its own."""
    names = sorted({_written(item) for item in catalogue.items.values()}, key=len, reverse=True)
    described = pl.col("ChargeDescription").fill_null("")
    found = pl.lit(None, pl.String)
    for name in reversed(names):
        found = (
            pl.when((described == name) | described.str.starts_with(name + _BETWEEN))
            .then(pl.lit(name))
            .otherwise(found)
        )
    return found.alias("name")


def _written(item: Item) -> str:
    """An item's name as FOCUS has it: in ASCII."""
    return item.name_en.replace("–", "-")


def _line(catalogue: Catalogue) -> list[pl.Expr]:
    """A line's columns of a row's."""
    items = {_written(item): item for item in reversed(catalogue.items.values())}
    described, name = pl.col("ChargeDescription").fill_null(""), pl.col("name")
    variant = described.str.slice(name.str.len_chars() + len(_BETWEEN)).fill_null("")
    is_free = pl.col("x_PriceStatus") == "not_charged"
    once = pl.when(pl.col("ChargeFrequency") == "One-Time").then(pl.lit("one_off")).otherwise(pl.lit("monthly"))
    known = {
        "service": pl.col("ServiceName").fill_null(""),
        "item": name.replace({named: item.item for named, item in items.items()}).fill_null(described),
        "variant": variant,
        "rule": pl.col(_RULE),
        "rules": pl.col(_RULE),
        "funding": pl.when(is_free).then(pl.lit("framework")).otherwise(pl.lit("billed")),
        "table": pl.col("ResourceType").fill_null(""),
        "subject": pl.col("ResourceId"),
        "quantity": _number("PricingQuantity"),
        "unit": pl.col("PricingUnit").fill_null(""),
        "recurrence": pl.coalesce(
            name.replace_strict(
                {named: i.recurrence for named, i in items.items()}, default=None, return_dtype=pl.String
            ),
            once,
        ),
        "amount_nok": _number("BilledCost"),
        "covered_nok": _number("x_CoveredCost"),
        "price_status": pl.col("x_PriceStatus").fill_null(""),
    }
    there = ("period", "agency", "file", "row")
    return [
        known[column].alias(column) if column in known else pl.col(column) if column in there
        else pl.lit(None, kind).alias(column)
        for column, kind in LINE_SCHEMA.items()
    ]  # fmt: skip


def _number(name: str) -> pl.Expr:
    kind = LINE_SCHEMA["quantity" if name == "PricingQuantity" else "amount_nok"]
    return pl.col(name).str.replace(",", ".").cast(kind)


def _problems(refused: pl.DataFrame, sheets: Sequence[Sheet]) -> pl.DataFrame:
    rows = [
        Problem(severity="refused", code=code, table="cloud", file=sheet.file, row=row, value=value)
        for sheet in sheets
        for row, (code, value) in sheet.bad_rows.items()
    ]
    for row in refused.iter_rows(named=True):
        beside = row["code"] == _BESIDE
        value = f"{row['agency']}, {row['period']}" if beside else row[row["column"]]
        whose = {"period": row["period"], "agency": row["agency"]} if beside else {}
        problem = Problem(severity="refused", code=row["code"], table="cloud", file=row["file"], row=row["row"])
        rows.append(problem | {"column": row["column"] or None, "value": value, "detail": row["period"]} | whose)
    return problem_frame(rows)
