"""A small agency worked out by hand, and what reports are made of it.

February: an external E1 at 100 and two hours at 600 are billed: 1 300. A main E1 is covered: 100.
March: the external E1, a second account's E1 and the management of an unknown SKU are billed: 100 + 100 + 20 = 220; the
unknown SKU has no price. Two main E1 are covered: 200; one of them was deactivated on 20 February and is billed from
22 April. So each month from April is 320: nine of them are 2 880, with 1 520 until March the year is 4 400.
"""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from billing_core.base.problems import described
from billing_core.base.texts import load_texts
from billing_core.export import reports
from billing_core.planning.adopted import read_adopted
from billing_core.planning.assumptions import NONE, Assumptions
from billing_core.planning.budget import Plan, budget
from billing_core.planning.data import Data
from billing_core.scenario import Scenario
from tests.scenarios import stated
from tests.through import DATA, as_csv, catalogue, engine_named, frozen_policy

TODAY = date(2026, 5, 4)


def user(period: str, user_id: str, account_type: str, sku: str = "E1", deactivated_on: str = "") -> dict[str, str]:
    return {"period": period, "agency": "BYM", "user_id": user_id, "account_type": account_type, "sku": sku} | {
        "employee_id": user_id if account_type == "main" else "",
        "deactivated_on": deactivated_on,
    }


LICENCES = [
    user("2026-02", "a", "external"),
    user("2026-02", "b", "main"),
    user("2026-03", "a", "external"),
    user("2026-03", "b", "main"),
    user("2026-03", "c", "secondary"),
    user("2026-03", "d", "main", deactivated_on="2026-02-20"),
    user("2026-03", "e", "external", sku="=MYSTERY"),
]
HOURS = [{"period": "2026-02", "agency": "BYM", "item": "invoice.return_unmarked", "quantity": "2"}]
ADOPTED = [{"amount_nok": "4000"}]


def wording(language: str = "nb") -> reports.Wording:
    texts = load_texts(DATA / "texts", language) | catalogue().names(language)
    return reports.Wording(language, texts, catalogue())


def reported(
    period: str = "2026-03",
    *,
    adopted: list[dict[str, str]] | None = None,
    assumptions: Assumptions = NONE,
    scenario: Scenario | None = None,
    policy: dict[str, object] | None = None,
    today: date = TODAY,
    **more: Any,
) -> reports.Report:
    statement, rates = stated({"licences": LICENCES, "services": HOURS}, policy=policy)
    data = Data(statement.usage, statement.rating, rates, engine_named("polars"), "BYM")
    voted = read_adopted("adopted.csv", as_csv(adopted), catalogue()) if adopted else ()
    made = budget(data, Plan(2026, base=period, assumptions=assumptions, adopted=voted), today)
    return reports.Report(
        data,
        made,
        period,
        lines=statement.rating.selected(agency="BYM").frame(),
        sources=reports.Sources("prices.csv", "", "policy.toml", frozen_policy()),
        problems=described(statement.problems, wording().texts),
        today=today,
        measures=reports.measures(data, made, scenario),
        scenario=scenario.name if scenario else "",
        **more,
    )


def nok(text: str) -> Decimal:
    return Decimal(text)


def text_of(pdf: bytes) -> str:
    """All the text of a PDF without its spaces: how it is broken into lines says nothing."""
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())
