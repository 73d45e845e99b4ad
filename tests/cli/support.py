"""Running the command line in this process, and what it says."""

from pathlib import Path

import pytest

from billing_core.__main__ import main

LICENCES = """\
period,agency,user_id,account_type,sku
2026-03,BYM,a,external,E1
2026-04,BYM,b,main,E1
2026-04,UKE,c,external,E1
"""


class Shell:
    """A folder to work in, and the exit code and words of each command run there."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.write("licences.csv", LICENCES)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """The exit code, standard output and standard error. Paths are those of the folder."""
        code = main(arguments)
        out = self._capsys.readouterr()
        return code, out.out, out.err

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())
