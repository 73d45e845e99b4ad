"""How the house is built, in figures: `python -m tests.bench.structure [FOLDER]` (this project where none is given).

Modules and lines of core and screens, the median and largest module and function, the rooms and the arrows between.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
PARTS = {"core": "billing_core", "screens": "pages", "tests": "tests"}


def modules(root: Path, part: str) -> dict[Path, str]:
    """The source of each module of a part that holds more than nothing."""
    found = {path.relative_to(root): path.read_text(encoding="utf-8") for path in sorted((root / part).rglob("*.py"))}
    return {path: text for path, text in found.items() if text.strip()}


def functions(text: str) -> Iterator[tuple[int, str]]:
    """The length in lines and the name of every function, without its decorators."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1, node.name


def room(root: Path, module: str) -> str:
    """The folder that a module stands in, two deep: `billing_core/rules`, `pages/_ui/parts`; "" of what is not ours."""
    parts = module.split(".")
    if parts[0] not in ("billing_core", "pages"):
        return ""
    deep = 3 if parts[:2] == ["pages", "_ui"] else 2
    folders = (parts[:count] for count in range(deep, 0, -1))
    return "/".join(next(folder for folder in folders if root.joinpath(*folder).is_dir()))


def arrows(root: Path) -> Counter[tuple[str, str]]:
    """How often a room imports from another."""
    found: Counter[tuple[str, str]] = Counter()
    for part in ("billing_core", "pages"):
        for path, text in modules(root, part).items():
            own = room(root, ".".join(path.with_suffix("").parts))
            for node in ast.walk(ast.parse(text)):
                names = []
                if isinstance(node, ast.ImportFrom) and node.module:
                    names = [f"{node.module}.{alias.name}" for alias in node.names]
                elif isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                found.update((own, other) for name in names if (other := room(root, name)) not in ("", own))
    return found


def both_ways(found: Counter[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs of rooms that import from each other."""
    return sorted((one, other) for one, other in found if one < other and (other, one) in found)


def main(root: Path) -> None:
    """Prints the figures."""
    for name, part in PARTS.items():
        texts = modules(root, part)
        lines = {path: text.count("\n") for path, text in texts.items()}
        lengths = [(length, f"{path}:{named}") for path, text in texts.items() for length, named in functions(text)]
        largest, longest = max(lines, key=lambda path: lines[path]), max(lengths)
        print(f"{name}: {len(lines)} modules, {sum(lines.values())} lines, {len(lengths)} functions")
        print(f"  module: median {median(lines.values()):.0f}, largest {lines[largest]} ({largest})")
        print(f"  function: median {median(length for length, _ in lengths):.0f}, largest {longest[0]} ({longest[1]})")
    found = arrows(root)
    rooms = {one for pair in found for one in pair}
    print(f"rooms: {len(rooms)}, arrows between them: {len(found)}, of them both ways: {len(both_ways(found))}")
    for one, other in both_ways(found):
        print(f"  {one} <-> {other}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
