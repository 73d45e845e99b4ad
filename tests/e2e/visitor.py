"""A person at the app: opens pages, picks in lists, drops files, reads what stands there."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Locator, Page, expect

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"


class Visitor:
    """Drives one browser tab; `page` is Playwright's."""

    def __init__(self, page: Page, server: str) -> None:
        self.page, self._server = page, server

    def open(self, name: str = "", **choices: str | list[str]) -> None:
        """Goes to a page by its address, as by a link."""
        self.page.goto(f"{self._server}/{name}?{urlencode(choices, doseq=True)}")
        self.rest()

    def rest(self) -> None:
        """Waits until the page is drawn and the server has nothing left to do for it."""
        # What was clicked is on its way before the page says that it runs.
        self.page.wait_for_timeout(300)
        self.page.locator(IDLE).wait_for(state="attached")
        expect(self.page.locator("h1")).to_be_visible()
        expect(self.page.get_by_test_id("stSkeleton")).to_have_count(0)

    def reload(self) -> None:
        self.page.reload()
        self.rest()

    def go_to(self, title: str) -> None:
        """Takes a page from the menu."""
        self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
        expect(self.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
        self.rest()

    def tour(self) -> Iterator[str]:
        """Takes every page of the menu in turn, and gives its title."""
        titles = self.page.get_by_test_id("stSidebarNav").get_by_role("link").locator("p").all_inner_texts()
        for title in titles:
            self.go_to(title)
            yield title

    def heading(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("heading", name=text)

    def click(self, name: str | re.Pattern[str], role: str = "button") -> None:
        self.page.get_by_role(role, name=name).first.click()
        self.rest()

    def pick(self, label: str, option: str) -> None:
        """Writes a part of an option in the select box with this label, and picks the first that has it."""
        box = self.page.get_by_role("combobox", name=label)
        box.scroll_into_view_if_needed()
        box.click()
        box.fill(option)
        self.page.get_by_role("option").filter(has_text=option).first.click()
        self.rest()

    def picked(self, label: str) -> str:
        """What stands in the select box with this label."""
        return self.page.get_by_role("combobox", name=label).input_value()

    def drop(self, files: Mapping[str, bytes], place: Locator | None = None) -> None:
        """Drops files, by name, into the first upload field of the page or of a part of it."""
        payload = [{"name": name, "mimeType": "", "buffer": content} for name, content in files.items()]
        (place or self.page).locator("input[type=file]").first.set_input_files(payload)
        self.rest()

    def upload(self, files: Mapping[str, bytes]) -> None:
        """Drops files on the upload page and has them read."""
        self.drop(files)
        read = self.page.get_by_role("button", name="Les inn filene", exact=True)
        read.click()
        # There is nothing more to read once all is read.
        expect(read).to_be_disabled()
        self.rest()
        expect(self.heading("Dette er lest")).to_be_visible()

    def download(self, name: str) -> bytes:
        """What a download button gives."""
        with self.page.expect_download() as coming:
            self.page.get_by_role("button", name=name).last.click()
        return coming.value.path().read_bytes()

    def metric(self, label: str) -> str:
        """The figure under a label, with plain spaces."""
        metric = self.page.get_by_test_id("stMetric").filter(has_text=label).first
        return plain(metric.get_by_test_id("stMetricValue").inner_text())

    def text(self) -> str:
        """All that stands in the page's main part, with plain spaces."""
        return plain(self.page.get_by_test_id("stMain").inner_text())

    def told(self, key: str) -> list[str]:
        """What the address says under a key."""
        return parse_qs(urlsplit(self.page.url).query).get(key, [])

    def language(self) -> str | None:
        return self.page.locator("html").get_attribute("lang")


def plain(text: str) -> str:
    """With ordinary spaces and minus signs, as a person would write it down."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2212", "-")
