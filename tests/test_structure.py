"""What holds of the whole: the arrow of imports, and that every item, rule and policy value is named and used."""

import ast
import csv
import re
import tomllib
from pathlib import Path

import pytest

from billing_core.__main__ import main
from billing_core.base.model import FREE_RULE
from billing_core.base.tables import TABLES
from billing_core.law.policy import load_policy
from billing_core.rules import SECTIONS, decision_tables
from billing_core.rules.office365 import NOTICE_RULE
from billing_core.scenario.actions import KINDS
from tests.through import DATA, catalogue, frozen_policy

ROOT = Path(__file__).parent.parent
OURS = load_policy(DATA / "policy.toml")
CORE = ROOT / "billing_core"

# Each layer may import itself and those before it; what is in none is above them all.
LAYERS = (
    {"base"},
    {"readers"},
    {"law"},
    {"intake"},
    {"rules"},
    {"rating"},
    {"views", "scenario", "planning", "checking"},
    {"export", "demo", "store"},
    {"cli", "__main__"},
    {"frontdoor"},
)
LEVEL = {module: level for level, modules in enumerate(LAYERS) for module in modules}


SCREENS = ROOT / "pages"
# What each room of the screens may use besides itself and the core; any other room is a page's own.
SHARED = ("base", "charts", "session", "parts")
MAY_USE = {"base": set(), "charts": set(), "session": {"base"}, "parts": {"base", "charts", "session"}} | {
    "server": {"base", "session"},
    "app": {"server"},
}


