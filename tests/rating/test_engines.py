"""Identical lines on every engine, to the øre: the usage of all cases together, once a setting that cases use."""

import json
from typing import Any

import pytest

from billing_core.base.tables import TABLES
from tests.engines import COMPARED
from tests.rating.test_cases import ALL, SETTINGS
from tests.through import run


def worlds() -> dict[str, tuple[dict[str, Any], dict[str, list[dict[str, str]]]]]:
    """The cases' rows by table, merged where their settings are the same."""
    merged: dict[str, tuple[dict[str, Any], dict[str, list[dict[str, str]]]]] = {}
    for _, case in ALL:
        settings = {key: case[key] for key in SETTINGS & case.keys()}
        _, tables = merged.setdefault(json.dumps(settings, sort_keys=True, default=str), (settings, {}))
        for name in TABLES.keys() & case.keys():
            tables.setdefault(name, []).extend(case[name])
    return merged


WORLDS = worlds()


@pytest.mark.parametrize("engine", COMPARED)
@pytest.mark.parametrize("settings", WORLDS)
def test_an_engine_gives_the_lines_that_polars_gives(settings: str, engine: str) -> None:
    given, tables = WORLDS[settings]
    expected = run(tables, **given)
    assert expected.lines or expected.problems
    assert run(tables, engine=engine, **given).lines == expected.lines
