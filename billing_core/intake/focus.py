"""Cloud invoices in FOCUS 1.0 to 1.4: one cloud row a provider and month (contract, section 6).

The sum of BilledCost is exact. It is kept to four decimals; one with more is rounded once, to whole øre and half away
from zero, so that rating has nothing left to round.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import NamedTuple

import polars as pl

from billing_core.base import money
from billing_core.base.folding import fold
from billing_core.base.problems import Code, Problem, problem_frame
from billing_core.base.tables import TABLES
from billing_core.intake.cells import Fault, month
from billing_core.intake.headings import PROVIDERS
from billing_core.intake.mapping import ColumnMapping
from billing_core.intake.marks import Mark, number_marks
from billing_core.intake.options import Options, Register
from billing_core.readers import limits
from billing_core.readers.sheet import ROW, Sheet

READ = ("BilledCost", "BillingCurrency", "ChargePeriodStart")

_PROVIDERS = {
    "aws": "aws", "amazon web services": "aws", "amazon web services, inc.": "aws", "amazon": "aws",
    "microsoft": "azure", "azure": "azure", "microsoft azure": "azure", "microsoft corporation": "azure",
    "google": "gcp", "google cloud": "gcp", "google cloud platform": "gcp", "gcp": "gcp",
}  # fmt: skip
_COST = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,60})?|\.[0-9]{1,60})([eE][+-]?[0-9]{1,2})?")
_TAG = re.compile(r"""[\"']([^\"']+)[\"']\s*:\s*[\"']([^\"']*)[\"']|([^\s=,{}:\"']+)=([^,{}]*)""")
_GROUPED = {mark: re.compile(rf"[+-]?[0-9]{{1,3}}({re.escape(mark)}[0-9]{{3}})+([.,][0-9]*)?") for mark in (".", ",")}
EXACT = Context(prec=400)
"""Wide enough for the exact sum of twenty million costs within _COST."""


class Invoice(NamedTuple):
    """The cloud rows of one FOCUS file, its problems, the text of its refused rows, and how many rows were tax."""

    frame: pl.DataFrame
    problems: pl.DataFrame
    refused: pl.DataFrame
    taxed: int = 0


class _Group(NamedTuple):
    period: str
    agency: str
    provider: str
    currency: str


class _Bad(NamedTuple):
    """What is wrong with a row."""

    column: str
    code: Code
    value: str | None
    detail: str = ""


@dataclass
class _Sum:
    """What one group's rows come to, and which rows they are."""

    cost: Decimal = Decimal(0)
    rows: list[int] = field(default_factory=list)


def invoice(sheet: Sheet, options: Options, register: Register, mapping: ColumnMapping | None = None) -> Invoice:
    """A FOCUS file as cloud rows. Rows that cannot be read, or are in a currency without a rate, are refused."""
    agencies = _agencies(sheet, options, register, mapping)
    if agencies is None:
        problem = Problem(
            severity="refused", code="missing_column", table="cloud", file=sheet.file, column="agency",
            detail=str(sheet.cells.height),
        )  # fmt: skip
        return Invoice(pl.DataFrame(schema=TABLES["cloud"].schema), problem_frame([problem]), sheet.cells)
    sums: dict[_Group, _Sum] = {}
    bad: dict[int, _Bad] = {row: _Bad("", code, value) for row, (code, value) in sheet.bad_rows.items()}
    taxed: list[int] = []
    costs, currencies, starts = (texts_under(sheet, column) for column in READ)
    known = amounts(costs, options.decimal)
    for row, category, *charge in zip(
        sheet.cells[ROW].to_list(),
        texts_under(sheet, "ChargeCategory"),
        agencies,
        _providers(sheet),
        costs,
        currencies,
        starts,
        strict=True,
    ):
        if row in bad:
            continue
        if is_tax(category):
            taxed.append(row)
            continue
        found = _charge(charge, known)
        if isinstance(found, _Bad):
            bad[row] = found
        else:
            group, cost = found
            total = sums.setdefault(group, _Sum())
            total.cost = EXACT.add(total.cost, cost)
            total.rows.append(row)
    lines = _lines(sums, options, bad)
    problems = [_problem(sheet.file, row, fault) for row, fault in sorted(bad.items())]
    problems += _notices(sheet.file, sums, options, taxed, bad)
    frame = pl.DataFrame(
        [(*line[:4], sheet.file, line[4]) for line in lines], schema=TABLES["cloud"].schema, orient="row"
    )
    return Invoice(frame, problem_frame(problems), sheet.cells.filter(pl.col(ROW).is_in(list(bad))), len(taxed))


