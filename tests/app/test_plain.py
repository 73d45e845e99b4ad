"""Text of a file is plain wherever it is drawn: no link, image, formula, icon, colour, tag or heading of its own."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import streamlit as st
import tomli_w
import xlsxwriter
from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from billing_core.base.texts import LANGUAGES
from billing_core.intake import ColumnMapping
from billing_core.planning.sketch import Row, Sketch
from billing_core.planning.sketch import to_token as to_link
from billing_core.scenario import Only, Scenario, to_token
from billing_core.scenario.actions import EndConnections
from pages._ui.base.pages import FOLDER, PAGES
from pages._ui.base.plain import bare, joined, plain
from pages._ui.base.text import spoken, t
from pages._ui.charts.manners import broken
from tests.app.conftest import OpenPage

JOINER = "\u2060"
Files = dict[str, bytes | str | Callable[[], bytes | str]]


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("[Logg inn](http://evil)", rf"\[Logg inn\](http:{JOINER}//evil)"),
        ("![x](http://e/x.png)", rf"!\[x\](http:{JOINER}//e/x.png)"),
        ("$x^2$", r"\$x^2\$"),
        (":material/home:", f":{JOINER}material/home:"),
        (":red[x] :smile:", r"\:red\[x\] \:smile:"),
        ("<b>x</b> &amp;", r"\<b>x\</b> \&amp;"),
        ("`k` **f** _f_ ~~f~~", r"\`k\` \*\*f\*\* \_f\_ \~\~f\~\~"),
        ("www.evil.no", f"www{JOINER}.evil.no"),
        ("kari@bym.no", f"kari{JOINER}@bym.no"),
        ("a -> b -- c >= d", f"a -{JOINER}> b -{JOINER}- c >{JOINER}= d"),
        ("# a", r"\# a"),
        ("1. a", r"1\. a"),
        ("- a", r"\- a"),
        ("    a\n# b", "a # b"),
        ("31.\u00a0okt. 2026: kr 1,50 (+5 %) & co", "31.\u00a0okt. 2026: kr 1,50 (+5 %) & co"),
    ],
)
def test_a_text_is_written_so_that_markdown_shows_it_as_it_is(text: str, markdown: str) -> None:
    assert plain(text) == markdown
    assert bare(plain(text)) == text
    assert plain(plain(text)) == markdown


def test_texts_filled_in_or_joined_are_plain_once() -> None:
    agencies = joined(", ", ["[A](b)", plain("$")])
    assert agencies == r"\[A\](b), \$"
    told = t("page.upload.agencies", agencies=agencies)
    assert told == f"Virksomheter: {agencies}"
    assert bare(told) == "Virksomheter: [A](b), $"


def test_a_long_word_in_a_chart_is_broken_and_cut_and_no_tag() -> None:
    assert broken("<a>" + "x" * 30) == f"&lt;a&gt;{'x' * 23}<br>{'x' * 7}"
    assert broken("x" * 26 * 13).count("<br>") == 12


EVIL = "[Logg inn](http://evil) ![x](http://e/x.png) $x^2$ :material/home: :red[r] <b>f</b> `k` " + "W" * 60
DRAWN = re.compile(r"(?<!\\)(\[(Logg inn|x|r)\]|\$x\^2|`k`|<b>)|:material/home")
"""What of EVIL is seen as it is only where it is not plain."""

BARE = {
    "id",
    "formId",
    "options",
    "rawValue",
    "rawValues",
    "value",
    "default",
    "url",
    "data",
    "stringValue",
    "alt",
    "placeholder",
    "columns",
    "icon",
    "spec",
}
"""What of a widget is drawn as it is, whatever it holds."""

OF_MARKDOWN = {"radio", "buttonGroup"}
"""Widgets whose options are Markdown."""


def workbook() -> bytes:
    """Every table that has a text, with EVIL in each of its texts, and in the name of a sheet as far as Excel lets."""
    sheets: dict[str, list[dict[str, Any]]] = {
        "licences": [{"user_id": EVIL, "employee_id": EVIL, "account_type": "hoved", "sku": EVIL}],
        "devices": [{"device_id": EVIL, "device_kind": "tykk", "employee_id": EVIL}] * 2,
        "connections": [
            {
                "connection_id": EVIL, "location_id": EVIL, "location_kind": "midlertidig",
                "connection_kind": "ordinær",
            }
        ],
        "operations": [
            {
                "system": EVIL, "kind": "server", "quantity": 2, "service_level": EVIL, "disk": EVIL,
                "complexity": EVIL, "criticality": EVIL,
            }
        ],
        "services": [
            {"item": "hr.recruitment", "quantity": 1, "unit_price_nok": 5, "reference": EVIL},
            {"item": EVIL, "quantity": 1, "unit_price_nok": 5, "reference": EVIL},
        ],
    }  # fmt: skip
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(f"{name} $x^2$ <b> `k`")
            sheet.write_row(0, 0, ["period", "agency", *rows[0]])
            for place, row in enumerate(rows, 1):
                sheet.write_row(place, 0, ["2026-10", EVIL, *row.values()])
    return stream.getvalue()


def prices() -> bytes:
    """A price list with EVIL as its source, and of EVIL as a variant."""
    head = "item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status"
    rows = [f'{item},"{variant}",10,,2022-01-01,,"{EVIL}",confirmed' for item, variant in PRICED]
    return "\n".join([head, *rows]).encode()


PRICED = [("office365.licence", EVIL), ("network.temporary", ""), ("office365.management", ""), ("apps.server", "")]
SCENARIO = Scenario(
    name=EVIL, agency=EVIL, actions=(EndConnections(which=("temporary",), only=Only(location_ids=(EVIL,))),)
)
PLANNED = Row(what="cloud_aws", quantity="1", unit_price_nok="5", note=EVIL)
SKETCH = Sketch(name=EVIL[:110], agency=EVIL, first="2026-11", months=12, rows=(PLANNED,))
SECTIONS = [
    *(("rules", {"rules_section": name}) for name in ("prices", "readings", "values")),
    *(("budget", {"budget_section": name}) for name in ("assume", "months", "follow", "basis")),
]
VIEWS = [("charges", {"charges_view": "trend", "charges_status": "all", "charges_months": "all"})]
FILE = "$x^2$ `k` [Logg inn](http://evil)"
ASSUMED = {
    "own": [{"name": EVIL, "service": "cloud", "month": "2026-12", "amount_nok": 5, "note": EVIL}],
    "change": [{"service": "cloud", "from": "2026-11", "quantity_pct": 1, "note": EVIL}],
}
INVOICE = [
    ["fakturanummer", "linje", "periode", "virksomhet", "tjeneste", "gjelder", "beløp", "tekst"],
    [EVIL, "1", "2026-10", EVIL, "hr.recruitment", EVIL, "7", EVIL],
]
MAPPED = ColumnMapping(table="devices", columns={"device_id": EVIL, "device_kind": f"{EVIL} 2"}, signature="0" * 16)


def csv_of(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Files:
    """What pages offer to download, by the file's name: its content, or how it is made."""
    files: Files = {}
    real = st.download_button

    def offer(label: str, data: bytes | str | Callable[[], bytes | str], *given: Any, **named: Any) -> bool:
        files[named["file_name"]] = data
        return bool(real(label, data, *given, **named))

    monkeypatch.setattr(st, "download_button", offer)
    return files


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_files_say_is_plain_on_every_page_and_as_it_is_in_every_file(
    open_page: OpenPage, offered: Files, language: str
) -> None:
    # Widgets of the test speak the language of the page, whose words they look for.
    with spoken(language):
        seen = tour(open_page, language)
    assert min(seen.values()) > 0, seen
    assert check_files(offered) > 10


