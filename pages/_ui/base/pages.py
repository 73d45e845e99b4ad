"""The pages in the order of the menu, and links to them that keep the view."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from pages._ui.base.text import t

FOLDER = Path(__file__).parents[2]

MENU: dict[str, dict[str, str]] = {
    "see": {
        "overview": ":material/home:",
        "services": ":material/list_alt:",
        "charges": ":material/receipt_long:",
        "changes": ":material/compare_arrows:",
    },
    "plan": {
        "budget": ":material/account_balance_wallet:",
        "advice": ":material/recommend:",
        "simulate": ":material/tune:",
        "estimate": ":material/calculate:",
    },
    "check": {
        "invoice": ":material/fact_check:",
        "postings": ":material/account_tree:",
        "rules": ":material/gavel:",
    },
    "data": {"upload": ":material/upload_file:"},
}
"""The groups of the menu (texts `ui.menu_<group>`) and their pages, each with its icon."""

PAGES = {name: icon for group in MENU.values() for name, icon in group.items()}
"""Name of script, text files and address -> its icon."""


def menu() -> dict[str, list[st.Page]]:
    """Every page under the words of its group."""
    return {t(f"ui.menu_{group}"): [page_of(name) for name in names] for group, names in MENU.items()}


def page_of(name: str) -> st.Page:
    """The page as Streamlit's navigation takes it; the first is the start page."""
    return st.Page(
        FOLDER / f"{name}.py",
        title=t(f"page.{name}.title"),
        icon=PAGES[name],
        url_path=name,
        default=name == next(iter(PAGES)),
    )


def link(name: str, label: str, choices: Mapping[str, str] | None = None, icon: str | None = None) -> None:
    """A link to another page, with `choices` of its own in the address (`{"charges_status": "unpriced"}`)."""
    st.page_link(page_of(name), label=label, query_params=dict(choices or {}), icon=icon)
