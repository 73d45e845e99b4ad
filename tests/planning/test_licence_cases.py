"""The checklist of licences: the groups worked by hand, and what each state asks for."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from billing_core.planning.advice_notes import Notes
from billing_core.planning.belonging import read_belonging
from billing_core.planning.errors import PlanError
from billing_core.planning.licence_cases import GROUPS, TICKS, Belongs, Case, gone, licences, with_cases
from tests.scenarios import stated

LAST = date(2026, 3, 31)
LARGER = {"ENTERPRISEPACK": "E1", "EMSPREMIUM": "EMS_E3"}


def licence(user: str, sku: str = "E1", **cells: str) -> dict[str, str]:
    return {"period": "2026-03", "agency": "BYM", "user_id": user, "account_type": "main", "sku": sku} | cells


ROWS = [
    licence("outside", "VISIOCLIENT"),  # 150 and 35 for its management
    licence("larger", "ENTERPRISEPACK"),  # 300 and 20
    licence("guest", account_type="external"),
    licence("first", employee_id="e"),  # covered: not on the list
    licence("second", employee_id="e", account_type="secondary"),
    licence("soon", deactivated_on="2026-02-28"),  # the 61st day is 30 April, 30 days after 31 March
    licence("later", deactivated_on="2026-03-01"),  # a day later: not on the list yet
    licence("over", deactivated_on="2026-01-29"),  # 61 days
    licence("both", "VISIOCLIENT", deactivated_on="2026-01-29"),  # over 60 days comes before outside the standard
    licence("unpriced", "NO_PRICE"),
]


def found() -> Any:
    statement, _ = stated({"licences": ROWS})
    return licences(statement.rating.frame(), LAST, LARGER)


def test_each_licence_stands_in_the_first_group_that_it_belongs_to_with_what_it_costs() -> None:
    rows = found().select("group", "user_id", "amount_nok", "days").rows()
    assert rows == [
        ("over", "both", Decimal("185.00"), 61),
        ("over", "over", Decimal("100.00"), 61),
        ("soon", "soon", Decimal("0.00"), None),
        ("two", "second", Decimal("100.00"), None),
        ("external", "guest", Decimal("100.00"), None),
        ("smaller", "larger", Decimal("320.00"), None),
        ("outside", "outside", Decimal("185.00"), None),
        ("outside", "unpriced", None, None),  # its management alone is known: unknown is not 20
    ]
    assert {row[0] for row in rows} == set(GROUPS)


@pytest.mark.parametrize(
    ("fields", "lacking"),
    [
        ({"state": "asked"}, "deadline_needed"),
        ({"state": "asked", "deadline": LAST}, None),
        ({"state": "kept", "reason": "  "}, "reason_needed"),
        ({"state": "kept", "reason": "Permisjon"}, None),
        ({"state": "settled"}, None),
        ({"state": "removed", "ticks": TICKS[:-1]}, "ticks_needed"),
        ({"state": "removed", "ticks": TICKS}, None),
    ],
)
def test_a_state_asks_for_what_belongs_to_it(fields: dict[str, Any], lacking: str | None) -> None:
    given = {"agency": "BYM", "user_id": "over", "sku": "E1"} | fields
    if lacking is None:
        assert Case(**given).state == fields["state"]
        return
    with pytest.raises(ValidationError) as refused:
        Case(**given)
    assert [error["type"] for error in refused.value.errors()] == [lacking]


def test_a_case_follows_its_licence_whatever_the_case_of_its_id_and_the_latest_holds() -> None:
    asked = Case(agency="BYM", user_id="OVER", sku="E1", state="asked", deadline=LAST)
    notes = Notes().with_cases([asked]).with_cases([asked.model_copy(update={"deadline": date(2026, 4, 15)})])
    assert len(notes.cases) == 1
    people = (Belongs(user_id="over", department="Drift", manager="Kari"),)
    table = with_cases(found(), "BYM", notes.cases, people)
    [row] = table.filter(user_id="over").rows(named=True)
    assert (row["state"], row["deadline"], row["department"], row["manager"]) == (
        "asked", date(2026, 4, 15), "Drift", "Kari",
    )  # fmt: skip
    assert table.filter(user_id="guest")["state"].to_list() == ["proposed"]
    assert with_cases(found(), "UKE", notes.cases, ()).filter(user_id="over")["state"].to_list() == ["proposed"]


def test_a_case_whose_licence_is_gone_is_told() -> None:
    cases = (Case(agency="BYM", user_id="over", sku="E1"), Case(agency="BYM", user_id="left", sku="E1"))
    assert [case.user_id for case in gone(found(), "BYM", cases)] == ["left"]


@pytest.mark.parametrize(
    "text",
    ["bruker;avdeling;leder\nover;Drift;Kari\n;X;Y\n", "userPrincipalName,department,manager\nover,Drift,Kari\n"],
)
def test_a_list_of_people_says_where_they_belong(text: str) -> None:
    assert read_belonging("folk.csv", text.encode()) == (Belongs(user_id="over", department="Drift", manager="Kari"),)


@pytest.mark.parametrize(
    ("content", "code"), [(b"bruker;navn\nover;Ola\n", "no_people"), (b"PK\x03\x04", "unreadable")]
)
def test_a_list_without_places_or_that_cannot_be_read_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(PlanError) as refused:
        read_belonging("folk.xlsx" if code == "unreadable" else "folk.csv", content)
    assert refused.value.code == code
