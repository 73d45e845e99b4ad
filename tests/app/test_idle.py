"""PCs that may stand idle: the page tells how many there are and what they cost, and they can be left out and back."""

from datetime import date
from decimal import Decimal

from streamlit.testing.v1 import AppTest

from billing_core.intake.price_file import in_force
from pages._ui.base.data import listed_prices
from tests.app.conftest import OpenPage, press, usage_read
from tests.intake.test_idle import entra

LEAVE_OUT, COUNT = "Hold dem utenfor", "Regn dem med igjen"


def told(app: AppTest, part: str) -> str:
    return next((shown.value for shown in app.markdown if part in shown.value), "")


def devices(app: AppTest) -> list[str]:
    return usage_read(app, "devices")["device_id"].to_list()


def client_and_licence() -> Decimal:
    """What one thick client and its licence cost in October 2026, in kroner."""
    prices = in_force(listed_prices(), date(2026, 10, 1))
    own = prices.filter(prices["item"].is_in(["platform.client", "platform.client_licence"]))
    return Decimal(own.filter(own["variant"].is_in(["", "thick"]))["price"].sum()) / 10_000


def test_idle_pcs_are_told_with_their_cost_left_out_by_choice_and_counted_again(open_page: OpenPage) -> None:
    app = open_page("upload")
    app.file_uploader[0].upload("enheter.csv", entra(), "text/csv").run()
    app.selectbox(key="upload_0_period").select("2026-10").run()
    app.selectbox(key="upload_0_agency").select("BYM").run()
    press(app, "Les inn filene")
    # pc9 is disabled and pc91 was last seen 91 days before; nobody is told to own them, so they are undecided.
    assert devices(app) == ["pc9", "pc90", "pc91"]
    amount = f"{2 * client_and_licence():.2f}".replace(".", ",")
    assert told(app, "2 PC-er er sperret").replace("\u00a0", "").endswith(f"kr{amount}.")
    press(app, LEAVE_OUT)
    assert devices(app) == ["pc90"]
    assert told(app, "2 PC-er som er sperret eller ikke er sett på lenge, er holdt utenfor")
    press(app, COUNT)
    assert devices(app) == ["pc9", "pc90", "pc91"]
    press(app, "Angre siste opplasting")
    assert devices(app) == ["pc90"]


def test_the_choice_stays_with_files_that_are_added(open_page: OpenPage) -> None:
    app = open_page("upload")
    app.file_uploader[0].upload("enheter.csv", entra(), "text/csv").run()
    app.selectbox(key="upload_0_period").select("2026-10").run()
    app.selectbox(key="upload_0_agency").select("BYM").run()
    press(press(app, "Les inn filene"), LEAVE_OUT)
    app.file_uploader[0].upload("ansatte.csv", b"periode;virksomhet;ansatte\n2026-10;BYM;5\n", "text/csv").run()
    press(app, "Les inn filene")
    assert devices(app) == ["pc90"]
    assert told(app, "holdt utenfor")
