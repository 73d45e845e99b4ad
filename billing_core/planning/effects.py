"""What a scenario does to a forecast: the lines that differ, summed as a forecast's are (planning contract, §2)."""

import polars as pl

from billing_core.base.engines import Engine
from billing_core.planning.errors import Notice, PlanError
from billing_core.planning.forecast import Forecast
from billing_core.scenario import Comparison, Scenario, compare, on_agency

_ORE = pl.Decimal(38, 0)
_PLACE = ("period", "table", "service", "item", "variant")


def effect(scenario: Scenario, agency: str, found: Forecast, engine: Engine) -> tuple[pl.DataFrame, list[Notice]]:
    """What a scenario adds to an agency's months to come: sums as a forecast's, negative where it saves; and notices.

    What its actions cost once stands in their first month, without item. PlanError if it is another agency's.
    """
    wanted = scenario if scenario.agency else on_agency(scenario, agency)
    if wanted.agency != agency:
        raise PlanError(
            "other_agency", f"the scenario is of {wanted.agency}, not {agency}", wanted.agency or "", agency
        )
    compared = compare(wanted, found.moved.usage, found.rates, engine)
    notices = [
        Notice("no_effect", place=str(e.number), detail=e.action.kind) for e in compared.effects if not e.changed
    ]
    lines = compared.lines.filter(pl.col("agency") == agency)
    once, late = _once(compared, found.months)
    return pl.concat([_sides(lines), once]), notices + late


def _sides(lines: pl.DataFrame) -> pl.DataFrame:
    """Differing lines summed: what goes is taken off where it stood, what comes added where it stands."""
    known = pl.col("saved_nok").is_not_null()
    here, there = pl.col("item").is_not_null(), pl.col("item_after").is_not_null()
    same = (pl.col("item") == pl.col("item_after")) & (pl.col("variant") == pl.col("variant_after"))
    before = _signed(lines.filter(here), "", -1, known, counted=pl.lit(1))
    # A line that stays where it was counts once.
    after = _signed(lines.filter(there), "_after", 1, known, counted=(~same.fill_null(value=False)).cast(pl.Int64))
    return _as_sums(pl.concat([before, after]).group_by(_PLACE).agg(pl.all().sum()).sort(_PLACE))


def _signed(lines: pl.DataFrame, side: str, sign: int, known: pl.Expr, counted: pl.Expr) -> pl.DataFrame:
    def ore(column: str) -> pl.Expr:
        return (pl.col(f"{column}{side}").to_physical().cast(pl.Int64).fill_null(0) * sign).cast(_ORE)

    covered = pl.col("covered_nok").is_not_null() | pl.col("covered_nok_after").is_not_null()
    return lines.select(
        *_PLACE[:3],
        pl.col(f"item{side}").alias("item"),
        pl.col(f"variant{side}").alias("variant"),
        amount=pl.when(known).then(ore("amount_nok")).otherwise(pl.lit(0).cast(_ORE)),
        covered=pl.when(covered).then(ore("covered_nok")).otherwise(pl.lit(0).cast(_ORE)),
        lines=counted.cast(pl.Int64),
        unknown=(~known).cast(pl.Int64) * counted.cast(pl.Int64),
        worthless=pl.lit(0, dtype=pl.Int64),
    )


def _as_sums(frame: pl.DataFrame) -> pl.DataFrame:
    counts = (pl.col(column).cast(pl.Int64) for column in ("lines", "unknown", "worthless"))
    money = (pl.col(column).cast(_ORE) for column in ("amount", "covered"))
    return frame.select(*_PLACE, *money, *counts).with_columns(lapsed=pl.lit(value=False))


def _once(compared: Comparison, months: tuple[str, ...]) -> tuple[pl.DataFrame, list[Notice]]:
    """What actions that change anything cost once, in their first month; those of months closed already are told."""
    rows, notices = [], []
    for one in compared.effects:
        start, cost = one.action.start or months[0], one.action.one_off_cost_nok
        if one.changed and cost and start in months:
            rows.append({"period": start, "amount": int(cost * 100)})
        elif one.changed and cost:
            notices.append(Notice("cost_before", place=str(one.number), detail=start))
    texts = {"table": "", "service": "", "item": "", "variant": ""}
    counts = {"covered": 0, "lines": 0, "unknown": 0, "worthless": 0}
    frame = pl.DataFrame(rows, schema={"period": pl.String(), "amount": pl.Int64()})
    return _as_sums(frame.with_columns(**{n: pl.lit(v) for n, v in (texts | counts).items()})), notices
