"""The rules, one module a section of the circular, each a decision table or the catalogue's own row.

`charges` gives every decided charge of the usage; which items only these modules make stands here too.
"""

from collections.abc import Callable, Collection

import polars as pl

from billing_core.base.model import Rule
from billing_core.law.catalogue import Catalogue
from billing_core.law.policy import Terms
from billing_core.rules import app_operation, network, office365, platform, services
from billing_core.rules.charges import Charges, Setting, Usage


def decision_tables(terms: Terms) -> dict[str, tuple[Rule, ...]]:
    """Every decision table by the usage table (and kind) that it decides, in the circular's order."""
    return {
        "licences": office365.table(terms),
        "connections": network.operation_table(terms),
        "connections (establishment)": network.establishment_table(terms),
        "devices": platform.client_table(terms),
        "devices (support)": platform.support_table(terms),
    }


def all_charges(usage: Usage, setting: Setting, shares: pl.DataFrame, given: Collection[str]) -> list[Charges]:
    """Every charge of the usage, decided and without a price, section by section.

    Only tables in `given` have rows: the others' sections are passed over.
    """
    sections: dict[str, Callable[[], list[Charges]]] = {
        "licences": lambda: office365.lines(usage, setting),
        "devices": lambda: platform.lines(usage, setting),
        "connections": lambda: network.lines(usage, setting),
        "operations": lambda: app_operation.lines(usage, setting),
        "services": lambda: services.ordered(usage, setting),
        "headcount": lambda: services.derived(usage, setting),
        "cloud": lambda: services.cloud(usage, setting),
        "dispatch": lambda: services.dispatch(usage, setting, shares),
    }
    return [charge for table, lines in sections.items() if table in given for charge in lines()]


def made_elsewhere(catalogue: Catalogue) -> dict[str, str]:
    """The items that a row of `services` may not name, each with the table that it comes from (contract, section 3)."""
    made = {
        "licences": office365.ITEMS,
        "devices": platform.ITEMS,
        "connections": network.ITEMS,
        "operations": app_operation.ITEMS,
        "cloud": [i.item for i in catalogue.items.values() if i.rule == "CLD-1"],
        "dispatch": [i.item for i in catalogue.items.values() if i.rule == "DSP-1"],
    }
    return {item: table for table, items in made.items() for item in items}
