"""The workbook's sheets of the year: follow-up, months, changes, measures, assumptions."""

from decimal import Decimal
from typing import Any

import polars as pl

from billing_core.base.months import months_between
from billing_core.export.readable import Readable
from billing_core.export.reports.measures import measure_frame
from billing_core.export.reports.report import Report
from billing_core.export.reports.sheets import Head, sheet
from billing_core.export.reports.wording import Wording
from billing_core.planning.budget import COSTS
from billing_core.planning.follow_up import TOTAL

MONEY = pl.Decimal(38, 2)

_FOLLOWED = {
    "adopted_nok": "",
    "changes_nok": "",
    "regulated_nok": "={adopted_nok}+{changes_nok}",
    "periodised_to_date_nok": "",
    "actual_to_date_nok": "",
    "deviation_to_date_nok": "={periodised_to_date_nok}-{actual_to_date_nok}",
    "forecast_rest_nok": "",
    "forecast_year_nok": "={actual_to_date_nok}+{forecast_rest_nok}",
    "deviation_year_nok": "={regulated_nok}-{forecast_year_nok}",
}
"""The follow-up's amounts in their order, and the formulas of those that are worked out of others."""

_USED = '=IF({regulated_nok}=0,"",ROUND({actual_to_date_nok}/{regulated_nok}*100,1))'


def budget(report: Report, words: Wording, head: Head) -> Readable:
    """The follow-up, a row a service, in the municipality's columns."""
    rows = report.followed.filter(pl.col("service") != TOTAL).select(
        "service", *_FOLLOWED, "used_pct", "way", "unknown"
    )
    ways = {way: words.say(f"way_{way}") for way in ("less", "more", "even")}
    way = '=IF({{deviation_year_nok}}>0,"{less}",IF({{deviation_year_nok}}<0,"{more}","{even}"))'.format(**ways)
    return sheet(
        words, head, "budget", rows,
        forms={"service": words.service, "way": lambda code: ways[code]},
        headings={name: words.texts[f"page.budget.column.{name}"] for name in rows.columns if name != "service"},
        summed=(*_FOLLOWED, "unknown"),
        names={
            "regulated_nok": "budget_regulated",
            "actual_to_date_nok": "budget_actual",
            "forecast_rest_nok": "budget_rest",
            "forecast_year_nok": "budget_forecast",
            "deviation_year_nok": "budget_deviation",
        },
        formulas={name: formula for name, formula in _FOLLOWED.items() if formula} | {"used_pct": _USED, "way": way},
    )  # fmt: skip


def months(report: Report, words: Wording, head: Head) -> Readable:
    """What each kind and service costs, a column a month; adopted budgets are no cost and stand in the follow-up."""
    year = report.budget.plan.year
    wanted = months_between(f"{year}-01", f"{year}-12")
    costs = report.budget.rows.filter(pl.col("kind").is_in(COSTS), pl.col("month").is_in(wanted))
    of = {month: pl.col("amount_nok").filter(month=month) for month in wanted}
    # A month without a row of a service stays empty, and is no zero.
    sums = [pl.when(rows.count() > 0).then(rows.sum()).alias(f"{month}_nok") for month, rows in of.items()]
    rows = costs.group_by(pl.col("kind").cast(pl.Enum(COSTS)), "service").agg(
        *sums, total_nok=pl.col("amount_nok").sum(), unknown=pl.col("unknown").sum()
    )
    rows = rows.sort("kind", "service").cast({"kind": pl.String})
    columns = [f"{month}_nok" for month in wanted]
    absent = report.budget.rows.filter(pl.col("kind") == "missing", pl.col("month").is_in(wanted))["month"].to_list()
    told = words.say("head_absent"), ", ".join(map(words.month, absent)) or words.say("none")
    return sheet(
        words, (*head, told), "months", rows,
        forms={"kind": lambda code: words.texts[f"page.budget.kind.{code}"], "service": words.service},
        headings={column: words.month(column[:7], "MMM y") for column in columns},
        summed=(*columns, "total_nok", "unknown"),
        names={"total_nok": "months_total"},
        formulas={"total_nok": f"=SUM({{{columns[0]}}}:{{{columns[-1]}}})"},
    )  # fmt: skip


def change_sum(report: Report) -> Decimal:
    """What the changes since the month before come to; nothing where the data lack it."""
    return sum(_changed(report)["amount_nok"].drop_nulls(), Decimal("0.00"))


