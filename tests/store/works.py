"""Random work, and one of every part."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from billing_core.checking.accounts import STRING
from billing_core.checking.cases import Case
from billing_core.intake import ColumnMapping
from billing_core.planning.advice_notes import Answer, Notes
from billing_core.planning.assumptions import Assumptions, Change, Override, Own, Range
from billing_core.planning.sketch import Row, Sketch
from billing_core.planning.year_plan import Explained, YearPlan
from billing_core.scenario import Only, Scenario, actions
from billing_core.store.basis import Basis, Mark
from billing_core.store.work import AccountStrings, PriceRows, Work

BASIS = Basis(data=Mark.of("bym.zip", 51926, b"usage"), prices=Mark.of("prices.csv", 312, b"prices"))

FIGURE = Override(month="2026-11", service="cloud", amount_nok=Decimal(1), stated_on=date(2026, 1, 1))

ACCOUNT = dict.fromkeys(("agency", "service", "item", "side", "art", *STRING[1:], "valid_from", "valid_to"), "")
ACCOUNT |= {"agency": "BYM", "item": "cloud.*", "side": "debit", "art": "298", "valid_from": "2026-01-01"}

PRICE = {
    "item": "cloud.aws", "variant": "", "price_nok": "1.2500", "app_operation_nok": "", "valid_from": "2026-01-01",
    "valid_to": "", "source": "Avtale", "status": "confirmed", "row": "2",
}  # fmt: skip
AGREED = {
    "agency": "BYM", "item": "cloud.aws", "variant": "", "price_nok": "1.0000", "valid_from": "2026-01-01",
    "valid_to": "", "reference": "A-1", "row": "3",
}  # fmt: skip

EVERY_PART: dict[str, Any] = {
    "scenarios": (
        Scenario(
            name="Rydding – ærlig",
            agency="BYM",
            actions=(
                actions.RemoveDeactivated(only=Only(user_ids=("kari",)), one_off_cost_nok=Decimal("12.50"), off=True),
                actions.EndConnections(which=("temporary",), start="2027-01"),
            ),
        ),
    ),
    "estimates": (
        Sketch(name="Ny seksjon", agency="VAV", first="2027-01", rows=(Row(what="employee", first="2027-02"),)),
    ),
    "plans": (
        YearPlan(
            agency="BYM",
            assumptions=Assumptions(
                change=(Change(service="cloud", **{"from": "2026-11"}, price_pct=Decimal("3.5")),),
                own=(Own(name="Kurs", service="hr", month="2026-12", amount_nok=Decimal("-25000.55")),),
                range=(Range(low_pct=Decimal(-2), high_pct=Decimal(4)),),
                override=(FIGURE,),
            ),
            counted=(("2026-09", False),),
            scenario=Scenario(name="Rydding", agency="BYM", actions=(actions.RemoveDeactivated(),)),
            explained=(Explained(year=2026, service="cloud", cause="price", text="Dyrere"),),
        ),
    ),
    "cases": (
        Case(
            lines=(("F-1", "3"),), kind="price", period="2026-10", agency="BYM", item="cloud.aws", variant=None,
            subject=None, invoiced_nok=Decimal("10.00"), rated_nok=Decimal("9.00"), difference_nok=Decimal("1.00"),
            state="sent", owner="Kari", note="Spurt 3. november", deadline=date(2026, 12, 1),
        ),
    ),
    "accounts": AccountStrings(name="kontering.csv", rows=(ACCOUNT,)),
    "prices": PriceRows(name="konsernpriser.csv", rows=(PRICE,)),
    "agreements": PriceRows(name="avtaler.csv", rows=(AGREED,)),
    "notes": Notes(
        answers=(
            Answer(agency="BYM", advice="remove_deactivated", things=("kari",), verdict="dismissed", reason="Nei"),
        )
    ),
    "mappings": (ColumnMapping(table="licences", columns={"user_id": "Bruker"}, values={"sku": {"a": "E1"}}),),
    "readings": {"client_allowance": "per_agency"},
}  # fmt: skip
WORK = Work(**EVERY_PART)

WORDS = st.text(min_size=1, max_size=12)
MONTHS = st.sampled_from(["2026-11", "2027-01", "2028-12"])
MONEY = st.decimals(-(10**9), 10**9, places=2)
SCENARIOS = st.builds(
    Scenario,
    name=WORDS,
    agency=WORDS,
    actions=st.lists(
        st.one_of(
            st.builds(actions.RemoveDeactivated, off=st.booleans(), only=st.builds(Only, user_ids=st.tuples(WORDS))),
            st.builds(actions.EndConnections, which=st.just(("dark_fibre",)), start=MONTHS),
        ),
        max_size=3,
    ).map(tuple),
)
SKETCHES = st.builds(
    Sketch, name=WORDS, agency=WORDS, first=MONTHS, months=st.integers(1, 120),
    rows=st.lists(st.builds(Row, what=WORDS, first=WORDS, note=WORDS), max_size=3).map(tuple),
)  # fmt: skip
OWN = st.builds(lambda name, month, amount: Own(name=name, month=month, amount_nok=amount), WORDS, MONTHS, MONEY)
PLANS = st.builds(
    YearPlan,
    agency=WORDS,
    assumptions=st.builds(Assumptions, own=st.lists(OWN, max_size=3).map(tuple)),
    scenario=st.none() | SCENARIOS,
)
CASES = st.builds(
    Case, kind=WORDS, period=MONTHS, lines=st.lists(st.tuples(WORDS, WORDS), max_size=2).map(tuple),
    agency=st.none() | WORDS, item=st.none(), variant=st.none(), subject=st.none() | WORDS, note=WORDS,
    invoiced_nok=MONEY, rated_nok=MONEY, difference_nok=MONEY, state=st.sampled_from(["open", "closed"]),
)  # fmt: skip
ANSWERS = st.builds(
    Answer, agency=WORDS, advice=WORDS, things=st.tuples(WORDS), verdict=st.just("postponed"), reason=WORDS,
    until=MONTHS,
)  # fmt: skip
MAPPINGS = st.builds(ColumnMapping, table=WORDS, columns=st.dictionaries(WORDS, WORDS, max_size=3))


def some(entries: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(entries, max_size=3).map(tuple)


WORKS = st.builds(
    Work,
    scenarios=some(SCENARIOS),
    estimates=some(SKETCHES),
    plans=some(PLANS),
    cases=some(CASES),
    notes=st.builds(Notes, answers=some(ANSWERS)),
    mappings=some(MAPPINGS),
    readings=st.dictionaries(WORDS, WORDS, max_size=3),
)
