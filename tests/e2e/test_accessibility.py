"""What WCAG 2.1 AA asks of every page, in both languages and both themes, as far as a machine can tell."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pages._ui.base.pages import PAGES
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]

STREAMLITS_OWN: dict[str, str] = {}
"""Rules of axe that Streamlit's own widgets break and a page cannot mend, with the reason. None is known."""

ENGLISH = re.compile(
    r"\b(browse files|drag and drop|choose an option|choose options|no results|no options|select all|per file|"
    r"search|upload|download as|fullscreen|show/hide|clear value|clear all|press enter|rerun|settings|"
    r"main menu|skip to|app pages|link to heading|help for|remove|open|close|stop|running|loading|error)\b",
    re.IGNORECASE,
)
"""Words of Streamlit's widgets that a Norwegian page must not show or say."""

OURS = "[data-testid=stMarkdownContainer]:not([data-testid=stFileUploaderDropzone] *), [data-testid=stIconMaterial], "
OURS += "[role=figure], svg, code, script, style"
"""What holds our own words and those of files (a SKU's name may be English), and icons, whose names are never shown."""

SPOKEN = """ours => {
    const said = [];
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode())
        if (!words.currentNode.parentElement.closest(ours)) said.push(words.currentNode.data.trim());
    for (const name of ['aria-label', 'title', 'placeholder', 'aria-description'])
        for (const node of document.querySelectorAll(`[${name}]`)) said.push(node.getAttribute(name));
    return said.filter(text => text);
}"""

CONTRASTS = """() => {
    const light = colour => {
        const parts = colour.match(/[0-9.]+/g).slice(0, 3).map(part => part / 255);
        const linear = parts.map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    };
    const behind = light(getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor);
    const beside = '.xtick text, .ytick text, .legend text, text.bartext-outside';
    return [...document.querySelector('.js-plotly-plot').querySelectorAll(beside)].map(node => {
        const [dark, bright] = [behind, light(getComputedStyle(node).fill)].sort((a, b) => a - b);
        return [node.textContent, (bright + 0.05) / (dark + 0.05)];
    });
}"""
"""The words of a chart's axes, legend and bars' ends, and their contrast to the page as WCAG reckons it."""

