"""From arguments to an exit code: finds the commands, runs one, puts its outputs in place."""

import argparse
import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import polars as pl

from billing_core import cli
from billing_core.base.errors import BillingCoreError, PriceListError, RequestError
from billing_core.base.problems import described
from billing_core.base.texts import load_texts
from billing_core.cli.command import DATA, NOTHING_DONE, Command
from billing_core.cli.output import Output, checked, print_out
from billing_core.law.catalogue import load_catalogue


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code. Messages go to standard error, never a traceback."""
    outputs: list[Output] = []
    options = argparse.Namespace(lang="nb")
    try:
        parser().parse_args(arguments, options)
        outputs = checked(options)
        code: int = options.run(options)
        print_out("")
        for output in outputs:
            output.keep()
    except PriceListError as error:
        words = load_texts(DATA / "texts", options.lang) | load_catalogue(DATA).names(options.lang)
        told = described(error.problems, words)
        place = pl.format("row {}: ", "row").fill_null("")
        return _fail(f"{error}: " + " ".join(told.head(3).select(pl.concat_str(place, "message")).to_series()))
    except BillingCoreError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename or 'file'}: {error.strerror or error}")
    else:
        return code
    finally:
        for output in outputs:
            output.drop()


class _Parser(argparse.ArgumentParser):
    """A parser whose faults are one line like every other."""

    def error(self, message: str) -> NoReturn:
        raise RequestError(f"{message} ({self.prog} --help)")


def commands() -> dict[str, Command]:
    """Every command by its name: that of the module it stands in."""
    modules = [import_module(f"{cli.__name__}.{found.name}") for found in pkgutil.iter_modules(cli.__path__)]
    return {module.__name__.rpartition(".")[2]: module.COMMAND for module in modules if hasattr(module, "COMMAND")}


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    whole = _Parser(prog="python -m billing_core", description="Rates usage of shared IT services.")
    known = commands()
    parsers = whole.add_subparsers(required=True, metavar="|".join(known))
    for name, command in known.items():
        one = parsers.add_parser(name, help=command.help, description=command.help)
        command.options(one)
        one.set_defaults(run=command.run)
    return whole


def _fail(message: str) -> int:
    print(f"billing_core: {' '.join(message.split())}", file=sys.stderr)
    return NOTHING_DONE
