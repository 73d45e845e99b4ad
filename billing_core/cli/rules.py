"""`rules`: every rule with clause, condition and policy values."""

from argparse import Namespace

from billing_core.base.texts import load_texts
from billing_core.cli.command import DATA, DONE, Command
from billing_core.cli.options import lang_option
from billing_core.cli.output import print_out
from billing_core.law.catalogue import load_catalogue
from billing_core.law.policy import load_policy
from billing_core.views.rulebook import rulebook


def _run(options: Namespace) -> int:
    texts = load_texts(DATA / "texts", options.lang)
    print_out(rulebook(load_catalogue(DATA), load_policy(DATA / "policy.toml"), texts, options.lang) + "\n")
    return DONE


COMMAND = Command("every rule with clause, condition and policy values", lang_option, _run)
