"""What a follow-up's row is of, in words."""

from billing_core.planning.follow_up import TOTAL
from pages._ui.base.text import service_name, t


def service_or_whole(code: str) -> str:
    """A service's name; the word for the whole agency, or for the total."""
    named = {"": t("page.budget.whole_agency"), TOTAL: t("page.budget.total")}
    return named.get(code) or service_name(code)
