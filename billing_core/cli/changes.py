"""`changes`: why the billed amount differs between two months (planning contract, §1)."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from billing_core.base.engines import engine
from billing_core.base.errors import RequestError
from billing_core.cli.command import Command
from billing_core.cli.options import month, usage_options
from billing_core.cli.stating import Stated, changed_policy, print_beside, put, rates, stated, told
from billing_core.planning.changes import changes, part_sums


def _options(parser: ArgumentParser) -> None:
    usage_options(parser)
    parser.add_argument("--from", dest="earlier", type=month, required=True, metavar="YYYY-MM", help="earlier month")
    parser.add_argument("--to", dest="later", type=month, required=True, metavar="YYYY-MM", help="later month")
    parser.add_argument("--policy-from", type=Path, metavar="FILE", help="policy values of the earlier month")
    parser.add_argument("--summary", action="store_true", help="totals per agency and part")


def _run(options: Namespace) -> int:
    if options.as_of:
        raise RequestError("--as-of is the day of a single month; changes rates two")
    by = rates(options)
    before = changed_policy(options.policy_from) if options.policy_from else None
    found = stated(options, by)
    _refuse_unread_months(found, options)
    usage, running = found.statement.usage, engine(options.engine, options.memory)
    rows = changes(usage, by, running, (options.earlier, options.later), before)
    chosen = rows.filter(agency=found.agency) if found.agency else rows
    put(options.out, chosen, "changes")
    if options.summary:
        print_beside(part_sums(chosen), options)
    return told(found)


def _refuse_unread_months(found: Stated, options: Namespace) -> None:
    there = sorted({period for frame in found.statement.usage.values() for period in frame["period"].unique()})
    if lacking := [period for period in (options.earlier, options.later) if period not in there]:
        raise RequestError(f"no row read is of {' or '.join(lacking)}; there are {', '.join(there)}")


COMMAND = Command("what changed in billed amounts between two months, and why", _options, _run)
