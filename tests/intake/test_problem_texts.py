import re
from pathlib import Path

import pytest

from billing_core.base.texts import load_texts
from tests.through import DATA, ROOT

WRITTEN = (
    r'(?:code=|Fault\(|UnreadableError\(|note\(|_notice\(|_Bad\([^,]*, |bad_rows\[row\] = \()"([a-z_]+)"',
    r'"([a-z]+_(?:sheet|device|bill))"',
    r'_count\("([a-z_]+)"',
)
"""How the core names a code."""

CODES = {
    code
    for path in sorted((ROOT / "billing_core").rglob("*.py"))
    for form in WRITTEN
    for code in re.findall(form, path.read_text())
}


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_code_has_a_message_and_a_remedy(language: str) -> None:
    texts = load_texts(DATA / "texts", language)
    wanted = {f"problem.{code}.{part}" for code in CODES for part in ("message", "remedy")}
    assert wanted - set(texts) == set()


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
