"""What is wrong with a scenario: raised at once, with a code that the screens look their text up by."""

from billing_core.base.errors import BillingCoreError


class ScenarioError(BillingCoreError):
    """A scenario that cannot be read, or cannot be worked out on this usage.

    `code` names the text `scenario.error.<code>`, where {place} and {detail} stand for `place` and `detail`.
    """

    def __init__(self, code: str, message: str, place: str = "", detail: str = "") -> None:
        super().__init__(f"scenario: {message}")
        self.code = code
        self.place = place
        self.detail = detail
