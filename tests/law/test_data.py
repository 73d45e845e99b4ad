"""The shipped data: prices without overlap or gap, well-formed registers, and texts complete in both languages."""

import csv
import re
import string
import tomllib
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"
LANGUAGES = ("nb", "en")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def toml(name: str) -> dict:
    return tomllib.loads((DATA / name).read_text("utf-8"))


def texts(language: str, name: str) -> dict:
    return toml(f"texts/{language}/{name}.toml")


def keys(tree: dict, before: str = "") -> set[str]:
    return {
        path
        for key, value in tree.items()
        for path in (keys(value, f"{before}{key}.") if isinstance(value, dict) else {before + key})
    }


def months(first: str, last: str) -> list[date]:
    (year, month), (end_year, end_month) = (map(int, text.split("-")) for text in (first, last))
    return [date(n // 12, n % 12 + 1, 1) for n in range(year * 12 + month - 1, end_year * 12 + end_month)]


def span(row: dict[str, str]) -> tuple[date, date]:
    return date.fromisoformat(row["valid_from"]), date.fromisoformat(row["valid_to"] or "9999-12-31")


def overlapping(table: list[dict[str, str]], key: tuple[str, ...]) -> list[tuple[str, ...]]:
    groups = defaultdict(list)
    for row in table:
        groups[tuple(row[name] for name in key)].append(span(row))
    return [
        group
        for group, spans in groups.items()
        for earlier, later in zip(sorted(spans), sorted(spans)[1:], strict=False)
        if earlier[1] > later[0]
    ]


# Prices


def test_every_item_with_a_list_price_has_one_in_every_month_of_2025_to_2027():
    priced = defaultdict(list)
    for row in rows("prices.csv"):
        priced[row["item"]].append(span(row))
    needed = {
        row["price_as"] or row["item"] for row in rows("items.csv") if row["basis"] not in ("agreement", "pass_through")
    }
    gaps = [
        (item, month)
        for item in needed
        for month in months("2025-01", "2027-12")
        if not any(start <= month < end for start, end in priced[item])
    ]
    assert gaps == []


def test_every_variant_that_has_a_price_has_exactly_one_in_every_month():
    priced = defaultdict(list)
    for row in rows("prices.csv"):
        priced[row["item"], row["variant"]].append(span(row))
    for key, spans in priced.items():
        for month in months("2025-01", "2027-12"):
            assert sum(start <= month < end for start, end in spans) == 1, (key, month)


def test_no_two_prices_of_an_item_and_variant_overlap():
    assert overlapping(rows("prices.csv"), ("item", "variant")) == []


def test_no_two_demo_agreements_of_an_item_and_variant_overlap():
    assert overlapping(rows("demo/agreements.csv"), ("agency", "item", "variant")) == []


def test_items_by_agreement_or_passed_through_have_no_list_price():
    without = {row["item"] for row in rows("items.csv") if row["basis"] in ("agreement", "pass_through")}
    assert without & {row["item"] for row in rows("prices.csv")} == set()


def test_every_price_is_for_a_known_item():
    known = {row["price_as"] or row["item"] for row in rows("items.csv")}
    assert {row["item"] for row in rows("prices.csv")} - known == set()
    assert {row["item"] for row in rows("demo/agreements.csv")} - known == set()


def test_every_shipped_price_says_whether_it_is_illustrative_is_positive_and_has_at_most_four_decimals():
    for row in rows("prices.csv"):
        assert row["status"] == ("illustrative" if row["source"].startswith("Illustrativ") else "confirmed"), row
        assert re.fullmatch(r"\d+\.\d{2,4}", row["price_nok"]) and Decimal(row["price_nok"]) > 0, row


def test_every_illustrative_price_rises_by_two_to_six_percent_on_new_years_day_2026():
    by_year = {
        (row["item"], row["variant"], row["valid_from"]): Decimal(row["price_nok"])
        for row in rows("prices.csv")
        if row["status"] == "illustrative"
    }
    for (item, variant, start), price in by_year.items():
        if start == "2026-01-01":
            assert Decimal("1.02") <= price / by_year[item, variant, "2025-01-01"] <= Decimal("1.06"), (item, variant)


def test_every_server_and_database_price_has_a_smaller_part_for_application_operation():
    for row in rows("prices.csv"):
        if row["item"] in ("apps.server", "apps.database"):
            assert 0 < Decimal(row["app_operation_nok"]) < Decimal(row["price_nok"])
        else:
            assert row["app_operation_nok"] == ""


def test_licences_of_the_standard_are_priced_and_those_of_no_cost_are_not():
    priced = {row["variant"] for row in rows("prices.csv") if row["item"] == "office365.licence"}
    policy = toml("policy.toml")
    assert set(policy["standard_skus"]["values"][0]["value"]) <= priced
    assert set(policy["no_cost_skus"]["values"][0]["value"]) & priced == set()
    assert priced <= {row["sku"] for row in rows("skus.csv")}


# Registers


def is_organisation_number(text: str) -> bool:
    """Nine digits, the last by modulus 11 with weights 3 2 7 6 5 4 3 2."""
    if not re.fullmatch(r"\d{9}", text):
        return False
    *digits, check = (int(digit) for digit in text)
    return -sum(digit * weight for digit, weight in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11 == check


def test_the_check_of_an_organisation_number_refuses_a_wrong_last_digit():
    assert is_organisation_number("996922766")
    assert not is_organisation_number("996922767")


def test_agencies_have_unique_codes_known_kinds_and_valid_organisation_numbers():
    agencies = rows("agencies.csv")
    assert len({row["code"] for row in agencies}) == len(agencies)
    for row in agencies:
        assert re.fullmatch("[A-ZÆØÅ]{3}", row["code"]) and row["name"]
        assert row["kind"] in ("agency", "district")
        assert row["organisation_number"] == "" or is_organisation_number(row["organisation_number"]), row


def test_every_agency_outside_the_new_financing_is_in_the_register():
    codes = {row["code"] for row in rows("agencies.csv")}
    assert all(set(dated["value"]) <= codes for dated in toml("policy.toml")["exempt_agencies"]["values"])


def test_every_spelling_of_a_licence_leads_to_one_sku():
    found = defaultdict(set)
    for row in rows("skus.csv"):
        for spelling in (row["sku"], row["guid"], row["name"]):
            found[spelling.casefold()].add(row["sku"])
    for row in rows("sku_aliases.csv"):
        assert row["alias"].casefold() not in found, f"{row['alias']} stands twice"
        found[row["alias"].casefold()].add(row["sku"])
    assert [spelling for spelling, skus in found.items() if len(skus) > 1] == []
    assert all(spelling == spelling.strip() != "" for spelling in found)


def test_every_alias_leads_to_a_known_sku():
    assert {row["sku"] for row in rows("sku_aliases.csv")} <= {row["sku"] for row in rows("skus.csv")}


def test_every_guid_is_well_formed_and_stands_once():
    guids = [row["guid"] for row in rows("skus.csv")]
    assert len(set(guids)) == len(guids)
    assert all(re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", guid) for guid in guids)


@pytest.mark.parametrize(
    ("spelling", "sku"),
    [
        ("STANDARDPACK", "E1"),
        ("Office 365 E1", "E1"),
        ("EMS", "EMS_E3"),
        ("Visio Plan 2", "VISIOCLIENT"),
        ("POWER BI (FREE)", "POWER_BI_STANDARD"),
        ("Microsoft 365 F3", "SPE_F1"),
        ("Microsoft 365 F1", "M365_F1"),
        ("b57282e3-65bd-4252-9502-c0eae1e5ab7f", "Office_365_w/o_Teams_Bundle_E1"),
    ],
)
def test_well_known_spellings_lead_to_the_sku_they_mean(spelling, sku):
    skus = {
        text.casefold(): row["sku"] for row in rows("skus.csv") for text in (row["sku"], row["guid"], row["name"])
    } | {row["alias"].casefold(): row["sku"] for row in rows("sku_aliases.csv")}
    assert skus[spelling.casefold()] == sku


def test_every_sku_of_the_policy_is_in_the_catalogue():
    policy, skus = toml("policy.toml"), {row["sku"] for row in rows("skus.csv")}
    dated = [*policy["standard_skus"]["values"], *policy["no_cost_skus"]["values"]]
    assert {sku for value in dated for sku in value["value"]} <= skus


# Texts


@pytest.mark.parametrize("name", ["circular"])
def test_both_languages_have_the_same_text_keys_and_none_is_empty(name):
    bokmaal, english = (texts(language, name) for language in LANGUAGES)
    assert keys(bokmaal) == keys(english)
    for language in LANGUAGES:
        source = (DATA / f"texts/{language}/{name}.toml").read_text("utf-8")
        assert '""' not in source


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_its_condition_and_its_reason(language):
    rules = texts(language, "circular")["rule"]
    assert list(rules) == [row["rule"] for row in rows("rules.csv")]
    for text in rules.values():
        assert {"when", "why"} <= set(text) <= {"when", "why", "why_framework", "why_undecided", "why_measured"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reading_has_a_title_and_a_text_for_each_choice(language):
    choices = {key: said["choices"] for key, said in toml("policy.toml").items() if "choices" in said}
    readings = texts(language, "circular")["reading"]
    assert {key: list(text) for key, text in readings.items()} == {
        key: ["title", *values] for key, values in choices.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_service_has_name_coverage_billing_and_clause(language):
    services = {row["service"] for row in rows("items.csv")} | {row["service"] for row in rows("rules.csv")} - {"all"}
    told = texts(language, "circular")["service"]
    assert set(told) == services
    assert all(list(text) == ["name", "covered", "billed", "clause"] for text in told.values())


def test_a_clause_of_a_service_is_the_same_in_both_languages():
    bokmaal, english = (texts(language, "circular")["service"] for language in LANGUAGES)
    assert all(bokmaal[name]["clause"] == english[name]["clause"] for name in bokmaal)


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_placeholder_is_a_policy_key_or_in_a_measured_reason_what_was_measured(language):
    policy = set(toml("policy.toml"))
    for rule, text in texts(language, "circular")["rule"].items():
        for key, sentence in text.items():
            allowed = policy | ({"measured", "limit"} if key == "why_measured" else set())
            assert placeholders(sentence) <= allowed, (rule, key)


def test_a_text_has_the_same_placeholders_in_both_languages():
    bokmaal, english = (texts(language, "circular")["rule"] for language in LANGUAGES)
    for rule, text in bokmaal.items():
        for key, sentence in text.items():
            assert placeholders(sentence) == placeholders(english[rule][key]), (rule, key)


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ("O365-5", "deactivated_grace_days"),
        ("PLT-3", "support_machine_cutoff"),
        ("O365-8", "extensive_use_share"),
        ("O365-1", "standard_skus"),
        ("O365-6", "no_cost_skus"),
        ("GEN-1", "exempt_agencies"),
    ],
)
def test_a_rule_that_tests_a_policy_value_names_it_in_its_condition(rule, key):
    assert all(key in placeholders(texts(language, "circular")["rule"][rule]["when"]) for language in LANGUAGES)


def test_every_rule_that_can_leave_a_line_undecided_says_what_is_missing():
    undecided = {rule for rule, text in texts("nb", "circular")["rule"].items() if "why_undecided" in text}
    assert undecided == {"O365-5", "PLT-2", "PLT-3", "APP-5", "APP-7"}
