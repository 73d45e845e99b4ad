"""A scenario as a file and as a token for a link: read as it was written, or refused with a reason."""

import base64
import binascii
import json
import zlib
from typing import Any

from pydantic import ValidationError

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
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ScenarioError("not_json", f"not JSON: {error}", detail=str(error)) from error
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
    packed = zlib.compress(json.dumps(_plain(scenario), ensure_ascii=False, separators=(",", ":")).encode(), 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def from_token(token: str) -> Scenario:
    """The scenario of a token. ScenarioError if it was cut short or says what no scenario says."""
    try:
        packed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(packed, MOST)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise ScenarioError("bad_token", "the link's scenario cannot be read: it may have been cut short") from error
    if not unpacking.eof:
        raise ScenarioError("bad_token", "the link's scenario cannot be read: it may have been cut short")
    return from_json(text)


def _plain(scenario: Scenario) -> dict[str, Any]:
    plain = {"format": FORMAT} | scenario.model_dump(mode="json", exclude_defaults=True, exclude={"actions"})
    actions = [
        {"kind": action.kind} | action.model_dump(mode="json", exclude_defaults=True) for action in scenario.actions
    ]
    return plain | {"actions": actions}


def _refusal(error: ValidationError) -> ScenarioError:
    first = error.errors()[0]
    # The action's number counts from 1, as a person does.
    parts = [str(part + 1) if isinstance(part, int) else part for part in first["loc"]]
    place = ".".join(parts)
    code = {
        "extra_forbidden": "unknown_field",
        "union_tag_invalid": "unknown_action",
        "union_tag_not_found": "unknown_action",
        "missing": "missing_field",
    }.get(first["type"], "bad_value")
    reason = f"unknown field {first['loc'][-1]!r}" if code == "unknown_field" else first["msg"]
    return ScenarioError(code, f"{place}: {reason}", place, reason)
