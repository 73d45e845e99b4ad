"""`rules`: every rule with clause, condition and the policy values of a month."""

from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path

from billing_core.base.months import month_of
from billing_core.base.texts import load_texts
from billing_core.cli.command import DATA, DONE, Command
from billing_core.cli.options import lang_option, month
from billing_core.cli.output import print_out
from billing_core.cli.stating import changed_policy
from billing_core.law.catalogue import load_catalogue
from billing_core.views.rulebook import rulebook


def _options(parser: ArgumentParser) -> None:
    lang_option(parser)
    parser.add_argument("--period", type=month, metavar="YYYY-MM", help="the month of the values; else this one")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="single policy values, changed")


def _run(options: Namespace) -> int:
    texts = load_texts(DATA / "texts", options.lang)
    period = options.period or month_of(date.today())
    print_out(rulebook(load_catalogue(DATA), changed_policy(options.policy), texts, options.lang, period) + "\n")
    return DONE


COMMAND = Command("every rule with clause, condition and the policy values of a month", _options, _run)
