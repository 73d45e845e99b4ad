"""What is wrong with what a plan is made of, and what one should know of a forecast."""

from collections.abc import Mapping
from dataclasses import dataclass

from billing_core.base.errors import BillingCoreError


class PlanError(BillingCoreError):
    """Assumptions, an adopted budget or a month that cannot be used.

    `code` names the text `budget.error.<code>`, where {place} and {detail} stand for `place` and `detail`.
    """

    def __init__(self, code: str, message: str, place: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.place = place
        self.detail = detail


@dataclass(frozen=True)
class Notice:
    """What one should know of a forecast: `code` names the text `budget.notice.<code>`.

    {place}, {detail} and {count} stand in it for the values here; `<code>_one` has words for a count of one.
    """

    code: str
    place: str = ""
    detail: str = ""
    count: int = 0

    def told(self, words: Mapping[str, str]) -> str:
        """The notice in the language of `words`."""
        key = f"budget.notice.{self.code}"
        text = words.get(f"{key}_one", words[key]) if self.count == 1 else words[key]
        return text.format(place=self.place, detail=self.detail, count=self.count)
