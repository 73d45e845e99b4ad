"""Texts, numbers and dates as a person reads and types them."""

import re
from datetime import date
from decimal import Decimal

import pytest
import streamlit as st

from billing_core.base.texts import LANGUAGES
from pages._ui.base import format, text

NBSP = "\u00a0"


def test_both_languages_have_every_text() -> None:
    norwegian, english = (text.texts(code) for code in LANGUAGES)
    assert norwegian.keys() == english.keys()


def test_a_text_has_the_same_placeholders_in_both_languages() -> None:
    norwegian, english = (text.texts(code) for code in LANGUAGES)
    holes = re.compile(r"\{(\w*)\}")
    ours = [key for key in norwegian if key.startswith(("page.", "ui."))]
    assert [key for key in ours if set(holes.findall(norwegian[key])) != set(holes.findall(english[key]))] == []


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1234567.5"), f"kr{NBSP}1{NBSP}234{NBSP}567,50"),
        (Decimal("-0.5"), f"\u2212kr{NBSP}0,50"),
        (0, f"kr{NBSP}0,00"),
        (None, "ukjent"),
    ],
)
def test_kroner(value: Decimal | None, written: str) -> None:
    assert format.kroner(value) == written


def test_a_label_without_ore_is_rounded_half_away_from_zero() -> None:
    assert format.whole_kroner(Decimal("3900.50")) == f"kr{NBSP}3{NBSP}901"


def test_months_days_and_shares() -> None:
    assert format.month("2026-10") == f"okt.{NBSP}2026"
    assert format.day(date(2026, 10, 31)) == f"31.{NBSP}okt.{NBSP}2026"
    assert format.percent(Decimal("0.2626")) == f"26,3{NBSP}%"
    assert format.percent(None) == "–"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2,5", "2.5"),
        ("2.5", "2.5"),
        ("1 200", "1200"),
        ("1\u00a0200,75", "1200.75"),
        ("\u22123", "-3"),
        ("kr 40", "40"),
        ("12 %", "12"),
    ],
)
def test_a_typed_number_is_read_the_norwegian_way(typed: str, meant: str) -> None:
    assert format.typed_number(typed, -10, 10_000) == Decimal(meant)


@pytest.mark.parametrize("typed", ["", "to", "1,2,3", "2,5e3", "--1", "1 000,5 kr per stk"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(format.NotUnderstood, match="ikke et tall"):
        format.typed_number(typed, 0, 100)


def test_a_number_out_of_range_is_refused_with_the_range_and_never_clamped() -> None:
    with pytest.raises(format.NotUnderstood, match="fra 0 til 100"):
        format.typed_number("100,01", 0, 100)
    with pytest.raises(format.NotUnderstood, match="høyst 1"):
        format.typed_number("2,55", 0, 100, decimals=1)


def test_a_count_of_one_has_its_own_words() -> None:
    assert format.counted("ui.problems_notice", 1) == "1 merknad"
    assert format.counted("ui.problems_notice", 2) == "2 merknader"


NEVER_ONE = {
    # A number that is large, or that no noun of its own follows.
    "page.charges.lines_title", "page.charges.and_more", "page.rules.banner_policy", "page.rules.percent",
    "page.rules.found", "page.rules.changed", "page.services.see_lines", "page.simulate.full", "page.simulate.too_many",
    "page.simulate.all_of", "page.simulate.only_more", "page.simulate.lines", "page.simulate.change_count",
    "page.simulate.pick.more", "page.upload.map_too_many",
}  # fmt: skip


GIVEN_UP = {
    "nb": r"lesning(er|en|ene)? (av|i) rundskrivet|^lesning(er)?$|illustrativ\w* (pris|eksemp|liste)|hvor komplett"
    r"|fakturert andel|linje å lese|vis linjer som|^prøvd$|^alene$|spart mest|blir annerledes|^gjelder$"
    r"|\bvaren?\b(?! på)|\bvarer\b|arbeidsbok|avviste rader|^les filene|\bbackup\b",
    "en": r"illustrative|^readings?$|\bmend\b|\banew with|worked out anew|sav(ed|es) a month|(valid|in force) from"
    r"|lines that differ|^span$|stands on the row|line to read about|how complete",
}
"""Words that others have taken the place of, so that a thing has one word."""


@pytest.mark.parametrize("code", LANGUAGES)
def test_words_given_up_are_nowhere(code: str) -> None:
    old = re.compile(GIVEN_UP[code], re.IGNORECASE)
    found = {key: words for key, words in text.texts(code).items() if old.search(words.replace("`illustrative`", ""))}
    assert found == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_text_with_a_count_has_words_for_one(code: str) -> None:
    told = text.texts(code)
    counts = {key for key, words in told.items() if "{count}" in words and not key.endswith("_one")}
    assert {key for key in counts if f"{key}_one" not in told} == NEVER_ONE


def test_a_month_in_a_list_is_found_by_its_name_and_its_number() -> None:
    assert format.listed_month("2026-10") == "oktober 2026 (2026-10)"


def test_dates_follow_the_language() -> None:
    st.session_state["lang"] = "en"
    try:
        assert format.month("2026-10") == f"Oct{NBSP}2026"
    finally:
        del st.session_state["lang"]


def test_a_code_without_a_word_is_a_mistake_and_no_code_is_nothing() -> None:
    assert text.word("table", "licences") == "lisenser"
    assert text.word("table", None) == text.word("price_status", "") == ""
    with pytest.raises(KeyError):
        text.word("table", "licenses")
