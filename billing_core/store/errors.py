"""Why a file of saved work is not opened."""

from billing_core.base.errors import BillingCoreError


class WorkError(BillingCoreError):
    """A file that is not opened, or work that is not written.

    `code` names the text `work.error.<code>`, where {place} and {detail} stand for `place` and `detail`.
    """

    def __init__(self, code: str, message: str, place: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.place = place
        self.detail = detail
