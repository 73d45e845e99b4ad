"""Files from several systems together, and whose data a session sees."""

from playwright.sync_api import expect

from pages._ui.base.text import texts
from tests.e2e.by_hand import SERVERS, csv_file, kroner, price
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor
from tests.intake.support import layout, zipped
from tests.intake.test_exports import active, export

LOST = "Dataene som adressen viser til, er ikke i denne økten"


def five_exports() -> dict[str, bytes]:
    """Kari with two accounts, Ola who has left, a guest, and Kari's PC, as five systems tell of them."""
    address = "{}@bym.oslo.kommune.no".format
    return {
        "users.csv": export(
            layout("active_users_new"),
            active(address("kari"), "Office 365 E1"),
            active(address("kari2"), "Office 365 E1"),
            active(address("ola"), "Office 365 E1", blocked="True"),
            active(address("gjest"), "Visio Plan 2"),
        ),
        "entra.csv": export(layout("entra_users"), {"userPrincipalName": address("gjest"), "userType": "Guest"}),
        "report.csv": export(
            layout("usage_report"),
            {
                "Report Refresh Date": "2026-10-31",
                "User Principal Name": address("ola"),
                "Assigned Products": "OFFICE 365 E1",
            },
        ),
        "intune.zip": zipped(
            {
                "intune.csv": export(
                    layout("intune"), {"Device ID": "i1", "OS": "Windows", "Primary user UPN": address("kari")}
                )
            }
        ),
        "personal.csv": csv_file(
            "brukernavn;ansattnummer;navn;kontotype;sluttdato",
            "kari;1001;Kari Ås;H;",
            "kari2;1001;Kari Ås;B;",
            "ola;1002;Ola;H;30.6.2026",
            encoding="cp1252",
        ),
    }


def test_five_different_exports_dropped_in_at_once_give_one_agencys_charges(visitor: Visitor) -> None:
    words = texts("nb")
    visitor.open("upload")
    visitor.upload(five_exports())
    visitor.pick(words["page.upload.map_table"], words["recognised.people"])
    visitor.click(words["page.upload.map_confirm"])
    expect(visitor.page.get_by_role("button", name=words["page.upload.map_confirm"])).to_have_count(0)
    visitor.go_to("Oversikt")
    assert visitor.picked("Virksomhet").startswith("BYM")
    assert visitor.picked("Måned") == "oktober 2026 (2026-10)"
    # Billed: Kari's second account, Ola (deactivated for 123 days), the guest's Visio. Covered: Kari and her PC.
    e1, visio = price("office365.licence", "E1"), price("office365.licence", "VISIOCLIENT")
    assert visitor.metric("Fakturert") == kroner(2 * e1 + visio + price("office365.management"))
    client = price("platform.client", "thick") + price("platform.client_licence", "thick")
    assert visitor.metric("Dekket av rammen") == kroner(e1 + client)


OWN = csv_file(
    "Mnd;Etat;Brukernavn;Kontotype;Produkt;Nytt produkt",
    "2026-10;BYM;kari;H;Office 365 E1;Visio Plan 2",
    "2026-10;BYM;ola;H;Office 365 E1;Office 365 E1",
)
"""A list of licences under headings that nothing knows; what holds now stands in its last column."""


def test_a_list_mapped_in_the_app_is_read_the_same_by_its_saved_mapping(new_visitor: NewVisitor) -> None:
    words, (one, other) = texts("nb"), (new_visitor(), new_visitor())
    one.open("upload")
    one.upload({"egen.csv": OWN})
    assert one.picked("lisens") == "Produkt"
    one.pick("lisens", "Nytt produkt")
    mapping = one.download(words["page.upload.mapping_save"])
    one.click(words["page.upload.map_confirm"])
    expect(one.page.get_by_role("button", name=words["page.upload.map_confirm"])).to_have_count(0)

    other.open("upload")
    saved = other.page.get_by_test_id("stExpander").filter(has_text=words["page.upload.mappings"])
    saved.locator("summary").click()
    other.drop({"lisenser.toml": mapping}, saved)
    other.click(words["page.upload.mapping_use"])
    other.upload({"egen.csv": OWN})

    # Kari's Visio is outside the standard, and managed for a price; Ola's E1 is covered.
    billed = price("office365.licence", "VISIOCLIENT") + price("office365.management")
    for visitor in (one, other):
        assert visitor.metric(words["column.read"]) == visitor.metric(words["column.rated"]) == "2"
        visitor.go_to("Oversikt")
        assert visitor.metric("Fakturert") == kroner(billed)
        assert visitor.metric("Dekket av rammen") == kroner(price("office365.licence", "E1"))


def test_a_session_never_sees_anothers_data(new_visitor: NewVisitor) -> None:
    one, other = new_visitor(), new_visitor()
    one.open("upload")
    one.upload({"hemmelig.csv": csv_file(*SERVERS)})
    (id_,) = one.told("data")
    other.open("charges", data=id_)
    expect(other.page.get_by_text(LOST)).to_be_visible()
    expect(other.page.get_by_test_id("stMetric")).to_have_count(0)
    other.open("upload", data=id_)
    assert "hemmelig" not in other.text()


def test_a_lost_dataset_is_told_and_the_demo_is_one_click_away(visitor: Visitor) -> None:
    visitor.open(data="0123456789ab")
    expect(visitor.page.get_by_text(LOST)).to_be_visible()
    expect(visitor.page.get_by_role("link", name="Last opp filer")).to_be_visible()
    visitor.click("Bruk demodata")
    expect(visitor.page.get_by_test_id("stMetric").first).to_be_visible()
    assert visitor.told("data") == []


TWO = csv_file("periode;virksomhet;tjeneste;antall", *(
    f"2026-{month};{agency};workplace.active_user;1" for agency in ("UKE", "VEL") for month in ("09", "11")
))  # fmt: skip


def test_one_agency_is_shown_on_every_page_until_another_is_chosen_and_the_newest_month(visitor: Visitor) -> None:
    visitor.open()
    visitor.pick("Måned", "sep")
    visitor.go_to("Last opp")
    visitor.upload({"to.csv": TWO})
    visitor.go_to("Oversikt")
    assert visitor.picked("Måned") == "november 2026 (2026-11)"
    for title in visitor.tour():
        if title not in ("Last opp", "Kalkyle"):
            assert visitor.picked("Virksomhet").startswith("UKE"), title
    visitor.go_to("Oversikt")
    visitor.pick("Virksomhet", "VEL")
    for title in visitor.tour():
        if title not in ("Last opp", "Kalkyle"):
            assert visitor.picked("Virksomhet").startswith("VEL"), title


def test_an_upload_outlives_reloads_beside_other_apps_cookies_and_undo_gives_what_was_before(visitor: Visitor) -> None:
    cookies = [{"name": "a/b", "value": "1"}, {"name": "prefs", "value": '{"a":[1,2]}'}]
    visitor.open("upload")
    visitor.page.context.add_cookies(
        [{**cookie, "url": visitor.page.url.partition("/upload")[0]} for cookie in cookies]
    )
    visitor.reload()
    visitor.upload({"en.csv": csv_file(*SERVERS)})
    for _ in range(2):
        visitor.reload()
        assert visitor.metric("Lest") == str(len(SERVERS) - 1)
    visitor.upload({"to.csv": TWO})
    assert visitor.metric("Lest") == str(len(SERVERS) - 1 + 4)
    visitor.click("Angre siste opplasting")
    visitor.reload()
    assert visitor.metric("Lest") == str(len(SERVERS) - 1)
    visitor.click("Angre siste opplasting")
    assert visitor.told("data") == []
