"""The rules, a module a section of the circular; what is known of a section stands on its `Section` and nowhere else.

Office 365, the platform, network and application operation are decision tables; what `services`, headcount, cloud and
dispatch bring is decided by the catalogue's row of the item.
"""

from collections.abc import Collection

from billing_core.base.model import EXEMPT_RULE, Rule
from billing_core.base.tables import TABLES
from billing_core.law.catalogue import Item
from billing_core.law.policy import Terms
from billing_core.rules import app_operation, network, office365, platform, services
from billing_core.rules.charges import Charges, Setting, Usage
from billing_core.rules.section import Section

SECTIONS: dict[str, Section] = {
    section.table: section
    for section in (office365.SECTION, platform.SECTION, network.SECTION, app_operation.SECTION, *services.SECTIONS)
}
"""Every section by the usage table whose rows give its lines."""

MADE_ELSEWHERE = {item: table for table, section in SECTIONS.items() for item in section.items}
"""The items that a row of `services` may not name, each with the table that it comes from (contract, section 3)."""


def decision_tables(terms: Terms) -> dict[str, tuple[Rule, ...]]:
    """Every decision table, by section and kind of line."""
    return {
        f"{section.name}: {kind}": decision.rules
        for section in SECTIONS.values()
        for kind, decision in section.decisions(terms).items()
    }


def all_charges(usage: Usage, setting: Setting, given: Collection[str]) -> list[Charges]:
    """Every charge of the usage, decided and without a price, section by section.

    Only tables in `given` have rows: the others' sections are passed over.
    """
    return [charge for table, section in SECTIONS.items() if table in given for charge in section.lines(usage, setting)]


def made_in(item: Item) -> tuple[str, ...]:
    """The usage tables whose rows make lines of this item."""
    owners = tuple(table for table, section in SECTIONS.items() if item.item in section.items)
    return owners or (("headcount", "services") if item.derived else ("services",))


def tables_behind(rule: str) -> tuple[str, ...]:
    """The usage tables that the lines of a rule hang on: those its section reads, or is filled from."""
    if rule == EXEMPT_RULE:
        return tuple(TABLES)
    section = next((one for one in SECTIONS.values() if rule in one.rules), SECTIONS["services"])
    return (*section.reads, *section.filled_from)
