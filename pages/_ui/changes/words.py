"""What the columns of `changes` are called and written as."""

from pages._ui.base.plain import Text
from pages._ui.base.text import rule_label, t, variant_name
from pages._ui.changes.compared import NAME
from pages._ui.parts.tables import Form


def part_name(part: str) -> Text:
    """A part in a word or two."""
    return t(f"{NAME}.part.{part}")


def rules(codes: str | None) -> str:
    """Several rules, by id and title."""
    return "; ".join(rule_label(code) for code in (codes or "").split(";") if code)


FORMS: dict[str, Form] = {
    "part": part_name,
    "variant": lambda code: variant_name(code) if code else "",
    "rule_from": rules,
    "rule_to": rules,
}
"""How the columns are written that no other table has."""
