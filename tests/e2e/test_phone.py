"""Every page on a phone of 390 pixels: the amount of each table is in view, and fields are named as they are read."""

import json
import re
from collections.abc import Iterator

import pytest

from billing_core.planning import sketch
from billing_core.planning.sketch import Row, Sketch
from billing_core.scenario import Scenario, to_token
from billing_core.scenario.actions import EndConnections
from pages._ui.base.pages import PAGES
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor

TABLES = """() => [...document.querySelectorAll('[data-testid=stDataFrame]')].map(frame => {
    const canvas = frame.querySelector('canvas');
    let part = canvas[Object.keys(canvas).find(key => key.startsWith('__reactFiber'))];
    while (typeof part.memoizedProps?.columns?.[0]?.width !== 'number') part = part.return;
    const columns = part.memoizedProps.columns.map(column => [column.title, column.width]);
    return [frame.querySelector('.dvn-scroller').clientWidth, columns];
})"""
"""How wide each table is on the screen, and its columns' headings and widths: a table is drawn on a canvas."""

FIELD = re.compile(r"- '?(?:textbox|combobox|spinbutton|checkbox|switch|slider|radiogroup)(?: (\".*?(?<!\\)\"))?")
"""A field in an accessibility snapshot, and its name in quotes."""

NOISE = re.compile(r"[*`$~\\\u2060]|:[a-z_]+[:/\[]")
"""Signs of Markdown, and what stands for a field that must be filled in elsewhere."""

SKETCHES = [
    sketch.to_token(
        Sketch(name=name, agency="BYM", first="2027-01", months=12, rows=(Row(what="storage", quantity="5"),))
    )
    for name in ("En ganske lang kalkyle for et nytt fagsystem", "B")
]
SCENARIOS = [
    to_token(Scenario(name=name, agency="BYM", actions=(EndConnections(which=(kind,)),)))
    for name, kind in (("Et ganske langt navn på et scenario", "temporary"), ("B", "redundant"))
]
VIEWS: list[tuple[str, dict[str, str | list[str]]]] = [
    *((name, {}) for name in PAGES),
    ("charges", {"charges_view": "trend"}),
    ("simulate", {"simulate_scenario": SCENARIOS}),
    ("estimate", {"estimate_plan": SKETCHES}),
    *(("rules", {"rules_section": section}) for section in ("prices", "readings", "values")),
]


@pytest.mark.parametrize(("language", "theme"), [("nb", "light"), ("en", "dark")])
def test_each_tables_amount_is_in_view_and_each_field_has_a_name_without_marks(
    new_visitor: NewVisitor, language: str, theme: str
) -> None:
    visitor = new_visitor(viewport={"width": 390, "height": 900}, color_scheme=theme)
    tables, unseen, names = 0, [], set()
    for name, choices in VIEWS:
        visitor.open(name, lang=language, **choices)
        unfold(visitor)
        for wide, columns in visitor.page.evaluate(TABLES):
            tables += 1
            amount = next((at for at, (title, _) in enumerate(columns) if title.endswith("(kr)")), None)
            if amount is not None and sum(width for _, width in columns[: amount + 1]) > wide:
                unseen.append((name, columns[: amount + 1], wide))
        names |= {(name, said) for said in fields(visitor)}
    assert unseen == []
    assert tables > 25
    assert {(name, said) for name, said in names if not said.strip() or NOISE.search(said)} == set()
    assert len(names) > 60


def test_a_field_named_by_a_file_is_heard_as_the_file_writes_it(visitor: Visitor) -> None:
    visitor.open("upload")
    rows = "bruker_id;lisens_navn;konto_type\nkari;E1;hoved_bruker\nola;E1;[ekstern] $x$\n"
    visitor.drop({"a_[b].csv": rows.encode()})
    visitor.click("Les inn filene")
    visitor.heading("Hva er kolonnene?").wait_for()
    said = set(fields(visitor))
    assert said >= {"«hoved_bruker»", "«[ekstern] $x$»", "brukertype (må velges)", "ansatt"}


def unfold(visitor: Visitor) -> None:
    """Opens every part to unfold of the page, and what unfolds inside them."""
    closed = visitor.page.locator("[data-testid=stMain] details:not([open]) > summary")
    while closed.count():
        closed.first.click()
        visitor.rest()


def fields(visitor: Visitor) -> Iterator[str]:
    """The accessible names of the fields of a page's main part; empty for one without."""
    for line in visitor.page.get_by_test_id("stMain").aria_snapshot().splitlines():
        if found := FIELD.match(line.strip()):
            yield json.loads(found[1]) if found[1] else ""
