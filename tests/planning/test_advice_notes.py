"""What people answer to advice: it holds for the same things on the next upload, and for no others."""

from decimal import Decimal

import polars as pl
import pytest
from pydantic import ValidationError

from billing_core.planning.advice_month import AdvisedMonth
from billing_core.planning.advice_notes import Answer, Notes, Stated, advice_code, costing
from billing_core.planning.advice_things import held_to, open_candidates, things
from billing_core.planning.advise import CANDIDATES, advise
from billing_core.scenario.actions import EndConnections, RemoveDeactivated
from tests.planning.test_advise import LICENCES, MARCH, POLARS
from tests.scenarios import stated as rated

GUEST = {"user_id": "guest2", "account_type": "external", "sku": "E1"}


def month_and_usage(extra: list[dict[str, str]]) -> tuple[AdvisedMonth, dict[str, pl.DataFrame]]:
    usual = {"period": MARCH, "agency": "BYM"}
    statement, rates = rated({"licences": [usual | row for row in [*LICENCES, *extra]]})
    lines = statement.rating.frame()
    month = AdvisedMonth(statement.usage, lines, rates=rates, engine=POLARS, agency="BYM", period=MARCH)
    return month, statement.usage


def answer(*named: str, advice: str = "remove_external", **fields: str) -> Answer:
    given = {"verdict": "dismissed", "reason": "Avtalt tilgang"} | fields
    return Answer(agency="BYM", advice=advice, things=named, **given)


def test_the_things_of_advice_are_those_the_engine_takes_with_what_each_saves():
    month, usage = month_and_usage([])
    found = things(month, usage, RemoveDeactivated())
    # "gone" holds E1 (100) and EMS_E3 (90), both billed; "soon" is covered still, and saves nothing now.
    assert found.select("thing", "saved_nok", "unknown", "sku").rows() == [
        ("gone", Decimal("190.00"), 0, "E1, EMS_E3"),
        ("soon", Decimal("0.00"), 0, "E1"),
    ]


def test_what_is_dismissed_stays_out_of_the_next_upload_and_what_is_new_comes_up():
    notes = Notes().with_answer(answer("Guest "))
    month, usage = month_and_usage([])
    kinds = [one.action.kind for one in open_candidates(month, usage, CANDIDATES, notes)]
    assert "remove_external" not in kinds
    assert "remove_nonstandard" in kinds
    month, usage = month_and_usage([GUEST])
    candidates = open_candidates(month, usage, CANDIDATES, notes)
    [external] = [one for one in candidates if one.action.kind == "remove_external"]
    assert external.action.only.user_ids == ("guest2",)
    steps = {step.candidate.action.kind: step.step_nok for step in advise(month, candidates, decisions=True).steps}
    # The guest's Visio can still be advised away as outside the standard (185); as an external user it is not.
    assert (steps["remove_external"], steps["remove_nonstandard"]) == (Decimal("100.00"), Decimal("185.00"))


def test_without_answers_no_candidate_is_narrowed():
    month, usage = month_and_usage([])
    assert open_candidates(month, usage, CANDIDATES, Notes().with_answer(answer("nobody"))) == list(CANDIDATES)


@pytest.mark.parametrize(("period", "left_out"), [("2026-04", {"guest"}), ("2026-05", set()), ("2026-06", set())])
def test_what_is_postponed_comes_back_in_its_month(period: str, left_out: set[str]):
    notes = Notes().with_answer(answer("guest", verdict="postponed", until="2026-05"))
    assert notes.left_out("BYM", "remove_external", period) == left_out


def test_an_answer_is_one_agency_s_and_one_advice_s_and_can_be_taken_back():
    one = answer("guest")
    notes = Notes().with_answer(one)
    assert notes.left_out("UKE", "remove_external", MARCH) == notes.left_out("BYM", "remove_secondary", MARCH) == set()
    assert notes.without(one) == Notes()


def test_an_answer_needs_a_reason():
    with pytest.raises(ValidationError):
        answer("guest", reason="")


def test_what_is_stated_replaces_what_was_and_unstated_is_unknown():
    notes = Notes().stating(Stated(agency="BYM", advice="a", one_off_nok=Decimal(5)))
    notes = notes.stating(Stated(agency="BYM", advice="a", one_off_nok=Decimal(7), months=2))
    assert [one.one_off_nok for one in notes.stated] == [Decimal(7)]
    assert notes.said("BYM", "b").one_off_nok is None
    assert costing(RemoveDeactivated(), notes.said("BYM", "a")).one_off_cost_nok == Decimal(7)


def test_notes_are_kept_as_json_and_read_back():
    notes = Notes().with_answer(answer("guest")).stating(Stated(agency="BYM", advice="a", months=3))
    assert Notes.model_validate_json(notes.model_dump_json()) == notes


def test_advice_on_connections_is_called_by_what_ends():
    assert advice_code(EndConnections(which=("dark_fibre",))) == "end_connections.dark_fibre"
    assert advice_code(RemoveDeactivated()) == "remove_deactivated"
    assert held_to(EndConnections(which=("dark_fibre",)), ["c1"]).only.connection_ids == ("c1",)
