"""`postings`: what is billed on the agencies' own account strings (planning contract, §6)."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from billing_core import intake
from billing_core.base.errors import RequestError
from billing_core.checking.accounts import AccountsError, read_accounts
from billing_core.checking.postings import posted_sums, postings
from billing_core.cli.command import Command
from billing_core.cli.options import usage_options
from billing_core.cli.stating import print_beside, put, rates, stated, told, words


def _options(parser: ArgumentParser) -> None:
    usage_options(parser)
    parser.add_argument(
        "--accounts", type=Path, required=True, metavar="FILE",
        help="account strings: agency, service, item, side, art, ansvar, funksjon, prosjekt, text, dates",
    )  # fmt: skip
    parser.add_argument(
        "--summary", action="store_true", help="debit, credit and what lacks a string, per agency and month"
    )


def _run(options: Namespace) -> int:
    by = rates(options)
    try:
        accounts = read_accounts(options.accounts.name, options.accounts, intake.Register.of(by.catalogue))
    except AccountsError as error:
        first = words(error.problems, options, by.catalogue).head(1).to_dicts()
        why = "".join(f": row {p['row']}: {p['message']} {p['remedy']}" for p in first)
        raise RequestError(f"{error}{why}") from error
    found = stated(options, by)
    rows = postings(found.statement.rating.selected(options.period, found.agency).frame(), accounts)
    put(options.out, rows, "postings")
    if options.summary:
        print_beside(posted_sums(rows), options)
    return told(found)


COMMAND = Command("post what is billed on account strings", _options, _run)
