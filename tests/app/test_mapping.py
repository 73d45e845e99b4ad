"""Files of the user's own layout: columns mapped, marks and rates asked for, user ids replaced."""

from collections.abc import Mapping

from streamlit.testing.v1 import AppTest

from tests.app.conftest import OpenPage, press, usage_read

OWN = "Måned;Etat;Brukernavn;Kontotype;Produkt;Telefon\n2026-10;BYM;kari;H;Office 365 E1;22\n2026-10;BYM;ola;B;E1;33\n"
HEADINGS = ["Måned", "Etat", "Brukernavn", "Kontotype", "Produkt", "Telefon"]
SAVED = """
table = "licences"
[columns]
period = "Måned"
agency = "Etat"
user_id = "Brukernavn"
account_type = "Kontotype"
sku = "Produkt"
[values.account_type]
H = "main"
B = "external"
"""
FOCUS = "ProviderName,BilledCost,BillingCurrency,ChargePeriodStart,agency\nAWS,100.00,USD,2026-10-01T00:00:00Z,BYM\n"
DOUBTFUL = "periode;virksomhet;tjeneste;antall\n2026-10;BYM;plus.consulting;1.234\n"


def uploaded(app: AppTest, files: Mapping[str, str]) -> AppTest:
    for name, text in files.items():
        app.file_uploader[0].upload(name, text.encode(), "text/csv")
    app.run()
    return press(app, "Les inn filene")


def licences(app: AppTest) -> list[tuple[object, ...]]:
    return usage_read(app, "licences").select("period", "agency", "user_id", "account_type", "sku").rows()


def key_of(app: AppTest, ending: str) -> str:
    return next(box.key for box in app.selectbox if box.key and box.key.endswith(ending))


def test_an_unknown_table_is_mapped_shown_corrected_and_read(open_page: OpenPage) -> None:
    app = uploaded(open_page("upload"), {"egen.csv": OWN})
    assert [metric.value for metric in app.metric] == ["2", "0", "2"]
    proposed = {column: app.selectbox(key=key_of(app, f"_licences_{column}")).value for column in ("period", "sku")}
    assert proposed == {"period": "Måned", "sku": "Produkt"}
    assert app.selectbox(key=key_of(app, "_account_type_H")).value == "main"
    first = next(shown.value for shown in app.dataframe if "sku" in shown.value)
    assert list(first["sku"]) == ["E1", "E1"]
    # The guess takes B for a secondary user (bi); here it is the file's word for external ones.
    app.selectbox(key=key_of(app, "_account_type_B")).select("external").run()
    press(app, "Bruk tilordningen og les inn filene på nytt")
    assert [metric.value for metric in app.metric] == ["2", "2", "0"]
    assert [row[:4] for row in licences(app)] == [
        ("2026-10", "BYM", "kari", "main"),
        ("2026-10", "BYM", "ola", "external"),
    ]


def test_a_confirmed_mapping_holds_for_the_next_file_of_the_layout(open_page: OpenPage) -> None:
    app = uploaded(open_page("upload"), {"egen.csv": OWN})
    press(app, "Bruk tilordningen og les inn filene på nytt")
    uploaded(app, {"neste.csv": OWN.replace("2026-10", "2026-09")})
    assert [metric.value for metric in app.metric] == ["4", "4", "0"]


def test_a_column_that_the_file_lacks_gets_one_value_for_all_rows(open_page: OpenPage) -> None:
    app = uploaded(open_page("upload"), {"pc.csv": "Serienummer;Anskaffet\nA1;01.02.2024\n"})
    app.selectbox(key=key_of(app, "_table")).select("devices").run()
    assert next(button for button in app.button if button.label.startswith("Bruk tilordningen og")).disabled
    # The latest month there is to choose: this one.
    months = key_of(app, "_period_fixed")
    app.selectbox(key=months).select_index(0).run()
    period = app.selectbox(key=months).value
    for column, value in (("agency", "BYM"), ("device_kind", "thin")):
        app.selectbox(key=key_of(app, f"_{column}_fixed")).select(value).run()
    press(app, "Bruk tilordningen og les inn filene på nytt")
    devices = usage_read(app, "devices")
    assert devices.select("period", "agency", "device_id", "device_kind").rows() == [(period, "BYM", "A1", "thin")]


def test_a_saved_mapping_is_taken_in_and_used(open_page: OpenPage) -> None:
    app = open_page("upload")
    app.file_uploader[1].upload("lisenser.toml", SAVED.encode(), "application/toml").run()
    press(app, "Bruk tilordningene")
    uploaded(app, {"egen.csv": OWN})
    assert [row[2:4] for row in licences(app)] == [("kari", "main"), ("ola", "external")]
    press(app, "Fjern tilordningen")
    assert [metric.value for metric in app.metric] == ["2", "0", "2"]


def test_a_file_that_is_no_mapping_is_refused_with_the_reason(open_page: OpenPage) -> None:
    app = open_page("upload")
    for text in (
        "table = 1",
        "[" * 5000,
        f'table = "x"\nsignature = {"9" * 5000}',
        'table = "x"\n[columns]\na = "b"',
        SAVED.replace("sku", "vare"),
    ):
        app.file_uploader[1].upload("feil.toml", text.encode(), "application/toml").run()
        assert not app.exception
        assert [error.value.startswith("feil.toml kan ikke brukes") for error in app.error] == [True]
        assert next(button for button in app.button if button.label == "Bruk tilordningene").disabled


