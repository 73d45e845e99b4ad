"""Which row of a sheet holds its headings: told by the words that headings are known by."""

from collections.abc import Iterable, Sequence

from billing_core.base.folding import fold

Words = frozenset[str]
"""Headings of tables and exports that are known, folded."""


def known_headings(cells: Iterable[str], words: Words) -> int:
    """How many different known headings are among `cells`."""
    return len({fold(cell) for cell in cells} & words)


def heading_row(rows: Sequence[Sequence[str]], words: Words) -> int:
    """The index of the row that holds the headings: the one with most known words, else the first of full width."""
    known = [known_headings(row, words) for row in rows]
    if max(known, default=0) >= 2:
        return known.index(max(known))
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    width = max(filled, default=0)
    return next((at for at, cells in enumerate(filled) if cells >= min(width, 2) and 2 * cells >= width), 0)
