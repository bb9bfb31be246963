"""GraphML read as a stream: nodes and edges with their attributes by name.

A file that declares a document type is refused before anything of it is read, so that no entity is ever defined,
expanded or fetched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from app.errors import BadRequest

DEPTH = 64
"""Elements within each other: a graph of the two tools has four."""

TEXT_LIMIT = 1024 * 1024
"""Characters of one attribute."""


@dataclass(slots=True)
class Element:
    """A node (``ends`` empty) or an edge: its id, where it stands, and what is said of it."""

    id: str
    ends: tuple[str, str] | None
    line: int
    said: dict[str, str] = field(default_factory=dict)


def read_graphml(raw: bytes, take: Callable[[Element], None]) -> None:
    """Hand every node and edge of a file to ``take``. Raises BadRequest when it is no GraphML, or declares a DTD."""
    _Reader(take).read(raw)


class _Reader:
    def __init__(self, take: Callable[[Element], None]) -> None:
        self._take = take
        self._names: dict[str, str] = {}
        self._open: list[str] = []
        self._element: Element | None = None
        self._key = ""
        self._text: list[str] = []
        self._length = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def read(self, raw: bytes) -> None:
        try:
            self._parser.Parse(raw, True)
        except expat.ExpatError as broken:
            raise BadRequest("body", f"this is no GraphML: {broken}") from broken

    def _refuse(self, *_: object) -> None:
        raise BadRequest("body", f"line {self._parser.CurrentLineNumber}: a document type is declared: remove it")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if not self._open and local != "graphml":
            raise BadRequest("body", f"this is no GraphML: it begins with {local[:80]!r}")
        if len(self._open) >= DEPTH:
            raise BadRequest("body", f"line {self._parser.CurrentLineNumber}: more than {DEPTH} elements in each other")
        self._open.append(local)
        if local == "key":
            self._names[attributes.get("id", "")] = attributes.get("attr.name", attributes.get("id", ""))
        elif local == "node":
            self._element = Element(attributes.get("id", ""), None, self._parser.CurrentLineNumber)
        elif local == "edge":
            ends = (attributes.get("source", ""), attributes.get("target", ""))
            self._element = Element(attributes.get("id", ""), ends, self._parser.CurrentLineNumber)
        elif local == "data":
            self._key, self._text, self._length = attributes.get("key", ""), [], 0

    def _characters(self, text: str) -> None:
        if self._open and self._open[-1] == "data":
            self._length += len(text)
            if self._length > TEXT_LIMIT:
                line = self._parser.CurrentLineNumber
                raise BadRequest("body", f"line {line}: an attribute of more than {TEXT_LIMIT:,} characters")
            self._text.append(text)

    def _end(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        self._open.pop()
        if local == "data" and self._element is not None:
            self._element.said[self._names.get(self._key, self._key)] = "".join(self._text)
        elif local in ("node", "edge") and self._element is not None:
            self._take(self._element)
            self._element = None