def tour(open_page: OpenPage, language: str) -> dict[str, int]:
    """How many texts of each page are of files, once all pages are seen to be plain."""
    app = open_page("rules", lang=language, rules_section="prices")
    app.file_uploader[0].upload(f"{FILE}.csv", prices(), "text/csv").run()
    app.switch_page(str(FOLDER / "upload.py")).run()
    app.file_uploader[1].upload(f"{FILE}.toml", MAPPED.to_toml().encode(), "").run()
    pressed(app, "page.upload.mapping_use")
    unknown = csv_of([[EVIL, f"{EVIL} 2", "brukertype"], ["a", "b", EVIL]])
    app.file_uploader[0].upload(f"{FILE} <b>.xlsx", workbook(), "").upload(f"{FILE}.csv", unknown, "").run()
    pressed(app, "page.upload.read")
    seen = {"upload": sum("Logg inn" in text for text in checked(app, "upload"))}
    app.query_params["simulate_scenario"] = [to_token(SCENARIO)]
    app.query_params["estimate_plan"] = [to_link(SKETCH)]
    for name, choices in [*((page, {}) for page in PAGES), *SECTIONS, *VIEWS]:
        app.query_params["policy"] = [f"standard_skus:E1,{EVIL.replace(',', '')}"]
        for key, told_by in choices.items():
            app.query_params[key] = told_by
        app.switch_page(str(FOLDER / f"{name}.py")).run()
        bring(app, choices.get("budget_section", name))
        seen[name] = sum("Logg inn" in text for text in checked(app, name))
    return seen


