"""The policy values in force in a month, by the dates of the frozen policy.toml; single ones may be overridden."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from tests.reference.cells import first_day

FROZEN = Path(__file__).parents[1] / "cases/frozen"


class Policy:
    """Values by key and month."""

    def __init__(self, overrides: dict[str, Any]) -> None:
        keys: dict[str, Any] = tomllib.loads((FROZEN / "policy.toml").read_text("utf-8"))
        self.dated: dict[str, list[dict[str, Any]]] = {key: said["values"] for key, said in keys.items()}
        self.overrides = overrides

    def value(self, key: str, period: str) -> Any:
        """The value in force on the month's first day; the first one also serves the months before it."""
        if key in self.overrides:
            return self.overrides[key]
        values = sorted(self.dated[key], key=lambda dated: dated["valid_from"])
        chosen = values[0]["value"]
        for dated in values:
            started: date = dated["valid_from"]
            if started <= first_day(period):
                chosen = dated["value"]
        return chosen
