"""PCs of device lists that may stand idle: counted and told, or left out where the caller chooses so."""

from collections.abc import Sequence
from datetime import date, timedelta

from billing_core.base.months import last_day
from billing_core.base.problems import Code, Problem
from billing_core.intake.exports.facts import Computer, Facts
from billing_core.intake.options import Options

UNSEEN_DAYS = 90
"""A PC that has not shown for more days than this before the month's last day is told of. Ours, not the circular's."""

COUNTED: tuple[Code, ...] = ("disabled_device", "unseen_device")
LEFT_OUT: Code = "idle_left_out"
"""The codes of the notices that tell of such PCs: of each that is counted, and of how many are not."""

_NO_SERIALS = frozenset((
    "", "0", "none", "null", "n/a", "na", "unknown", "default string", "system serial number", "to be filled by o.e.m.",
    "not specified", "not applicable", "invalid", "123456789",
))  # fmt: skip
"""What stands where a maker gave a machine no serial number of its own."""

Found = Sequence[tuple[Facts, list[Computer]]]


def counted(
    found: Found, period: str | None, options: Options
) -> tuple[list[tuple[Facts, list[Computer]]], list[Problem]]:
    """Each file's PCs that count in the month, and what is told of the others and of those that may stand idle."""
    disabled = {c.entra_id for facts, _ in found for c in facts.computers if c.disabled and c.entra_id}
    kept: list[tuple[Facts, list[Computer]]] = []
    problems: list[Problem] = []
    for facts, computers in found:
        once = _once(computers)
        problems += _count("enrolled_twice", facts.file, len(computers) - len(once))
        idle = {c.row: code for c in once if (code := _idle(c, disabled, period))}
        if options.leave_out_idle:
            problems += _count(LEFT_OUT, facts.file, len(idle))
            once = [computer for computer in once if computer.row not in idle]
        else:
            problems += [
                Problem(
                    severity="notice", code=idle[c.row], table="devices", file=facts.file, row=c.row,
                    value=c.device_id, detail=c.seen_on or "–",
                )
                for c in once
                if c.row in idle
            ]  # fmt: skip
        kept.append((facts, once))
    return kept, problems


def _once(computers: Sequence[Computer]) -> list[Computer]:
    """Of one serial number enrolled more than once for the same user, the record last seen."""
    last: dict[tuple[str, str], Computer] = {}
    for computer in computers:
        if place := _place(computer):
            earlier = last.get(place)
            if earlier is None or (computer.seen_on or "") > (earlier.seen_on or ""):
                last[place] = computer
    return [c for c in computers if (place := _place(c)) is None or last[place] is c]


def _place(computer: Computer) -> tuple[str, str] | None:
    serial = (computer.serial or "").strip().casefold()
    return (serial, computer.owner) if computer.owner and serial not in _NO_SERIALS else None


def _idle(computer: Computer, disabled: set[str], period: str | None) -> Code | None:
    """The code that tells why a PC may stand idle; None for one in use. Without a month nothing is long ago."""
    if computer.disabled or computer.entra_id in disabled:
        return "disabled_device"
    try:
        seen = date.fromisoformat(computer.seen_on or "")
    except ValueError:
        return None
    return "unseen_device" if period and last_day(period) - seen > timedelta(UNSEEN_DAYS) else None


def _count(code: Code, file: str, count: int) -> list[Problem]:
    if not count:
        return []
    return [Problem(severity="notice", code=code, table="devices", file=file, detail=str(count))]
