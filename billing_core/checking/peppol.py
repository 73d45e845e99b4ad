"""Code lists of Peppol BIS Billing 3 that are checked, and organisation numbers (modulus 11)."""

_INVOICES = "71 80 82 84 102 218 219 331 380 382 383 386 388 393 395 553 575 623 780 817 870 875 876 877"
_CREDIT_NOTES = "81 83 381 396 532"

TYPE_CODES = {"Invoice": frozenset(_INVOICES.split(" ")), "CreditNote": frozenset(_CREDIT_NOTES.split(" "))}
"""By the root's name: what kinds of document it may be (UNCL1001)."""

NORWEGIAN = "0192"
"""The scheme of Norwegian organisation numbers."""

_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2, 1)


def is_organisation_number(written: str) -> bool:
    """Whether a text is nine digits of which the last checks the others (modulus 11)."""
    if len(written) != len(_WEIGHTS) or not (written.isascii() and written.isdigit()):
        return False
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, written, strict=True)) % 11 == 0
