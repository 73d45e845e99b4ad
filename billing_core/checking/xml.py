"""XML of strangers as a tree of plain nodes: no document type, no entities, no network, in bounds.

Expat is asked itself, because its handlers are where a document type can be refused before it does anything.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

MOST_BYTES = 100 * 1024 * 1024
"""The largest document: an invoice of a hundred thousand lines is about 80 MiB."""

MOST_ELEMENTS = 5_000_000
MOST_DEPTH = 40
MOST_TEXT = 10_000
"""Characters of one element. Attachments are longer: their text is dropped."""

MOST_ATTRIBUTES = 20


class XmlError(Exception):
    """A document that is not read; its text says why."""


@dataclass(slots=True)
class Node:
    """One element: its name with the prefix that `parsed` was given for its namespace, its text and what is inside."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    inside: list["Node"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Node"]:
        """The elements of this name right inside."""
        return (node for node in self.inside if node.name == name)

    def first(self, *path: str) -> "Node | None":
        """The first element down a path of names, the first of each."""
        node = self
        for name in path:
            for inside in node.inside:
                if inside.name == name:
                    node = inside
                    break
            else:
                return None
        return node


def parsed(content: bytes, namespaces: dict[str, str], take: Callable[[Node], bool]) -> Node:
    """The root of a document. `namespaces`: URI -> prefix (with its colon); elements of others keep their URI.

    `take` is called with each element right inside the root when it has ended; one that it takes is not kept.
    XmlError if it is no XML, has a document type or goes beyond the bounds.
    """
    if len(content) > MOST_BYTES:
        raise XmlError(f"{len(content) // 1024 // 1024} MiB > {MOST_BYTES // 1024 // 1024} MiB")
    builder = _Builder(namespaces, take)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    parser.ExternalEntityRefHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.text
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise XmlError(str(error)) from error
    except (ValueError, LookupError) as error:
        # An encoding that is none.
        raise XmlError("encoding") from error
    return builder.root


def _refuse_doctype(*_: object) -> int:
    raise XmlError("DOCTYPE")


class _Builder:
    """Makes nodes of what expat tells."""

    def __init__(self, namespaces: dict[str, str], take: Callable[[Node], bool]) -> None:
        self._namespaces, self._take = namespaces, take
        self._names: dict[str, str] = {}
        self._open: list[Node] = []
        self._count = 0
        self.root = Node("", {})

    def start(self, written: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) >= MOST_DEPTH or len(attributes) > MOST_ATTRIBUTES:
            raise XmlError(f"> {MOST_ELEMENTS} elements, {MOST_DEPTH} deep or {MOST_ATTRIBUTES} attributes")
        name = self._names.get(written)
        if name is None:
            uri, _, own = written.rpartition(" ")
            # Few names repeat over many elements: each is translated once.
            name = self._names[written] = self._namespaces.get(uri, f"{uri} ") + own
        self._open.append(Node(name, attributes))

    def text(self, text: str) -> None:
        """Text of the element that is open."""
        node = self._open[-1]
        if len(node.text) <= MOST_TEXT:
            node.text = (node.text + text)[: MOST_TEXT + 1]

    def end(self, _written: str) -> None:
        """The element that is open ends."""
        node = self._open.pop()
        if not self._open:
            self.root = node
        elif len(self._open) > 1 or not self._take(node):
            self._open[-1].inside.append(node)
