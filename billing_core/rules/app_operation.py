"""Application operation and consumption without it (the circular, section 2)."""

from typing import Any

import narwhals as nw

from billing_core.law.policy import Terms
from billing_core.rules.charges import Charges, Lazy, Setting, Usage, charges, decided_by, joined, plain_number

ITEMS = (
    "apps.storage",
    "apps.backup",
    "apps.database",
    "apps.server",
    "apps.server_memory",
    "apps.application",
    "apps.unsupported",
)

KIND = nw.col("kind")
LEVEL = nw.col("service_level")
OPERATED = nw.col("supplier_operated")


def lines(usage: Usage, setting: Setting) -> list[Charges]:
    """The charges of systems' operation: APP-1 to APP-5, and APP-7 where the supplier does not operate."""
    rows = usage["operations"]
    servers = rows.filter(KIND == "server")
    databases = rows.filter(KIND == "database")
    applications = rows.filter(KIND == "application")
    server_variant = joined(LEVEL, plain_number(nw.col("memory_gb")))
    application_variant = joined(LEVEL, nw.col("complexity"), nw.col("criticality"))
    result = [
        _of(rows.filter(KIND == "storage"), ("APP-1",), "apps.storage", joined(LEVEL, nw.col("disk")), setting),
        _of(rows.filter(KIND == "backup"), ("APP-1",), "apps.backup", _backup_variant(setting.terms), setting),
        _of(databases.filter(OPERATED), ("APP-2",), "apps.database", joined(LEVEL), setting),
        _consumed(databases.filter(~OPERATED), ("APP-7", "APP-2"), "apps.database", joined(LEVEL), setting),
        _of(servers.filter(OPERATED), ("APP-3",), "apps.server", server_variant, setting),
        _consumed(servers.filter(~OPERATED), ("APP-7", "APP-3"), "apps.server", server_variant, setting),
        _of(applications.filter(OPERATED), ("APP-4",), "apps.application", application_variant, setting),
        _undecided(applications.filter(~OPERATED), application_variant, setting),
        *_unsupported(rows.filter(nw.col("unsupported")), setting),
    ]
    if setting.terms.server_memory == "per_gb":
        result += _memory(servers.filter(~nw.col("memory_gb").is_null()), setting)
    return result


def _backup_variant(terms: Terms) -> nw.Expr:
    return joined(LEVEL, nw.col("disk")) if terms.backup_disk == "differentiated" else joined(LEVEL)


def _of(rows: Lazy, rules: tuple[str, ...], item: str, variant: nw.Expr, setting: Setting, **given: Any) -> Charges:
    """Billed charges of `quantity` pieces of an item."""
    billed = decided_by(rows, rules, "billed", setting)
    quantity = given.pop("quantity", nw.col("quantity"))
    return charges(billed, setting.item(item), "operations", "system", variant=variant, quantity=quantity, **given)


def _consumed(rows: Lazy, rules: tuple[str, ...], item: str, variant: nw.Expr, setting: Setting) -> Charges:
    """APP-7: the same line without application operation, whose part comes off a list price."""
    service = nw.lit(setting.catalogue.rules["APP-7"].service)
    return _of(rows, rules, item, variant, setting, service=service, basis=nw.lit("consumption"))


def _undecided(applications: Lazy, variant: nw.Expr, setting: Setting) -> Charges:
    """An application that the supplier does not operate: the circular names no price for it."""
    rows = decided_by(applications, ("APP-7", "APP-4"), "undecided", setting)
    item = setting.item("apps.application")
    return charges(rows, item, "operations", "system", variant=variant, quantity=nw.col("quantity"))


def _memory(servers: Lazy, setting: Setting) -> list[Charges]:
    """APP-3's addition by GB: servers x GB a server. Both have at most three decimals, so the product has six."""
    quantity = (nw.col("quantity") // 1000) * (nw.col("memory_gb") // 1000)
    service = nw.lit(setting.catalogue.rules["APP-7"].service)
    args = ("apps.server_memory", joined(LEVEL), setting)
    return [
        _of(servers.filter(OPERATED), ("APP-3",), *args, quantity=quantity),
        _of(servers.filter(~OPERATED), ("APP-3",), *args, quantity=quantity, service=service),
    ]


def _unsupported(rows: Lazy, setting: Setting) -> list[Charges]:
    """APP-5: the stated extra cost as it is; without one it is undecided."""
    cost = nw.col("unsupported_cost_nok")
    item = setting.item("apps.unsupported")
    known = decided_by(rows.filter(~cost.is_null()), ("APP-5",), "billed", setting)
    unknown = decided_by(rows.filter(cost.is_null()), ("APP-5",), "undecided", setting)
    return [
        charges(known, item, "operations", "system", own_price=cost),
        charges(unknown, item, "operations", "system"),
    ]
