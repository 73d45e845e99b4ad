"""The lines of a month and agency are cut out where they stand: just those that a search of all lines would find."""

from typing import cast

import polars as pl
import pytest

from billing_core.base.model import SORT
from billing_core.rating.statement import Statement
from pages._ui.session.rated import laid_out
from tests.views.test_views import BILLED, lines

THERE = [("2026-09", "BYM"), ("2026-09", "VAV"), ("2026-10", "BYM"), ("2026-10", "UKE"), ("2026-10", "VAV")]
DRAWN = lines(
    *(BILLED | {"period": period, "agency": agency, "row": row} for period, agency in THERE for row in (2, 3))
).sort(*SORT)
RATED = laid_out(cast(Statement, None), DRAWN)


@pytest.mark.parametrize("agency", [None, "", "BYM", "UKE", "VAV", "FOB"])
@pytest.mark.parametrize("period", [None, "2026-08", "2026-09", "2026-10"])
def test_the_lines_of_an_agency_and_a_month(agency: str | None, period: str | None) -> None:
    wanted = [pl.lit(True), *(pl.col(name) == code for name, code in (("agency", agency), ("period", period)) if code)]
    assert RATED.of(agency, period).equals(DRAWN.filter(pl.all_horizontal(wanted)))


def test_what_is_asked_of_all_lines_is_told_of_each_agency() -> None:
    assert RATED.months == {
        "": ["2026-10", "2026-09"], "BYM": ["2026-10", "2026-09"], "UKE": ["2026-10"], "VAV": ["2026-10", "2026-09"],
    }  # fmt: skip
    assert RATED.tables["lines"].to_list() == [2] * len(THERE)
    assert sorted(RATED.kinds["agency"]) == ["BYM", "BYM", "UKE", "VAV", "VAV"]
