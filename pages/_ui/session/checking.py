"""What a user gives to have checked and posted: invoices, what is done of their differences, account strings."""

from billing_core.checking.cases import Cases
from billing_core.intake import Source
from pages._ui.session import door
from pages._ui.session.files import OwnTable
from pages._ui.session.keys import OWN

_CASES, _BEFORE, _STRINGS, _STRINGS_BEFORE = "cases", "cases_before", "account_strings", "account_strings_before"
_MOST_STEPS = 20


def invoices(kind: str) -> tuple[Source, ...]:
    """The invoice files given: those to be checked ("check"), or those that are passed on ("passed_on")."""
    return door.kept(OWN, ("invoices", kind)) or ()


def set_invoices(kind: str, files: tuple[Source, ...]) -> None:
    """Has these invoice files from now on."""
    door.keep(OWN, ("invoices", kind), files)


def cases() -> Cases:
    """The cases that somebody has touched."""
    return door.kept(OWN, _CASES) or ()


def set_cases(fresh: Cases) -> None:
    """Has these cases from now on; `undo_cases` goes back."""
    door.keep(OWN, _BEFORE, (*_steps(), cases())[-_MOST_STEPS:])
    door.keep(OWN, _CASES, fresh)


def follow_cases(fresh: Cases) -> None:
    """Has the cases as later invoices leave them: nothing that a person did, so nothing to undo."""
    if fresh != cases():
        door.keep(OWN, _CASES, fresh)


def can_undo_cases() -> bool:
    """Whether a person has changed a case."""
    return bool(_steps())


def undo_cases() -> None:
    """Takes the last change of a case back."""
    *steps, before = _steps()
    door.keep(OWN, _BEFORE, tuple(steps))
    door.keep(OWN, _CASES, before)


def strings() -> OwnTable | None:
    """The account strings; None where there are none."""
    held: OwnTable | None = door.kept(OWN, _STRINGS)
    return held


def set_strings(fresh: OwnTable | None) -> None:
    """Posts on these account strings from now on; `undo_strings` goes back."""
    door.keep(OWN, _STRINGS_BEFORE, (strings(),))
    door.keep(OWN, _STRINGS, fresh)


def can_undo_strings() -> bool:
    """Whether other account strings were there before."""
    return door.kept(OWN, _STRINGS_BEFORE) is not None


def undo_strings() -> None:
    """Goes back to the account strings before; once."""
    (before,) = door.kept(OWN, _STRINGS_BEFORE) or (None,)
    door.let_go(OWN, _STRINGS_BEFORE)
    door.keep(OWN, _STRINGS, before)


def _steps() -> tuple[Cases, ...]:
    return door.kept(OWN, _BEFORE) or ()
