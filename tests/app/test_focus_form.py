"""A cloud invoice of several agencies: what tells the agency, and whose each value is; and the list of blocked ones."""

from streamlit.testing.v1 import AppTest

from billing_core.intake import ColumnMapping
from tests.app.conftest import OpenPage, press, usage_read
from tests.app.test_mapping import uploaded

HEADINGS = "ProviderName,BilledCost,BillingCurrency,ChargePeriodStart,ChargeCategory,SubAccountName,Tags"
CHARGES = (
    ("AWS", "100.00", "felles", '"{""etat"": ""bym"", ""miljø"": ""prod""}"'),
    ("AWS", "50.25", "felles", '"{""etat"": ""vann""}"'),
    ("Microsoft", "20.00", "felles", '"{""etat"": ""vann""}"'),
    ("AWS", "7.00", "felles", "{}"),
)
CONFIRM = "Bruk tilordningen og les inn filene på nytt"


def invoice(month: str = "2026-10", headings: str = HEADINGS) -> str:
    lines = (f"{name},{cost},NOK,{month}-01T00:00:00Z,Usage,{account},{tags}" for name, cost, account, tags in CHARGES)
    return "\n".join([headings, *lines]) + "\n"


def asked(app: AppTest) -> dict[str, str | None]:
    """The values that an agency is asked for, as they are told, and what is chosen for each."""
    boxes = [box for box in app.selectbox if box.key and box.key.startswith("invoice_")]
    return {box.label: box.value for box in boxes if not box.key.endswith("_source")}


def choose(app: AppTest, ending: str, code: str) -> None:
    box = next(b for b in app.selectbox if b.key and b.key.startswith("invoice_") and b.key.endswith(ending))
    box.select(code).run()
    assert not app.exception


def cloud(app: AppTest) -> list[tuple[object, ...]]:
    return usage_read(app, "cloud").select("agency", "provider", "cost_nok").rows()


def test_what_tells_the_agency_is_chosen_shown_and_read(open_page: OpenPage) -> None:
    app = uploaded(open_page("upload"), {"sky.csv": invoice()})
    assert cloud(app) == []
    source = next(box for box in app.selectbox if box.label == "Hva viser virksomheten?")
    # The tag is first: one of its rows names an agency of the register.
    assert source.options == [
        "Merkelapp «etat»: 3 rader (vann, bym)",
        "Underkonto (navn): 4 rader (felles)",
        "Merkelapp «miljø»: 1 rad (prod)",
    ]
    assert asked(app) == {
        "«vann» · 2 rader · kr\u00a070,25": "",
        "«bym» · 1 rad · kr\u00a0100,00": "BYM",
        "Rader uten verdi · 1 rad · kr\u00a07,00": "",
    }
    choose(app, "_of_vann", "VAV")
    choose(app, "_without", "UKE")
    first = next(shown.value for shown in app.dataframe if "cost_nok" in shown.value)
    assert list(first["agency"].str.slice(0, 3)) == ["BYM", "VAV", "VAV", "UKE"]
    assert list(first["cost_nok"])[:2] == ["kr\u00a0100,00", "kr\u00a050,25"]
    press(app, CONFIRM)
    assert cloud(app) == [
        ("BYM", "aws", 1_000_000),
        ("VAV", "aws", 502_500),
        ("VAV", "azure", 200_000),
        ("UKE", "aws", 70_000),
    ]
    assert asked(app) == {}


def test_the_choice_holds_for_the_next_invoice_and_can_be_undone(open_page: OpenPage) -> None:
    app = uploaded(open_page("upload"), {"sky.csv": invoice()})
    choose(app, "_of_vann", "VAV")
    choose(app, "_without", "UKE")
    press(app, CONFIRM)
    uploaded(app, {"november.csv": invoice("2026-11")})
    assert len(cloud(app)) == 8 and asked(app) == {}
    press(app, "Fjern tilordningen")
    assert cloud(app) == [] and len(asked(app)) == 3


