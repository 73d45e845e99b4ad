"""A column that names a currency: amounts not in kroner are turned into them or refused (contract, section 1).

The column need be neither read nor mapped: that it stands in the file is enough.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import polars as pl

from billing_core.base import money
from billing_core.base.folding import fold
from billing_core.base.problems import Problem, merge, problem_frame
from billing_core.base.tables import Table
from billing_core.intake.focus import EXACT, ten_thousandths
from billing_core.intake.options import Options
from billing_core.intake.typed import Typed
from billing_core.readers.sheet import ROW, Sheet

_HEADING = re.compile(r"(billing|cost|invoice)?[ _-]?(valuta(kode)?|currency)[ _-]?(code)?")
_KRONER = frozenset(("", "nok", "kr", "kr.", "kroner", "norske kroner", "null"))
_IN_HEADING = re.compile(r"(?<![a-z])(usd|eur|gbp|sek|dkk)(?![a-z])|in(usd|eur|gbp|sek|dkk)$")


def currencies(sheet: Sheet, table: Table, amounts: Iterable[str] = ()) -> dict[int, tuple[str, str]]:
    """By row, the column and the currency of amounts not in kroner. `amounts` are headings of the user's own."""
    if not table.amounts:
        return {}
    found: dict[int, tuple[str, str]] = {}
    rows = sheet.cells[ROW].to_list()
    for heading in amounts:
        if said := _IN_HEADING.search(fold(heading)):
            found |= dict.fromkeys(rows, (heading, (said[1] or said[2]).upper()))
    for heading in sheet.headings:
        if _HEADING.fullmatch(fold(heading)):
            texts = sheet.cells[heading].to_list()
            named = {text: fold(text or "") for text in set(texts)}
            foreign = {text for text, word in named.items() if word not in _KRONER}
            found |= {
                row: (heading, (text or "").strip().upper())
                for row, text in zip(rows, texts, strict=True)
                if text in foreign
            }
    return found


def in_kroner(read: Typed, table: Table, sheet: Sheet, options: Options) -> Typed:
    """`read` with its foreign amounts in kroner at the month's rate, told; rows without a rate are refused."""
    if not sheet.foreign:
        return read
    bad: dict[int, tuple[str, str, str]] = {}
    used: dict[tuple[str, str], int] = {}
    parts: list[dict[str, object]] = []
    for line in read.frame.iter_rows(named=True):
        heading, unit = sheet.foreign.get(line["row"], ("", ""))
        if unit and any(line[key] is not None for key in table.amounts):
            rate = options.exchange_rates.get((unit, line["period"]))
            if rate is None:
                bad[line["row"]] = (heading, unit, line["period"])
                continue
            used.setdefault((unit, line["period"]), line["row"])
            line |= {key: _kroner(line[key], rate, table) for key in table.amounts if line[key] is not None}
        parts.append(line)
    problems = [_refused(table, sheet.file, row, why) for row, why in bad.items()]
    problems += [_rate(table, sheet.file, row, place, options) for place, row in used.items()]
    return replace(
        read,
        frame=pl.DataFrame(parts, schema=read.frame.schema),
        problems=merge([read.problems, problem_frame(problems)]),
        refused=pl.concat([read.refused, sheet.cells.filter(pl.col(ROW).is_in(list(bad)))], how="diagonal"),
    )


def _kroner(amount: int, rate: Decimal, table: Table) -> int:
    """An amount in ten-thousandths at `rate`; what an external party charged is whole øre."""
    kroner = EXACT.divide(EXACT.multiply(Decimal(amount), rate), Decimal(money.PRICE))
    return ten_thousandths(kroner, whole_ore=table.name == "dispatch_costs")


def _refused(table: Table, file: str, row: int, why: tuple[str, str, str]) -> Problem:
    heading, unit, period = why
    return Problem(
        severity="refused", code="foreign_currency", table=table.name, file=file, row=row, column=heading, value=unit,
        detail=period, period=period,
    )  # fmt: skip


def _rate(table: Table, file: str, row: int, place: tuple[str, str], options: Options) -> Problem:
    unit, period = place
    return Problem(
        severity="notice", code="exchange_rate", table=table.name, file=file, row=row, value=unit,
        detail=f"{options.exchange_rates[place]:f}", period=period,
    )  # fmt: skip
