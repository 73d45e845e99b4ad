"""Months as "YYYY-MM" and their days. Intervals of days are half-open; months in a row include both ends."""

from calendar import monthrange
from datetime import date


def first_day(period: str) -> date:
    """The first day of a month."""
    return date.fromisoformat(f"{period}-01")


def last_day(period: str) -> date:
    """The last day of a month."""
    day = first_day(period)
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_of(day: date) -> str:
    """The month that a day is in."""
    return f"{day:%Y-%m}"


def month_from(day: date) -> str:
    """The first month whose first day is not before `day`."""
    return month_of(day) if day.day == 1 else month_after(month_of(day))


def moved(period: str, count: int) -> str:
    """The month `count` months later, or earlier below 0."""
    number = _number(period) + count
    return f"{number // 12:04}-{number % 12 + 1:02}"


def month_before(period: str) -> str:
    """The month before."""
    return moved(period, -1)


def month_after(period: str) -> str:
    """The month after."""
    return moved(period, 1)


def months_until(period: str, count: int) -> list[str]:
    """`count` months in a row, `period` being the last."""
    return [moved(period, step) for step in range(1 - count, 1)]


def months_between(earliest: str, latest: str) -> list[str]:
    """Every month from the earliest to the latest, both included; none if the latest is before the earliest."""
    return [moved(earliest, step) for step in range(months_apart(earliest, latest) + 1)]


def months_apart(earlier: str, later: str) -> int:
    """How many months the later one is after the earlier."""
    return _number(later) - _number(earlier)


def _number(period: str) -> int:
    return int(period[:4]) * 12 + int(period[5:]) - 1
