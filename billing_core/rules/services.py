"""What the catalogue's item decides: ordered services, the covered part by headcount, cloud and digital dispatch."""

import narwhals as nw

from billing_core.base.money import QUANTITY
from billing_core.base.tables import TABLES
from billing_core.rules.charges import Charges, Setting, Usage, charged, charges, decided_by, decided_by_item
from billing_core.rules.section import Section

CLOUD = "cloud."
DISPATCH = "dispatch."


def ordered(usage: Usage, setting: Setting) -> list[Charges]:
    """The charges of `services`: HR, FIN, CC, PORT, INV, NET-3, DIG, PLT-4, APP-6, CLD-2, GEN-2, by the item's row."""
    rows = decided_by_item(usage["services"], setting)
    return [
        charged(
            rows,
            "services",
            "reference",
            quantity=nw.col("quantity"),
            own_price=nw.col("unit_price_nok"),
            own_source=nw.col("reference"),
            estimated=nw.col("price_kind") == "estimate",
        )
    ]


def derived(usage: Usage, setting: Setting) -> list[Charges]:
    """The covered part that follows from the headcount, unless `services` has the item itself (contract, section 3)."""
    result = []
    stated = usage["services"].select("period", "agency", "item")
    for item in setting.catalogue.items.values():
        if not item.derived:
            continue
        elsewhere = stated.filter(nw.col("item") == item.item).select("period", "agency")
        rows = usage["headcount"].join(elsewhere, on=["period", "agency"], how="anti")
        quantity = nw.col("employees") * QUANTITY if item.derived == "employees" else nw.lit(QUANTITY, dtype=nw.Int64)
        covered = decided_by(rows, (item.rule,), item.funding, setting)
        result.append(charges(covered, item, "headcount", "", quantity=quantity))
    return result


def cloud(usage: Usage, setting: Setting) -> list[Charges]:
    """CLD-1: cloud consumption as it was invoiced."""
    rows = usage["cloud"].with_columns(item=nw.concat_str([nw.lit(CLOUD), nw.col("provider")]))
    return [charged(decided_by_item(rows, setting), "cloud", "provider", own_price=nw.col("cost_nok"))]


def dispatch(usage: Usage, setting: Setting) -> list[Charges]:
    """DSP-1: each agency's share of the external cost (`Setting.shares`)."""
    rows = usage["dispatch"].join(setting.load(setting.shares), on=["period", "file", "row"], how="left")
    rows = rows.with_columns(item=nw.concat_str([nw.lit(DISPATCH), nw.col("channel")]))
    return [
        charged(
            decided_by_item(rows, setting),
            "dispatch",
            "channel",
            quantity=nw.col("quantity"),
            allocated=nw.col("allocated"),
        )
    ]


def _made_of(prefix: str, table: str, column: str) -> tuple[str, ...]:
    """The items that a table makes: one a code of its column."""
    return tuple(f"{prefix}{code}" for code, _ in TABLES[table].column(column).choices)


SECTIONS = (
    # What competence plan and dialogue leaves out is filled from the headcount.
    Section("services", "services", rules=(), lines=ordered, filled_from=("headcount",)),
    Section(
        "headcount",
        "headcount",
        rules=(),
        lines=derived,
        # What `services` has itself does not follow from the headcount (contract, section 3).
        also_reads=("services",),
        neighbours=(("period", "agency"),),
        amounts={"": ("employees", "ftes")},
    ),
    Section(
        "cloud",
        "cloud",
        rules=("CLD-1",),
        lines=cloud,
        items=_made_of(CLOUD, "cloud", "provider"),
        amounts={"": ("cost_nok",)},
    ),
    Section(
        "dispatch",
        "dispatch",
        rules=("DSP-1",),
        lines=dispatch,
        items=_made_of(DISPATCH, "dispatch", "channel"),
        also_reads=("dispatch_costs",),
        # DSP-1 shares a channel's cost.
        neighbours=(("period", "channel"),),
    ),
)
"""The sections where the catalogue's row of the item decides; its rules stand there."""
