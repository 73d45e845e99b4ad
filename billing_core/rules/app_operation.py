"""Application operation and consumption without it (the circular, section 2)."""

from collections.abc import Mapping
from functools import lru_cache, partial

import narwhals as nw

from billing_core.base.model import Rule
from billing_core.law.policy import Terms
from billing_core.rules.charges import Charges, Setting, Usage, joined, plain_number
from billing_core.rules.section import Decision, Section, lines_by

KIND = nw.col("kind")
LEVEL = nw.col("service_level")
MEMORY = nw.col("memory_gb")
COST = nw.col("unsupported_cost_nok")
CONSUMED = ~nw.col("supplier_operated")
ALWAYS = nw.lit(True)

consumption = partial(Rule, "APP-7", "billed", CONSUMED, service="consumption", basis="consumption")
"""APP-7: the same line without application operation, whose part comes off a list price."""


@lru_cache(16)
def decisions(terms: Terms) -> Mapping[str, Decision]:
    """Each kind of line that a system's row gives, and its rules."""
    disk = joined(LEVEL, nw.col("disk"))
    backup = disk if terms.backup_disk == "differentiated" else joined(LEVEL)
    server = joined(LEVEL, plain_number(MEMORY))
    application = joined(LEVEL, nw.col("complexity"), nw.col("criticality"))
    quantity = {"quantity": nw.col("quantity")}
    found = {
        "storage": Decision((Rule("APP-1", "billed", ALWAYS, "apps.storage", disk),), KIND == "storage", quantity),
        "backup": Decision((Rule("APP-1", "billed", ALWAYS, "apps.backup", backup),), KIND == "backup", quantity),
        "database": Decision(_priced_as("apps.database", "APP-2", joined(LEVEL)), KIND == "database", quantity),
        "server": Decision(_priced_as("apps.server", "APP-3", server), KIND == "server", quantity),
        "application": Decision(
            (
                # The circular names no price for an application that the supplier does not operate.
                Rule("APP-7", "undecided", CONSUMED, "apps.application", application),
                Rule("APP-4", "billed", ALWAYS, "apps.application", application),
            ),
            KIND == "application",
            quantity,
        ),
        "unsupported": Decision(
            (
                Rule("APP-5", "undecided", COST.is_null(), "apps.unsupported"),
                Rule("APP-5", "billed", None, "apps.unsupported"),
            ),
            nw.col("unsupported"),
            {"own_price": COST},
        ),
    }
    if terms.server_memory == "per_gb":
        found["memory"] = _memory()
    return found


def _priced_as(item: str, rule: str, variant: nw.Expr) -> tuple[Rule, ...]:
    """A server's or database's rules: its own, and APP-7 before it where the supplier does not operate it."""
    return consumption(item, variant), Rule(rule, "billed", ALWAYS, item, variant)


def _memory() -> Decision:
    """APP-3's addition by GB: servers x GB a server. Both have at most three decimals, so the product has six."""
    item, level = "apps.server_memory", joined(LEVEL)
    rules = (
        Rule("APP-3", "billed", CONSUMED, item, level, service="consumption"),
        Rule("APP-3", "billed", None, item, level),
    )
    quantity = (nw.col("quantity") // 1000) * (MEMORY // 1000)
    return Decision(rules, (KIND == "server") & ~MEMORY.is_null(), {"quantity": quantity})


def lines(usage: Usage, setting: Setting) -> list[Charges]:
    """The charges of systems' operation: APP-1 to APP-5, and APP-7 where the supplier does not operate."""
    return lines_by(decisions(setting.terms), usage["operations"], setting, "operations", "system")


SECTION = Section(
    name="app_operation",
    table="operations",
    rules=("APP-7", "APP-1", "APP-2", "APP-3", "APP-4", "APP-5"),
    lines=lines,
    items=(
        "apps.storage",
        "apps.backup",
        "apps.database",
        "apps.server",
        "apps.server_memory",
        "apps.application",
        "apps.unsupported",
    ),
    decisions=decisions,
    amounts={"": ("quantity",), "apps.server_memory": ("memory_gb",), "apps.unsupported": ("unsupported_cost_nok",)},
)
