"""What a session's usage is rated by: price list, agreements and readings, the project's own or the user's."""

import json
from collections.abc import Mapping
from typing import Any

from billing_core.base.errors import PolicyError
from billing_core.base.written import WrittenError, read_json
from billing_core.law.policy import Policy
from billing_core.law.prices import Prices, no_prices
from billing_core.rating.rate import Rates
from billing_core.views.readings import DATED, as_change
from pages._ui.base import address
from pages._ui.base.data import catalogue, demo_agreements, listed_prices, policy
from pages._ui.session import door
from pages._ui.session.files import DEMO, OwnTable, dataset, short_digest
from pages._ui.session.keys import OWN


def prices() -> OwnTable | None:
    """The session's own price list; None where the shipped one is used."""
    return _own("prices", address.view().prices)


def agreements() -> OwnTable | None:
    """The session's own agreements."""
    return _own("agreements", address.view().agreements)


def set_prices(own: OwnTable | None) -> None:
    """Rates by another price list from now on; None is the shipped one."""
    address.change(prices=_keep("prices", own))


def set_agreements(own: OwnTable | None) -> None:
    """Rates by other agreements from now on; None is the demo's for the demo, else none."""
    address.change(agreements=_keep("agreements", own))


def lost_prices() -> list[str]:
    """Which of "prices" and "agreements" the address names but this browser does not have."""
    asked = {"prices": address.view().prices, "agreements": address.view().agreements}
    return [kind for kind, wanted in asked.items() if wanted and not _own(kind, wanted)]


def readings() -> dict[str, Any]:
    """The policy values the session has changed, by key; they stand in the address. None where one cannot be."""
    changed = {}
    for told in address.view().policy:
        key, _, text = told.partition(":")
        if key in policy().parameters:
            changed[key] = _like(policy().parameters[key].values[0].value, text)
    try:
        held = policy().with_values(changed).parameters
    except PolicyError:
        return {}
    return {key: as_change(held[key]) for key in changed}


def set_readings(changes: Mapping[str, Any]) -> None:
    """Rates by these policy values from now on. PolicyError if one is unknown or not of its kind."""
    policy().with_values(changes)
    address.change(policy=tuple(f"{key}:{_text(value)}" for key, value in sorted(changes.items())))


def told_readings() -> dict[str, str]:
    """The policy values the session has changed, by key, as the address writes them."""
    return {key: text for key, _, text in (told.partition(":") for told in address.view().policy)}


def put_readings(told: Mapping[str, str]) -> None:
    """Rates by these policy values, written as in an address, from now on; one that the policy lacks is left out."""
    address.change(policy=tuple(f"{key}:{text}" for key, text in told.items() if _known(key, text)))


def _known(key: str, text: str) -> bool:
    parameter = policy().parameters.get(key)
    if parameter is None:
        return False
    try:
        policy().with_values({key: _like(parameter.values[0].value, text)})
    except PolicyError:
        return False
    return True


def policy_with(changes: Mapping[str, Any]) -> Policy:
    """The project's policy with some values changed; as it is shipped where one of them is none."""
    try:
        return policy().with_values(changes)
    except PolicyError:
        return policy()


def rates(changes: Mapping[str, Any] | None = None) -> Rates:
    """What the session's usage is rated by; `changes` stand in for the session's own readings."""
    current, own_prices, own_agreements = dataset(), prices(), agreements()
    demo = current is not None and current.id == DEMO
    agreed = own_agreements.frame if own_agreements else demo_agreements() if demo else no_prices()
    listed = own_prices.frame if own_prices else listed_prices()
    return Rates(catalogue(), Prices(listed, agreed), policy_with(readings() if changes is None else changes))


def basis() -> str:
    """Names what every amount rests on: dataset, prices and readings, by their content."""
    current = dataset()
    own = [own.id if own else "" for own in (prices(), agreements())]
    return short_digest(repr((current.id if current else None, own, sorted(readings().items()))).encode())


def as_shipped() -> bool:
    """Whether the session rates by the project's own prices, agreements and policy."""
    return not (prices() or agreements() or readings())


def _own(kind: str, wanted: str) -> OwnTable | None:
    held: OwnTable | None = door.kept(OWN, (kind, wanted)) if wanted else None
    return held


def _keep(kind: str, own: OwnTable | None) -> str:
    if own is None:
        return ""
    door.keep(OWN, (kind, own.id), own)
    return own.id


def _like(default: object, text: str) -> Any:
    match default:
        case _ if text.startswith("{"):
            return _dated(text)
        case list() | tuple():
            return [part for part in text.split(",") if part]
        case int() if text.isdecimal():
            return int(text)
        case _:
            return text


def _dated(text: str) -> dict[str, Any] | None:
    """Values for several days as the address says them; None, which is no value of any key, where they are none."""
    try:
        told = read_json(text)
    except WrittenError:
        return None
    return {DATED: told.get(DATED)} if isinstance(told, dict) else None


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
