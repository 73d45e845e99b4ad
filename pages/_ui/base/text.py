"""Texts by key in the language chosen, and the names of what codes stand for."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

import streamlit as st

from billing_core.base.tables import TABLES
from billing_core.base.texts import LANGUAGES, load_texts
from pages._ui.base import address
from pages._ui.base.data import DATA, catalogue
from pages._ui.base.plain import Text, bare, plain

_SPOKEN: ContextVar[str] = ContextVar("spoken")


def language() -> str:
    """The language of the screen: "nb" (default) or "en"."""
    return _SPOKEN.get("") or str(st.session_state.get("lang", "nb"))


@contextmanager
def spoken(code: str) -> Iterator[None]:
    """The language of what is made outside a page's run: of a file that is downloaded."""
    before = _SPOKEN.set(code)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def choose_language() -> None:
    """The language switch in the sidebar."""
    address.select(
        t("ui.language"), LANGUAGES, key="lang", format=lambda code: t(f"ui.language_{code}"),
        widget=st.sidebar.segmented_control,
    )  # fmt: skip


@cache
def texts(of: str) -> dict[str, str]:
    """Every text of a language by key, the names of items and SKUs (`item.<code>`) among them."""
    return load_texts(DATA / "texts", of) | catalogue().names(of)


def t(key: str, **values: object) -> Text:
    """The text of `key`, its {placeholders} filled. KeyError if there is none: that is a mistake of ours.

    What is filled in is plain: no Markdown of a file's own is drawn.
    """
    told = texts(language())[key]
    if not values:
        return Text(told, told)
    markdown = {name: plain(value) if isinstance(value, str) else value for name, value in values.items()}
    bare_values = {name: bare(value) if isinstance(value, str) else value for name, value in values.items()}
    return Text(told.format(**markdown), told.format(**bare_values))


def service_name(code: str) -> str:
    """A service's name; a code that is no service of the circular is its own name."""
    return texts(language()).get(f"service.{code}.name", code)


def services() -> list[str]:
    """The circular's services, by code, in its order."""
    keys = (key.split(".") for key in texts(language()))
    return [key[1] for key in keys if key[0] == "service" and key[2:] == ["name"]]


def item_name(code: str) -> str:
    """An item's name."""
    item = catalogue().items.get(code)
    return code if item is None else item.name_nb if language() == "nb" else item.name_en


def rule_title(code: str) -> str:
    """A rule's title, without its id."""
    rule = catalogue().rules.get(code)
    return code if rule is None else rule.title(language())


def rule_label(code: str) -> str:
    """A rule's id and title."""
    return f"{code} – {rule_title(code)}"


def agency_name(code: str) -> str:
    """An agency's full name; its code if it is not in the register."""
    return catalogue().agencies.get(code, code)


def agency_label(code: str) -> str:
    """An agency's code and name."""
    name = agency_name(code)
    return code if name == code else f"{code} – {name}"


def sku_label(sku: str) -> str:
    """A licence's code and product name."""
    name = catalogue().sku_names.get(sku, sku)
    return sku if name == sku else f"{sku} – {name}"


def word(kind: str, code: str | None) -> str:
    """The word for a code: kind is `funding`, `price_status`, `table`, `column`, `unit`, `recurrence` or `severity`.

    Nothing for no code. KeyError for one without a word: that is a mistake of ours.
    """
    return texts(language())[f"{kind}.{code}"] if code else ""


def code_word(code: str) -> str:
    """The word for a code of the usage tables: Norwegian, or in English the code itself; others as they are."""
    found = _code_words().get(code)
    if found is None:
        return code
    return found if language() == "nb" else code.replace("_", " ")


def variant_name(variant: str) -> str:
    """A line's variant in words: the product of a SKU, else its parts (`gold / ssd`, `tykk`)."""
    return catalogue().sku_names.get(variant) or " / ".join(code_word(part) for part in variant.split("/"))


def variant_label(variant: str) -> str:
    """The same with a SKU's code before its product."""
    return sku_label(variant) if variant in catalogue().sku_names else variant_name(variant)


@cache
def _code_words() -> dict[str, str]:
    return {code: said for table in TABLES.values() for column in table.columns for code, said in column.choices}
