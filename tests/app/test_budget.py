"""The budget, on the demo agency: the sentence, the year and its base, the adopted budget beside it."""

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from billing_core.base.texts import LANGUAGES
from tests.app.conftest import OpenPage

NBSP = "\u00a0"


def words(app: AppTest) -> str:
    return "\n".join(shown.value for shown in app.markdown).replace(NBSP, " ")


def amounts(app: AppTest) -> list[str]:
    return [shown.value.replace(NBSP, " ") for shown in app.metric]


def test_the_sentence_is_the_figures(open_page: OpenPage) -> None:
    app = open_page("budget", budget_year="2026", budget_base="2026-10")
    actual, rest, year = (float(a[3:].replace(" ", "").replace(",", ".")) for a in amounts(app))
    assert round(actual + rest, 2) == year
    assert f"Prognosen for 2026 er **kr {int(year + 0.5):,}**".replace(",", " ") in words(app)
    assert "til og med oktober 2026" in words(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_adopted_budget_is_followed_up_and_can_be_removed(open_page: OpenPage, language: str) -> None:
    app = open_page("budget", lang=language, budget_section="follow", budget_year="2026", budget_base="2026-10")
    app.file_uploader[0].upload("vedtatt.csv", "tjenesteområde;beløp\ncloud;1,00\n".encode(), "text/csv").run()
    assert not app.exception
    told = {"nb": "i merforbruk** mot regulert budsjett på kr 1.", "en": "more spent** than the regulated budget"}
    assert told[language] in words(app)
    assert "vedtatt.csv" in words(app)
    app.button(key="budget_adopted_remove").click().run()
    assert "vedtatt.csv" not in words(app)


def test_a_budget_that_cannot_be_read_says_where(open_page: OpenPage) -> None:
    app = open_page("budget", budget_section="follow")
    app.file_uploader[0].upload("vedtatt.csv", b"service,amount_nok\ncloud,mye\n", "text/csv").run()
    assert [shown.value.replace("\\", "") for shown in app.error] == [
        "vedtatt.csv:2: kolonnen «amount_nok» kan ikke leses. Rett cellen og last opp filen igjen."
    ]


def test_next_year_is_all_forecast(open_page: OpenPage) -> None:
    app = open_page("budget", budget_year="2027", budget_base="2026-10")
    assert amounts(app)[0] == "kr 0,00"
    assert amounts(app)[1] == amounts(app)[2] != "kr 0,00"


ASSUMED = {"budget_section": "assume", "budget_year": "2026", "budget_base": "2026-10"}


def set_figure(app: AppTest, amount: str, why: str) -> None:
    app.selectbox(key="budget_figure_service").set_value("cloud")
    app.run()
    app.selectbox(key="budget_figure_month").set_value("2026-12")
    app.text_input(key="budget_figure_amount").set_value(amount)
    app.text_input(key="budget_figure_why").set_value(why)
    app.button(key="budget_figure_use").click().run()
    assert not app.exception


def test_an_own_figure_takes_the_forecasts_place_and_is_taken_back_by_one_click_or_undone(open_page: OpenPage) -> None:
    app = open_page("budget", **ASSUMED)
    before = amounts(app)
    set_figure(app, "1 000 000,50", "Avtalt flytting")
    told = next(line for line in words(app).splitlines() if "1 000 000,50" in line)
    assert "Skytjenester, desember 2026" in told and "«Avtalt flytting»" in told
    computed = told.split("i stedet for ")[1].split(", som er beregnet")[0]
    assert round(nok(amounts(app)[2]) - nok(before[2]), 2) == round(1_000_000.50 - nok(computed), 2)
    app.button(key="budget_undo").click().run()
    assert amounts(app) == before
    set_figure(app, "5", "Feil")
    app.button(key="budget_back_2026-12_cloud_").click().run()
    assert amounts(app) == before
    assert "«Feil»" not in words(app)


def nok(written: str) -> float:
    return float(written[3:].replace(" ", "").replace(",", "."))


@pytest.mark.parametrize(("amount", "why"), [("mye", "Avtalt"), ("100,555", "Avtalt"), ("100", "")])
def test_a_figure_without_a_number_or_a_reason_is_refused(open_page: OpenPage, amount: str, why: str) -> None:
    app = open_page("budget", **ASSUMED)
    before = amounts(app)
    set_figure(app, amount, why)
    assert len(app.error) == 1
    assert amounts(app) == before


def test_a_range_is_told_and_an_empty_one_is_none(open_page: OpenPage) -> None:
    app = open_page("budget", **ASSUMED)
    app.text_input(key="budget_range_high_pct_BYM").set_value("10").run()
    actual, rest = (nok(written) for written in amounts(app)[:2])
    low, high = (f"kr {int(amount + 0.5):,}".replace(",", " ") for amount in (actual + rest, actual + rest * 1.1))
    assert f"mellom {low} og {high}" in words(app)
    app.text_input(key="budget_range_high_pct_BYM").set_value("").run()
    assert "Med anslaget deres" not in words(app)


def test_a_month_that_is_said_to_be_no_accounts_is_no_base(open_page: OpenPage) -> None:
    app = open_page("budget", budget_section="basis", budget_year="2026")
    app.checkbox(key="budget_counts_BYM_2026-10").uncheck().run()
    assert not app.exception
    assert "til og med september 2026" in words(app)
    assert "2026-10 er ikke regnet som regnskap fordi du har sagt det." in words(app)


def test_a_budget_by_account_is_mapped_once(open_page: OpenPage) -> None:
    app = open_page("budget", budget_section="follow", budget_year="2026", budget_base="2026-10")
    rows = b"Konto;Kr\n298100;1 000,00\n298200;500,50\n"
    app.file_uploader[0].upload("konto.csv", rows, "text/csv").run()
    assert app.button(key="budget_map_confirm").disabled
    app.selectbox(key="budget_map_amount_nok").set_value("Kr").run()
    app.selectbox(key="budget_map_service").set_value("Konto").run()
    app.selectbox(key="budget_map_word_298100").set_value("cloud").run()
    assert app.button(key="budget_map_confirm").disabled
    app.selectbox(key="budget_map_word_298200").set_value("-").run()
    app.button(key="budget_map_confirm").click().run()
    assert not app.exception
    assert "mot regulert budsjett på kr 1 501." in words(app)
    # The next of the same layout is read at once.
    app.file_uploader[0].upload("konto2.csv", rows.replace(b"500,50", b"700,00"), "text/csv").run()
    assert "mot regulert budsjett på kr 1 700." in words(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_known_is_named_with_its_kroner(open_page: OpenPage, language: str) -> None:
    app = open_page("budget", lang=language, budget_section="known", budget_year="2026", budget_base="2026-08")
    told = {"nb": "Det som alt er kjent, gjør 2026", "en": "What is known already makes 2026"}
    assert told[language] in words(app)
    rows = app.dataframe[0].value
    assert len(rows) > 0


def test_a_deviation_beyond_the_limits_is_explained_and_kept(open_page: OpenPage) -> None:
    app = open_page("budget", budget_section="follow", budget_year="2026", budget_base="2026-10")
    app.file_uploader[0].upload("vedtatt.csv", "tjenesteområde;beløp\nSkytjenester;1,00\n".encode(), "text/csv").run()
    app.text_input(key="budget_limit_nok_BYM").set_value("500 000").run()
    assert "Skytjenester: kr" in words(app) and "i merforbruk" in words(app)
    # Cloud is passed on: what rose is its cost, that is its price.
    assert app.selectbox(key="budget_cause_2026_cloud").value == "price"
    app.selectbox(key="budget_cause_2026_cloud").set_value("quantity")
    app.text_input(key="budget_owner_2026_cloud").set_value("Kari").run()
    assert not app.exception
    assert app.selectbox(key="budget_cause_2026_cloud").value == "quantity"
    assert app.text_input(key="budget_owner_2026_cloud").value == "Kari"
    app.text_input(key="budget_limit_nok_BYM").set_value("100 000 000").run()
    assert "Skytjenester: kr" not in words(app)
    app.text_input(key="budget_limit_nok_BYM").set_value("mye").run()
    assert len(app.error) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_that_missed_least_is_the_default_and_another_can_be_chosen(open_page: OpenPage, language: str) -> None:
    app = open_page("budget", lang=language, budget_section="tested", budget_year="2026", budget_base="2026-08")
    before = amounts(app)
    medians = {row[1]["method"]: row[1]["median"] for row in _medians(app).iterrows()}
    ways = app.radio(key="budget_method_BYM").options
    assert min(medians, key=lambda method: medians[method]) in ways[0]
    other = "mean" if ways[1] in ways[0] else "base"
    app.radio(key="budget_method_BYM").set_value(other).run()
    assert not app.exception
    assert amounts(app)[0] == before[0]
    assert amounts(app)[1] != before[1]


def _medians(app: AppTest) -> pd.DataFrame:
    """The misses of all forecasts together, a row a way."""
    rows = app.dataframe[0].value
    rows.columns = ["ahead", "median", "largest", "method", "forecasts"]
    return rows[rows["ahead"].isin(["Alle", "All"])]


@pytest.mark.parametrize("language", LANGUAGES)
def test_four_years_are_told_with_their_price_basis_and_as_text(open_page: OpenPage, language: str) -> None:
    app = open_page("budget", lang=language, budget_section="years", budget_year="2026", budget_base="2026-10")
    told = {"nb": "Prisgrunnlag: Faste priser (desember 2026)", "en": "Price basis: Fixed prices (December 2026)"}
    assert told[language] in words(app)
    head, *rows = [row.split("\t") for row in app.code[0].value.splitlines()]
    assert head[1:5] == ["2026", "2027", "2028", "2029"]
    total = next(row for row in rows if row[0] in ("I alt", "In all"))
    assert f"**kr {total[1]}**".replace(NBSP, " ") in words(app)
