"""What a user has answered to advice: one frozen value, kept whatever is uploaded next."""

from billing_core.planning.advice_notes import Notes
from pages._ui.session import door
from pages._ui.session.keys import NOTES


def notes() -> Notes:
    """All that is answered; nothing to begin with."""
    held: Notes | None = door.kept(NOTES, "")
    return held or Notes()


def change(fresh: Notes) -> None:
    """Keeps it in place of what was."""
    door.keep(NOTES, "", fresh)
