"""Comparisons as small tables: scenarios side by side, each action alone and within, who saves, why little is saved."""

from collections.abc import Sequence
from decimal import Decimal

import polars as pl

from billing_core.scenario.compare import MONEY, Comparison, Effect
from billing_core.scenario.savings import Measure

SAVERS = ("agency", "others", "framework", "oslo")


def beside(comparisons: Sequence[Comparison]) -> pl.DataFrame:
    """A row a scenario, in order: scenario (name), actions (how many) and

    baseline_nok, after_nok (a full year, what is billed), month_nok, this_year_nok, full_year_nok (savings),
    oslo_nok (a full year's saving for the municipality), one_off_nok, payback_months, unknown_lines.
    """
    rows = [
        {
            "scenario": comparison.scenario.name,
            "actions": len(comparison.effects),
            "baseline_nok": comparison.baseline.full_year,
            "after_nok": comparison.after.full_year,
            "month_nok": comparison.saving.month,
            "this_year_nok": comparison.saving.this_year,
            "full_year_nok": comparison.saving.full_year,
            "oslo_nok": comparison.oslo.full_year,
            "one_off_nok": comparison.one_off_nok,
            "payback_months": comparison.payback_months,
            "unknown_lines": comparison.unknown,
        }
        for comparison in comparisons
    ]
    return pl.DataFrame(rows, schema=_BESIDE)


def apart(comparison: Comparison, measure: Measure) -> pl.DataFrame:
    """A row an action and one for all (step "all"): step, action, alone_nok, within_nok, overlap_nok, one_off_nok,

    changed_lines, unknown_lines. `overlap_nok` is alone - within: what the actions before it have taken already.
    """
    rows = [
        _amounts(str(effect.number), effect.alone.over(measure), effect.marginal.over(measure))
        | {"action": effect.action.kind, "one_off_nok": effect.action.one_off_cost_nok}
        | {"changed_lines": effect.changed, "unknown_lines": effect.unknown}
        for effect in comparison.effects
    ]
    within, overlap = comparison.saving.over(measure), comparison.overlap.over(measure)
    whole = _amounts("all", within + overlap, within) | {"one_off_nok": comparison.one_off_nok}
    whole |= {"changed_lines": comparison.lines.height, "unknown_lines": comparison.unknown}
    return pl.DataFrame([*rows, whole], schema=_APART)


def months_beside(comparison: Comparison) -> pl.DataFrame:
    """What is billed each month, a row a side: period, side ("baseline", "scenario"), amount_nok."""
    sides = {"baseline_nok": "baseline", "scenario_nok": "scenario"}
    months = comparison.by_month().rename(sides)
    return months.unpivot(list(sides.values()), index="period", variable_name="side", value_name="amount_nok")


def savers(comparison: Comparison, measure: Measure) -> pl.DataFrame:
    """Who saves what: saver (of SAVERS), amount_nok. Negative: who pays more."""
    amounts = (comparison.saving, comparison.others, comparison.framework, comparison.oslo)
    columns = {"saver": SAVERS, "amount_nok": [amount.over(measure) for amount in amounts]}
    return pl.DataFrame(columns, schema={"saver": pl.String, "amount_nok": MONEY})


def is_shared(comparison: Comparison) -> bool:
    """Whether anyone but the agency pays more or less."""
    sides = (comparison.others, comparison.framework)
    return any(side.month or any(side.by_month.values()) for side in sides)


def paid_back(comparison: Comparison) -> str:
    """When what the actions cost once is paid back, as a code.

    none      nothing is paid once
    months    after `payback_months`
    unknown   what is saved a month is not known
    once      nothing is saved a month, but something in other months or on lines that are not monthly
    never     nothing is saved
    """
    if not comparison.one_off_nok:
        return "none"
    if comparison.payback_months is not None:
        return "months"
    if comparison.month_nok is None:
        return "unknown"
    return "once" if comparison.saving.all_months > 0 else "never"


def changes_prices(comparison: Comparison) -> bool:
    """Whether an action changes a price: what Oslo saves then hangs on what UKE itself pays."""
    return any(effect.action.kind == "change_price" for effect in comparison.effects)


def others_pay(comparison: Comparison) -> str:
    """How others come to pay more, as a code: what is shared has "moved" to them, or is itself "dearer"."""
    return "dearer" if comparison.shared.full_year < 0 else "moved"


def waterfall(comparison: Comparison, measure: Measure) -> list[tuple[str, str, Decimal]]:
    """`Comparison.waterfall` as a chart draws it: (code, "absolute" | "relative" | "total", amount)."""
    first, *steps, last = comparison.waterfall(measure)
    return [
        (first[0], "absolute", first[1]),
        *((code, "relative", amount) for code, amount in steps),
        (last[0], "total", last[1]),
    ]


def told_lines(lines: pl.DataFrame, change: str = "") -> pl.DataFrame:
    """The lines of `Comparison.lines` that go, change or come (one `change`, or all), to be read:

    change, period, subject, item, variant, variant_after, amount_nok, amount_nok_after, saved_nok. A line that is not
    there on a side costs 0 on it; an amount that is not known stays empty. What saves most comes first.
    """
    found = lines.filter(change=change) if change else lines
    absent = {side: pl.col(f"rule{side}").is_null() for side in ("", "_after")}
    nothing = pl.lit(0).cast(pl.Decimal(18, 2))
    return found.select(
        "change",
        "period",
        "subject",
        pl.coalesce("item", "item_after"),
        *(pl.col(f"variant{side}").fill_null("") for side in absent),
        *(
            pl.when(gone).then(nothing).otherwise(f"amount_nok{side}").alias(f"amount_nok{side}")
            for side, gone in absent.items()
        ),
        "saved_nok",
    ).sort("period", "saved_nok", "subject", descending=[True, True, False], nulls_last=True)


def little(effect: Effect) -> str | None:
    """Why an action saves nothing, too little or less than nothing a month; None where there is nothing to explain.

    nothing       no line of the agency changes
    unknown       the lines that change have no known price
    undecided     the lines that change lack a value, so that nobody knows who pays
    dearer        it costs more
    not_monthly   it saves, but not in what recurs in the month measured
    covered       what changes is paid by the framework, or costs nothing
    overlapped    alone it saves, but the actions before it have taken that already
    """
    alone, within = effect.alone, effect.marginal
    if not effect.changed:
        return "nothing"
    if alone.month < 0 or within.month < 0:
        return "dearer"
    if alone.month == 0:
        if alone.all_months:
            return "not_monthly"
        return ("undecided" if effect.undecided else "unknown") if effect.unknown else "covered"
    return "overlapped" if within.month == 0 else None


def _amounts(step: str, alone: Decimal, within: Decimal) -> dict[str, object]:
    return {"step": step, "alone_nok": alone, "within_nok": within, "overlap_nok": alone - within}


_BESIDE: dict[str, pl.DataType] = {
    "scenario": pl.String(),
    "actions": pl.Int64(),
    **dict.fromkeys(
        ("baseline_nok", "after_nok", "month_nok", "this_year_nok", "full_year_nok", "oslo_nok", "one_off_nok"), MONEY
    ),
    "payback_months": pl.Decimal(38, 1),
    "unknown_lines": pl.Int64(),
}
_APART: dict[str, pl.DataType] = {
    "step": pl.String(),
    "action": pl.String(),
    **dict.fromkeys(("alone_nok", "within_nok", "overlap_nok", "one_off_nok"), MONEY),
    "changed_lines": pl.Int64(),
    "unknown_lines": pl.Int64(),
}
