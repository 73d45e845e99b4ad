"""Agencies beside one another in a month: what each is billed, per employee, and which stand out among their like."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from billing_core.base.money import QUANTITY, rounded
from billing_core.views.sums import sums_by

MEASURES = ("per_employee_nok", "pcs_per_employee", "deactivated_per_hundred")
"""What agencies are compared in, so that a large and a small one can be: none grows with the number of employees."""

LEAST_PEERS = 5
"""With fewer others to compare with, nobody is said to stand out."""

_SIZE = Decimal(3)
"""Of like size is who has from a third to three times as many employees."""

_NORMAL, _FAR = Decimal("0.6745"), Decimal("3.5")
"""Iglewicz and Hoaglin: 0.6745 × distance from the median ÷ MAD above 3.5 is an outlier."""

_MONEY = pl.Decimal(38, 2)
BESIDE: dict[str, pl.DataType] = {
    "agency": pl.String(),
    **dict.fromkeys(("billed_nok", "covered_nok", "recurring_nok", "occasional_nok", "change_nok"), _MONEY),
    "share": pl.Decimal(38, 4),
    "employees": pl.Int64(),
    "ftes": pl.Decimal(38, 3),
    "per_employee_nok": _MONEY,
    "per_fte_nok": _MONEY,
    "deactivated": pl.Int64(),
    "deactivated_per_hundred": _MONEY,
    "pcs": pl.Int64(),
    "pcs_per_employee": _MONEY,
    "unpriced": pl.Int64(),
    "undecided": pl.Int64(),
}
"""The columns of `beside`."""


@dataclass(frozen=True)
class Outlier:
    """An agency whose value of a measure is far from the `median` of its `peers`; MAD is their spread round it."""

    agency: str
    measure: str
    value: Decimal
    median: Decimal
    mad: Decimal
    peers: int

    @property
    def above(self) -> bool:
        """Whether it has more than its peers."""
        return self.value > self.median


def beside(
    lines: pl.DataFrame, before: pl.DataFrame, usage: Mapping[str, pl.DataFrame], period: str, as_of: date
) -> pl.DataFrame:
    """A row an agency of BESIDE, what is billed most first. `lines` are the month's, `before` those of the one before.

    Per employee and per FTE is what recurs each month; both are empty without headcount, as change is without lines
    before. `share` is of what all are billed. `deactivated` counts licences of users deactivated at `as_of`, `pcs`
    thick and thin clients; both are empty where the agency has no such table.
    """
    sums = sums_by(lines, "agency")
    earlier = sums_by(before, "agency").select("agency", before_nok="billed_nok")
    here = {name: frame.filter(pl.col("period") == period) for name, frame in usage.items()}
    heads = here["headcount"].group_by("agency").agg(pl.col("employees").sum(), pl.col("ftes").sum())
    gone = (pl.col("account_status") == "deactivated") | (
        pl.col("account_status").is_null() & (pl.col("deactivated_on") <= as_of)
    )
    licences = here["licences"].group_by("agency").agg(deactivated=gone.fill_null(False).sum())
    clients = here["devices"].group_by("agency").agg(pcs=pl.col("device_kind").is_in(["thick", "thin"]).sum())
    joined = sums
    for other in (earlier, heads, licences, clients):
        joined = joined.join(other, on="agency", how="left")
    whole = sum(sums["billed_nok"], Decimal(0))
    rows = [_row(row, whole) for row in joined.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=BESIDE).sort("billed_nok", "agency", descending=[True, False])


def outliers(table: pl.DataFrame, kinds: Mapping[str, str]) -> list[Outlier]:
    """Who stands out, by measure and then by agency, from a table of `beside`; `kinds` says of which kind each is."""
    found: list[Outlier] = []
    for measure in MEASURES:
        known = table.filter(pl.col(measure).is_not_null(), pl.col("employees") > 0)
        rows = known.select("agency", "employees", measure).sort("agency").rows()
        for agency, employees, value in rows:
            others = _peers(agency, employees, rows, kinds)
            if len(others) < LEAST_PEERS:
                continue
            median = _median(others)
            mad = _median([abs(other - median) for other in others])
            # Where most are alike, any difference would be endless: nothing is said of it.
            if mad and _NORMAL * abs(value - median) > _FAR * mad:
                found.append(Outlier(agency, measure, value, median, mad, len(others)))
    return found


def by_service(lines: pl.DataFrame, value: str = "billed_nok") -> pl.DataFrame:
    """What each agency is billed (or another sum of `sums_by`) by service: agency, service and that."""
    return sums_by(lines, "agency", "service").select("agency", "service", value)


def _row(row: Mapping[str, object], whole: Decimal) -> dict[str, object]:
    billed, before = _amount(row["billed_nok"]), row["before_nok"]
    employees = row["employees"] or None
    ftes = _amount(row["ftes"]) / QUANTITY if row["ftes"] else None
    return {name: row.get(name) for name in BESIDE} | {
        "ftes": ftes,
        "change_nok": None if before is None else billed - _amount(before),
        "share": rounded(billed / whole, 4) if whole > 0 else None,
        "per_employee_nok": _per(row["recurring_nok"], employees),
        "per_fte_nok": _per(row["recurring_nok"], ftes),
        "deactivated_per_hundred": _per(row["deactivated"], employees, 100),
        "pcs_per_employee": _per(row["pcs"], employees),
    }


def _per(value: object, number: object, times: int = 1) -> Decimal | None:
    return None if value is None or number is None else rounded(_amount(value) * times / _amount(number))


def _amount(value: object) -> Decimal:
    return Decimal(str(value))


def _peers(
    agency: str, employees: int, rows: list[tuple[str, int, Decimal]], kinds: Mapping[str, str]
) -> list[Decimal]:
    """The others' values: of like kind and size where there are enough of them, else of like kind.

    One of no known kind is held against all.
    """
    others = [(code, size, value) for code, size, value in rows if code != agency]
    kin = [one for one in others if kinds.get(one[0]) == kinds.get(agency)] if agency in kinds else others
    alike = [one for one in kin if employees <= one[1] * _SIZE and one[1] <= employees * _SIZE]
    return [value for _, _, value in (alike if len(alike) >= LEAST_PEERS else kin)]


def _median(values: list[Decimal]) -> Decimal:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
