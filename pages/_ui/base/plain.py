"""Text that is plain wherever it is drawn: what a file says is never taken for Markdown, HTML, a link or an icon.

Streamlit draws labels, options of radio buttons, figures and messages as Markdown, and replaces some signs only after
the Markdown is read, where a backslash no longer helps: `:material/home:`, bare addresses, arrows. There a word joiner,
which nobody sees, parts the signs.
"""

import re
from collections.abc import Iterable

_JOINER = "\u2060"
_BLANKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
"""Line breaks, control signs, and signs that turn the direction of what follows."""

_SIGNS = re.compile(r"[\\`*_{}\[\]<~$]|&(?=[#\w])|:(?=[\w+/-])")
_BEGINNING = re.compile(r"^(\d{1,9}(?=[.)](?:[ \t]|$))|(?=[#>=|]|[-+](?:[ \t]|$|[-+])))")
"""Where a line is a list, a heading, a quotation, a rule or a table; not before a sum or a date."""

_LATE = re.compile(r"(?<=:)(?=material/|//)|(?<=www)(?=\.)|(?=@)|(?<=[-<>=~])(?=[->=])", re.IGNORECASE)


class Text(str):
    """Markdown whose words from elsewhere are plain; `bare` is the same text where no Markdown is drawn."""

    __slots__ = ("bare",)
    bare: str

    def __new__(cls, markdown: str, bare: str) -> "Text":
        """The text in both forms."""
        made = super().__new__(cls, markdown)
        made.bare = bare
        return made

    def __reduce__(self) -> tuple[type["Text"], tuple[str, str]]:
        """For copies."""
        return Text, (str(self), self.bare)


def plain(text: str) -> Text:
    """Any text as Markdown that shows just that text. What is a `Text` already stays."""
    if isinstance(text, Text):
        return text
    told = _BLANKS.sub(" ", text)
    # The joiners come first: no backslash then stands between the signs that they part.
    told = _SIGNS.sub(r"\\\g<0>", _LATE.sub(_JOINER, told))
    return Text(_BEGINNING.sub(r"\1\\", told.lstrip(), count=1), text)


def joined(between: str, parts: Iterable[str]) -> Text:
    """Texts with `between` them, each plain."""
    told = [plain(part) for part in parts]
    return Text(between.join(told), between.join(map(bare, told)))


def bare(text: str) -> str:
    """A text where no Markdown is drawn: in a select box, a cell, a file's name, a chart."""
    return text.bare if isinstance(text, Text) else text
