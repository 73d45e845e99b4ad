"""Providers' own cost files, known by their headings: they are refused with the way to export FOCUS instead."""

from collections.abc import Iterable

from billing_core.base.folding import fold
from billing_core.base.problems import Code

_AWS = {"line_item_unblended_cost", "lineitem/unblendedcost", "line_item_blended_cost", "lineitem/blendedcost"}
_OCI = {"cost/mycost", "lineitem/intervalusagestart"}
_AZURE_COST = {"cost", "pretaxcost", "costinbillingcurrency", "extendedcost", "paygcostinbillingcurrency"}
_AZURE_OWN = {"meterid", "metercategory", "metersubcategory"}


def cloud_bill(headings: Iterable[str]) -> Code | None:
    """The code of the problem that tells what a provider's own cost file is; None for any other file."""
    words = {fold(heading).replace(" ", "") for heading in headings}
    if words & _OCI:
        return "oci_bill"
    if words & _AWS:
        return "aws_bill"
    return "azure_bill" if words & _AZURE_COST and words & _AZURE_OWN else None
