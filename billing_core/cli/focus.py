"""`focus`: charge lines as a FOCUS file, and what is beside it (planning contract, §7)."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from billing_core.cli.command import DATA, Command
from billing_core.cli.options import day, rates_options, reading_options
from billing_core.cli.output import OutputFile, output_file
from billing_core.cli.stating import rates, stated, told
from billing_core.export import write
from billing_core.export.focus import VERSIONS, about, focus, for_csv

_ENDINGS = (".csv", ".parquet")


class _FocusFile(OutputFile):
    """A file, and beside it one of its name and `.meta.json`: both take their place, or neither."""

    def __init__(self, written: str) -> None:
        super().__init__(written)
        self.meta = OutputFile(f"{written}.meta.json")

    def keep(self) -> None:
        """As `Output.keep`."""
        super().keep()
        self.meta.keep()

    def drop(self) -> None:
        """As `Output.drop`."""
        super().drop()
        self.meta.drop()


def _focus_file(text: str) -> _FocusFile:
    return _FocusFile(output_file(*_ENDINGS)(text).written)


def _options(parser: ArgumentParser) -> None:
    reading_options(parser)
    rates_options(parser)
    parser.add_argument("--as-of", type=day, metavar="DATE", help="rate the month as it stands on this day")
    parser.add_argument("--version", choices=VERSIONS, default=VERSIONS[0], help="of FOCUS")
    parser.add_argument("--subjects", action="store_true", help="with whom or what a line is about, users too")
    parser.add_argument(
        "--out", type=_focus_file, required=True, metavar="FILE", help=".csv or .parquet; FILE.meta.json stands beside"
    )


def _run(options: Namespace) -> int:
    by = rates(options)
    found = stated(options, by)
    lines = found.statement.rating.selected(options.period, found.agency).frame()
    rows = focus(lines, by.catalogue, by.prices, options.version, subjects=options.subjects)
    shown = for_csv(rows) if options.out.place.suffix.lower() == ".csv" else rows
    options.out.put_file(lambda path: write(shown, path, "focus"))
    listed, policy = options.prices or DATA / "prices.csv", options.policy or DATA / "policy.toml"
    said = json.dumps(about(lines, options.version, listed.name, policy.name), indent=2) + "\n"
    options.out.meta.put_file(lambda path: Path(path).write_text(said, encoding="utf-8"))
    return told(found)


COMMAND = Command("write charge lines as a FOCUS file", _options, _run)
