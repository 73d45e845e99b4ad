"""What a person adds to a budget is one value that is written and read again, and counts no own line twice."""

from datetime import date
from decimal import Decimal

import pytest

from billing_core.planning.adopted import Adopted
from billing_core.planning.assumptions import MOST_OWN, Assumptions, Change, Override, Own, Range
from billing_core.planning.errors import PlanError
from billing_core.planning.year_plan import Explained, Voted, YearPlan, from_json, to_json
from billing_core.scenario import Scenario
from billing_core.scenario.actions import RemoveDeactivated

FIGURE = Override(month="2026-11", service="cloud", amount_nok=Decimal("70000.50"), stated_on=date(2026, 11, 1))
WHOLE = YearPlan(
    agency="BYM",
    assumptions=Assumptions(
        change=(Change(service="cloud", **{"from": "2026-11"}, quantity_pct=Decimal("3.5"), note="sky"),),
        own=(Own(name="Kurs", service="hr", month="2026-12", amount_nok=Decimal("25000")),),
        range=(Range(low_pct=Decimal(-2), high_pct=Decimal(4)),),
        override=(FIGURE,),
    ),
    voted=(Voted(name="vedtatt.csv", year=2026, rows=(Adopted("", "cloud", "", None, None, 100, "adopted"),)),),
    counted=(("2026-09", False),),
    scenario=Scenario(name="Rydding", agency="BYM", actions=(RemoveDeactivated(),)),
    limit_nok=Decimal("10000"),
    limit_pct=Decimal("5"),
    explained=(Explained(year=2026, service="cloud", cause="price", text="Dyrere", deadline=date(2026, 12, 1)),),
)


def test_a_plan_written_and_read_is_the_same() -> None:
    assert from_json(to_json(WHOLE)) == WHOLE
    assert hash(from_json(to_json(WHOLE))) == hash(WHOLE)


@pytest.mark.parametrize("content", ["", "[]", '{"agency": "BYM", "unknown": 1}', '{"agency": 1e999}'])
def test_what_is_no_plan_is_refused(content: str) -> None:
    with pytest.raises(PlanError):
        from_json(content)


def test_an_own_line_added_again_takes_the_place_of_the_first() -> None:
    line = Own(name="Kurs", service="hr", **{"from": "2026-11", "to": "2026-12"}, amount_nok=Decimal(100))
    dearer = line.model_copy(update={"name": "KURS", "amount_nok": Decimal(150)})
    later = line.model_copy(update={"start": "2027-01", "end": "2027-02"})
    held = Assumptions().with_own([line]).with_own([dearer, later])
    assert [(own.start, own.amount_nok) for own in held.own] == [("2026-11", 150), ("2027-01", 100)]


def test_what_an_estimate_brings_again_takes_the_place_of_all_it_brought() -> None:
    def line(name: str) -> Own:
        return Own(name=name, service="hr", month="2026-12", amount_nok=Decimal(100))

    first, other = [line("Brakke: nett"), line("Brakke: PC")], [line("Brakkerigg: nett"), line("Kurs")]
    held = Assumptions(own=tuple(other)).with_own_of("Brakke", first).with_own_of("brakke", [line("Brakke: server")])
    assert [own.name for own in held.own] == ["Brakkerigg: nett", "Kurs", "Brakke: server"]
    full = [line(f"Kurs: {number}") for number in range(MOST_OWN - 2)]
    assert len(held.with_own_of("Kurs", [*full, line("Kurs: en til")][: MOST_OWN - 3]).own) == MOST_OWN
    with pytest.raises(PlanError) as refused:
        held.with_own_of("Kurs", full)
    assert (refused.value.code, refused.value.detail) == ("too_many_own", "500")


def test_an_adopted_budget_takes_the_place_of_the_same_years() -> None:
    fresh = Voted(name="ny.csv", year=2026, rows=())
    assert WHOLE.with_voted(fresh).voted == (fresh,)
    assert WHOLE.with_voted(Voted(name="neste.csv", year=2027, rows=())).adopted_in(2026) == WHOLE.voted[0].rows
    assert WHOLE.without_voted(2026).adopted_in(2026) == ()
