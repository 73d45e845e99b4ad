"""The library's front door: a pandas frame of charge lines, the same as the command line's."""

import csv
import io
import re
import subprocess
import sys
from decimal import Decimal

import pytest

import billing_core
from billing_core.base.errors import BillingCoreError
from tests.through import CASES, ROOT, run

USAGE = "period,agency,item,quantity\n2026-03,BYM,workplace.active_user,3\n2026-03,BYM,hr.integration,1\n"
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_lines_are_a_pandas_frame_with_exact_amounts_and_nothing_for_what_is_unknown(tmp_path):
    path = tmp_path / "services.csv"
    path.write_text(USAGE, encoding="utf-8")
    lines = billing_core.lines(path, prices=CASES / "prices.csv")
    # Three users at kr 33.00 (tests/cases/prices.csv, from 2026); an integration is by agreement, and there is none.
    assert lines["item"].tolist() == ["workplace.active_user", "hr.integration"]
    assert lines["amount_nok"][0] == Decimal("99.00") and lines["amount_nok"].isna().tolist() == [False, True]
    assert list(lines.columns) == list(run({"services": list(csv.DictReader(io.StringIO(USAGE)))}).lines[0])


def test_prices_agreements_policy_and_the_choice_of_what_comes_out_are_the_command_line_s(tmp_path):
    (tmp_path / "a.csv").write_text(
        "period,agency,user_id,account_type,sku\n2026-03,BYM,a,external,E1\n2026-03,VEL,b,main,E1\n", encoding="utf-8"
    )
    (tmp_path / "own.csv").write_text(
        "agency,item,variant,price_nok,valid_from,valid_to,reference\nBYM,office365.licence,E1,7.00,2026-01-01,,own\n",
        encoding="utf-8",
    )
    lines = billing_core.lines(
        str(tmp_path / "a.csv"), period="2026-03", agency="bym", agreements=tmp_path / "own.csv",
        policy={"standard_skus": ["EMS_E3"]},
    )  # fmt: skip
    assert set(lines["agency"]) == {"BYM"}
    assert lines["amount_nok"].tolist()[0] == Decimal("7.00") and "O365-2" in lines["rules"][0]


def test_what_was_refused_stands_beside_the_lines(tmp_path):
    path = tmp_path / "services.csv"
    path.write_text(USAGE + "2026-03,BYM,hr.integration,-x\n", encoding="utf-8")
    lines = billing_core.lines(path)
    assert [(told["code"], told["row"]) for told in lines.attrs["problems"]] == [("not_a_number", 4)]
    assert lines.attrs["problems"][0]["message"]


def test_nothing_to_rate_is_an_error_that_says_why(tmp_path):
    path = tmp_path / "services.csv"
    path.write_text("period,agency,item,quantity\n", encoding="utf-8")
    with pytest.raises(BillingCoreError, match="nothing could be rated"):
        billing_core.lines(path)


def test_the_package_is_light_until_it_is_used():
    loaded = "import sys, billing_core; print([name for name in ('pandas', 'polars', 'duckdb') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_readme_s_example_runs():
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", example], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "office365" in done.stdout
