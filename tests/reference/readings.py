"""The policy values in force in a month, as data/policy.toml dates them; single ones may be overridden."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from tests.reference.cells import first_day

DATA = Path(__file__).parents[2] / "data"


class Policy:
    """Values by key and month."""

    def __init__(self, overrides: dict[str, Any]) -> None:
        self.blocks: dict[str, list[dict[str, Any]]] = tomllib.loads((DATA / "policy.toml").read_text("utf-8"))
        self.overrides = overrides

    def value(self, key: str, period: str) -> Any:
        """The value in force on the month's first day; the first block also serves the months before it."""
        if key in self.overrides:
            return self.overrides[key]
        blocks = sorted(self.blocks[key], key=lambda block: block["valid_from"])
        chosen = blocks[0]["value"]
        for block in blocks:
            started: date = block["valid_from"]
            if started <= first_day(period):
                chosen = block["value"]
        return chosen