def bring(app: AppTest, name: str) -> None:
    """Hands a page its own kind of file, with EVIL in each text."""
    match name:
        case "assume":
            content, place = tomli_w.dumps(ASSUMED), -1
        case "invoice":
            content, place = csv_of(INVOICE).decode(), 0
        case _:
            return
    ending = {"assume": "toml", "invoice": "csv"}[name]
    app.file_uploader[place].upload(f"{FILE}.{ending}", content.encode(), "").run()


def pressed(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == t(label) and not button.disabled).click().run()


def checked(app: AppTest, name: str) -> list[str]:
    """Every text of a page, once all of them are seen to be plain."""
    assert not app.exception, (name, app.exception[0].message)
    texts = list(told(app))
    assert [(name, kind, text) for kind, text in texts if DRAWN.search(text)] == []
    assert [text for text in in_charts(app) if re.search("<(?!br>)", text)] == []
    return [text for _, text in texts]


def check_files(offered: Files) -> int:
    """How many files hold what the uploads said, once it stands there as it was written and links nowhere."""
    holding = 0
    for name, data in offered.items():
        content = data() if callable(data) else data
        texts = list(inside(content.encode() if isinstance(content, str) else content))
        assert [
            text for text in (name, *texts) if "\u2060" in text or r"\[Logg" in text or "<hyperlink" in text
        ] == [], name
        holding += any("Logg inn](" in text for text in texts)
    return holding


def inside(content: bytes) -> Iterator[str]:
    """The text of a file, of a workbook that of each part."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        yield content.decode()
        return
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        yield from (book.read(part).decode() for part in book.namelist() if part.endswith((".xml", ".rels")))


def told(app: AppTest) -> Iterator[tuple[str, str]]:
    """Every text that is drawn as Markdown, with the kind of its element."""
    for element in app._tree:
        proto = getattr(element, "proto", None)
        if proto is not None and hasattr(proto, "DESCRIPTOR"):
            kind = proto.DESCRIPTOR.name[0].lower() + proto.DESCRIPTOR.name[1:]
            yield from ((kind, text) for text in _texts(MessageToDict(proto), kind))


def _texts(value: Any, kind: str, name: str = "") -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, held in value.items():
            if key not in BARE or (key == "options" and kind in OF_MARKDOWN):
                yield from _texts(held, kind, key)
    elif isinstance(value, list):
        for held in value:
            yield from _texts(held, kind, name)


def in_charts(app: AppTest) -> Iterator[str]:
    """Every text that a figure draws, where it knows a few tags."""
    for chart in app.get("plotly_chart"):
        for trace in json.loads(chart.proto.spec)["data"]:
            for part in ("name", "labels", "text", "x", "y"):
                held = trace.get(part, [])
                yield from (str(text) for text in (held if isinstance(held, list) else [held]))