def test_user_ids_are_replaced_by_codes_that_are_equal_in_all_files(open_page: OpenPage) -> None:
    app = open_page("upload")
    app.toggle(key="upload_pseudonymise").set_value(True).run()
    rows = "periode;virksomhet;bruker;brukertype;lisens\n{};BYM;kari;hoved;E1\n"
    uploaded(app, {"a.csv": rows.format("2026-09"), "b.csv": rows.format("2026-10")})
    ids = [row[2] for row in licences(app)]
    assert len(set(ids)) == 1 and str(ids[0]).startswith("p-")
    app.toggle(key="upload_pseudonymise").set_value(False).run()
    press(app, "Les inn filene på nytt")
    assert [row[2] for row in licences(app)] == ["kari", "kari"]


def test_a_doubtful_decimal_mark_is_asked_for_and_the_file_read_again(open_page: OpenPage) -> None:
    app = uploaded(open_page("upload"), {"tjenester.csv": DOUBTFUL})
    asked = next(radio for radio in app.radio if "1.234" in radio.label)
    assert asked.options == ["1\u00a0234", "1,234"]
    asked.set_value(",").run()
    next(button for button in app.button if button.key == "upload_marks").click().run()
    assert not app.exception
    services = usage_read(app, "services")
    assert services["quantity"].to_list() == [1234 * 1_000_000]
    assert not [radio for radio in app.radio if "1.234" in radio.label]


def test_ambiguous_dates_are_asked_for_and_the_file_read_again(open_page: OpenPage) -> None:
    text = "periode;virksomhet;enhet;type;etablert dato\n2026-10;BYM;A1;tykk;02/01/2026\n"
    app = uploaded(open_page("upload"), {"enheter.csv": text})
    assert [metric.value for metric in app.metric] == ["1", "0", "1"]
    next(radio for radio in app.radio if "02/01/2026" in radio.label).set_value("mdy").run()
    next(button for button in app.button if button.key == "upload_marks").click().run()
    devices = usage_read(app, "devices")
    assert [str(day) for day in devices["established_on"]] == ["2026-02-01"]


def test_the_rate_of_a_foreign_currency_is_asked_for(open_page: OpenPage) -> None:
    app = uploaded(open_page("upload"), {"sky.csv": FOCUS})
    assert [metric.value for metric in app.metric] == ["1", "0", "1"]
    rate = next(field for field in app.text_input if "USD" in field.label)
    rate.set_value("ti").run()
    assert any("ikke et tall" in error.value for error in app.error)
    rate.set_value("10,25").run()
    assert any(caption.value == "Lest som 10,25 kr" for caption in app.caption)
    next(button for button in app.button if button.key == "upload_rates").click().run()
    cloud = usage_read(app, "cloud")
    assert cloud["cost_nok"].to_list() == [1025 * 10_000]


def test_what_was_understood_is_said_in_plain_words(open_page: OpenPage) -> None:
    app = uploaded(open_page("upload"), {"ansatte.csv": "periode;virksomhet;ansatte\n2026-10;BYM;12\n"})
    said = next(shown.value for shown in app.markdown if "Tegnsett" in shown.value)
    assert "Lest som brukstabell, 1 linje. Rader i ansatte: 1." in said
    assert "Tegnsett UTF-8, semikolon mellom kolonnene, overskrifter i linje 1." in said


def test_what_a_missing_date_is_about_is_told_in_kroner(open_page: OpenPage) -> None:
    users = "User principal name,Licenses,Block credential\n" + "".join(
        f"{name}@bym.oslo.kommune.no,Office 365 E1,True\n" for name in ("kari", "ola")
    )
    app = open_page("upload")
    app.selectbox(key="upload_0_period").select_index(0)
    uploaded(app, {"users.csv": users})
    # Two licences at kr 95,00 each (tests/cases/frozen/demo_prices.csv, from 2026).
    said = "Gjelder 2 linjer som ikke er avgjort. Beløpet om de faktureres: kr\u00a0190,00."
    assert said in [shown.value for shown in app.markdown]


def test_a_mapping_of_a_personnel_list_completes_an_export(open_page: OpenPage) -> None:
    users = "User principal name,Licenses,Block credential\nkari@bym.oslo.kommune.no,Office 365 E1,True\n"
    people = "E-post;Ansattnr;Sluttet\nkari@bym.oslo.kommune.no;17;01.02.2026\n"
    app = open_page("upload")
    app.selectbox(key="upload_0_period").select_index(0)
    uploaded(app, {"users.csv": users, "folk.csv": people})
    app.selectbox(key=key_of(app, "_table")).select("people").run()
    for column, heading in (("user_id", "E-post"), ("employee_id", "Ansattnr"), ("deactivated_on", "Sluttet")):
        app.selectbox(key=key_of(app, f"_people_{column}")).select(heading).run()
    press(app, "Bruk tilordningen og les inn filene på nytt")
    known = usage_read(app, "licences").select("user_id", "employee_id", "deactivated_on").rows()
    assert [tuple(map(str, row)) for row in known] == [("kari@bym.oslo.kommune.no", "17", "2026-02-01")]
