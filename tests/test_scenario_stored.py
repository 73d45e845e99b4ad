"""A scenario as file and token, what is refused, and that every action and error has its texts."""

import inspect
import json
from typing import get_args

import pytest

from billing_core.scenario import Scenario, ScenarioError, actions, from_json, from_token, on_agency, to_json, to_token
from billing_core.texts import LANGUAGES, load_texts
from tests.through import DATA

KINDS = {kind.model_fields["kind"].default for kind in get_args(get_args(actions.Action)[0])}
EXAMPLE = Scenario(
    name="Rydd opp på Bryn",
    agency="BYM",
    actions=(
        actions.RemoveDeactivated(over_days=0, start="2026-11", only=actions.Only(user_ids=("å",))),
        actions.RetireSupport(established_before="2020-01-01", one_off_cost_nok="1999.90"),
        actions.ChangePrice(item="apps.server", percent="-2.5"),
    ),
)


def test_a_scenario_is_read_as_it_was_written() -> None:
    assert from_json(to_json(EXAMPLE)) == EXAMPLE
    assert from_json(to_json(EXAMPLE).encode()) == EXAMPLE
    assert from_token(to_token(EXAMPLE)) == EXAMPLE


def test_a_token_is_short_and_an_address_can_carry_it() -> None:
    token = to_token(EXAMPLE)
    assert token.replace("-", "").replace("_", "").isalnum()
    assert len(token) < 400


def test_what_has_its_default_is_not_written() -> None:
    assert json.loads(to_json(Scenario(name="a", actions=(actions.RemoveExternal(),)))) == {
        "format": 1,
        "name": "a",
        "actions": [{"kind": "remove_external"}],
    }


def file(**content: object) -> str:
    return json.dumps({"format": 1, "name": "a"} | content)


@pytest.mark.parametrize(
    ("text", "code", "mentions"),
    [
        ("{", "not_json", "not JSON"),
        ("[]", "no_format", "format"),
        ("{}", "no_format", "format"),
        (file(format=2), "other_format", "2"),
        (json.dumps({"format": 1}), "missing_field", "name"),
        (file(month="2026-01"), "unknown_field", "month"),
        (file(actions=[{"kind": "sell_everything"}]), "unknown_action", "sell_everything"),
        (file(actions=[{"start": "2026-01"}]), "unknown_action", "kind"),
        (file(actions=[{"kind": "remove_external"}, {"kind": "remove_external", "skuz": []}]), "unknown_field", "2."),
        (file(actions=[{"kind": "remove_external", "start": "2026-13"}]), "bad_value", "start"),
        (file(actions=[{"kind": "change_price", "item": "a", "percent": "NaN"}]), "bad_value", "percent"),
        (file(actions=[{"kind": "change_price", "item": "a", "percent": -101}]), "bad_value", "percent"),
        (file(actions=[{"kind": "remove_external", "only": {"device_ids": ["d"]}}]), "bad_value", "device_ids"),
        (file(actions=[{"kind": "cut_workplace"}]), "bad_value", "users or percent"),
        (file(actions=[{"kind": "cut_workplace", "users": 1, "percent": 1}]), "bad_value", "users or percent"),
        (file(actions=[{"kind": "end_connections", "which": []}]), "bad_value", "which"),
        (file(actions=[{"kind": "move_storage"}]), "bad_value", "to_level"),
        (file(agency="BYM", actions=[{"kind": "remove_external", "only": {"agency": "UKE"}}]), "bad_value", "UKE"),
        (" " * 200_001, "too_long", "200000"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused_with_its_place(text: str, code: str, mentions: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        from_json(text)
    assert caught.value.code == code
    assert mentions in str(caught.value)


@pytest.mark.parametrize("token", ["", "%%%", "abc", to_token(EXAMPLE)[:-8], to_token(EXAMPLE)[4:], "ø"])
def test_a_token_that_was_cut_is_refused(token: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        from_token(token)
    assert caught.value.code == "bad_token"


def test_a_scenario_is_put_on_an_agency_unless_an_action_is_on_another() -> None:
    narrowed = Scenario(name="a", actions=(actions.RemoveExternal(only=actions.Only(agency="UKE")),))
    assert on_agency(narrowed, "UKE").agency == "UKE"
    with pytest.raises(ScenarioError, match="UKE"):
        on_agency(narrowed, "BYM")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_a_name_a_sentence_and_a_caveat(language: str) -> None:
    texts = load_texts(DATA / "texts", language)
    for kind in KINDS:
        assert all(texts[f"scenario.action.{kind}.{part}"] for part in ("name", "description", "caveat"))
    assert {key.split(".")[2] for key in texts if key.startswith("scenario.action.")} == KINDS


def test_advice_to_remove_a_licence_warns_of_retention_and_legal_hold() -> None:
    texts = load_texts(DATA / "texts", "en")
    assert all(word in texts["scenario.action.remove_deactivated.caveat"] for word in ("retention", "legal hold"))


def test_both_languages_have_the_same_texts() -> None:
    bokmaal, english = (
        {k for k in load_texts(DATA / "texts", lang) if k.startswith("scenario.")} for lang in LANGUAGES
    )
    assert bokmaal == english


def test_every_error_that_is_raised_has_a_text() -> None:
    from billing_core.scenario import apply, choice, compare, stored, world

    source = "".join(
        inspect.getsource(inspect.getmodule(part) or part) for part in (apply, choice, compare, stored, world)
    )
    texts = load_texts(DATA / "texts", "nb")
    codes = {key.rsplit(".", 1)[1] for key in texts if key.startswith("scenario.error.")}
    assert all(f'"{code}"' in source for code in codes)
