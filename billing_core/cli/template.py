"""`template`: the upload workbook."""

from argparse import ArgumentParser, Namespace

from billing_core.cli.command import DATA, DONE, Command
from billing_core.cli.output import output_file
from billing_core.export.template import template
from billing_core.law.catalogue import load_catalogue


def _options(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=output_file(".xlsx"), metavar="FILE.xlsx")


def _run(options: Namespace) -> int:
    content = template(load_catalogue(DATA))
    options.file.put_file(lambda path: path.write_bytes(content))
    return DONE


COMMAND = Command("write the upload workbook, with headings, drop-downs and an example", _options, _run)
