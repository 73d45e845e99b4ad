"""A scenario as a file and as a token for a link: read as it was written, or refused with a reason."""

import json
from typing import Any

from pydantic import ValidationError

from billing_core.base.packed import pack, unpack
from billing_core.base.written import WrittenError, read_json
from billing_core.scenario.actions import Scenario
from billing_core.scenario.errors import ScenarioError

FORMAT = 1
MOST = 200_000
"""The longest scenario read, in bytes: no file of fifty actions comes near, and no token unpacks to more."""


def to_json(scenario: Scenario) -> str:
    """The scenario as the text of a file; what has its default is left out."""
    return json.dumps(_plain(scenario), ensure_ascii=False, indent=2) + "\n"


def from_json(text: str | bytes) -> Scenario:
    """The scenario of a file's text. ScenarioError says what is unknown, missing or wrong, and where."""
    if len(text) > MOST:
        raise ScenarioError("too_long", f"longer than {MOST} bytes", detail=str(MOST))
    try:
        content = read_json(text)
    except WrittenError as error:
        raise ScenarioError("not_json", f"not JSON: {error}", place=str(error.line or 1)) from error
    if not isinstance(content, dict) or "format" not in content:
        raise ScenarioError("no_format", 'no "format": this is not the file of a scenario')
    if content["format"] != FORMAT:
        written = str(content["format"])
        raise ScenarioError("other_format", f"format {written} is not known; known: {FORMAT}", detail=written)
    return _checked(text)


def on_agency(scenario: Scenario, agency: str) -> Scenario:
    """The scenario on an agency's usage. ScenarioError if an action of it is on another's."""
    return _checked(json.dumps(_plain(scenario) | {"agency": agency}))


def _checked(text: str | bytes) -> Scenario:
    try:
        return Scenario.model_validate_json(text)
    except ValidationError as error:
        raise _refusal(error) from error


def to_token(scenario: Scenario) -> str:
    """The scenario as text that an address can carry."""
    return pack(json.dumps(_plain(scenario), ensure_ascii=False, separators=(",", ":")))


def from_token(token: str) -> Scenario:
    """The scenario of a token. ScenarioError if it was cut short or says what no scenario says."""
    try:
        text = unpack(token, MOST)
    except ValueError as error:
        raise ScenarioError("bad_token", "the link's scenario cannot be read: it may have been cut short") from error
    return from_json(text)


def _plain(scenario: Scenario) -> dict[str, Any]:
    plain = {"format": FORMAT} | scenario.model_dump(mode="json", exclude_defaults=True, exclude={"actions"})
    actions = [
        {"kind": action.kind} | action.model_dump(mode="json", exclude_defaults=True) for action in scenario.actions
    ]
    return plain | {"actions": actions}


def _refusal(error: ValidationError) -> ScenarioError:
    first = error.errors()[0]
    code, told = REFUSALS.get(first["type"], (first["type"] if first["type"] in OWN else "bad_value", "detail"))
    # The kind of an action stands between its number and its fields: of no use to whoever looks for the place.
    places = [part for at, part in enumerate(first["loc"]) if at != 2 or first["loc"][0] != "actions"]
    # The action's number counts from 1, as a person does.
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in places)
    detail = str(first.get("ctx", {}).get(told, "")).replace(" or ", ", ").replace("'", "")
    return ScenarioError(code, f"{place}: {first['msg']}", place, detail)


REFUSALS = {
    "extra_forbidden": ("unknown_field", ""),
    "missing": ("missing_field", ""),
    "union_tag_not_found": ("unknown_action", "discriminator"),
    "union_tag_invalid": ("unknown_action", "tag"),
    "json_invalid": ("not_text", ""),  # JSON it is, but with half a character
    "string_type": ("not_text", ""),
    "string_too_short": ("empty", ""),
    "string_too_long": ("long_text", "max_length"),
    "string_pattern_mismatch": ("not_a_month", ""),
    "date_from_datetime_parsing": ("not_a_day", ""),
    "date_from_datetime_inexact": ("not_a_day", ""),
    "date_type": ("not_a_day", ""),
    "decimal_type": ("not_a_number", ""),
    "decimal_parsing": ("not_a_number", ""),
    "finite_number": ("not_a_number", ""),
    "decimal_max_places": ("too_many_decimals", "decimal_places"),
    "int_type": ("not_whole", ""),
    "int_parsing": ("not_whole", ""),
    "int_parsing_size": ("not_whole", ""),
    "int_from_float": ("not_whole", ""),
    "greater_than": ("not_above", "gt"),
    "greater_than_equal": ("below", "ge"),
    "less_than_equal": ("above", "le"),
    "bool_type": ("not_yes_or_no", ""),
    "bool_parsing": ("not_yes_or_no", ""),
    "literal_error": ("not_among", "expected"),
    "tuple_type": ("not_a_list", ""),
    "too_long": ("too_many", "max_length"),
    "too_short": ("empty", ""),
    "dict_type": ("not_an_object", ""),
    "model_type": ("not_an_object", ""),
}
"""The code of what pydantic finds wrong, by its type, and where it keeps the detail; the text is `scenario.error`'s."""

OWN = ("narrowed_otherwise", "no_target", "users_or_percent", "other_agency")
"""What the actions themselves find wrong; the type is the code."""