WIDTHS = """() => [...document.querySelectorAll('html, body, [data-testid=stMain]')]
    .map(node => node.scrollWidth - node.clientWidth)"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_in_either_language(new_visitor: NewVisitor, theme: str) -> None:
    visitor, found, seen = new_visitor(color_scheme=theme), [], 0
    for language in ("nb", "en"):
        visitor.open(lang=language)
        for title in visitor.tour():
            assert visitor.language() == language
            found += [(title, *violation) for violation in _violations(visitor.page)]
            seen += 1
    assert found == []
    assert seen == 2 * len(PAGES)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_words_beside_a_charts_bars_reach_the_contrast_that_axe_does_not_look_for(
    new_visitor: NewVisitor, theme: str
) -> None:
    visitor = new_visitor(color_scheme=theme)
    for name, view in (("overview", ""), ("services", ""), ("charges", "trend")):
        visitor.open(name, charges_view=view)
        visitor.page.locator(".js-plotly-plot .ytick text").first.wait_for()
        faint = {words: ratio for words, ratio in visitor.page.evaluate(CONTRASTS) if ratio < 4.5}
        assert faint == {}, name


def test_an_open_list_and_a_line_explained_break_no_rule_either(visitor: Visitor) -> None:
    visitor.open("charges", charges_line="dispatch|forsendelse.csv|46|dispatch.svarut")
    expect(visitor.heading("Hvorfor faktureres denne linjen?")).to_be_visible()
    picker = visitor.page.get_by_role("combobox", name="Virksomhet")
    # As a person does: first there, then the click. What scrolls at the click closes the list again.
    picker.scroll_into_view_if_needed()
    visitor.rest()
    picker.click()
    expect(visitor.page.get_by_role("option").first).to_be_visible()
    assert list(_violations(visitor.page)) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_table_to_pick_users_from_breaks_no_rule_and_is_left_by_keyboard(
    new_visitor: NewVisitor, theme: str
) -> None:
    visitor = new_visitor(color_scheme=theme)
    visitor.open("simulate")
    visitor.pick("Tiltak", "deaktiverte")
    visitor.page.get_by_text("Avgrens tiltaket").click()
    visitor.rest()
    visitor.click("Velg brukere i en tabell")
    dialog = visitor.page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox").first).to_be_visible()
    visitor.rest()
    assert list(_violations(visitor.page)) == []
    assert _english(visitor.page) == []
    visitor.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_no_english_word_of_streamlits_is_left_on_a_norwegian_page(visitor: Visitor) -> None:
    visitor.open()
    left = {title: _english(visitor.page) for title in visitor.tour()}
    assert {title: said for title, said in left.items() if said} == {}
    assert len(left) == len(PAGES)


def test_lists_and_files_speak_norwegian_too(visitor: Visitor) -> None:
    visitor.open("upload")
    visitor.drop({"a.csv": b"a;b\r\n", "b.csv": b"c;d\r\n"})
    assert _english(visitor.page) == []
    visitor.open("charges")
    box = visitor.page.get_by_role("combobox", name="Tjeneste")
    box.click()
    box.fill("finnes ikke")
    expect(visitor.page.get_by_text("Ingen treff")).to_be_visible()
    assert _english(visitor.page) == []


def test_the_words_are_english_again_in_english(visitor: Visitor) -> None:
    visitor.open("upload", lang="en")
    expect(visitor.page.get_by_role("button", name="Upload", exact=True)).to_be_visible()
    visitor.page.get_by_test_id("stSidebar").get_by_text("Norsk").click()
    expect(visitor.heading("Last opp")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Last opp", exact=True)).to_be_visible()
    assert visitor.language() == "nb"


def test_a_phone_needs_no_sideways_scrolling(new_visitor: NewVisitor) -> None:
    visitor, over = new_visitor(viewport={"width": 360, "height": 740}), {}
    for name, language in _views():
        visitor.open(name, lang=language)
        over[name, language] = max(visitor.page.evaluate(WIDTHS))
    assert {view: pixels for view, pixels in over.items() if pixels > 0} == {}


def test_the_keyboard_alone_reaches_the_menu_the_pickers_and_each_pages_first_field(visitor: Visitor) -> None:
    for name, first in {
        "": "Tjeneste",
        "upload": "Last ned Excel-mal",
        "services": "",
        "charges": "Linjer",
        "changes": "Fra",
        "budget": "År",
        "advice": "Ta med beslutninger",
        "simulate": "Scenario",
        "estimate": "Hvem gjelder det?",
        "invoice": "Virksomhet",
        "postings": "Virksomhet",
        "rules": "Regler",
    }.items():
        visitor.open(name)
        reached = list(_tabbed(visitor.page))
        menu = [
            "Oversikt",
            "Last opp",
            "Tjenester",
            "Tilleggskostnader",
            "Hva endret seg",
            "Budsjett",
            "Anbefalinger",
            "Simulering",
            "Kalkyle",
            "Fakturakontroll",
            "Kontering",
            "Regelverk og priser",
        ]
        pickers = ["Norsk", *(["Virksomhet"] if name not in ("upload", "estimate") else [])]
        wanted = [*menu, *pickers, *([first] if first else [])]
        assert [label for label in wanted if not any(label in said for said in reached)] == [], (name, reached)


def _views() -> Iterator[tuple[str, str]]:
    return ((name, language) for name in PAGES for language in ("nb", "en"))


def _violations(page: Page) -> Iterator[tuple[str, str, str]]:
    """Rule id, element and what to do, of what axe finds."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    for violation in found:
        if violation["id"] not in STREAMLITS_OWN:
            for node in violation["nodes"]:
                yield violation["id"], node["html"][:200], node["failureSummary"]


def _english(page: Page) -> list[str]:
    return sorted({said for said in page.evaluate(SPOKEN, OURS) if ENGLISH.search(said)})


def _tabbed(page: Page, most: int = 40) -> Iterator[str]:
    """The names of what is reached by pressing Tab, from the top of the page."""
    page.evaluate("document.activeElement.blur()")
    for _ in range(most):
        page.keyboard.press("Tab")
        yield page.evaluate(
            "() => { const at = document.activeElement;"
            " return at.ariaLabel || [...(at.labels ?? [])].map(l => l.innerText).join() || at.innerText || ''; }"
        )
