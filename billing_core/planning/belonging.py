"""Where users belong, from a list of people: an own one, or an export that has department and manager."""

from billing_core.base.folding import fold
from billing_core.intake.opened import sheets
from billing_core.planning.errors import PlanError
from billing_core.planning.licence_cases import Belongs
from billing_core.readers.sheet import UnreadableError

USER = ("user_id", "bruker", "userPrincipalName", "User principal name", "mail")
DEPARTMENT = ("department", "avdeling", "seksjon", "enhet")
MANAGER = ("manager", "leder", "managerDisplayName", "nærmeste leder")
"""The headings that each is found under, the first that there is."""

MOST_ROWS = 100_000
_MOST_CHARACTERS = 200


def read_belonging(name: str, content: bytes) -> tuple[Belongs, ...]:
    """The users of a list, CSV or a workbook's first sheet. PlanError if it cannot be read or names no places."""
    try:
        sheet = sheets(name, content)[0]
    except (UnreadableError, IndexError) as error:
        raise PlanError("unreadable", f"{name} cannot be read", place=name) from error
    headings = {fold(heading): heading for heading in sheet.headings}
    user, department, manager = (
        next((headings[fold(word)] for word in words if fold(word) in headings), None)
        for words in (USER, DEPARTMENT, MANAGER)
    )
    if user is None or (department is None and manager is None):
        raise PlanError("no_people", f"{name} has no column of users beside one of departments or managers", place=name)
    if sheet.cells.height > MOST_ROWS:
        raise PlanError("too_many_people", f"{name} has over {MOST_ROWS} rows", place=name, detail=str(MOST_ROWS))
    found: dict[str, Belongs] = {}
    for cells in sheet.cells.iter_rows(named=True):
        who = _text(cells, user)
        if who:
            found[fold(who)] = Belongs(user_id=who, department=_text(cells, department), manager=_text(cells, manager))
    return tuple(found.values())


def _text(cells: dict[str, str | None], heading: str | None) -> str:
    return ((cells[heading] if heading else None) or "").strip()[:_MOST_CHARACTERS]