def changes(report: Report, words: Wording, head: Head) -> Readable:
    """What changed since the month before, by service, item and part; whom it concerns stays out."""
    before = words.say("head_from"), words.month(report.before) if report.before else words.say("no_month_before")
    return sheet(
        words, (*head, before), "changes", _changed(report),
        forms={
            "service": words.service,
            "item": words.item,
            "part": lambda code: words.texts[f"page.changes.part.{code}"],
        },
        headings={"amount_nok": words.texts["column.change_nok"]},
        summed=("amount_nok", "keys"),
        names={"amount_nok": "changes_amount"},
    )  # fmt: skip


_CHANGED: dict[str, pl.DataType] = {
    **{name: pl.String() for name in ("service", "item", "part")},
    "amount_nok": MONEY,
    **{name: pl.Int64() for name in ("keys", "unknown_from", "unknown_to")},
}


def _changed(report: Report) -> pl.DataFrame:
    order = ("service", "item", "part")
    if report.before is None:
        return pl.DataFrame(schema=_CHANGED)
    sums = (
        pl.col("amount_nok").sum(),
        pl.len().cast(pl.Int64).alias("keys"),
        pl.col("unknown_from", "unknown_to").sum(),
    )
    return report.changed.group_by(*order).agg(*sums).sort(*order)


_SPANS = ("this_year", "full_year", "oslo")


def measures(report: Report, words: Wording, head: Head) -> Readable:
    """What could be done, and what it saves."""
    of = words.say("measures_of", scenario=report.scenario) if report.scenario else words.say("measures")
    note = f"{of}. {words.say('measures_note')}"
    return sheet(
        words, (*head, (words.say("head_measures"), note)), "measures", measure_frame(report.measures),
        forms={"kind": words.action},
        headings={f"{name}_nok": words.say(f"measure_{name}", year=report.year) for name in _SPANS}
        | {"kind": words.say("measure_name")},
        summed=("this_year_nok", "full_year_nok", "oslo_nok", "one_off_nok"),
        names={f"{name}_nok": f"measures_{name}" for name in _SPANS},
    )  # fmt: skip


_ASSUMED: dict[str, pl.DataType] = {
    "assumption": pl.String(),
    "service": pl.String(),
    "item": pl.String(),
    "first": pl.String(),
    "last": pl.String(),
    "quantity_pct": pl.Decimal(38, 4),
    "price_pct": pl.Decimal(38, 4),
    "stated_nok": MONEY,
    "computed_nok": MONEY,
    "note": pl.String(),
}


def assumptions(report: Report, words: Wording, head: Head) -> Readable:
    """What the forecast assumes beyond the data, and what one should know of it."""
    plan = report.budget.plan
    told = (
        *head,
        (words.say("head_base"), words.month(report.budget.base)),
        (words.say("head_spread"), words.say(f"spread_{plan.spread}")),
        (words.say("head_lasting"), words.say("yes" if plan.lasting else "no")),
        *((words.say("head_illustrative"), notice.told(words.texts)) for notice in report.budget.notices),
    )
    rows = pl.DataFrame(_assumed(report), schema=_ASSUMED)
    return sheet(words, told, "assumptions", rows, forms={"assumption": lambda kind: words.say(f"assumed_{kind}")})


def _assumed(report: Report) -> list[dict[str, Any]]:
    given = report.budget.plan.assumptions
    rows: list[dict[str, Any]] = [
        {"assumption": "change", "service": c.service, "item": c.item, "first": c.start, "last": c.end, "note": c.note}
        | {"quantity_pct": c.quantity_pct, "price_pct": c.price_pct}
        for c in given.change
    ]
    rows += [
        {"assumption": "own", "service": o.service, "item": o.name, "first": o.month or o.start, "note": o.note}
        | {"last": o.month or o.end, "stated_nok": sum(o.by_month.values(), Decimal("0.00"))}
        for o in given.own
    ]
    rows += [
        {"assumption": "override", "service": o.service, "item": o.item, "first": o.month, "last": o.month}
        | {"stated_nok": o.amount_nok, "computed_nok": o.computed_nok, "note": o.note}
        for o in given.override
    ]
    rows += [
        {"assumption": f"range_{side}", "price_pct": getattr(r, f"{side}_pct"), "note": r.note}
        for r in given.range
        for side in ("low", "high")
    ]
    return [dict.fromkeys(_ASSUMED) | row for row in rows]


LATER = (changes, measures)
"""The sheets after the lines."""
