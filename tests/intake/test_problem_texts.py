import re
from pathlib import Path
from typing import get_args

import pytest

from billing_core.base.problems import Code, Problem, described, problem_frame
from billing_core.base.texts import load_texts
from tests.through import DATA, ROOT

CODES = get_args(Code)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_code_has_a_message_and_a_remedy_and_no_text_is_of_another(language: str) -> None:
    written = {key for key in load_texts(DATA / "texts", language) if key.startswith("problem.")}
    ones = {key for key in written if key.endswith(".message_one")}
    assert written - ones == {f"problem.{code}.{part}" for code in CODES for part in ("message", "remedy")}
    assert {key.removesuffix("_one") for key in ones} <= written


@pytest.mark.parametrize(("language", "one", "two"), [("nb", "1 rad er lest som tom.", "2 rader er lest som tomme.")])
def test_what_is_counted_is_one_or_several(language: str, one: str, two: str) -> None:
    texts = load_texts(DATA / "texts", language)
    told = [
        described(
            problem_frame(
                [Problem(severity="notice", code="placeholder", column="employee_id", value="-", detail=count)]
            ),
            texts,
        )
        for count in ("1", "2")
    ]
    assert [frame["message"][0].partition("; ")[2] for frame in told] == [one, two]


@pytest.mark.parametrize(
    ("language", "several"),
    [("nb", r"{(?:detail|count)} (?:rader|linjer|celler|verdier)"), ("en", r"{(?:detail|count)} (?:rows|lines|cells)")],
)
def test_every_text_that_counts_has_one_for_one(language: str, several: str) -> None:
    texts = load_texts(DATA / "texts", language)
    counting = {key for key, text in texts.items() if isinstance(text, str) and re.search(several, text)}
    # A limit or more than a limit is never one.
    never_one = {"scenario.error.too_many", "page.upload.map_too_many"}
    assert {key for key in counting - never_one if f"{key}_one" not in texts} == set()


def test_every_code_is_told_by_the_core() -> None:
    """A code that nothing tells any more goes, with its texts; `<code>_required` is made of `<code>`."""
    own = ROOT / "billing_core/base/problems.py"
    core = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "billing_core").rglob("*.py") if path != own)
    assert [code for code in CODES if f'"{code.removesuffix("_required")}"' not in core] == []
    assert list(CODES) == sorted(set(CODES))


@pytest.mark.parametrize("language", ["nb", "en"])
def test_no_remedy_leads_through_menus_that_others_may_rename(language: str) -> None:
    """`Settings, Org settings, Reports`: names of steps one after another are true only as long as the menus are."""
    path = re.compile(r"(?:[A-ZÆØÅ][\w&' ]+(?:, | > | → )){2,}[A-ZÆØÅ]")
    remedies = {key: text for key, text in load_texts(DATA / "texts", language).items() if key.endswith(".remedy")}
    assert {key: text for key, text in remedies.items() if path.search(str(text))} == {}


def test_both_languages_speak_of_the_same_things() -> None:
    norwegian, english = (load_texts(DATA / "texts", language) for language in ("nb", "en"))
    keys = {key for key in norwegian if key.startswith("problem")}
    assert keys == {key for key in english if key.startswith("problem")}
    for key in keys:
        assert set(re.findall(r"{\w+}", norwegian[key])) == set(re.findall(r"{\w+}", english[key])), key


def test_placeholders_are_those_that_a_problem_fills() -> None:
    text = Path(DATA / "texts" / "nb" / "problems.toml").read_text(encoding="utf-8")
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    filled = {"value", "column", "table", "detail", "row", "file", "items", "skus", "tables", "place"}
    assert set(re.findall(r"{(\w+)}", body)) <= filled | {"sheet", "message"}
