"""Exports register themselves: what each needs besides its own file."""

import pytest

from billing_core.base.texts import LANGUAGES, load_texts
from billing_core.intake.exports import EXPORTS, by_rank
from tests.intake.support import layout
from tests.through import DATA


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_export_has_a_name_in_words(language: str) -> None:
    texts = load_texts(DATA / "texts", language)
    assert [export.name for export in EXPORTS if f"recognised.{export.name}" not in texts] == []


def test_a_layout_is_one_exports_alone() -> None:
    for name in ("active_users_new", "active_users_old", "entra_users", "entra_devices", "usage_report", "intune"):
        headings = frozenset(heading.casefold() for heading in layout(name))
        assert len([export.name for export in EXPORTS if export.recognised(headings)]) == 1, name


def test_the_best_export_of_a_kind_comes_first() -> None:
    assert by_rank("licences")[:3] == ("active_users", "graph_list", "usage_report")
    assert by_rank("computers")[:2] == ("intune", "entra_devices")
    assert by_rank("people")[:4] == ("active_users", "entra_users", "graph_list", "usage_report")
