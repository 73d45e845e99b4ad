"""Words, numbers and dates of one language, for files that no screen draws; numbers the Norwegian way in both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from billing_core.base.money import rounded
from billing_core.base.months import first_day
from billing_core.law.catalogue import Catalogue

SPACE = "\u00a0"
_DATES = {"nb": "nb_NO", "en": "en_GB"}


@dataclass(frozen=True)
class Wording:
    """A language ("nb" or "en"), its `texts` by key, and the catalogue whose names they are told with."""

    language: str
    texts: Mapping[str, str]
    catalogue: Catalogue

    def say(self, key: str, **values: object) -> str:
        """The text of `report.<key>`, its {placeholders} filled. KeyError if there is none."""
        return self.texts[f"report.{key}"].format(**values)

    def counted(self, key: str, count: int, **values: object) -> str:
        """The text of a key with {count}; that of `<key>_one` where it is one."""
        return self.say(f"{key}_one" if count == 1 else key, count=self.number(count), **values)

    def number(self, value: Decimal | int, decimals: int = 0) -> str:
        """`1 234 567,50`, rounded half away from zero."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        told = format_decimal(rounded(Decimal(value), decimals), pattern, locale="nb_NO")
        return told.replace("\u202f", SPACE).replace("-", "\u2212")

    def kroner(self, value: Decimal | None, decimals: int = 0) -> str:
        """`kr 1 234 567`; None is the word for unknown: unknown is not zero."""
        if value is None:
            return self.texts["ui.unknown"]
        sign = "\u2212" if value < 0 else ""
        return f"{sign}kr{SPACE}{self.number(abs(value), decimals)}"

    def change(self, value: Decimal, decimals: int = 0) -> str:
        """Kroner with a plus where it is more."""
        return ("+" if value > 0 else "") + self.kroner(value, decimals)

    def month(self, period: str, pattern: str = "MMMM y") -> str:
        """`oktober 2026` of "2026-10"; "MMM y" is the short one."""
        return format_date(first_day(period), pattern, locale=_DATES[self.language])

    def months(self, periods: list[str]) -> str:
        """`jan. 2026–okt. 2026 (10)`: the first and the last of months in order, and how many there are."""
        if len(periods) < 2:
            return "".join(self.month(period) for period in periods) or "–"
        ends = (self.month(period, "MMM y") for period in (periods[0], periods[-1]))
        return f"{'–'.join(ends)} ({len(periods)})"

    def day(self, value: date) -> str:
        """`31. oktober 2026`."""
        return format_date(value, "long", locale=_DATES[self.language])

    def word(self, kind: str, code: str) -> str:
        """The word for a code, of the texts `<kind>.<code>`; the code itself where there is none."""
        return self.texts.get(f"{kind}.{code}", code)

    def service(self, code: str) -> str:
        """A service's name; what is of no service is the whole agency's."""
        return self.texts.get(f"service.{code}.name", code) if code else self.say("whole_agency")

    def item(self, code: str) -> str:
        """An item's name."""
        return self.word("item", code)

    def action(self, kind: str) -> str:
        """What an action of a scenario is called."""
        return self.texts.get(f"scenario.action.{kind}.name", kind)

    def rule(self, code: str) -> str:
        """A rule's title."""
        found = self.catalogue.rules.get(code)
        return code if found is None else found.title(self.language)

    def clause(self, code: str) -> str:
        """Where in the circular a rule stands."""
        found = self.catalogue.rules.get(code)
        return found.clause if found else ""

    def agency(self, code: str) -> str:
        """An agency's full name; its code if it is not in the register."""
        return self.catalogue.agencies.get(code, code)