def _providers(sheet: Sheet) -> list[str | None]:
    """Every row's provider, under the old heading or the one that FOCUS 1.3 brought."""
    old, new = (texts_under(sheet, column) for column in PROVIDERS)
    return [mine or other for mine, other in zip(old, new, strict=True)]


def _charge(charge: Sequence[str | None], amounts: Mapping[str, Decimal | Code]) -> tuple[_Group, Decimal] | _Bad:
    """One row's group and cost, or the first thing wrong with it in the cloud table's order."""
    agency, provider, cost, currency, start = charge
    cells = {"ChargePeriodStart": start, "agency": agency, "ProviderName": provider, "BilledCost": cost}
    empty = [column for column, value in (cells | {"BillingCurrency": currency}).items() if not value]
    if not (start and agency and provider and cost and currency):
        return _Bad(empty[0], "missing_value", None)
    period = month(start)
    if isinstance(period, Fault):
        return _Bad("ChargePeriodStart", period.code, start)
    code = _PROVIDERS.get(fold(provider))
    if code is None:
        return _Bad("ProviderName", "unknown_code", provider, "AWS, Microsoft, Google Cloud")
    amount = amounts[cost]
    if isinstance(amount, str):
        return _Bad("BilledCost", amount, cost)
    if abs(amount) * money.PRICE > money.MAX_PRICE:
        return _Bad("BilledCost", "too_large", cost, str(money.MAX_PRICE // money.PRICE))
    return _Group(period, agency, code, currency.strip().upper()), amount


def amounts(costs: Iterable[str | None], decimal: Mark | None) -> dict[str, Decimal | Code]:
    """Every BilledCost by its text: exact, or the code of what is wrong with it.

    FOCUS has a decimal point. A comma that could as well part thousands is for the caller to decide (`decimal`).
    """
    distinct = {cost for cost in costs if cost}
    marks = number_marks(distinct, decimal)
    unclear = marks.refused | {text for text in marks.doubtful if "," in text}
    return {text: "ambiguous_decimal" if text in unclear else _amount(text, marks.thousands) for text in distinct}


def _amount(cost: str, thousands: str) -> Decimal | Code:
    plain = cost.replace("\u2212", "-")
    if thousands and thousands in plain:
        if not _GROUPED[thousands].fullmatch(plain):
            return "not_a_number"
        plain = plain.replace(thousands, "")
    plain = plain.replace(",", ".")
    return Decimal(plain) if _COST.fullmatch(plain) else "not_a_number"


def _lines(sums: dict[_Group, _Sum], options: Options, bad: dict[int, _Bad]) -> list[tuple[str, str, str, int, int]]:
    """One line a month, agency and provider: period, agency, provider, cost in ten-thousandths, first row.

    Foreign currencies are turned into kroner first; the rows of one without a rate go to `bad`.
    """
    kroner: dict[tuple[str, str, str], _Sum] = {}
    for group, total in sums.items():
        rate = Decimal(1) if group.currency == "NOK" else options.exchange_rates.get((group.currency, group.period))
        if rate is None:
            bad |= {
                row: _Bad("BillingCurrency", "foreign_currency", group.currency, group.period) for row in total.rows
            }
            continue
        whole = kroner.setdefault(group[:3], _Sum())
        whole.cost = EXACT.add(whole.cost, EXACT.multiply(total.cost, rate))
        whole.rows += total.rows
    lines = []
    for (period, agency, provider), total in kroner.items():
        cost = ten_thousandths(total.cost)
        if abs(cost) > money.MAX_PRICE:
            limit = str(money.MAX_PRICE // money.PRICE)
            bad |= {row: _Bad("BilledCost", "too_large", str(total.cost), limit) for row in total.rows}
        else:
            lines.append((period, agency, provider, cost, min(total.rows)))
    return sorted(lines, key=lambda line: line[4])


def ten_thousandths(cost: Decimal, *, whole_ore: bool = False) -> int:
    """Kroner as whole ten-thousandths: exact up to four decimals, else rounded to whole øre, half away from zero.

    `whole_ore`: rounded to whole øre in any case.
    """
    exact = EXACT.multiply(cost, Decimal(money.PRICE))
    if exact == exact.to_integral_value() and not whole_ore:
        return int(exact)
    return int(EXACT.multiply(money.rounded(cost), Decimal(money.PRICE)))


def _notices(
    file: str, sums: dict[_Group, _Sum], options: Options, taxed: list[int], bad: dict[int, _Bad]
) -> list[Problem]:
    """What the user should know: tax left out, and every exchange rate used."""
    notices: list[Problem] = []
    if taxed:
        notices.append(
            Problem(
                severity="notice", code="tax_left_out", table="cloud", file=file, row=taxed[0], detail=str(len(taxed))
            )
        )
    shown: set[tuple[str, str]] = set()
    for group, total in sums.items():
        place = (group.currency, group.period)
        if group.currency != "NOK" and place not in shown and total.rows[0] not in bad:
            shown.add(place)
            rate = options.exchange_rates[place]
            notices.append(
                Problem(
                    severity="notice", code="exchange_rate", table="cloud", file=file, row=total.rows[0],
                    column="BillingCurrency", value=group.currency, detail=f"{rate:f}", period=group.period,
                )
            )  # fmt: skip
    return notices


def _problem(file: str, row: int, bad: _Bad) -> Problem:
    return Problem(
        severity="refused", code=bad.code, table="cloud", file=file, row=row, column=bad.column or None,
        value=None if bad.value is None else bad.value[: limits.EXAMPLE_CHARACTERS], detail=bad.detail,
    )  # fmt: skip


def is_tax(category: str | None) -> bool:
    """Whether a ChargeCategory is that of tax, which is left out: amounts exclude it."""
    return fold(category or "") == "tax"


def texts_under(sheet: Sheet, heading: str) -> list[str | None]:
    """A column's cells, found in any letter case, or a tag's where it is named as `Tags:etat`; NULL is an empty one."""
    column, _, tag = heading.partition(":")
    name = next((name for name in sheet.headings if fold(name) == fold(column)), None)
    if name is None:
        return [None] * sheet.cells.height
    texts = sheet.cells[name].to_list()
    empty = ("", "null")
    known = {text: None if text is None or fold(text) in empty else text.strip() for text in set(texts)}
    if tag:
        known = {text: tags(text).get(tag) for text in known}
    return [known[text] for text in texts]


def tags(text: str | None) -> dict[str, str]:
    """The tags in one cell of FOCUS's Tags: an object in JSON, a list of keys and values, or a map as `{key=value}`.

    Tags that are neither text nor whole number are none.
    """
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return _map_of(text or "")
    if isinstance(found, list):
        found = dict(pair for entry in found if (pair := _pair(entry)))
    if not isinstance(found, dict):
        return {}
    texts = {key: str(said).strip() for key, said in found.items() if type(said) in (str, int)}
    return {key: said for key, said in texts.items() if said}


def _pair(entry: object) -> tuple[str, object] | None:
    """A tag's key and value, from `{"key": …, "value": …}` or `[key, value]`."""
    match entry:
        case {"key": str(key), "value": value} | {"Key": str(key), "Value": value} | [str(key), value]:
            return key, value
    return None


def _map_of(text: str) -> dict[str, str]:
    """The tags of `{key=value, other=value}`, and of `"key": "value"` without the braces of JSON."""
    plain = text.strip().removeprefix("{").removesuffix("}")
    found = {key or other: (value or bare).strip() for key, value, other, bare in _TAG.findall(plain)}
    return {key: said for key, said in found.items() if said}


def own_agency(sheet: Sheet) -> str | None:
    """The heading of the file's own agency column, if it has one."""
    return next((name for name in sheet.headings if fold(name) in ("agency", "virksomhet")), None)


def _agencies(
    sheet: Sheet, options: Options, register: Register, mapping: ColumnMapping | None
) -> list[str | None] | None:
    """Every row's agency: by the mapping's column or tag or the file's own column, else the one for all other rows.

    None if nothing tells of any row.
    """
    heading = (mapping.columns.get("agency") if mapping else None) or own_agency(sheet)
    other = (mapping.fixed.get("agency") if mapping else None) or options.agency
    if heading is None and other is None:
        return None
    texts = texts_under(sheet, heading) if heading else [None] * sheet.cells.height
    meant = {text: mapping.value("agency", text) if text and mapping else text for text in set(texts)}
    known = {text: register.agency(named) if (named := said or other) else None for text, said in meant.items()}
    return [known[text] for text in texts]
