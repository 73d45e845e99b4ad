"""What the check's columns, classes, kinds and states are called, and a row's figures in a sentence."""

from pages._ui.base.format import change, day, kroner, month, number
from pages._ui.base.text import item_name, t, variant_name
from pages._ui.invoice.checked import NAME, Row
from pages._ui.parts.tables import Form


def kind_name(code: str) -> str:
    """What a kind of row is called."""
    return t(f"{NAME}.kind.{code}")


def class_name(code: str) -> str:
    """What a class is called."""
    return t(f"{NAME}.class.{code}")


def state_name(code: str) -> str:
    """What a case's state is called."""
    return t(f"{NAME}.state.{code}")


def span(period: str) -> str:
    """A month, or the first and the last of several."""
    return "–".join(month(part) for part in dict.fromkeys(period.split("..")))


FORMS: dict[str, Form] = {
    "difference_nok": "kroner",
    "invoiced_nok": "kroner",
    "rated_nok": "kroner",
    "class": class_name,
    "kind": kind_name,
    "state": state_name,
    "item": lambda code: item_name(code) if code else t(f"{NAME}.whole_invoice"),
    "variant": lambda code: variant_name(code or ""),
    "period": span,
    "rated_period": lambda period: span(period) if period else "",
    "deadline": lambda when: "" if when is None else day(when),
    "invoiced_quantity": number,
    "rated_quantity": number,
    "invoiced_price_nok": "unit_price",
    "rated_price_nok": "unit_price",
    "invoice_lines": "number",
    "rated_lines": "number",
}
"""How the columns of a check are written."""


def headings() -> dict[str, str]:
    """What the columns of a check are called, beside those that all pages share."""
    names = [name for name in FORMS if name not in ("item", "variant", "period")]
    return {name: t(f"{NAME}.column.{name}") for name in (*names, "invoice_id", "line", "text", "owner")}


def facts(row: Row) -> str:
    """What the class of a row means, with its figures."""
    told = {
        "invoiced": kroner(row["invoiced_nok"]),
        "rated": kroner(row["rated_nok"]),
        "difference": change(row["difference_nok"]),
        "invoiced_quantity": number(row["invoiced_quantity"]),
        "rated_quantity": number(row["rated_quantity"]),
        "invoiced_price": kroner(row["invoiced_price_nok"]),
        "rated_price": kroner(row["rated_price_nok"]),
        "period": span(row["period"]),
        "rated_period": span(row["rated_period"]) if row["rated_period"] else "–",
    }
    unread = row["class"] == "only_invoice" and row["difference_nok"] is None
    return t(f"{NAME}.class_told.{'unread' if unread else row['class']}", **told)
