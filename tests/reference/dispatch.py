"""Digital dispatch: an external cost shared by actual use (contract, section 3, DSP-1)."""

from decimal import Decimal

from tests.reference.cells import Refused, Row, folded
from tests.reference.charges import Charge


def accepted_costs(costs: list[Row], rows: list[Row], refused: Refused) -> list[Row]:
    """The costs whose total is not exceeded by what the agencies report; the others are put in `refused`."""
    kept = []
    for cost in costs:
        if sum(row["quantity"] for row in same_channel(cost, rows)) > cost["total_quantity"]:
            refused.add((cost["file"], cost["row"]))
        else:
            kept.append(cost)
    return kept


def same_channel(cost: Row, rows: list[Row]) -> list[Row]:
    return [row for row in rows if (row["period"], row["channel"]) == (cost["period"], cost["channel"])]


def charges(rows: list[Row], costs: list[Row]) -> list[Charge]:
    """One line for each row: its part of the channel's cost, or by price where no cost is given."""
    found = []
    for row in rows:
        charge = Charge(
            row,
            f"dispatch.{row['channel']}",
            ["DSP-1"],
            "billed",
            quantity=row["quantity"],
            subject=row["channel"],
        )
        for cost in costs:
            if row in same_channel(cost, rows):
                charge.allocated = shares(cost, same_channel(cost, rows))[row["agency"]]
        found.append(charge)
    return found


def shares(cost: Row, rows: list[Row]) -> dict[str, Decimal]:
    """Each agency's part of the cost in kroner, by largest remainder to the øre.

    What others used is one more part; it comes last among equal remainders. The parts sum to the cost.
    """
    total, ore = cost["total_quantity"], cost["cost_nok"] * 100
    used = sorted(((row["agency"], row["quantity"]) for row in rows), key=lambda one: folded(one[0]))
    used.append(("others", total - sum(quantity for _, quantity in used)))
    # Everything times the total, so that a third of an øre needs no fraction.
    whole = [(ore * quantity) // total for _, quantity in used]
    remainders = [ore * quantity - part * total for (_, quantity), part in zip(used, whole, strict=True)]
    left = int(ore - sum(whole))
    by_remainder = sorted(range(len(used)), key=lambda place: -remainders[place])  # stable: by code, others last
    for place in by_remainder[:left]:
        whole[place] += 1
    return {agency: part / 100 for (agency, _), part in zip(used, whole, strict=True)}