def test_a_value_without_an_agency_stays_is_asked_for_again_and_can_be_undone(open_page: OpenPage) -> None:
    app = uploaded(open_page("upload"), {"sky.csv": invoice()})
    choose(app, "_without", "UKE")
    press(app, CONFIRM)
    # `vann` stays as it is, an agency that the register lacks: it is asked for until it is told.
    assert [row[0] for row in cloud(app)] == ["BYM", "vann", "vann", "UKE"]
    assert asked(app)["Rader uten verdi · 1 rad · kr\u00a07,00"] == "UKE"
    press(app, "Angre siste opplasting")
    assert cloud(app) == []


def test_another_source_asks_for_its_own_values(open_page: OpenPage) -> None:
    app = uploaded(open_page("upload"), {"sky.csv": invoice()})
    choose(app, "_source", "SubAccountName")
    assert asked(app) == {"«felles» · 4 rader · kr\u00a0177,25": ""}
    assert next(button for button in app.button if button.label == CONFIRM).disabled
    choose(app, "_of_felles", "VAV")
    press(app, CONFIRM)
    assert cloud(app) == [("VAV", "aws", 1_572_500), ("VAV", "azure", 200_000)]


def test_a_saved_choice_is_a_proposal_for_a_provider_with_more_columns(open_page: OpenPage) -> None:
    saved = ColumnMapping(
        table="focus", columns={"agency": "Tags:etat"}, values={"agency": {"vann": "VAV"}}, signature="another"
    )
    app = open_page("upload")
    app.file_uploader[1].upload("sky.toml", saved.to_toml().encode(), "application/toml").run()
    press(app, "Bruk tilordningene")
    uploaded(app, {"sky.csv": invoice()})
    assert asked(app)["«vann» · 2 rader · kr\u00a070,25"] == "VAV"
    choose(app, "_of_vann", "")
    press(app, CONFIRM)
    assert [row[0] for row in cloud(app)] == ["BYM", "vann", "vann"]


def test_an_invoice_that_nothing_tells_of_says_so(open_page: OpenPage) -> None:
    text = "ProviderName,BilledCost,BillingCurrency,ChargePeriodStart\nAWS,1,NOK,2026-10-01\n"
    app = uploaded(open_page("upload"), {"sky.csv": text})
    assert any("verken merkelapper eller underkontoer" in info.value for info in app.info)
    assert asked(app) == {}


def test_the_list_of_blocked_accounts_is_offered_where_dates_are_missing(open_page: OpenPage) -> None:
    users = "User principal name,Licenses,Block credential\nkari@bym.oslo.kommune.no,Office 365 E1,{}\n"
    app = open_page("upload")
    assert offered(app) == []
    app.selectbox(key="upload_0_period").select_index(1)
    uploaded(app, {"users.csv": users.format("True")})
    assert offered(app) == ["Last ned listen over sperrede kontoer"]
    assert not coded(app)
    app.toggle(key="upload_pseudonymise").set_value(True).run()
    press(app, "Les inn filene på nytt")
    assert offered(app) and coded(app)


def offered(app: AppTest) -> list[str]:
    return [button.label for button in app.get("download_button") if "sperrede" in button.label]


def coded(app: AppTest) -> bool:
    return any("koder i stedet for bruker-ID-er" in caption.value for caption in app.caption)


def test_of_many_values_the_dearest_are_asked_for_first(open_page: OpenPage) -> None:
    lines = (f"AWS,{cost},USD,2026-10-01T00:00:00Z,Usage,konto {cost},{{}}" for cost in range(1, 23))
    app = uploaded(open_page("upload"), {"sky.csv": "\n".join([HEADINGS, *lines])})
    assert len(asked(app)) == 20
    assert next(iter(asked(app))) == "«konto 22» · 1 rad · 22,00 USD"
    assert any(caption.value.startswith("2 verdier til vises ikke") for caption in app.caption)