def imports(path: Path) -> set[str]:
    """Every module that a file imports, by its dotted name."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return names


def core_files() -> list[Path]:
    return sorted(CORE.rglob("*.py"))


def module_of(path: Path) -> str:
    return path.relative_to(CORE).parts[0].removesuffix(".py")


def test_every_module_of_the_core_has_a_layer():
    assert {module_of(path) for path in core_files()} - {"__init__"} == set(LEVEL)


@pytest.mark.parametrize("path", core_files(), ids=lambda path: str(path.relative_to(CORE)))
def test_imports_point_one_way(path):
    used = {name.split(".")[1] for name in imports(path) if name.startswith("billing_core.")} & LEVEL.keys()
    level = LEVEL.get(module_of(path), len(LAYERS))
    assert {module for module in used if LEVEL[module] > level} == set()


@pytest.mark.parametrize("path", core_files(), ids=lambda path: str(path.relative_to(CORE)))
def test_the_core_knows_no_screen_and_no_clock(path):
    assert {name.split(".")[0] for name in imports(path)}.isdisjoint({"streamlit", "plotly", "pages", "time"})


def screen_files() -> list[Path]:
    return [ROOT / "app.py", *sorted(SCREENS.rglob("*.py"))]


def room_of(module: str) -> str:
    """`parts` of `pages._ui.parts.tables`, `page:charges` of the script `pages.charges`; "" of what is no screen."""
    match module.split("."):
        case ["app", *_]:
            return "app"
        case ["pages", "_ui", room, *_]:
            return room
        case ["pages", name] if name not in ("_ui", "__init__"):
            return f"page:{name}"
    return ""


@pytest.mark.parametrize("path", screen_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_of_the_screens_point_one_way(path):
    """A page's folder uses what pages share, never another page's; a script uses its own folder too."""
    room = room_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
    used = {room_of(name) for name in imports(path)} - {"", room}
    assert used - MAY_USE.get(room, {*SHARED, room.removeprefix("page:")}) == set()


def test_every_room_of_the_screens_is_shared_or_a_page_s():
    rooms = {path.name for path in (SCREENS / "_ui").iterdir() if (path / "__init__.py").is_file()}
    assert rooms - {"server", *SHARED} <= {path.stem for path in SCREENS.glob("*.py")}


@pytest.mark.parametrize("path", [*core_files(), *screen_files()], ids=lambda path: str(path.relative_to(ROOT)))
def test_only_money_rounds(path):
    """Everything else asks it, so that half is away from zero everywhere; a payback in months is rounded up."""
    if path in (CORE / "base/money.py", CORE / "scenario/compare.py"):
        return
    assert not re.search(r"\bquantize\(|(?<!\.)\bround\(|ROUND_HALF", path.read_text(encoding="utf-8"))


def test_items_and_rules_are_the_contracts_own():
    items = list(csv.DictReader((ROOT / "data/items.csv").read_text(encoding="utf-8").splitlines()))
    assert len(items) == len(catalogue().items)
    assert len({row["item"] for row in items}) == len(items)


def test_every_rule_stands_in_a_decision_table_or_on_an_item_but_for_the_two_above_them():
    tables = decision_tables(OURS.of("2026-01"))
    decided = {rule.id for table in tables.values() for rule in table}
    # `O365-*` and `PLT-*` stand for the rules of a decision table.
    on_items = {item.rule for item in catalogue().items.values() if not item.rule.endswith("*")}
    assert set(catalogue().rules) - decided - on_items == {"GEN-1", NOTICE_RULE}
    assert FREE_RULE in decided


READINGS = {key: one.choices for key, one in OURS.parameters.items() if one.choices}


@pytest.mark.parametrize("section", SECTIONS.values(), ids=lambda section: section.name)
def test_a_section_s_rules_and_items_are_those_of_its_tables_whatever_the_readings(section):
    rules, items = set(), set()
    for key, choices in READINGS.items():
        for choice in choices:
            terms = OURS.with_values({key: choice}).of("2026-01")
            for decision in section.decisions(terms).values():
                rules |= {rule.id for rule in decision.rules}
                items |= {rule.item for rule in decision.rules} - {""}
    if rules:
        assert rules == set(section.rules) - {NOTICE_RULE}
    assert items <= set(section.items) <= set(catalogue().items)


def test_the_sections_share_out_the_usage_tables_and_no_two_make_one_item():
    read = {table for section in SECTIONS.values() for table in section.reads}
    assert read == set(TABLES)
    made = [item for section in SECTIONS.values() for item in section.items]
    assert len(made) == len(set(made))
    for section in SECTIONS.values():
        columns = {column.key for column in TABLES[section.table].columns}
        named = {section.thing} - {""} | {name for key in section.neighbours for name in key}
        amounts = set() if section.thing else {name for names in section.amounts.values() for name in names}
        assert named | amounts <= columns


def test_an_action_is_about_rules_of_its_table_or_says_its_rows():
    for action in KINDS.values():
        assert set(action.rules) <= (set(SECTIONS[action.table].rules) if action.table else set())
        assert action.rules == () or action.rows is None


@pytest.mark.parametrize("key", OURS.parameters)
def test_a_policy_value_has_meaning_unit_clause_and_rules_and_is_read_by_the_core(key):
    parameter = OURS.parameters[key]
    assert parameter.unit and parameter.meaning_nb and parameter.meaning_en
    assert set(parameter.rules) <= catalogue().rules.keys() and parameter.rules
    clauses = {catalogue().rules[rule].clause for rule in parameter.rules}
    assert {dated.clause for dated in parameter.values} <= clauses
    if key != "proration":  # a reading with one choice: nothing to decide
        assert any(re.search(rf"\.{key}\b", path.read_text(encoding="utf-8")) for path in core_files())


def test_every_policy_key_is_described_in_its_file():
    written = tomllib.loads((ROOT / "data/policy.toml").read_text(encoding="utf-8"))
    assert set(written) == set(OURS.parameters)


def test_the_policy_of_the_cases_has_the_keys_of_the_project_s():
    """A key that is new in the project is added to `tests/cases/frozen/policy.toml`, with the value it comes with."""
    assert set(frozen_policy().parameters) == set(OURS.parameters)


def test_a_folder_without_a_usable_file_is_said_so_in_one_line(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("nothing here", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n")
    assert main(["rate", str(tmp_path)]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1 and "Traceback" not in told[0]
