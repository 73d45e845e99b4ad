"""Scenarios: named actions on an agency's usage, and what they save, by the same rating on changed usage."""

from billing_core.scenario.actions import Action, Only, Scenario
from billing_core.scenario.compare import Comparison, Effect, compare, compare_on
from billing_core.scenario.errors import ScenarioError
from billing_core.scenario.rerated import Ratings
from billing_core.scenario.savings import MEASURES, Amounts
from billing_core.scenario.stored import from_json, from_token, on_agency, to_json, to_token

__all__ = [
    "MEASURES",
    "Action",
    "Amounts",
    "Comparison",
    "Effect",
    "Only",
    "Ratings",
    "Scenario",
    "ScenarioError",
    "compare",
    "compare_on",
    "from_json",
    "from_token",
    "on_agency",
    "to_json",
    "to_token",
]
