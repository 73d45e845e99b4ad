"""A scenario as file and token, what is refused, and that every action and error has its texts."""

import inspect
import json
from typing import get_args

import pytest
from pydantic import ValidationError

from billing_core.base.texts import LANGUAGES, load_texts
from billing_core.scenario import Scenario, ScenarioError, actions, from_json, from_token, on_agency, to_json, to_token
from billing_core.scenario.stored import OWN, REFUSALS
from tests.through import DATA

KINDS = {kind.model_fields["kind"].default for kind in get_args(get_args(actions.Action)[0])}
EXAMPLE = Scenario(
    name="Rydd opp på Bryn",
    agency="BYM",
    actions=(
        actions.RemoveDeactivated(over_days=0, start="2026-11", only=actions.Only(user_ids=("å",))),
        actions.RetireSupport(established_before="2020-01-01", one_off_cost_nok="1999.90"),
        actions.ChangePrice(item="apps.server", percent="-2.5", off=True),
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


def test_an_action_that_is_off_is_kept_as_such_and_what_says_nothing_of_it_is_on() -> None:
    off = Scenario(name="a", actions=(actions.RemoveExternal(off=True), actions.RemoveSecondary()))
    assert json.loads(to_json(off))["actions"] == [
        {"kind": "remove_external", "off": True},
        {"kind": "remove_secondary"},
    ]
    for read in (from_json(to_json(off)), from_token(to_token(off)), on_agency(off, "BYM")):
        assert [action.off for action in read.actions] == [True, False]
        assert [action.kind for action in read.carried_out] == ["remove_secondary"]


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
        (file(actions=[{"kind": "remove_external"}, {"kind": "remove_external", "skuz": []}]), "unknown_field", "2."),
        (" " * 200_001, "too_long", "200000"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused_with_its_place(text: str, code: str, mentions: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        from_json(text)
    assert caught.value.code == code
    assert mentions in str(caught.value)


REFUSED = [
    ({"name": ""}, "empty", "name", ""),
    ({"name": 3}, "not_text", "name", ""),
    ({"name": "x" * 201}, "long_text", "name", "200"),
    ({"actions": "all"}, "not_a_list", "actions", ""),
    ({"actions": [{"kind": "remove_external"}] * 51}, "too_many", "actions", "50"),
    ({"actions": ["remove_external"]}, "not_an_object", "actions.1", ""),
    ({"actions": [{"kind": "sell_everything"}]}, "unknown_action", "actions.1", "sell_everything"),
    ({"actions": [{"start": "2026-01"}]}, "unknown_action", "actions.1", "kind"),
    ({"actions": [{"kind": "change_price", "item": "a"}]}, "missing_field", "actions.1.percent", ""),
    ({"agency": "BYM", "actions": [{"kind": "remove_external", "only": {"agency": "UKE"}}]}, "other_agency", "", "UKE"),
]
"""What is wrong in a scenario's own fields: content, code, place and detail."""

REFUSED_IN = [
    ("remove_external", {"start": "2026-13"}, "not_a_month", "start", ""),
    ("remove_external", {"off": "perhaps"}, "not_yes_or_no", "off", ""),
    ("remove_external", {"only": "BYM"}, "not_an_object", "only", ""),
    ("remove_external", {"only": {"user_ids": ["u", ""]}}, "empty", "only.user_ids.2", ""),
    ("remove_external", {"only": {"device_ids": ["d"]}}, "narrowed_otherwise", "", "device_ids"),
    ("remove_external", {"one_off_cost_nok": "1.005"}, "too_many_decimals", "one_off_cost_nok", "2"),
    ("remove_external", {"one_off_cost_nok": "-1"}, "below", "one_off_cost_nok", "0"),
    ("remove_deactivated", {"over_days": 3651}, "above", "over_days", "3650"),
    ("remove_deactivated", {"over_days": 1.5}, "not_whole", "over_days", ""),
    ("remove_deactivated", {"about_to_become_billable": []}, "not_yes_or_no", "about_to_become_billable", ""),
    ("retire_support", {"which": "some"}, "not_among", "which", "billed, all"),
    ("retire_support", {"established_before": "2026-02-30"}, "not_a_day", "established_before", ""),
    ("end_connections", {"which": []}, "empty", "which", ""),
    ("end_connections", {"which": ["old"]}, "not_among", "which.1", "redundant, temporary, dark_fibre"),
    ("move_storage", {}, "no_target", "", ""),
    ("cut_workplace", {}, "users_or_percent", "", ""),
    ("cut_workplace", {"users": 1, "percent": 1}, "users_or_percent", "", ""),
    ("cut_workplace", {"users": 0}, "not_above", "users", "0"),
    ("change_price", {"item": "a", "percent": "NaN"}, "not_a_number", "percent", ""),
    ("change_price", {"item": "a", "percent": -101}, "below", "percent", "-100"),
]
"""What is wrong in one action: its kind and fields, code, place within the action and detail."""


@pytest.mark.parametrize(
    ("content", "code", "place", "detail"),
    [
        *REFUSED,
        *(
            ({"actions": [{"kind": kind} | fields]}, code, f"actions.1.{place}".rstrip("."), detail)
            for kind, fields, code, place, detail in REFUSED_IN
        ),
    ],
)
def test_what_is_wrong_is_told_by_a_code_with_its_place_and_detail(
    content: dict[str, object], code: str, place: str, detail: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        from_json(file(**content))
    assert (caught.value.code, caught.value.place, caught.value.detail) == (code, place, detail)


ODD = [None, True, 3, -1, 1.5, 10**30, 1e300, "", "x", "x" * 201, "NaN", "1.00001", "2026-13", "2026-03-31T10:00"]
ODD += [[], [3], [[]], ["x"] * 51, {}, {"x": 1}, "9" * 5000, "\ud800"]


def test_whatever_is_put_in_a_field_no_reason_is_left_in_the_words_of_the_library() -> None:
    """Every field of every action with odd values in it: each refusal has a code of its own, not the general one."""
    contents = [content for content, *_ in REFUSED]
    contents += [{field: value} for field in ("name", "agency", "actions") for value in ODD]
    for kind in get_args(get_args(actions.Action)[0]):
        given = {"kind": kind.model_fields["kind"].default}
        fields = [{field: value} for field in kind.model_fields for value in ODD]
        fields += [{"only": {field: value}} for field in actions.Only.model_fields for value in ODD]
        contents += [{"actions": [given | field]} for field in [{}, *fields]]
    codes, types = set(), set()
    for content in contents:
        try:
            from_json(file(**content))
        except ScenarioError as error:
            codes.add(error.code)
            assert isinstance(error.__cause__, ValidationError)
            types.add(error.__cause__.errors()[0]["type"])
    assert "bad_value" not in codes
    assert types == {*REFUSALS, *OWN}
    for language in LANGUAGES:
        assert {f"scenario.error.{code}" for code in codes} <= load_texts(DATA / "texts", language).keys()


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
